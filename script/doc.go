// Package script tells what a piece of JavaScript does, and how that is known.
//
// A script is read in four steps, each bounded:
//
//	bytes ──decode──▶ text ──survey──▶ tokens ──parse──▶ program ──run──▶ what it touches ──judge──▶ verdict
//
// The survey is one pass over the tokens. It bounds what a parser would recurse over (a stack overflow could not be
// recovered from) and notes where anything of interest stands. The parser is goja's; what it cannot read, esbuild first
// rewrites. The program then runs in a machine that has no browser: what the script computes by itself is computed, so
// that string arrays, decoders and packed layers unfold; what only a browser, a server or a customer could supply is a
// value that is not known but carries marks of where it came from. What reaches an interface that sends, loads, stores or
// executes is recorded with its marks, and the verdict weighs that.
//
// Of goja only the parser and the syntax tree are used, and a test holds that fence: its runtime imports a profiler
// package of a version that is not to be had, and what its natives compute (a string repeated, a pattern matched) cannot
// be interrupted, so that hostile code could not be bounded.
//
// The verdict counts what a skimmer cannot do without: what is typed goes to somebody else, or code comes from where
// none should. Being hard to read counts for next to nothing: half of the web is.
//
// Positions are exact lines and columns of the source as it was given, also through rewriting and decoding.
package script
