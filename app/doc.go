// Package app is the one place that names every part of Tillwatch and puts them together. What the command line does
// is a function here that takes a config and returns a value, so that tests and drills run the whole program inside
// their own process.
package app
