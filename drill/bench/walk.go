package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// walk is one check of the demonstration shop by the program, which finds its own way, beside a browser that is told
// each step: the same pages, the same fields, the same keys, the last button, and the same time of listening before and
// after it, since a skimmer that polls would not be heard otherwise. Both start a browser. The second figure leaves the
// listening and the press out of the scripted one.
func walk(ctx context.Context, tillwatch string, rounds int) ([]figure, error) {
	shop, address, err := openShop(ctx, tillwatch)
	if err != nil {
		return nil, err
	}
	defer func() {
		_ = shop.Process.Signal(syscall.SIGTERM)
		_ = shop.Wait()
	}()
	var ours, bare, deaf, memory []float64
	for range rounds {
		took, peak, err := check(ctx, tillwatch, address)
		if err != nil {
			return nil, err
		}
		ours, memory = append(ours, took), append(memory, peak)
		filled, all, err := scripted(ctx, address)
		if err != nil {
			return nil, fmt.Errorf("the scripted browser: %w", err)
		}
		deaf, bare = append(deaf, filled), append(bare, all)
	}
	a, b, c, m := median(ours), median(bare), median(deaf), median(memory)
	return []figure{
		{"walk of a checkout", a, "s", "scripted browser, chromedp 0.23.0", b, a / b},
		{"walk of a checkout", a, "s", "the same up to the last button only", c, a / c},
		{"peak memory of the check", m, "MB", "limit of 150 MB", 150, m / 150},
	}, nil
}

var shopLine = regexp.MustCompile(`http://shop\.localhost:\d+/`)

func openShop(ctx context.Context, tillwatch string) (*exec.Cmd, string, error) {
	shop := exec.CommandContext(ctx, tillwatch, "demoshop")
	out, err := shop.StdoutPipe()
	if err == nil {
		err = shop.Start()
	}
	if err != nil {
		return nil, "", err
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if address := shopLine.FindString(lines.Text()); address != "" {
			return shop, address, nil
		}
	}
	return nil, "", errors.Join(errors.New("the shop did not say where it is"), shop.Wait())
}

// check runs the program and gives the seconds it took and the most memory, in MB, that it held itself: the browser is
// another process and not in it.
func check(ctx context.Context, tillwatch, address string) (took, peak float64, err error) {
	command := exec.CommandContext(ctx, tillwatch, "check", address, "--format", "json", "--quiet")
	var out, complaint bytes.Buffer
	command.Stdout, command.Stderr = &out, &complaint
	began := time.Now()
	if err := command.Start(); err != nil {
		return 0, 0, err
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			peak = max(peak, highWater(command.Process.Pid))
		case err := <-ended:
			took = time.Since(began).Seconds()
			if err != nil {
				return 0, 0, fmt.Errorf("check: %w: %s %.500s", err, complaint.String(), out.String())
			}
			return took, peak, reached(out.Bytes())
		}
	}
}

// reached makes sure that what was timed is a whole walk.
func reached(report []byte) error {
	var r struct {
		Targets []struct {
			Steps []struct{ Name string }
		}
	}
	if err := json.Unmarshal(report, &r); err != nil {
		return err
	}
	for _, t := range r.Targets {
		for _, s := range t.Steps {
			if s.Name == "press" {
				return nil
			}
		}
	}
	return errors.New("the check did not reach the last button")
}

// highWater is a process's largest resident size so far, in MB; 0 where the system does not tell.
func highWater(pid int) float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kilobytes, _ := strconv.ParseFloat(fields[0], 64)
	return kilobytes / 1024
}

// listening is how long the program leaves a page alone before the last button, and after it.
const listening = 1100 * time.Millisecond

// scripted buys, told each step; it places an order, as a customer does. filled is the time up to the last button.
func scripted(ctx context.Context, address string) (filled, all float64, err error) {
	dir, err := os.MkdirTemp("", "tillwatch-bench-")
	if err != nil {
		return 0, 0, err
	}
	defer os.RemoveAll(dir)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.UserDataDir(dir), chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Env("HOME="+dir), chromedp.WindowSize(1920, 1080))
	if os.Getuid() == 0 {
		const nobody = 65534
		if err := os.Chown(dir, nobody, nobody); err != nil {
			return 0, 0, err
		}
		options = append(options, chromedp.ModifyCmdFunc(func(c *exec.Cmd) {
			c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		}))
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	began := time.Now()
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()

	fill := func(name, text string) chromedp.Action[chromedp.Void] {
		return chromedp.SendKeys(`[name="`+name+`"]`, text)
	}
	err = chromedp.Do(ctx,
		chromedp.Navigate(address),
		chromedp.WaitReady("footer"),
		chromedp.Navigate(address+"products/cup-komorebi"),
		chromedp.SetValue(`select[name=size]`, "Small"),
		chromedp.Click(`.swatch`),
		chromedp.Click(`form.add-to-cart button[type=submit]`),
		chromedp.WaitReady(`a[href*="checkout"]`),
		chromedp.Navigate(address+"checkout"),
		chromedp.WaitVisible(`[name=email]`),
		fill("email", "hanako.yamada.canary@example.com"), fill("family_name", "山田"), fill("given_name", "花子"),
		fill("postal_code", "100-0005"), chromedp.SetValue(`[name=prefecture]`, "東京都"), fill("city", "千代田区"),
		fill("address1", "丸の内1-1-1"), fill("tel", "090-0123-4567"),
		fill("cardnumber", "4000000000000002"), fill("exp-date", "1231"), fill("cvc", "123"), fill("ccname", "HANAKO YAMADA"+kb.Tab),
		chromedp.Click(`[name=terms]`),
	)
	if filled = time.Since(began).Seconds(); err != nil {
		return filled, 0, err
	}
	err = chromedp.Do(ctx,
		chromedp.Sleep(listening),
		chromedp.Click(`form.checkout-form button[type=submit]`),
		chromedp.Sleep(listening),
		chromedp.Navigate("about:blank"),
	)
	return filled, time.Since(began).Seconds(), err
}
