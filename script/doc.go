// Package script brings JavaScript into a normal form, so that two texts of one program can be told to be the same and
// what was added to a known one stands out. It needs no parser: it works on tokens, in one pass, and reads what no parser
// takes. See [Statements] for the normal form.
package script
