// Package remote reaches a shop's server over SSH: its files, and its database through a tunnel. It is one room, because
// whose key a server has, who we are, and what happens when the line breaks is the same for both. It writes nothing there
// and runs nothing there; it knows nothing of what is looked for.
package remote
