package journey

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/goccy/go-yaml"
)

// File is a journey: what the operator, or an earlier walk, knows of the way to the payment step. What it does not
// say the walk finds out.
type File struct {
	Start string     `yaml:"start,omitempty"` // an address, or a path on the shop's host
	Steps []FileStep `yaml:"steps,omitempty"`
	Last  string     `yaml:"last,omitempty"` // the button that places the order: its text, or "css:" and a selector
}

// FileStep is one step of a journey. Its parts are done in the order open, fill, click.
type FileStep struct {
	Open  string            `yaml:"open,omitempty"`  // an address, or a path on the shop's host
	Fill  map[string]string `yaml:"fill,omitempty"`  // CSS selector to text; "$email" and the like stand for the customer's data
	Click string            `yaml:"click,omitempty"` // the text on a button or link, or "css:" and a selector
}

// Bounds of a journey file: it is written by people.
const (
	maxFile  = 64 << 10
	maxSteps = 100
)

// ParseFile reads a journey file. Errors name the line and what is wrong with it.
func ParseFile(text []byte) (File, error) {
	var f File
	if len(text) > maxFile {
		return f, fmt.Errorf("journey file: %d bytes are more than %d: it holds steps, not data", len(text), maxFile)
	}
	if err := tame(text); err != nil {
		return f, err
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict(), yaml.DisallowUnknownField())
	if err := decoder.Decode(&f); err != nil && !errors.Is(err, io.EOF) {
		return File{}, fmt.Errorf("journey file: %s", strings.TrimSpace(yaml.FormatError(err, false, true)))
	}
	if err := f.check(); err != nil {
		return File{}, fmt.Errorf("journey file: %w", err)
	}
	return f, nil
}

// tame refuses what a journey has no use for and a parser could be made to choke on: nesting without end, and aliases.
func tame(text []byte) error {
	depth := 0
	for n, line := range bytes.Split(text, []byte("\n")) {
		indent := len(line) - len(bytes.TrimLeft(line, " "))
		depth += bytes.Count(line, []byte("{")) + bytes.Count(line, []byte("[")) - bytes.Count(line, []byte("}")) - bytes.Count(line, []byte("]"))
		if indent > 60 || depth > 60 || bytes.Count(line, []byte("- ")) > 60 || bytes.Count(line, []byte(": ")) > 200 {
			return fmt.Errorf("journey file: line %d is nested too deeply: a journey is a list of steps", n+1)
		}
	}
	return nil
}

func (f File) check() error {
	if len(f.Steps) > maxSteps {
		return fmt.Errorf("%d steps are more than %d", len(f.Steps), maxSteps)
	}
	if err := checkAddress(f.Start); err != nil {
		return fmt.Errorf("start: %w", err)
	}
	for i, s := range f.Steps {
		if s.Open == "" && s.Click == "" && len(s.Fill) == 0 {
			return fmt.Errorf("step %d: says neither open, fill nor click", i+1)
		}
		if err := checkAddress(s.Open); err != nil {
			return fmt.Errorf("step %d: open: %w", i+1, err)
		}
		for selector, value := range s.Fill {
			if strings.TrimSpace(selector) == "" {
				return fmt.Errorf("step %d: fill: an empty selector", i+1)
			}
			if strings.HasPrefix(value, "$") && !strings.HasPrefix(value, "$$") && placeholders[value] == nil {
				return fmt.Errorf("step %d: fill: %q is no data of the customer's: known are %s; write $$ for a dollar sign", i+1, value, knownPlaceholders())
			}
		}
	}
	return nil
}

func checkAddress(address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return errors.New("not an address")
	case u.IsAbs() && u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("%q is neither http nor https", u.Scheme)
	case !u.IsAbs() && !strings.HasPrefix(address, "/"):
		return fmt.Errorf("%q is neither an address nor a path that begins with /", clip(address, 60))
	}
	return nil
}

// against is the file's start on the host of base, where it is only a path.
func (f File) against(base string) string { return resolve(base, f.Start) }

func resolve(base, address string) string {
	b, err := url.Parse(base)
	if err != nil {
		return address
	}
	joined, err := b.Parse(address)
	if err != nil {
		return address
	}
	return joined.String()
}

// Bytes is the file as ParseFile reads it.
func (f File) Bytes() ([]byte, error) { return yaml.Marshal(f) }
