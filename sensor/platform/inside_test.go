package platform_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/known"
	"github.com/tillwatch/tillwatch/sensor/platform"
)

// folder writes files and gives the target they are.
func folder(t *testing.T, files map[string]string) tillwatch.Target {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		at := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return tillwatch.Target{Kind: tillwatch.KindFiles, Place: dir, Shop: dir}
}

func constant(version string) string {
	return "<?php\nnamespace Eccube\\Common;\nclass Constant\n{\n    const VERSION = '" + version + "';\n}\n"
}

func TestSoftwareStatesItsVersionInside(t *testing.T) {
	t.Parallel()
	for want, files := range map[string]map[string]string{
		"EC-CUBE 2.13.5":                    {"data/class/SC_Initial.php": `<?php define('ECCUBE_VERSION', '2.13.5');`},
		"EC-CUBE 2.12.3enP2":                {"shop/hidden_data/class/SC_Initial.php": `<?php define("ECCUBE_VERSION", "2.12.3enP2");`},
		"EC-CUBE 4.0.6-p4":                  {"src/Eccube/Common/Constant.php": constant("4.0.6-p4")},
		"WooCommerce 3.3.4; WordPress 6.4":  {"wp-includes/version.php": "<?php\n$wp_version = '6.4';", "wp-content/plugins/woocommerce/woocommerce.php": "<?php\n/**\n * Plugin Name: WooCommerce\n * Version: 3.3.4\n */"},
		"Magento 1.9.4.5":                   {"app/Mage.php": "<?php class Mage { public static function getVersionInfo() { return array('major' => '1', 'minor' => '9', 'revision' => '4', 'patch' => '5', 'stability' => ''); } }"},
		"Magento / Adobe Commerce 2.4.6-p5": {"composer.lock": `{"packages":[{"name":"magento/product-community-edition","version":"2.4.6-p5"},{"name":"psr/log","version":"1.0.0"}],"content-hash":"x"}`},
		"PrestaShop 1.7.8.6":                {"classes/Product.php": "", "app/AppKernel.php": "<?php class AppKernel { const VERSION = '1.7.8.6'; }"},
		"OpenCart 3.0.3.2":                  {"catalog/x.php": "", "index.php": "<?php\ndefine('VERSION', '3.0.3.2');"},
		"Zen Cart 1.5.7d":                   {"includes/version.php": "<?php define('PROJECT_VERSION_MAJOR', '1'); define('PROJECT_VERSION_MINOR', '5.7d');"},
		"EverShop 2.2.1":                    {"node_modules/@evershop/evershop/package.json": `{"name":"@evershop/evershop","version":"2.2.1"}`},
		"":                                  {"index.php": "<?php define('VERSION', '3.0');", "src/Eccube/Common/Constant.php": "<?php // const VERSION = 'x\x00y'"},
	} {
		got := look(t, platform.Config{Dpkg: t.TempDir()}, folder(t, files))
		if got.software() != want || len(got.gaps) > 0 || !got.pass {
			t.Errorf("got %q, gaps %v, want %q", got.software(), got.gaps, want)
		}
	}
}

const (
	mailFile = "src/Eccube/Resource/template/admin/Order/mail_confirm.twig"
	ownFile  = "app/template/admin/Order/mail_confirm.twig"
	openMail = "{% extends 'frame' %}\n<b>mail</b>\n{{ form.tpl_data.vars.data|trans|raw|nl2br }}\n"
	goodMail = "{% extends 'frame' %}\n<b>mail</b>\n{{ form.tpl_data.vars.data|trans|nl2br }}\n"
	ownOpen  = "{# ours #}\n\n<p>{{ form.tpl_data.vars.data | raw | nl2br }}</p>\n"
	ownGood  = "{# ours #}\n\n<p>{{ form.tpl_data.vars.data | nl2br }}</p>\n"
)

