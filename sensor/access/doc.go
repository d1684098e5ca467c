// Package access reads a shop's access and log-in logs and tells of those who read customers without being one of them.
//
// The address a request comes from is evidence here and never decides: whoever forges tokens rotates it. What decides
// cannot be rotated: whether a token was ever issued, whether the member it names exists, whether anybody logged in,
// which key signed it, and how many members are read beside how many log in.
//
// Lines are read in parallel and judged in one order. A line becomes a [record] of numbers at once; what a
// customer is called leaves the reader as a number or a keyed hash, and no sign holds it.
package access
