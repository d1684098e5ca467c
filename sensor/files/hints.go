package files

// hints tell in which folders something may have changed.
type hints interface {
	add(folder string) bool // asks to be told of a folder; false where it was asked before, or cannot be
	forget(folder string)   // it is gone
	wake() <-chan struct{}  // there is something to take
	take() ([]string, bool) // the folders, and whether some of what happened was lost
	blind() bool            // not every folder is watched: everything must be gone through often
	trouble() string        // why, and what to do about it; empty where all is well
	retry()                 // what could not be watched may be asked for again
	close()
}

// noHints are those of a system that tells nothing.
type noHints struct{ why string } // empty where it never does

func (noHints) add(string) bool        { return false }
func (noHints) forget(string)          {}
func (noHints) wake() <-chan struct{}  { return nil }
func (noHints) take() ([]string, bool) { return nil, false }
func (noHints) blind() bool            { return true }
func (h noHints) trouble() string      { return h.why }
func (noHints) retry()                 {}
func (noHints) close()                 {}