func TestTheFixIsLookedForInTheVendorsFileAndInTheShopsOwn(t *testing.T) {
	t.Parallel()
	data := releases(t, map[string][3]string{
		mailFile:                         {openMail, goodMail, goodMail},
		"src/Eccube/Common/Constant.php": {constant("4.0.5"), constant("4.0.5-p1"), constant("4.0.6")},
		"src/Eccube/Other.php":           {"<?php // a", "<?php // a", "<?php // b"},
	})
	for name, c := range map[string]struct {
		version, vendor, own string
		severity             tillwatch.Severity // 0: quiet
		certainty            tillwatch.Certainty
		says                 string
		file                 string
		line                 int
	}{
		"as it was":                      {"4.0.5", openMail, "", tillwatch.High, tillwatch.Certain, "The fix is not there", mailFile, 3},
		"as it was, CRLF":                {"4.0.5", strings.ReplaceAll(openMail, "\n", "\r\n"), "", tillwatch.High, tillwatch.Certain, "The fix is not there", mailFile, 3},
		"customised and open":            {"4.0.5", "<p>" + openMail, "", tillwatch.High, tillwatch.Certain, "The fix is not there", mailFile, 3},
		"patched by hand":                {"4.0.5", goodMail, "", tillwatch.Info, tillwatch.Certain, "by hand", mailFile, 3},
		"customised and patched":         {"4.0.5", "<p>" + goodMail, "", tillwatch.Info, tillwatch.Certain, "by hand", mailFile, 3},
		"nothing to tell by":             {"4.0.5", "<p>ours</p>", "", tillwatch.High, tillwatch.Likely, "CVE-2021-20717", "", 0},
		"vendor's file gone":             {"4.0.5", "", "", tillwatch.High, tillwatch.Likely, "CVE-2021-20717", "", 0},
		"fixed release":                  {"4.0.5-p1", goodMail, "", 0, 0, "", "", 0},
		"fixed release, own file open":   {"4.0.5-p1", goodMail, ownOpen, tillwatch.High, tillwatch.Certain, "undone", ownFile, 3},
		"later release, own file open":   {"4.0.6", goodMail, openMail, tillwatch.High, tillwatch.Certain, "undone", ownFile, 3},
		"later release, own file good":   {"4.0.6", goodMail, ownGood, 0, 0, "", "", 0},
		"patched by hand, own file open": {"4.0.5", goodMail, ownOpen, tillwatch.High, tillwatch.Certain, "undone", ownFile, 3},
		"open, own file open":            {"4.0.5", openMail, ownOpen, tillwatch.High, tillwatch.Certain, "The fix is not there", ownFile, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := map[string]string{"src/Eccube/Common/Constant.php": constant(c.version)}
			if c.vendor != "" {
				files[mailFile] = c.vendor
			}
			if c.own != "" {
				files[ownFile] = c.own
			}
			target := folder(t, files)
			got := look(t, platform.Config{Data: data, Dpkg: t.TempDir()}, target)
			sign, found := got.sign("platform/vulnerable", "CVE-2021-20717")
			if found != (c.severity != 0) {
				t.Fatalf("found %v: %+v", found, got.signs)
			}
			if !found {
				return
			}
			if sign.Severity != c.severity || sign.Certainty != c.certainty || !strings.Contains(sign.Summary, c.says) {
				t.Errorf("got %s, %s: %s", sign.Severity, sign.Certainty, sign.Summary)
			}
			if c.file != "" {
				e := sign.Evidence[0]
				if e.Where != filepath.ToSlash(filepath.Join(target.Place, c.file)) || e.Line != c.line {
					t.Errorf("got %s line %d, want %s line %d", e.Where, e.Line, c.file, c.line)
				}
			}
		})
	}
}

// The lists of the program itself: the release that mends this hole changes one template.
func TestTheFixIsKnownFromTheReleasesThemselves(t *testing.T) {
	t.Parallel()
	got := look(t, platform.Config{Dpkg: t.TempDir()}, folder(t, map[string]string{
		"src/Eccube/Common/Constant.php": constant("4.0.4"), mailFile: openMail,
	}))
	sign, found := got.sign("platform/vulnerable", "CVE-2021-20717")
	if !found || sign.Certainty != tillwatch.Certain {
		t.Errorf("got %+v", sign)
	}
}

func TestWhatTheOperatingSystemKeepsUpIsNotJudgedByItsVersion(t *testing.T) {
	t.Parallel()
	target := folder(t, map[string]string{
		"usr/share/wordpress/wp-includes/version.php": "<?php\n$wp_version = '3.9';", "usr/share/wordpress/index.php": "<?php",
	})
	real, err := filepath.EvalSymlinks(target.Place)
	if err != nil {
		t.Fatal(err)
	}
	dpkg := t.TempDir()
	if err := os.Mkdir(filepath.Join(dpkg, "info"), 0o700); err != nil {
		t.Fatal(err)
	}
	target.Place = filepath.Join(target.Place, "usr/share/wordpress")
	list := filepath.Join(real, "usr/share/wordpress/wp-includes/version.php") + "\n"
	for name, c := range map[string]struct {
		list string
		want tillwatch.Severity // of the hole
		ends bool
	}{"packaged": {list, tillwatch.Info, false}, "not": {"/somewhere/else\n", tillwatch.High, true}} {
		if err := os.WriteFile(filepath.Join(dpkg, "info", "wordpress.list"), []byte(c.list), 0o600); err != nil {
			t.Fatal(err)
		}
		holes, err := known.ParseVulnerabilities("#date\t2026-01-01\nCVE-2030-1\twordpress\t..4.0\t4.1\tcode\tnobody\t-\t-\tours\n")
		if err != nil {
			t.Fatal(err)
		}
		got := look(t, platform.Config{Dpkg: dpkg, Vulnerabilities: holes}, target)
		sign, found := got.sign("platform/vulnerable", "CVE-2030-1")
		if !found || sign.Severity != c.want {
			t.Errorf("%s: got %+v", name, sign)
		}
		if c.want == tillwatch.Info && !strings.Contains(sign.Summary, "cannot be told") {
			t.Errorf("%s: %s", name, sign.Summary)
		}
		if _, ended := got.sign("platform/end-of-life", ""); ended != c.ends {
			t.Errorf("%s: ended %v", name, ended)
		}
	}
}

