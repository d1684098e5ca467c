package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// connections is how many of the load generator's ask at once; it, the program and nginx share the machine.
const connections = 16

// verify is the verify endpoint under full load with tokens that it has seen and with new ones, and what it adds to nginx
// at half of what nginx can do with it.
func verify(ctx context.Context, tillwatch string, rounds int) ([]figure, error) {
	dir, err := os.MkdirTemp("", "tillwatch-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	endpoint, err := openEndpoint(ctx, tillwatch, dir, key)
	if err != nil {
		return nil, err
	}
	defer endpoint.stop()
	seen, err := endpoint.tokens(ctx, key, "seen", 1000)
	if err != nil {
		return nil, err
	}
	var rate, cpu, newRate, newCPU []float64
	for round := range rounds {
		fresh, err := endpoint.tokens(ctx, key, fmt.Sprint("new", round), 20_000)
		if err != nil {
			return nil, err
		}
		for _, one := range []struct {
			tokens    []string
			n         int
			rate, cpu *[]float64
		}{{seen, 40_000, &rate, &cpu}, {fresh, len(fresh), &newRate, &newCPU}} {
			before := cpuOf(endpoint.pid)
			took, _, err := load(ctx, endpoint.url+"/v1/verify", one.tokens, one.n, 0)
			if err != nil {
				return nil, err
			}
			*one.rate = append(*one.rate, float64(one.n)/took.Seconds())
			*one.cpu = append(*one.cpu, (cpuOf(endpoint.pid)-before)*1000/float64(one.n))
		}
	}
	r, c, nr, nc := median(rate), median(cpu), median(newRate), median(newCPU)
	figures := []figure{
		{"verify, tokens seen before", r, "req/s", "goal of 12000, load generator included", 12_000, r / 12_000},
		{"verify, CPU, seen before", c, "ms", "limit of 0.1 ms", 0.1, c / 0.1},
		{"verify, every token new", nr, "req/s", "the same with tokens seen before", r, nr / r},
		{"verify, CPU, new ES256", nc, "ms", "limit of 0.25 ms", 0.25, nc / 0.25},
	}
	behind, err := behindNginx(ctx, tillwatch, dir, endpoint.url, seen, rounds)
	return append(figures, behind...), err
}

type endpoint struct {
	url    string
	pid    int
	issuer string // the log of issued tokens, which it follows
	issued int
	stop   func()
}

var verifyAddress = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

func openEndpoint(ctx context.Context, tillwatch, dir string, key *ecdsa.PrivateKey) (endpoint, error) {
	point, err := key.PublicKey.Bytes()
	if err != nil {
		return endpoint{}, err
	}
	b64 := base64.RawURLEncoding.EncodeToString
	jwks := fmt.Sprintf(`{"keys":[{"kty":"EC","crv":"P-256","kid":"K1","alg":"ES256","x":%q,"y":%q}]}`, b64(point[1:33]), b64(point[33:]))
	if err := os.WriteFile(filepath.Join(dir, "jwks.json"), []byte(jwks), 0o600); err != nil {
		return endpoint{}, err
	}
	cmd := exec.CommandContext(ctx, tillwatch, "verify", "--listen", "127.0.0.1:0", "--jwks", filepath.Join(dir, "jwks.json"),
		"--issued-log", filepath.Join(dir, "issuer.log"), "--state", filepath.Join(dir, "state"))
	cmd.Env = append(os.Environ(), "TILLWATCH_SITE_KEY_FILE="+filepath.Join(dir, "site.key"))
	said, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return endpoint{}, err
	}
	stop := func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	}
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if url := verifyAddress.FindString(lines.Text()); url != "" {
			return endpoint{url: url, pid: cmd.Process.Pid, issuer: filepath.Join(dir, "issuer.log"), stop: stop}, nil
		}
	}
	stop()
	return endpoint{}, errors.New("the verify endpoint did not say where it listens")
}

// tokens are signed with ES256 (RFC 7518), and issued, as those of customers are.
func (e *endpoint) tokens(ctx context.Context, key *ecdsa.PrivateKey, name string, n int) ([]string, error) {
	var log bytes.Buffer
	b64 := base64.RawURLEncoding.EncodeToString
	exp := time.Now().Add(time.Hour).Unix()
	out := make([]string, n)
	for i := range out {
		text := b64([]byte(`{"alg":"ES256","kid":"K1"}`)) + "." + b64(fmt.Appendf(nil, `{"jti":"%s-%d","sub":"%d","iat":%d,"exp":%d}`, name, i, i, exp-3600, exp))
		sum := sha256.Sum256([]byte(text))
		r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
		if err != nil {
			return nil, err
		}
		var raw [64]byte
		r.FillBytes(raw[:32])
		s.FillBytes(raw[32:])
		out[i] = text + "." + b64(raw[:])
		fmt.Fprintf(&log, `{"jti":"%s-%d","sub":"%d","kid":"K1","iat":%d,"exp":%d}`+"\n", name, i, i, exp-3600, exp)
	}
	f, err := os.OpenFile(e.issuer, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = f.Write(log.Bytes())
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	e.issued += n
	return out, e.knows(ctx, e.issued)
}

// knows waits until the endpoint has written down so many tokens.
func (e *endpoint) knows(ctx context.Context, n int) error {
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, e.url+"/v1/status", nil)
		if err != nil {
			return err
		}
		got, err := http.DefaultClient.Do(r)
		if err != nil {
			return err
		}
		var status struct{ Tokens int }
		err = json.NewDecoder(got.Body).Decode(&status)
		got.Body.Close()
		if err != nil || status.Tokens >= n {
			return err
		}
		if time.Since(began) > time.Minute {
			return fmt.Errorf("of %d issued tokens the endpoint has written down %d", n, status.Tokens)
		}
	}
}

// cpuOf is how many seconds of processors a process has used.
func cpuOf(pid int) float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseFloat(fields[11], 64)
	system, _ := strconv.ParseFloat(fields[12], 64)
	return (user + system) / 100
}
