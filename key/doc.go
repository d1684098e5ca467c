// Package key is the register of a shop's own keys, and the matcher that finds them.
//
// The register says of each key what it opens, whose it is, who could read it and until when it may live. It never holds
// the key: what it keeps is a [Print], a message authentication code made with a secret of the site's that lies
// elsewhere. Who gets the register alone can neither read a key out of it nor try guesses on it.
//
// A scanner for secrets in general asks whether a text looks like a key. A [Matcher] asks whether it is one of ours: that is
// an exact question, which has no false alarms but for keys that are no secrets, and it is fast enough for every object
// of a repository's history.
package key
