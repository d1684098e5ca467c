package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// contentsPackages are npm packages that stand for a shop's own tree beside its PHP: many small files and some large ones.
var contentsPackages = []string{"antd@5.22.0", "typescript@5.8.3", "jquery@3.7.1", "lodash@4.17.21", "bootstrap@5.3.3", "vue@3.5.13"}

// contentsWords is ten plain words that web shells and skimmers have, for a peer that looks for words: what such a search is
// asked for at the least.
var contentsWords = []string{"eval(base64_decode(", "gzinflate(base64_decode(", "shell_exec(", "passthru(", "move_uploaded_file(", "preg_replace('/.*/e'", "create_function(", "$_REQUEST[", "pcntl_exec(", "auto_prepend_file"}

// contents is how fast contents are judged: the prefilter over every file, beside grep and YARA looking for ten words and
// rules; the PHP that it lets through; and JavaScript. Each is one thread.
func contents(ctx context.Context, _ string, rounds int) ([]figure, error) {
	dir, err := os.MkdirTemp("", "tillwatch-bench-contents-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	tree := filepath.Join(dir, "tree")
	php, err := makeContents(ctx, tree)
	if err != nil {
		return nil, err
	}
	size, err := sizeOf(tree)
	if err != nil {
		return nil, err
	}
	sift, err := measured(ctx, dir, "./sensor/files", "sift", nil, "Prefilter", tree)
	if err != nil {
		return nil, err
	}
	words, rules := filepath.Join(dir, "words"), filepath.Join(dir, "rules.yar")
	if err := errors.Join(os.WriteFile(words, []byte(strings.Join(contentsWords, "\n")+"\n"), 0o600), os.WriteFile(rules, []byte(yaraRules()), 0o600)); err != nil {
		return nil, err
	}
	type peer struct {
		name  string
		args  []string
		times []float64
	}
	peers := []*peer{
		{name: "find | xargs cat", args: []string{"sh", "-c", `find "$0" -type f -print0 | xargs -0 -n2000 cat >/dev/null`, tree}},
		{name: "find | xargs grep -F -c, ten words", args: []string{"sh", "-c", `find "$0" -type f -print0 | LC_ALL=C xargs -0 -n2000 grep -F -c -f "$1" >/dev/null || test $? = 123`, tree, words}},
	}
	if yara, err := exec.LookPath("yara"); err == nil {
		peers = append(peers, &peer{name: "yara -p 1, ten rules", args: []string{yara, "-p", "1", "-r", rules, tree}})
	}
	var ours []float64
	for range rounds {
		speed, err := sift()
		if err != nil {
			return nil, err
		}
		ours = append(ours, speed)
		for _, p := range peers {
			took, err := timed(ctx, nil, p.args[0], p.args[1:]...)
			if err != nil {
				return nil, err
			}
			p.times = append(p.times, size/1e6/took)
		}
	}
	speed := median(ours)
	figures := []figure{{"files: prefilter of all contents", speed, "MB/s", "goal of 350 MB/s", 350, speed / 350}}
	for _, p := range peers {
		other := median(p.times)
		figures = append(figures, figure{"files: prefilter of all contents", speed, "MB/s", p.name, other, speed / other})
	}
	if php {
		analysis, err := analysisSpeed(ctx, dir, rounds, "./sensor/files/php", "php", nil, "Analyse/analysis", tree)
		if err != nil {
			return nil, err
		}
		figures = append(figures, figure{"files: PHP that is let through", analysis, "MB/s", "goal of 15 MB/s", 15, analysis / 15})
	} else {
		fmt.Fprintln(os.Stderr, "bench: no PHP to measure: apt-get install -y --no-install-recommends wordpress")
	}
	for _, one := range []struct {
		name, bench string
		goal        float64
	}{{"script: bundles as published", "Analyse/whole", 15}, {"script: bundles that are lowered", "Analyse/lowered", 4}} {
		analysis, err := analysisSpeed(ctx, dir, min(rounds, 3), "./script", "script", []string{"-tags", "corpus"}, one.bench, tree)
		if err != nil {
			return nil, err
		}
		figures = append(figures, figure{one.name, analysis, "MB/s", fmt.Sprintf("goal of %.0f MB/s", one.goal), one.goal, analysis / one.goal})
	}
	return figures, nil
}

func analysisSpeed(ctx context.Context, dir string, rounds int, pkg, name string, flags []string, bench, tree string) (float64, error) {
	run, err := measured(ctx, dir, pkg, name, flags, bench, tree)
	if err != nil {
		return 0, err
	}
	var speeds []float64
	for range rounds {
		speed, err := run()
		if err != nil {
			return 0, err
		}
		speeds = append(speeds, speed)
	}
	return median(speeds), nil
}

var megabytes = regexp.MustCompile(`([0-9.]+) MB/s`)

// measured builds the benchmarks of one of the product's packages, and gives what runs one of them over a tree.
func measured(ctx context.Context, dir, pkg, name string, flags []string, bench, tree string) (func() (float64, error), error) {
	binary := filepath.Join(dir, name+".test")
	args := append([]string{"-C", "../..", "test", "-c", "-o", binary}, flags...)
	if err := quiet(ctx, "", "go", append(args, pkg)...); err != nil {
		return nil, fmt.Errorf("%s: %w", pkg, err)
	}
	return func() (float64, error) {
		cmd := exec.CommandContext(ctx, binary, "-test.run", "^$", "-test.bench", "^Benchmark"+bench+"$", "-test.benchtime", "2s", "-test.cpu", "1")
		cmd.Dir = filepath.Join("../..", filepath.FromSlash(pkg))
		cmd.Env = append(os.Environ(), "TILLWATCH_BENCH_TREE="+tree)
		out, err := cmd.CombinedOutput()
		if err != nil {
			return 0, fmt.Errorf("%s: %w: %.2000s", bench, err, out)
		}
		found := megabytes.FindSubmatch(out)
		if found == nil {
			return 0, fmt.Errorf("%s measured nothing: %.2000s", bench, out)
		}
		return strconv.ParseFloat(string(found[1]), 64)
	}, nil
}

// makeContents puts WordPress, where it can be had, and npm packages into one tree.
func makeContents(ctx context.Context, tree string) (php bool, err error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return false, err
	}
	for _, folder := range []string{"/usr/share/wordpress", filepath.Join(cache, "tillwatch-tests", "wordpress", "usr", "share", "wordpress")} {
		if _, err := os.Stat(filepath.Join(folder, "wp-settings.php")); err != nil {
			continue
		}
		if err := errors.Join(os.MkdirAll(tree, 0o700), quiet(ctx, "", "cp", "-r", folder, filepath.Join(tree, "wordpress"))); err != nil {
			return false, err
		}
		php = true
		break
	}
	archives := filepath.Join(cache, "tillwatch", "bench")
	if err := os.MkdirAll(archives, 0o700); err != nil {
		return false, err
	}
	for _, name := range contentsPackages {
		archive := filepath.Join(archives, strings.ReplaceAll(name, "@", "-")+".tgz")
		if _, err := os.Stat(archive); err != nil {
			fmt.Fprintf(os.Stderr, "bench: fetching %s\n", name)
			if err := quiet(ctx, archives, "npm", "pack", "--silent", name); err != nil {
				return false, fmt.Errorf("npm pack %s: %w", name, err)
			}
		}
		folder := filepath.Join(tree, "node_modules", name[:strings.LastIndex(name, "@")])
		if err := errors.Join(os.MkdirAll(folder, 0o700), quiet(ctx, tree, "tar", "-xzf", archive, "-C", folder, "--strip-components=1")); err != nil {
			return false, err
		}
	}
	return php, nil
}

func sizeOf(tree string) (bytes float64, err error) {
	err = filepath.WalkDir(tree, func(_ string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			bytes += float64(info.Size())
		}
		return err
	})
	return bytes, err
}

// yaraRules is the ten words as rules of the sort that such lists are made of: a word and a second one somewhere in the file.
func yaraRules() string {
	var b strings.Builder
	for i, w := range contentsWords {
		fmt.Fprintf(&b, "rule r%d { strings: $a = %q nocase $b = /(base64|gz|rot13)[a-z_]{2,12}\\s*\\(/ nocase condition: $a and $b }\n", i, w)
	}
	return b.String()
}
