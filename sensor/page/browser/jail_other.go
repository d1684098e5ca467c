//go:build !linux

package browser

import "errors"

// NewJail makes a jail, which only Linux can.
func NewJail() (*Jail, error) {
	return nil, errors.New("only Linux can give the browser a network of its own")
}

// onThreadOfItsOwn is for what goes on in a jail: nothing does here.
func onThreadOfItsOwn(do func()) { go do() }
