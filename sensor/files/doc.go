// Package files looks at the files of a shop: a document root, any other folder, or one file.
//
//	folder ──list──▶ files by kind ──read──▶ content ──judge──▶ outcome ──report──▶ signs, items, gaps
//
// Listing finds the files that browsers may be handed as scripts or pages, never leaves the folder and never waits for
// a device. Judging is pure and the same for the same content: package script says what the code does, package known
// whether it is a published library, or one that somebody added to. Outcomes are remembered by the content's digest, so
// that a second look costs hardly more than reading. However many workers judge, the report has the order of the names.
package files
