//go:build !soak

package drill

// everyRow has all ten ways of skimming tried, not every other one: each is two checks with browsers, and make matrix tries
// all there are.
const everyRow = false
