// Package serverside tells whether a file in another server language than PHP lets others run the server: Perl, Python,
// Ruby and shell scripts, JSP and servlets, classic ASP, ASP.NET, ColdFusion and server-side includes. Nothing is run.
//
//	bytes ──Language──▶ regions of code ──scan──▶ tokens ──follow──▶ what reaches what ──verdict──▶ reasons
//
// There is one lexer for all, told by a dialect what comments and strings look like, and no grammar: expressions are gone
// through from left to right with what every one of these languages has, names, calls, indices, operators and assignments.
// Texts put together are put together, and common decoders undone. What a request says keeps its mark through variables and
// functions of the same file; where it reaches what runs commands or code, loads classes, or writes files under a name of
// the request's, that is a reason. So is a connection that is handed a shell. What cannot be understood is passed over: this
// package would rather miss than accuse.
//
// It takes any bytes, in bounded time and memory. Safe for concurrent use.
package serverside