func TestWhatLiesWhereTheWebServerServes(t *testing.T) {
	t.Parallel()
	const env = "APP_ENV=prod\nDATABASE_URL=mysql://u:" + secretValue + "@h/d\n"
	for name, c := range map[string]struct {
		files map[string]string
		want  string // the file told of; empty: quiet
	}{
		"settings":               {map[string]string{"index.php": "<?php", ".env": env}, ".env"},
		"refused by name":        {map[string]string{"index.php": "<?php", ".env": env, ".htaccess": "<FilesMatch \"^\\.\">\n  Require all denied\n</FilesMatch>"}, ""},
		"refused by rule":        {map[string]string{"index.php": "<?php", ".env": env, ".htaccess": "RewriteEngine On\nRewriteRule (^|/)\\. - [F]"}, ""},
		"another name refused":   {map[string]string{"index.php": "<?php", ".env": env, ".htaccess": "<FilesMatch \"\\.log$\">\nRequire all denied\n</FilesMatch>"}, ".env"},
		"no start page":          {map[string]string{".env": env, "composer.json": "{}"}, ""},
		"a folder for the web":   {map[string]string{"index.php": "<?php", "pub/index.php": "<?php", ".env": env}, ""},
		"within that":            {map[string]string{"index.php": "<?php", "pub/index.php": "<?php", "pub/backup.sql": "-- MySQL dump 10\n"}, "pub/backup.sql"},
		"dump, folder refused":   {map[string]string{"index.php": "<?php", "backup.sql": "-- MySQL dump", ".htaccess": "deny from all"}, ""},
		"not what it is called":  {map[string]string{"index.php": "<?php", "backup.sql": "nothing"}, ""},
		"installer left":         {map[string]string{"data/class/SC_Initial.php": "<?php define('ECCUBE_VERSION', '2.25.0');", "html/index.php": "<?php", "html/install/index.php": "<?php"}, "html/install/index.php"},
		"a page that runs":       {map[string]string{"index.php": "<?php", "info.php": "<?php phpinfo();"}, ""},
		"a link out of the shop": {map[string]string{"index.php": "<?php"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := folder(t, c.files)
			if strings.Contains(name, "link") {
				outside := filepath.Join(t.TempDir(), "env")
				if err := os.WriteFile(outside, []byte(env), 0o600); err != nil {
					t.Fatal(err)
				}
				if err := os.Symlink(outside, filepath.Join(target.Place, ".env")); err != nil {
					t.Skip(err)
				}
			}
			got := look(t, platform.Config{Dpkg: t.TempDir()}, target)
			if strings.Contains(fmt.Sprintf("%+v", got), secretValue) {
				t.Error("what was read stands in what is told")
			}
			var places []string
			for _, s := range got.signs {
				if s.Rule == "platform/exposed" {
					places = append(places, strings.TrimPrefix(s.Place, filepath.ToSlash(target.Place)+"/"))
					if s.Certainty != tillwatch.Possible {
						t.Errorf("%s is %s: nobody tried it", s.Place, s.Certainty)
					}
				}
			}
			if strings.Join(places, " ") != c.want {
				t.Errorf("got %v, want %q", places, c.want)
			}
		})
	}
}

func TestAShopThatWasClosedAndForgotten(t *testing.T) {
	t.Parallel()
	target := folder(t, map[string]string{"src/Eccube/Common/Constant.php": constant("4.2.3"), ".maintenance": "normal:token"})
	for days, want := range map[int]tillwatch.Severity{1: tillwatch.Low, 30: tillwatch.Medium} {
		now := func() time.Time { return time.Now().AddDate(0, 0, days) }
		got := look(t, platform.Config{Dpkg: t.TempDir(), Now: now}, target)
		if sign, found := got.sign("platform/maintenance", ".maintenance"); !found || sign.Severity != want || sign.Since.After(time.Now()) {
			t.Errorf("after %d days: %+v", days, sign)
		}
	}
}

func TestFoldersThatCannotBeLookedAt(t *testing.T) {
	t.Parallel()
	if got := look(t, platform.Config{}, tillwatch.Target{Kind: tillwatch.KindFiles, Place: filepath.Join(t.TempDir(), "none")}); len(got.gaps) != 1 || got.pass {
		t.Errorf("got %+v", got)
	}
	file := filepath.Join(t.TempDir(), "a.php")
	if err := os.WriteFile(file, []byte("<?php"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := look(t, platform.Config{}, tillwatch.Target{Kind: tillwatch.KindFiles, Place: file}); len(got.gaps)+len(got.signs)+len(got.items) > 0 {
		t.Errorf("a file is no software: %+v", got)
	}
	target := folder(t, map[string]string{"composer.lock": "{\"packages\":[{", "wp-includes/version.php": strings.Repeat("x", 1<<20), "a/.htaccess": "<Files ("})
	if err := os.Symlink(target.Place, filepath.Join(target.Place, "loop")); err == nil {
		if got := look(t, platform.Config{Dpkg: t.TempDir()}, target); len(got.gaps) > 0 || got.software() != "" {
			t.Errorf("got %+v", got)
		}
	}
}
