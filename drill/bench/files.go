package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// The size of the tree is that of a shop with its packages: 75,000 files of some 9 KB, eight to a folder.
const (
	treeFiles   = 75_000
	treeFolder  = 8
	treeLargest = 64 << 10
)

// fileTree is how long it takes to make the first baseline of a folder with the digest of every file, beside reading all
// of it; and to find out that nothing changed, beside asking the system for the times of every file.
func fileTree(ctx context.Context, tillwatch string, rounds int) ([]figure, error) {
	dir, err := os.MkdirTemp("", "tillwatch-bench-files-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	tree := filepath.Join(dir, "shop")
	if err := makeTree(ctx, tree); err != nil {
		return nil, err
	}
	var first, again, cat, find []float64
	for round := range rounds {
		state := filepath.Join(dir, fmt.Sprintf("state%d", round))
		for _, one := range []struct {
			times *[]float64
			args  []string
		}{
			{&cat, []string{"sh", "-c", `find "$0" -type f -print0 | xargs -0 -P2 -n2000 cat >/dev/null`, tree}},
			{&first, []string{tillwatch, "deploy", "begin", tree, "--state", state, "--who", "bench", "--why", "bench"}},
			{&find, []string{"find", tree, "-type", "f", "-newermt", "2100-01-01"}},
			{&again, []string{tillwatch, "deploy", "end", "--state", state}},
		} {
			began := time.Now()
			if out, err := exec.CommandContext(ctx, one.args[0], one.args[1:]...).CombinedOutput(); err != nil {
				return nil, fmt.Errorf("%v: %w: %s", one.args, err, out)
			}
			*one.times = append(*one.times, time.Since(began).Seconds())
		}
		if err := os.RemoveAll(state); err != nil {
			return nil, err
		}
	}
	a, b, c, d := median(first), median(cat), median(again), median(find)
	return []figure{
		{"files: first baseline", a, "s", "find | xargs -P2 cat", b, a / b},
		{"files: nothing changed", c, "s", "find with stat", d, c / d},
	}, nil
}

// makeTree writes a tree like one of packages: many small files, some large ones.
func makeTree(ctx context.Context, tree string) error {
	random := rand.New(rand.NewPCG(1, 2))
	text := make([]byte, treeLargest)
	for i := range text {
		text[i] = "abcdefghijklmnopqrstuvwxyz (){};=.\n"[random.IntN(35)]
	}
	for i := range treeFiles {
		folder := filepath.Join(tree, "node_modules", fmt.Sprintf("package-%d", i/64), "lib", fmt.Sprintf("part%d", i/treeFolder))
		if i%treeFolder == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := os.MkdirAll(folder, 0o755); err != nil {
				return err
			}
		}
		size := min(int(random.ExpFloat64()*9400), treeLargest)
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("module-%d.js", i)), text[treeLargest-size:], 0o644); err != nil {
			return err
		}
	}
	return nil
}
