package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// lay writes files below dir; a name that ends in a slash is a folder.
func lay(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if strings.HasSuffix(name, "/") {
			if err := os.MkdirAll(path, 0o755); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPlatformsAndTheirDatabasesAreFound(t *testing.T) {
	t.Parallel()
	const password = "Geheim-4711"
	for name, c := range map[string]struct {
		files    map[string]string
		platform string
		database string
	}{
		"WooCommerce": {map[string]string{
			"wp-includes/version.php": "", "wp-content/plugins/woocommerce/": "",
			"wp-config.php": "define( 'DB_NAME', 'shop' );\ndefine('DB_USER','wp');\ndefine('DB_PASSWORD', '" + password + "');\ndefine(\"DB_HOST\", \"db.example:3307\");",
		}, "WordPress with WooCommerce", "mysql://tillwatch@db.example:3307/shop"},
		"WordPress on a socket": {map[string]string{
			"wp-includes/version.php": "", "wp-config.php": "define('DB_NAME','shop');define('DB_HOST','localhost:/run/mysqld.sock');",
		}, "WordPress", "mysql://tillwatch@localhost/shop"},
		"EC-CUBE 4": {map[string]string{
			"src/Eccube/": "", "app/config/eccube/": "", ".env": "APP_ENV=prod\nDATABASE_URL=mysql://ec:" + password + "@127.0.0.1:3306/eccube?charset=utf8\n",
		}, "EC-CUBE 4", "mysql://tillwatch@127.0.0.1:3306/eccube"},
		"EC-CUBE 4 on PostgreSQL": {map[string]string{
			"src/Eccube/": "", "app/config/eccube/": "", ".env": "DATABASE_URL=\"postgresql://ec:" + password + "@db/eccube\"\n",
		}, "EC-CUBE 4", "postgres://tillwatch@db/eccube"},
		"EC-CUBE 2": {map[string]string{
			"data/class/": "", "html/": "", "data/config/config.php": "define('DB_TYPE', 'pgsql');\ndefine('DB_PASSWORD', '" + password + "');\ndefine('DB_SERVER', '');\ndefine('DB_NAME', 'ec2');",
		}, "EC-CUBE 2", "postgres://tillwatch@localhost/ec2"},
		"Magento": {map[string]string{
			"pub/": "", "app/etc/env.php": "<?php return ['db' => ['connection' => ['default' => ['host' => 'db', 'dbname' => 'magento', 'password' => '" + password + "']]]];",
		}, "Magento 2", "mysql://tillwatch@db/magento"},
		"EverShop": {map[string]string{
			"node_modules/@evershop/evershop/": "", ".env": "DB_HOST=127.0.0.1\nDB_NAME=evershop\nDB_PASSWORD=" + password,
		}, "EverShop", "postgres://tillwatch@127.0.0.1/evershop"},
		"a hostile name": {map[string]string{
			"wp-includes/version.php": "", "wp-config.php": "define('DB_NAME','a\"\n  - page: x');define('DB_HOST','h');",
		}, "WordPress", ""},
		"no shop": {map[string]string{"notes.txt": ""}, "", ""},
	} {
		dir := t.TempDir()
		lay(t, dir, c.files)
		out := filepath.Join(t.TempDir(), "tillwatch.yaml")
		if _, _, err := Init(InitPlan{Dir: dir, Etc: t.TempDir(), Out: out}); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		shop := findShop(dir, t.TempDir())
		if shop.Platform != c.platform || shop.Database != c.database {
			t.Errorf("%s: %q with %q", name, shop.Platform, shop.Database)
		}
		text, err := os.ReadFile(out)
		if err != nil || strings.Contains(string(text), password) {
			t.Errorf("%s: the password is in the file, or %v", name, err)
		}
		if c.database != "" && !strings.Contains(string(text), c.database) {
			t.Errorf("%s: the database is not in the file:\n%s", name, text)
		}
		if _, err := parseWatchFile(out, text, noEnv); err != nil && c.platform != "" {
			t.Errorf("%s: what was written cannot be read: %v", name, err)
		}
		everything := strings.ReplaceAll(strings.ReplaceAll(string(text), "  # - ", "  - "), "  #   ", "    ")
		lay(t, filepath.Dir(out), map[string]string{"database.password": password})
		if _, err := parseWatchFile(out, []byte(everything), noEnv); err != nil {
			t.Errorf("%s: with every example taken in: %v\n%s", name, err, everything)
		}
	}
}

func TestWebServersSayWhereTheShopIs(t *testing.T) {
	t.Parallel()
	etc, root := t.TempDir(), t.TempDir()
	lay(t, root, map[string]string{"shop/index.php": "", "other/index.php": ""})
	lay(t, etc, map[string]string{
		"nginx/sites-enabled/shop": `
# server { server_name commented.example; }
server { listen 80; server_name shop.example; return 301 https://$host$request_uri; root ` + root + `/shop; }
server {
  listen 443 ssl http2; server_name _ *.shop.example shop.example www.shop.example;
  root ` + root + `/shop;
  access_log /var/log/nginx/shop.log combined;
  location / { root /elsewhere; access_log off; }
}`,
		"apache2/sites-enabled/other.conf": `
<VirtualHost *:80>
  ServerName other.example
  DocumentRoot "` + root + `/other"
  CustomLog ${APACHE_LOG_DIR}/other.log combined
</VirtualHost>
ServerName outside.example
`,
	})
	shop := findShop(filepath.Join(root, "shop"), etc)
	if got := shop.storefront(); got != "https://shop.example/" {
		t.Errorf("storefront %q", got)
	}
	if got := shop.log(); got != "/var/log/nginx/shop.log" {
		t.Errorf("log %q", got)
	}
	other := findShop(filepath.Join(root, "other"), etc)
	if other.storefront() != "http://other.example/" || other.log() != "/var/log/apache2/other.log" {
		t.Errorf("%q, %q", other.storefront(), other.log())
	}
}

func TestInitReplacesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	out := filepath.Join(dir, "tillwatch.yaml")
	lay(t, dir, map[string]string{"tillwatch.yaml": "mine"})
	plan := InitPlan{Dir: dir, Etc: dir, Out: out}
	if _, _, err := Init(plan); err == nil {
		t.Error("it was replaced")
	}
	if text, _ := os.ReadFile(out); string(text) != "mine" {
		t.Errorf("it holds %q", text)
	}
	plan.Force = true
	if _, _, err := Init(plan); err != nil {
		t.Error(err)
	}
}

func FuzzParseSites(f *testing.F) {
	f.Add("server { server_name a; } }{ server{listen 443;root;}")
	f.Add("<VirtualHost *:443>\nServerName\nServerName a:1\nDocumentRoot \"/x\"\n</VirtualHost>\n</VirtualHost>")
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range append(parseNginx(text), parseApache(text)...) {
			if s.name != "" && !isHostName(s.name) {
				t.Errorf("%q is no host", s.name)
			}
		}
	})
}
