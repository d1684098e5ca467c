// Package key is the register of a shop's own keys, and all that finds them where they must not be.
//
// The [Register] says of each key what it opens, whose it is, who could read it and until when it may live. It never holds
// the key: what it keeps is a [Print], a message authentication code made with a secret of the site's that lies
// elsewhere. Who gets the register alone can neither read a key out of it nor try guesses on it. [Enrol] finds the keys
// to register in the files they are configured in.
//
// A scanner for secrets in general asks whether a text looks like a key: [Find]. A [Matcher] asks whether it is one of ours: that is
// an exact question, which has no false alarms but for keys that are no secrets, and it is fast enough for every object
// of a repository's history. With a [Filter] somebody asks it who must not have the keys. A [Bait] is a key that
// opens nothing, and is made to be found.
package key
