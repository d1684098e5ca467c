package platform_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/platform"
)

const secretValue = "hunter2-is-our-password"

func TestWhatNobodyShouldFetchIsProvenByItsContent(t *testing.T) {
	t.Parallel()
	ec2 := html("<script src=/user_data/packages/default/js/x.js></script><body>")
	ec4 := html("<meta name=eccube-csrf-token content=x><body>")
	for name, c := range map[string]struct {
		home     func(http.ResponseWriter, *http.Request)
		at, body string
		severity tillwatch.Severity // 0: quiet
	}{
		"git":               {ec4, "/.git/HEAD", "ref: refs/heads/main\n", tillwatch.High},
		"git detached":      {ec4, "/.git/HEAD", strings.Repeat("a1", 20) + "\n", tillwatch.High},
		"git, a page":       {ec4, "/.git/HEAD", "<!doctype html><p>ref: refs/heads/main", 0},
		"env":               {ec4, "/.env", "# ours\nAPP_ENV=prod\nDATABASE_URL=mysql://u:" + secretValue + "@h/d\n", tillwatch.High},
		"env, empty":        {ec4, "/.env", "", 0},
		"env, a sentence":   {ec4, "/.env", "Nothing to see here", 0},
		"dump":              {ec4, "/backup.sql", "-- MySQL dump 10.13\nCREATE TABLE dtb_customer (id int);\nINSERT INTO dtb_customer VALUES (1,'" + secretValue + "');", tillwatch.Critical},
		"dump by host":      {ec4, "/127.0.0.1.sql", "-- PostgreSQL database dump\n", tillwatch.Critical},
		"archive":           {ec4, "/backup.zip", "PK\x03\x04" + secretValue, tillwatch.High},
		"archive, a page":   {ec4, "/backup.zip", "<html>not found", 0},
		"phpinfo":           {ec4, "/phpinfo.php", "<!DOCTYPE html><html><head><title>PHP 8.2.1 - phpinfo()</title></head><body><h1>PHP Version 8.2.1</h1>", tillwatch.Medium},
		"lock":              {ec4, "/composer.lock", `{"content-hash":"x","packages":[]}`, tillwatch.Low},
		"data folder":       {ec2, "/data/Smarty/templates/default/site_frame.tpl", "<!DOCTYPE html>\n<!--{strip}--><html>", tillwatch.High},
		"installer":         {ec2, "/install/", "<html><title>EC-CUBEインストール</title><form>", tillwatch.High},
		"admin":             {ec2, "/admin/", "<html><title>管理機能</title><form><input type=\"password\" name=p>", tillwatch.Low},
		"not its software":  {ec4, "/data/Smarty/templates/default/site_frame.tpl", "<!DOCTYPE html>\n<!--{strip}--><html>", 0},
		"sqlite":            {ec4, "/var/eccube.db", "SQLite format 3\x00" + secretValue, tillwatch.Critical},
		"login elsewhere":   {ec2, "/login/", "<html><title>管理機能</title><input type=password>", 0},
		"the shop has none": {ec4, "/x", "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			place := serve(t, shop{"/": c.home, c.at: text("text/plain", c.body)})
			got := look(t, platform.Config{}, page(place))
			var found []tillwatch.Sign
			for _, s := range got.signs {
				if s.Rule == "platform/exposed" {
					found = append(found, s)
				}
			}
			if fmt.Sprintf("%+v", got) == "" || strings.Contains(fmt.Sprintf("%+v", got), secretValue) {
				t.Error("what was fetched stands in what is told")
			}
			if c.severity == 0 {
				if len(found) > 0 {
					t.Errorf("got %+v", found)
				}
				return
			}
			if len(found) != 1 || found[0].Severity != c.severity || found[0].Certainty != tillwatch.Certain || !strings.HasSuffix(found[0].Place, c.at) {
				t.Errorf("got %+v, want %s at %s", found, c.severity, c.at)
			}
		})
	}
}

// A shop that has an answer to every address has none of these files.
func TestShopsThatAnswerEverythingAreQuiet(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"a page":             "<!doctype html><title>EC-CUBEインストール 管理機能</title><input type=password><p>ref: refs/heads/main</p>",
		"what we look for":   "ref: refs/heads/main\n",
		"settings":           "APP_ENV=prod\nDATABASE_URL=x\n",
		"a dump":             "-- MySQL dump\nCREATE TABLE x (y int);",
		"an archive":         "PK\x03\x04",
		"nothing":            "",
		"the page each time": "<html><body>" + strings.Repeat("welcome ", 50),
	} {
		all := func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/" {
				html("<script src=/user_data/packages/default/js/x.js></script><body>")(w, r)
				return
			}
			text("text/html", body)(w, r)
		}
		got := look(t, platform.Config{}, page(serveAll(t, all)))
		for _, s := range got.signs {
			if s.Rule == "platform/exposed" {
				t.Errorf("%s: %+v", name, s)
			}
		}
	}
}
