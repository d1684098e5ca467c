package known_test

import (
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch/known"
)

func TestCovers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		platform, path string
		want           bool
	}{
		{"ec-cube", "index.php", true},
		{"ec-cube", "index.PHP", true},
		{"ec-cube", "html/.htaccess", true},
		{"ec-cube", "html/.user.ini", true},
		{"ec-cube", ".env", false},
		{"ec-cube", ".htaccess.php", false},
		{"ec-cube", ".well-known/shell.php", false},
		{"ec-cube", "html/logo.png", false},
		{"ec-cube", "README", false},
		{"ec-cube", "php", false},
		{"ec-cube", "src/Eccube/Tests/Case.php", false},
		{"ec-cube", "Docs/shell.php", false},
		{"ec-cube", "latest/shell.php", true},
		{"ec-cube", "composer.json", true},
		{"wordpress", "composer.json", false},
		{"wordpress", "wp-includes/composer.json", true},
		{"magento2", "composer.json", false},
		{"magento2", "dev/tool.php", false},
		{"magento2", "app/dev/tool.php", true},
		{"magento2", "vendor/phpunit/phpunit/x.php", false},
		{"prestashop", "localization/jp.php", false},
		{"prestashop", "vendor/twig/twig/src/Node/Expression/Test/NullTest.php", true},
		{"opencart", "upload/index.php", true},
		{"opencart", "index.php", false},
		{"opencart", "upload/", false},
		{"opencart", "", false},
	} {
		p, ok := known.Embedded().Platform(c.platform)
		if !ok {
			t.Fatal(c.platform)
		}
		if p.Covers(c.path) != c.want {
			t.Errorf("%s %q: %v", c.platform, c.path, !c.want)
		}
	}
}

func TestDocrootPaths(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ platform, docroot, path string }{
		{"opencart", "index.php", "upload/index.php"},
		{"woocommerce", "wp-content/plugins/woocommerce/woocommerce.php", "woocommerce.php"},
		{"wordpress", "wp-login.php", "wp-login.php"},
	} {
		p, _ := known.Embedded().Platform(c.platform)
		if path, ok := p.FromDocroot(c.docroot); path != c.path || !ok {
			t.Errorf("%s: %q, %v", c.docroot, path, ok)
		}
		if docroot, ok := p.InDocroot(c.path); docroot != c.docroot || !ok {
			t.Errorf("%s: %q, %v", c.path, docroot, ok)
		}
		if p.At(c.path) == nil {
			t.Errorf("%s has no %s", c.platform, c.path)
		}
	}
	woocommerce, _ := known.Embedded().Platform("woocommerce")
	if path, ok := woocommerce.FromDocroot("wp-login.php"); ok {
		t.Errorf("wp-login.php is no file of WooCommerce's, but %q", path)
	}
	opencart, _ := known.Embedded().Platform("opencart")
	if path, ok := opencart.InDocroot("README.php"); ok {
		t.Errorf("README.php does not get into a document root, not even as %q", path)
	}
}

func TestProvenance(t *testing.T) {
	t.Parallel()
	official := map[string]bool{}
	for _, p := range known.Embedded().Platforms() {
		official[p.Name] = p.Official
	}
	for name, want := range map[string]bool{
		"ec-cube": true, "ec-cube2": true, "opencart": true, "zencart": true,
		"magento2": false, "prestashop": false, "wordpress": false, "woocommerce": false,
	} {
		if got, ok := official[name]; got != want || !ok {
			t.Errorf("%s: official %v, listed %v", name, got, ok)
		}
	}
}

func TestEncodeNamesTheBadLine(t *testing.T) {
	t.Parallel()
	file := releaseSource("shop", "upload/b.php", "b", "1.9")
	sum := strings.Repeat("0", 64)
	for _, c := range []struct{ libraries, releases, want string }{
		{"jquery\t1.0\tjquery.js\t00\t00\t1\n", "", `libraries: line 3: "00" is no digest`},
		{"jquery\t1.0\tjquery.js\t" + sum + "\t" + sum + "\t-1\n", "", `libraries: line 3: "-1" is no size`},
		{"jquery\t1.0\n", "", "libraries: line 3: want library"},
		{"", file, `releases: line 3: "shop" is no platform`},
		{"", shopHeader + shopHeader, `releases: line 6: "shop" comes twice`},
		{"", "#extensions\tshop\tphp\n", `releases: line 3: "shop" is not the platform`},
		{"", "#exclude\t*\t(\n", "releases: line 3: error parsing regexp"},
		{"", "#include\tshop\tphp\n", "releases: line 3: this program does not know"},
		{"", "#platform\tshop\tborrowed\t-\t-\t1\t1\n", `releases: line 3: "borrowed" is neither`},
		{"", "#platform\tshop\tmirror\t-\t-\t0\t1\n", `releases: line 3: "0" is no number`},
		{"", "#platform\tshop\tmirror\t-\t-\t1\t1\n", "releases: shop has no #versions"},
		{"", shopHeader + file + file, "releases: line 7: not sorted"},
		{"", shopHeader + file + releaseSource("shop", "upload/a.php", "a", "1.9"), "releases: line 7: not sorted"},
		{"", shopHeader + file + "#versions\tshop\t1 2 3 4\n", "releases: line 7: a header line after"},
		{"", shopHeader + releaseSource("shop", "upload/b.php", "b", "1.10..1.9"), `releases: line 6: "1.10..1.9" is no interval`},
		{"", shopHeader + releaseSource("shop", "upload/b.php", "b", "1.10,1.9"), `releases: line 6: "1.9" is no interval`},
		{"", shopHeader + releaseSource("shop", "upload/b.php", "b", "3.0"), `releases: line 6: "3.0" is no interval`},
		{"", shopHeader + releaseSource("shop", strings.Repeat("x", 5000), "b", "2.0"), "releases: line 6: a path of 5000 bytes"},
	} {
		if _, err := encode(c.libraries, c.releases); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%v, want %s…", err, c.want)
		}
	}
	none := func() *strings.Reader { return strings.NewReader("") }
	if _, err := known.Encode(known.Sources{Libraries: strings.NewReader("jquery\n")}); err == nil || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("no list at all: %v", err)
	}
	if _, err := known.Encode(known.Sources{Libraries: none(), Trimmed: none(), Statements: none(), Releases: none()}); err == nil || !strings.Contains(err.Error(), "#date") {
		t.Errorf("no date: %v", err)
	}
}
