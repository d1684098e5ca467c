// Package browser drives a Chromium that looks like a customer's and records what pages do in it: every script with
// its source, every request with its body and the stack that caused it, every WebSocket frame, and which script read
// a card field. Nothing here judges; the recording is handed over as it is.
//
// # Why an own connection
//
// The libraries that exist drop the messages of child sessions they did not open, attach without pausing (so that the
// first lines of a worker or a cross-site frame run unseen), turn site isolation off, or send Runtime.enable, which a
// page can notice. The protocol is spoken here over --remote-debugging-pipe: there is no port that a hostile page
// could reach, and Chromium ends by itself when the pipe closes, even if this process was killed.
//
// The messages are small structs of our own, with only the fields that are used. Generated types decode enumerations
// strictly: an event that carries one value newer than the types is lost as a whole, and a browser is updated more
// often than we are. Here an unknown value is a string like any other, and an unknown event is ignored.
//
// # What a page may do to us
//
// Pages are hostile. Renderers keep their sandbox, and where this process is root Chromium runs as another user.
// Everything recorded is bounded (see [Recording]); dialogs are answered, downloads refused; a renderer that crashes or
// never answers costs the caller's deadline and nothing else.
package browser
