package main

import (
	"archive/tar"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch/known"
	"github.com/tillwatch/tillwatch/script"
)

// gather makes the lists of what is in the files that the list of libraries names by digest: their statements, and the
// digests of their code alone. Packages that the cache lacks are fetched with npm.
func gather(ctx context.Context, source, cache string) error {
	list, err := readLibraries(filepath.Join(source, librariesName))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return err
	}
	for _, library := range list.names {
		if err := fetch(ctx, cache, library, list.onNPM[library]); err != nil {
			return fmt.Errorf("%s: %w", library, err)
		}
	}
	found := contents{statements: map[uint64]map[release]bool{}, trimmed: map[string]code{}}
	for _, library := range list.names {
		for _, version := range list.onNPM[library] {
			if err := list.readPackage(filepath.Join(cache, tarball(library, version)), found); err != nil {
				return fmt.Errorf("%s %s: %w", library, version, err)
			}
		}
	}
	fmt.Fprintf(os.Stderr, "%d of %d listed contents read, %d statements\n", len(found.trimmed), len(list.releases), len(found.statements))
	if err := writeList(filepath.Join(source, trimmedName), list.trimmedText(found.trimmed)); err != nil {
		return err
	}
	return writeList(filepath.Join(source, statementsName), list.statementsText(found.statements))
}

// libraries is what the list of libraries says about packages.
type libraries struct {
	date     string
	names    []string             // sorted
	versions map[string][]string  // of each library, oldest first
	onNPM    map[string][]string  // of each library, those versions of which a file is of the npm package
	releases map[string][]release // that have the content with this SHA-256, in hex
}

type release struct{ library, version string }

// offNPM are the paths and the library that the list took from repositories.
var offNPM = regexp.MustCompile(`^(cdn|tag)/|^modernizr\t`)

func readLibraries(name string) (*libraries, error) {
	text, err := readList(name)
	if err != nil {
		return nil, err
	}
	list := &libraries{versions: map[string][]string{}, onNPM: map[string][]string{}, releases: map[string][]release{}}
	for line := range strings.Lines(string(text)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		switch {
		case fields[0] == "#date":
			list.date = fields[1]
		case len(fields) == 6 && !strings.HasPrefix(fields[0], "#"):
			library, version := fields[0], fields[1]
			list.versions[library] = appendNew(list.versions[library], version)
			if !offNPM.MatchString(fields[2]) && !offNPM.MatchString(library+"\t") {
				list.onNPM[library] = appendNew(list.onNPM[library], version)
			}
			list.releases[fields[3]] = append(list.releases[fields[3]], release{library, version})
		}
	}
	list.names = slices.Sorted(maps.Keys(list.versions))
	return list, nil
}

func appendNew(list []string, s string) []string {
	if len(list) > 0 && list[len(list)-1] == s {
		return list
	}
	return append(list, s)
}

// fetch packs the versions that cache lacks.
func fetch(ctx context.Context, cache, library string, versions []string) error {
	args := []string{"pack", "--silent", "--ignore-scripts", "--pack-destination", cache}
	options := len(args)
	for _, v := range versions {
		if _, err := os.Stat(filepath.Join(cache, tarball(library, v))); errors.Is(err, os.ErrNotExist) {
			args = append(args, library+"@"+v)
		}
	}
	if len(args) == options {
		return nil
	}
	npm := exec.CommandContext(ctx, "npm", args...)
	npm.Stderr = os.Stderr
	return npm.Run()
}

// tarball is what npm calls the file of a package.
func tarball(library, version string) string {
	return strings.ReplaceAll(strings.TrimPrefix(library, "@"), "/", "-") + "-" + version + ".tgz"
}

// contents is what was found in the files.
type contents struct {
	statements map[uint64]map[release]bool // by hash
	trimmed    map[string]code             // by digest of the file
}

// code is a file without the comments before and after its code.
type code struct {
	digest string
	size   int
}

// notServed are files that no page loads as a script of its own (modules, builds for servers and profilers, tests), that
// are data (translations), or that hold another library as well.
var notServed = regexp.MustCompile(`(?i)[-./](esm|common|cjs|server|profiling|tests?|unstable|test-utils)[-./]|with-locales|plus-jquery|JSXTransformer|` +
	`\.mjs$|(^|/)(es|i18n|l10n|langs?|locales?|localization)[/.]`)

const maxFile = 32 << 20

