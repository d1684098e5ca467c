//go:build !soak

package page

// everyVariant has the tables of tests tried whole. Each row is a walk with a browser of its own, some five seconds of a
// machine with two cores; what is noticed in the same way as another row's is left to make soak.
const everyVariant = false
