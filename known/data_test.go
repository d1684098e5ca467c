package known_test

import (
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch/known"
)

const (
	librariesHeader = "#tillwatch-libraries\t1\n#date\t2026-01-02\n"
	releasesHeader  = "#tillwatch-release-files\t1\n#date\t2026-01-03\n"
)

func encode(libraries, releases string) ([]byte, error) {
	return known.Encode(strings.NewReader(librariesHeader+libraries), strings.NewReader(releasesHeader+releases))
}

// open makes a data file of source lines and opens it.
func open(t testing.TB, libraries, releases string) *known.Data {
	t.Helper()
	file, err := encode(libraries, releases)
	if err != nil {
		t.Fatal(err)
	}
	data, err := known.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