// readPackage adds what is in every listed file that was not read before.
func (l *libraries) readPackage(name string, found contents) error {
	compressed, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	unzipped, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		return err
	}
	for files := tar.NewReader(unzipped); ; {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if header.Typeflag != tar.TypeReg || header.Size > maxFile {
			continue
		}
		content, err := io.ReadAll(files)
		if err != nil {
			return err
		}
		digest := sha256.Sum256(content)
		sum := hex.EncodeToString(digest[:])
		if l.releases[sum] == nil || found.trimmed[sum].digest != "" {
			continue
		}
		found.trimmed[sum] = trim(content)
		if !notServed.MatchString(header.Name) {
			found.addStatements(content, l.releases[sum])
		}
	}
}

// trim gives the whole file where nothing can be cut, or not without cutting code.
func trim(content []byte) code {
	trimmed := known.Trim(bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n")))
	if len(trimmed) == 0 || script.Digest(trimmed) != script.Digest(content) {
		trimmed = content
	}
	digest := sha256.Sum256(trimmed)
	return code{hex.EncodeToString(digest[:]), len(trimmed)}
}

func (c contents) addStatements(content []byte, releases []release) {
	for _, statement := range script.Statements(content) {
		of := c.statements[statement.Hash]
		if of == nil {
			of = map[release]bool{}
			c.statements[statement.Hash] = of
		}
		for _, r := range releases {
			of[r] = true
		}
	}
}

// sample is a script with something of everything that a normal form decides on.
const sample = `"use strict";
/*! banner */
(function (root, factory) { root.cart = factory(root.jQuery) })(typeof window !== 'undefined' ? window : this, function ($) {
	var total = 0x1F + 1.5e3, text = 'it\'s "so"', pattern = /[/"']+\//gi, list = [1, 2, 3,]; // three
	const price = async ({ amount, tax = 0.1, ...rest }) => ` + "`${amount * (1 + tax)} of ${rest?.total ?? `none`}`" + `;
	class Cart extends Map { #open = true; static of(a) { return new Cart(a) } get size() { return this.#open ? a / b / c : 0 } }
	for (let i = 0, n = list.length; i < n; i++) { if (i % 2) continue; else total += list[i] }
	label: while (true) { try { total = total++ / 2; break label } catch { throw new Error(text) } finally { delete list[0] } }
	$(".cart").on("click", "a[href^='#']", function (event) { event.preventDefault(); localStorage.setItem(text, total) })
	return { Cart, price, 'quoted': function () { return pattern.test(text) && void 0 }, [text]: null }
});
`

// normalForm tells whether package script still makes the hashes that a list was made with.
func normalForm() string {
	h := sha256.New()
	for _, s := range script.Statements([]byte(sample)) {
		_ = binary.Write(h, binary.BigEndian, s.Hash)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// trimmedText has a line for each file of which something can be cut.
func (l *libraries) trimmedText(trimmed map[string]code) []byte {
	var text bytes.Buffer
	fmt.Fprintf(&text, "#tillwatch-trimmed\t1\n#date\t%s\n#columns\tsha256\tsha256-trimmed\tsize\n", l.date)
	for _, sum := range slices.Sorted(maps.Keys(trimmed)) {
		if c := trimmed[sum]; c.digest != sum {
			fmt.Fprintf(&text, "%s\t%s\t%d\n", sum, c.digest, c.size)
		}
	}
	return text.Bytes()
}

// statementsText has a line for each statement and library.
func (l *libraries) statementsText(statements map[uint64]map[release]bool) []byte {
	var text bytes.Buffer
	fmt.Fprintf(&text, "#tillwatch-statements\t1\n#date\t%s\n#columns\thash\tlibrary\tversions\n#normal-form\t%s\n", l.date, normalForm())
	for _, hash := range slices.Sorted(maps.Keys(statements)) {
		of := slices.SortedFunc(maps.Keys(statements[hash]), func(a, b release) int { return cmp.Compare(a.library, b.library) })
		for len(of) > 0 {
			library := of[0].library
			n := 1
			for n < len(of) && of[n].library == library {
				n++
			}
			fmt.Fprintf(&text, "%016x\t%s\t%s\n", hash, library, intervals(l.versions[library], of[:n]))
			of = of[n:]
		}
	}
	return text.Bytes()
}

// intervals writes a set of versions in the order of all.
func intervals(all []string, set []release) string {
	in := make([]bool, len(all)+1)
	for _, r := range set {
		in[slices.Index(all, r.version)] = true
	}
	var list []string
	for first := 0; first < len(all); first++ {
		if !in[first] {
			continue
		}
		last := first
		for in[last+1] {
			last++
		}
		if first == last {
			list = append(list, all[first])
		} else {
			list = append(list, all[first]+".."+all[last])
		}
		first = last
	}
	return strings.Join(list, ",")
}
