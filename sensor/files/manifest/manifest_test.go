package manifest

import (
	"crypto/md5"
	"fmt"
	"strings"
	"testing"
)

func TestClassesAndSpots(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]Class{
		"a.php": Code, "A.PHP": Code, "a.php.jpg": Code, "a.jpg": Picture, "a.min.js": Code, "x/.htaccess": Control, ".user.ini": Control,
		"a.tpl": Template, "README": Data, "a.css": Style, "jquery.js.map": Data, "a.phtml": Code, ".env": Control, "": Data,
	} {
		if got := ClassOf(name); got != want {
			t.Errorf("%s: class %d, want %d", name, got, want)
		}
	}
	for name, want := range map[string]Spot{
		"wp-content/uploads/2024/a.php": Received, "pub/media/x.php": Received, "var/cache/a.php": Generated, "a.php": Ordinary,
		"node_modules/a/images/b.js": Fetched, "vendor/a/upload/x.php": Fetched, "html/user_data/a.php": Pages, "upload": Ordinary,
		"var/cache/img/a.php": Generated, "cache/upload/a.php": Received,
	} {
		if got := SpotOf(name); got != want {
			t.Errorf("%s: spot %d, want %d", name, got, want)
		}
	}
	for name, want := range map[string]bool{
		"data/class/pages/shopping/LC_Page_Shopping_Payment.php": true, "app/code/onepageCheckout.js": true, "js/credit-card.js": true,
		"discard.php": false, "dashboard/cardinal.js": false, "x/PaymentMethod.php": true,
	} {
		if got := Pays(name); got != want {
			t.Errorf("%s: pays %v", name, got)
		}
	}
}

func TestDiversions(t *testing.T) {
	t.Parallel()
	p := NewPackaged([]string{"/usr/share/x"})
	if err := p.Diversions(strings.NewReader("/usr/share/x/a\n/usr/share/x/a.orig\nother\n/half")); err != nil {
		t.Fatal(err)
	}
	sum := func(s string) string { return fmt.Sprintf("%x", md5.Sum([]byte(s))) }
	p.Sums("first", []byte(sum("1")+"  usr/share/x/a\n"+sum("2")+"  usr/share/y/b\nrubbish\n"))
	p.Sums("other", []byte(sum("3")+"  usr/share/x/a\n"))
	if pkg, same, _ := p.Standing("/usr/share/x/a.orig", md5.Sum([]byte("1"))); pkg != "first" || !same {
		t.Errorf("diverted: %q %v", pkg, same)
	}
	if pkg, same, _ := p.Standing("/usr/share/x/a", md5.Sum([]byte("3"))); pkg != "other" || !same {
		t.Errorf("diverting: %q %v", pkg, same)
	}
	if p.Has("/usr/share/y/b") || p.Len() != 2 {
		t.Error("a file of another folder is listed")
	}
}

func FuzzPackaged(f *testing.F) {
	f.Add("d41d8cd98f00b204e9800998ecf8427e  usr/share/x/a\n", "/usr/share/x/a\n/b\nc\n", "Package: p\nConffiles:\n /usr/share/x/c d41d8cd98f00b204e9800998ecf8427e obsolete\n")
	f.Fuzz(func(t *testing.T, sums, diversions, status string) {
		p := NewPackaged([]string{"/usr/share/x"})
		_ = p.Diversions(strings.NewReader(diversions))
		p.Sums("p", []byte(sums))
		if err := p.Status(strings.NewReader(status)); err != nil {
			t.Error(err)
		}
		for file := range p.sums {
			if !strings.HasPrefix(file, "usr/share/x/") {
				t.Errorf("%q is elsewhere", file)
			}
		}
	})
}

func FuzzParseLock(f *testing.F) {
	f.Add("package-lock.json", `{"packages":{"":{},"node_modules/a":{}}}`, "node_modules/b/c.js")
	f.Add("a/vendor/composer/installed.json", `[{"name":"a/b"}]`, "a/vendor/c/d/e.php")
	f.Fuzz(func(t *testing.T, name, text, file string) {
		if p := ParseLock(name, []byte(text)); p != nil {
			if foreign := p.Foreign(file); foreign != "" && !strings.HasPrefix(file, foreign) {
				t.Errorf("%q is no folder of %q", foreign, file)
			}
		}
	})
}
