package known_test

import (
	"testing"

	"github.com/tillwatch/tillwatch/known"
)

func TestCounts(t *testing.T) {
	t.Parallel()
	d := open(t, librarySource("one", "1.0", "one.js", "a")+librarySource("one", "1.1", "one.js", "b")+librarySource("two", "1.0", "two.js", "c"),
		shopHeader+releaseSource("shop", "upload/a.php", "a", "1.9"))
	c := d.Counts()
	if c.Libraries != 2 || c.Releases != 3 || c.Files != 3 || c.Platforms != 1 || c.Versions < 1 || c.Contents != 1 {
		t.Errorf("got %+v", c)
	}
	if c := known.Embedded().Counts(); c.Libraries < 30 || c.Versions < 1000 || c.Statements < 100_000 {
		t.Errorf("embedded: %+v", c)
	}
	if providers, hosts := known.PaymentProviders().Counts(); providers < 10 || hosts < providers {
		t.Errorf("%d providers with %d hosts", providers, hosts)
	}
}
