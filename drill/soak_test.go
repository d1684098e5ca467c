//go:build soak

package drill

// everyRow has all ten ways of skimming tried.
const everyRow = true
