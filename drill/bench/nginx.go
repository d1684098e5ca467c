package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const nginxProgram = "/usr/sbin/nginx"

// behindNginx compares nginx with the recipe with the same nginx that asks nobody, at half of what it can do with it. What a
// question costs nginx by itself is measured beside: one that it answers itself, and one that another nginx answers.
func behindNginx(ctx context.Context, tillwatch, dir, gate string, tokens []string, rounds int) ([]figure, error) {
	if _, err := os.Stat(nginxProgram); err != nil {
		return nil, nil // .ci/setup servers installs it
	}
	recipe, err := exec.CommandContext(ctx, tillwatch, "verify", "recipe", "nginx").Output()
	if err != nil {
		return nil, err
	}
	addresses := make([]string, 5)
	for i := range addresses {
		if addresses[i], err = freeAddress(ctx); err != nil {
			return nil, err
		}
	}
	empty := addresses[4]
	parts := strings.Split(strings.NewReplacer("127.0.0.1:9460", strings.TrimPrefix(gate, "http://"), "/var/log/nginx", dir).Replace(string(recipe)), "\n\n# ")
	if len(parts) != 4 {
		return nil, errors.New("the recipe for nginx has another form")
	}
	const shop = "access_log off; try_files /none @shop; } location @shop { return 200 shop; } }\n"
	servers := fmt.Sprintf("# %s\nupstream empty { server %s; keepalive 32; }\n", parts[1], empty) +
		fmt.Sprintf("server { listen %s; location / { ", addresses[0]) + shop +
		fmt.Sprintf("server { listen %s;\n# %s\nlocation / {\n# %s\n", addresses[1], parts[2], parts[3]) + shop +
		fmt.Sprintf("server { listen %s; location = /_ask { internal; return 200; } location / { auth_request /_ask; ", addresses[2]) + shop +
		fmt.Sprintf("server { listen %s;\n# %s\nlocation / {\n# %s\n", addresses[3], strings.ReplaceAll(parts[2], "http://tillwatch/", "http://empty/"), parts[3]) + shop
	for name, config := range map[string]string{
		"shop": servers, "empty": fmt.Sprintf("server { listen %s; location / { return 200; } }", empty),
	} {
		stop, err := startNginx(ctx, filepath.Join(dir, name), config)
		if err != nil {
			return nil, err
		}
		defer stop()
	}
	for _, a := range addresses {
		if err := answers(ctx, a); err != nil {
			return nil, err
		}
	}
	const n = 20_000
	took, _, err := load(ctx, "http://"+addresses[1]+"/", tokens, n, 0)
	if err != nil {
		return nil, err
	}
	full := n / took.Seconds()
	var p99 [4][]float64
	for range rounds {
		for i := range p99 {
			_, all, err := load(ctx, "http://"+addresses[i]+"/", tokens, int(full), full/2) // two seconds
			if err != nil {
				return nil, err
			}
			p99[i] = append(p99[i], quantile(all, 0.99))
		}
	}
	bare, with, itself, other := median(p99[0]), median(p99[1]), median(p99[2]), median(p99[3])
	at := fmt.Sprintf("at %.0f requests/s", full/2)
	return []figure{
		{"nginx with verify, full load", full, "req/s", "goal of 12000, load generator included", 12_000, full / 12_000},
		{"nginx with verify, p99", with, "ms", "the same nginx without, " + at, bare, with / bare},
		{"p99 that verify adds", with - bare, "ms", "limit of 1 ms", 1, with - bare},
		{"p99 that a question adds", itself - bare, "ms", "limit of 1 ms (nginx answers itself)", 1, itself - bare},
		{"p99 that asking another adds", other - bare, "ms", "limit of 1 ms (an empty nginx answers)", 1, other - bare},
		{"p99 of verify's own", with - other, "ms", "limit of 1 ms (beside the empty nginx)", 1, with - other},
	}, nil
}

func startNginx(ctx context.Context, dir, servers string) (stop func(), err error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	config := fmt.Sprintf("daemon off; master_process off; pid %[1]s/pid; error_log %[1]s/error.log; events { worker_connections 512; }\n"+
		"http { access_log off; keepalive_requests 1000000; client_body_temp_path %[1]s/a; proxy_temp_path %[1]s/b; fastcgi_temp_path %[1]s/c; uwsgi_temp_path %[1]s/d; scgi_temp_path %[1]s/e;\n%[2]s\n}\n",
		dir, servers)
	name := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(name, []byte(config), 0o600); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, nginxProgram, "-p", dir, "-e", filepath.Join(dir, "error.log"), "-c", name)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}, nil
}

func freeAddress(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// answers waits until somebody listens.
func answers(ctx context.Context, address string) error {
	for began := time.Now(); ; {
		c, err := new(net.Dialer).DialContext(ctx, "tcp", address)
		if err == nil {
			return c.Close()
		}
		if time.Since(began) > 10*time.Second {
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func quantile(xs []float64, q float64) float64 {
	median(xs) // sorts
	return xs[min(len(xs)-1, int(q*float64(len(xs))))]
}
