package app

import (
	"embed"
	"path"
	"slices"
	"strings"
)

//go:embed recipes
var recipeFiles embed.FS

// Recipes are the names of the servers and issuers that [LogRecipe] knows, sorted.
func Recipes() []string {
	entries, _ := recipeFiles.ReadDir("recipes")
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), path.Ext(e.Name())))
	}
	slices.Sort(names)
	return names
}

// LogRecipe is how a server is told to ask the verify endpoint and to log whose token it was, as keyed hashes, or how an
// issuer is told to say what it issued. An unknown name is a *[UsageError].
func LogRecipe(server string) (string, error) {
	entries, err := recipeFiles.ReadDir("recipes")
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		if strings.TrimSuffix(e.Name(), path.Ext(e.Name())) == strings.ToLower(server) {
			text, err := recipeFiles.ReadFile("recipes/" + e.Name())
			return string(text), err
		}
	}
	return "", usagef(DidYouMean(server, Recipes()), "there is no recipe for %q", server)
}
