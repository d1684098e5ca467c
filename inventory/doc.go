// Package inventory compares what was just seen of a shop with what has been seen and approved before.
//
// A third of a shop's scripts change each month, and nobody reads an alarm for each. So a change of content is recorded
// and raises none; a change of what an item can do is graded: a script that now reads card fields, or now sends to a host
// that nobody authorised, is a finding until somebody approves it in writing. Until the first approval of a shop
// everything is new and only recorded: there is nothing yet to differ from.
//
// It is pure: no clock, no I/O.
package inventory
