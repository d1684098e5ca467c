// Package database looks at a shop's database: rows that the shop executes or puts into its pages as they are, rows that
// customers wrote, triggers and what else runs by itself, and administrators.
//
// It reads and never writes: each connection is set read-only before anything is asked of it. The load is bounded: small
// batches along the primary key, a time limit on each statement, and after each batch a pause in proportion to what it
// took. What it reads is judged here and forgotten: of what customers wrote, nothing but a masked fragment leaves.
//
// What is judged is in the files active*.go, decode.go, markup.go, template.go, sqltext.go and platform*.go, which are
// pure; the others ask the server.
package database
