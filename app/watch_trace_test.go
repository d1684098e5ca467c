package app

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/canary"
)

func TestAWatchSearchesTheServerForTheCardsOfTestOrders(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	docroot := filepath.Join(dir, "docroot")
	if err := os.Mkdir(docroot, 0o755); err != nil {
		t.Fatal(err)
	}
	text := "state: state\ntargets:\n  - page: https://shop.example/\n    interval: 24h\n    place_test_order: true\n  - files: docroot\n"
	file, err := parseWatchFile(filepath.Join(dir, "w.yaml"), []byte(text), noEnv)
	if err != nil {
		t.Fatal(err)
	}
	known := sensors{
		tillwatch.KindPage: func(_ CheckConfig, o observers) (tillwatch.Sensor, error) {
			return scripted(func(context.Context, tillwatch.Target, func(tillwatch.Observation) error) error {
				guest := canary.Mint(rand.Reader, "en", time.Now())
				o.ordered(guest)
				return os.WriteFile(filepath.Join(docroot, "stock.jpg"), []byte("\xff\xd8"+guest.Card.Number), 0o600)
			}), nil
		},
		tillwatch.KindFiles: func(CheckConfig, observers) (tillwatch.Sensor, error) { return reports(), nil },
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out, ended := newHeard(), make(chan error, 1)
	go func() { ended <- watch(ctx, WatchConfig{File: file, Language: "en", Format: "json", Out: out}, known) }()
	out.until(t, `"files/canary-found"`)
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestServersOfAWatchAreNamedInItsFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := "targets:\n  - files: sftp://u@h/var/www\n    ssh_key: key\n    known_hosts: hosts\n    full_every: 12h\n  - database: mysql://tw@localhost/shop\n    ssh: deploy@h:2222\n"
	file, err := parseWatchFile(filepath.Join(dir, "w.yaml"), []byte(text), noEnv)
	if err != nil {
		t.Fatal(err)
	}
	files, base := file.Targets[0], file.Targets[1]
	if files.SSH.KeyFile != filepath.Join(dir, "key") || files.FullEvery != 12*time.Hour || files.SSH.KnownHosts != filepath.Join(dir, "hosts") {
		t.Errorf("%+v", files)
	}
	targets, err := ParseTargets([]string{files.Word, base.Word})
	if err != nil || targets[0].Place != "sftp://u@h/var/www" || targets[1].Place != "mysql://localhost/shop?ssh=deploy@h:2222" {
		t.Errorf("%+v %v", targets, err)
	}
	for _, wrong := range []string{
		"targets:\n  - database: mysql://tw@localhost/shop?ssh=a@b\n    ssh: c@d\n",
		"targets:\n  - database: mysql://tw@localhost/shop\n    ssh: c@d/e\n",
		"targets:\n  - files: sftp://u:geheim@h/x\n",
		"targets:\n  - page: https://shop.example/\n    ssh_key: k\n",
	} {
		if _, err := parseWatchFile("w.yaml", []byte(wrong), noEnv); err == nil {
			t.Errorf("nothing is wrong with %q", wrong)
		}
	}
}
