package app

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestInitSaysWhatALogCannotTell(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	etc := filepath.Join(dir, "etc")
	log := filepath.Join(dir, "shop.log")
	lay(t, dir, map[string]string{
		"shop/index.php":               "",
		"etc/nginx/sites-enabled/shop": "server { listen 80; server_name shop.example; root " + dir + "/shop; access_log " + log + " combined; }",
		"shop.log":                     `198.51.100.7 - - [29/Nov/2026:04:00:00 +0000] "GET /mypage HTTP/1.1" 200 12 "-" "x"` + "\n",
	})
	plan := InitPlan{Dir: filepath.Join(dir, "shop"), Etc: etc}
	got := LogAdvice(plan)
	for _, want := range []string{log + " as it is (combined)", "access/token-unissued", "access/ratio", "auth_request /_tillwatch", "log_format tillwatch"} {
		if !strings.Contains(got, want) {
			t.Errorf("it does not say %q:\n%s", want, got)
		}
	}
	lay(t, dir, map[string]string{"shop.log": `{"time":"2026-11-29T04:00:00Z","remote_addr":"198.51.100.7","method":"GET","uri":"/mypage","status":200,"sub":"7","jti":"a","kid":"k"}` + "\n"})
	if got := LogAdvice(plan); !strings.Contains(got, "Nothing has to be changed") {
		t.Errorf("of a log that tells all:\n%s", got)
	}
	lay(t, dir, map[string]string{"shop.log": ""})
	if got := LogAdvice(plan); !strings.Contains(got, "could not be read, or is empty") {
		t.Errorf("of an empty log:\n%s", got)
	}
	lay(t, dir, map[string]string{"caddy-etc/caddy/Caddyfile": "shop.example"})
	if got := LogAdvice(InitPlan{Dir: plan.Dir, Etc: filepath.Join(dir, "caddy-etc")}); !strings.Contains(got, "forward_auth") {
		t.Errorf("of Caddy:\n%s", got)
	}
	if got := LogAdvice(InitPlan{Dir: plan.Dir, Etc: dir + "/nothing"}); got != "" {
		t.Errorf("without a server:\n%s", got)
	}
}
