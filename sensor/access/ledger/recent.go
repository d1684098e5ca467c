package ledger

// Recent says that a token was found not long ago, for the member who uses it: [Asker.Judge] would call it issued without
// looking any further. False says nothing. It takes no lock.
func (a *Asker) Recent(token, member Fingerprint) bool {
	f := a.print(token, member)
	return a.recent[uint64(f)%uint64(len(a.recent))].Load() == uint64(f)
}
