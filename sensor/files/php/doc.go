// Package php tells what PHP code does, and how that is known, without running it.
//
// A file is read in four steps, each bounded:
//
//	bytes ──scan──▶ tokens ──parse──▶ syntax tree ──run──▶ what it touches ──judge──▶ verdicts
//
// The tokeniser and the parser take any bytes: what is no PHP is left out up to where a statement may begin again. The
// tree is then gone through by a machine that computes what the code computes by itself, so that names put together,
// decoders and code within code unfold; what only a request, another file or another server could supply is a value that
// is not known but carries marks of where it came from. What depends on such a value is gone through either way. What
// reaches a function that runs code or commands, calls others by name, writes files or sends something is recorded with
// its marks, and the verdict weighs that.
//
// A verdict counts what an attacker cannot do without: what a request says is run, called or written; what cannot be read
// is run; card data goes where it does not belong. Being hard to read counts for little by itself. A file that does such
// things without belonging to any application is taken more seriously than one that does.
//
// [Interesting] is the look at the bytes that decides whether a file need be gone through at all.
package php
