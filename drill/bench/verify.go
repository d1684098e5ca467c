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
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
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
	seen, err := tokens(key, "seen", 1000)
	if err != nil {
		return nil, err
	}
	var rate, cpu, newRate, newCPU []float64
	for round := range rounds {
		fresh, err := tokens(key, fmt.Sprint("new", round), 20_000)
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
	url  string
	pid  int
	stop func()
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
			return endpoint{url, cmd.Process.Pid, stop}, nil
		}
	}
	stop()
	return endpoint{}, errors.New("the verify endpoint did not say where it listens")
}

// tokens are signed with ES256 (RFC 7518).
func tokens(key *ecdsa.PrivateKey, name string, n int) ([]string, error) {
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
	}
	return out, nil
}

// load asks n times, each time with the next token, as fast as it can or perSecond times a second, and gives the time it
// took and how long each answer took in ms.
func load(ctx context.Context, url string, tokens []string, n int, perSecond float64) (time.Duration, []float64, error) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections, DisableCompression: true}}
	defer client.CloseIdleConnections()
	var next atomic.Int64
	var mu sync.Mutex
	var all []float64
	var failed error
	var work sync.WaitGroup
	began := time.Now()
	for range connections {
		work.Go(func() {
			var mine []float64
			err := func() error {
				for {
					i := int(next.Add(1)) - 1
					if i >= n {
						return nil
					}
					due := time.Now()
					if perSecond > 0 { // an answer that is late makes no later one look fast
						due = began.Add(time.Duration(float64(i) / perSecond * float64(time.Second)))
						time.Sleep(time.Until(due))
					}
					r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
					if err != nil {
						return err
					}
					r.Header.Set("Authorization", "Bearer "+tokens[i%len(tokens)])
					got, err := client.Do(r)
					if err != nil {
						return err
					}
					_, err = io.Copy(io.Discard, got.Body)
					got.Body.Close()
					if err != nil || got.StatusCode != http.StatusOK {
						return fmt.Errorf("answered %s: %w", got.Status, err)
					}
					mine = append(mine, float64(time.Since(due).Microseconds())/1000)
				}
			}()
			mu.Lock()
			defer mu.Unlock()
			all = append(all, mine...)
			failed = errors.Join(failed, err)
		})
	}
	work.Wait()
	return time.Since(began), all, failed
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

// behindNginx compares nginx with the recipe and the same nginx without the question, at half of what it can do with it.
func behindNginx(ctx context.Context, tillwatch, dir, gate string, tokens []string, rounds int) ([]figure, error) {
	program := "/usr/sbin/nginx"
	if _, err := os.Stat(program); err != nil {
		return nil, nil // .ci/setup servers installs it
	}
	recipe, err := exec.CommandContext(ctx, tillwatch, "verify", "recipe", "nginx").Output()
	if err != nil {
		return nil, err
	}
	parts := strings.Split(strings.NewReplacer("127.0.0.1:9460", strings.TrimPrefix(gate, "http://"), "/var/log/nginx", dir).Replace(string(recipe)), "\n\n# ")
	if len(parts) != 4 {
		return nil, errors.New("the recipe for nginx has another form")
	}
	var ports [2]string
	for i := range ports {
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		ports[i] = l.Addr().String()
		l.Close()
	}
	config := fmt.Sprintf("daemon off; master_process off; pid %[1]s/pid; error_log %[1]s/error.log; events { worker_connections 512; }\n"+
		"http { access_log off; client_body_temp_path %[1]s/a; proxy_temp_path %[1]s/b; fastcgi_temp_path %[1]s/c; uwsgi_temp_path %[1]s/d; scgi_temp_path %[1]s/e;\n# %[2]s\n"+
		"server { listen %[3]s; location / { try_files /none @shop; } location @shop { return 200 shop; } }\n"+
		"server { listen %[4]s;\n# %[5]s\nlocation / {\n# %[6]s\naccess_log off; try_files /none @shop; }\nlocation @shop { return 200 shop; } } }\n",
		dir, parts[1], ports[0], ports[1], parts[2], parts[3])
	if err := os.WriteFile(filepath.Join(dir, "nginx.conf"), []byte(config), 0o600); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, program, "-p", dir, "-e", filepath.Join(dir, "error.log"), "-c", filepath.Join(dir, "nginx.conf"))
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	for began := time.Now(); ; {
		c, err := new(net.Dialer).DialContext(ctx, "tcp", ports[1])
		if err == nil {
			c.Close()
			break
		}
		if time.Since(began) > 10*time.Second {
			return nil, err
		}
		time.Sleep(10 * time.Millisecond)
	}
	const n = 20_000
	took, _, err := load(ctx, "http://"+ports[1]+"/", tokens, n, 0)
	if err != nil {
		return nil, err
	}
	full := n / took.Seconds()
	var with, without []float64
	for range rounds {
		for _, one := range []struct {
			port string
			p99  *[]float64
		}{{ports[0], &without}, {ports[1], &with}} {
			_, all, err := load(ctx, "http://"+one.port+"/", tokens, int(full), full/2) // two seconds
			if err != nil {
				return nil, err
			}
			*one.p99 = append(*one.p99, quantile(all, 0.99))
		}
	}
	a, b := median(with), median(without)
	return []figure{
		{"nginx with verify, full load", full, "req/s", "goal of 12000, load generator included", 12_000, full / 12_000},
		{"nginx with verify, p99", a, "ms", fmt.Sprintf("the same nginx without, at %.0f requests/s", full/2), b, a / b},
		{"p99 that verify adds", a - b, "ms", "limit of 1 ms", 1, a - b},
	}, nil
}

func quantile(xs []float64, q float64) float64 {
	median(xs) // sorts
	return xs[min(len(xs)-1, int(q*float64(len(xs))))]
}
