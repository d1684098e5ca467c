package technique

import (
	"bytes"
	"compress/gzip"
	"crypto/aes"
	"crypto/cipher" //nolint:staticcheck // what skimmers use
	"crypto/rc4"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"sort"
	"strconv"
	"strings"

	"github.com/tillwatch/tillwatch/demoshop"
)

// decode undoes what a case did to its loot, step by step, outermost first. The first step may name the part of the
// request that holds it (query NAME, form NAME, referer NAME, path, label; else the body). What a step cannot read is dropped.
func decode(all []demoshop.Received, steps []string, key *rsa.PrivateKey) ([]string, error) {
	take := func(all []demoshop.Received) []string {
		return each(all, func(r demoshop.Received) []string { return []string{string(r.Body)} })
	}
	if len(steps) > 0 {
		if name, ok := strings.CutPrefix(steps[0], "special "); ok {
			take, steps = special[name], steps[1:]
		} else if from, ok := pick(steps[0]); ok {
			take, steps = func(all []demoshop.Received) []string { return each(all, from) }, steps[1:]
		}
	}
	texts := take(all)
	for _, name := range steps {
		undo, err := reader(name, key)
		if err != nil {
			return nil, err
		}
		texts = undo(texts)
	}
	return texts, nil
}

func each(all []demoshop.Received, from func(demoshop.Received) []string) []string {
	var texts []string
	for _, r := range all {
		texts = append(texts, from(r)...)
	}
	return texts
}

// pick gives the function that takes texts out of a request.
func pick(name string) (func(demoshop.Received) []string, bool) {
	verb, arg, _ := strings.Cut(name, " ")
	switch verb {
	case "path":
		return func(r demoshop.Received) []string { return []string{r.Path} }, true
	case "query":
		return func(r demoshop.Received) []string {
			u, err := url.Parse(r.Path)
			if err != nil || !u.Query().Has(arg) {
				return nil
			}
			return u.Query()[arg]
		}, true
	case "form":
		return func(r demoshop.Received) []string {
			if values, err := url.ParseQuery(string(r.Body)); err == nil && values.Has(arg) {
				return values[arg]
			}
			return multipartField(r.Body, arg)
		}, true
	case "referer":
		return func(r demoshop.Received) []string {
			u, err := url.Parse(r.Referer)
			if err != nil || !u.Query().Has(arg) {
				return nil
			}
			return u.Query()[arg]
		}, true
	case "label":
		return func(r demoshop.Received) []string { return []string{r.Host} }, true
	}
	return nil, false
}

// multipartField reads a field of a form whose boundary is that of its first line.
func multipartField(body []byte, name string) []string {
	line, _, ok := bytes.Cut(body, []byte("\r\n"))
	if !ok || !bytes.HasPrefix(line, []byte("--")) {
		return nil
	}
	form, err := multipart.NewReader(bytes.NewReader(body), string(line[2:])).ReadForm(1 << 20)
	if err != nil {
		return nil
	}
	var values []string
	values = append(values, form.Value[name]...)
	for _, h := range form.File[name] {
		if f, err := h.Open(); err == nil {
			b, _ := io.ReadAll(f)
			values = append(values, string(b))
		}
	}
	return values
}

// reader gives the function that undoes one step.
func reader(name string, key *rsa.PrivateKey) (func([]string) []string, error) {
	verb, arg, _ := strings.Cut(name, " ")
	texts := func(f func(string) (string, error)) func([]string) []string {
		return func(texts []string) []string {
			var out []string
			for _, t := range texts {
				if u, err := f(t); err == nil {
					out = append(out, u)
				}
			}
			return out
		}
	}
	switch verb {
	case "join":
		return func(texts []string) []string { return []string{strings.Join(texts, arg)} }, nil
	case "lines":
		return func(texts []string) []string { return strings.Split(strings.Join(texts, "\n"), "\n") }, nil
	case "sort": // by the number before the first TEXT, which is cut off
		return func(texts []string) []string { return ordered(texts, arg) }, nil
	case "after":
		return texts(func(t string) (string, error) {
			_, tail, ok := strings.Cut(t, arg)
			return tail, missing(ok)
		}), nil
	case "before":
		return texts(func(t string) (string, error) {
			head, _, ok := strings.Cut(t, arg)
			return head, missing(ok)
		}), nil
	case "json":
		return texts(func(t string) (string, error) {
			var object map[string]any
			if err := json.Unmarshal([]byte(t), &object); err != nil {
				return "", err
			}
			text, ok := object[arg].(string)
			return text, missing(ok)
		}), nil
	case "delete":
		return texts(func(t string) (string, error) { return strings.ReplaceAll(t, arg, ""), nil }), nil
	case "base64":
		return texts(unbase64), nil
	case "alphabet":
		return texts(func(t string) (string, error) {
			const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
			return unbase64(strings.Map(func(r rune) rune {
				if i := strings.IndexRune(arg, r); i >= 0 {
					return rune(plain[i])
				}
				return r
			}, t))
		}), nil
	case "hex":
		return texts(func(t string) (string, error) {
			b, err := hex.DecodeString(t)
			return string(b), err
		}), nil
	case "plus":
		return texts(func(t string) (string, error) { return strings.ReplaceAll(t, "+", " "), nil }), nil
	case "unescape":
		return texts(url.PathUnescape), nil
	case "reverse":
		return texts(func(t string) (string, error) { return reverse(t), nil }), nil
	case "xor":
		return texts(func(t string) (string, error) { return string(xor(t, []byte(arg))), nil }), nil
	case "xorbyte":
		n, err := strconv.Atoi(arg)
		return texts(func(t string) (string, error) { return string(xor(t, []byte{byte(n)})), nil }), err
	case "shift":
		n, err := strconv.Atoi(arg)
		return texts(func(t string) (string, error) {
			return strings.Map(func(r rune) rune { return r - rune(n) }, t), nil
		}), err
	case "numbers": // character codes moved by so many, separated by anything
		n, err := strconv.Atoi(arg)
		return texts(func(t string) (string, error) { return numbers(t, n) }), err
	case "rc4":
		return texts(func(t string) (string, error) {
			c, err := rc4.NewCipher([]byte(arg))
			if err != nil {
				return "", err
			}
			out := make([]byte, len(t))
			c.XORKeyStream(out, []byte(t))
			return string(out), nil
		}), nil
	case "gzip":
		return texts(func(t string) (string, error) {
			z, err := gzip.NewReader(strings.NewReader(t))
			if err != nil {
				return "", err
			}
			b, err := io.ReadAll(z)
			return string(b), err
		}), nil
	case "mime":
		return texts(func(t string) (string, error) { return new(mime.WordDecoder).DecodeHeader(t) }), nil
	case "seal":
		return texts(func(t string) (string, error) { return unseal(t, key) }), nil
	}
	return nil, fmt.Errorf("nothing is called %q that undoes", name)
}

func missing(ok bool) error {
	if !ok {
		return fmt.Errorf("not there")
	}
	return nil
}

// unbase64 reads any of the usual forms, spaces for pluses included.
func unbase64(t string) (string, error) {
	t = strings.TrimRight(strings.NewReplacer("-", "+", "_", "/", " ", "+").Replace(strings.TrimSpace(t)), "=")
	b, err := base64.RawStdEncoding.DecodeString(t)
	return string(b), err
}

// numbers reads character codes moved by so many.
func numbers(t string, by int) (string, error) {
	var out strings.Builder
	for _, f := range strings.FieldsFunc(t, func(r rune) bool { return r < '0' || r > '9' }) {
		n, err := strconv.Atoi(f)
		if err != nil {
			return "", err
		}
		out.WriteRune(rune(n - by))
	}
	return out.String(), nil
}

func ordered(texts []string, after string) []string {
	type part struct {
		n    int
		text string
	}
	var parts []part
	for _, t := range texts {
		head, tail, _ := strings.Cut(t, after)
		if n, err := strconv.Atoi(head); err == nil {
			parts = append(parts, part{n, tail})
		}
	}
	sort.SliceStable(parts, func(i, j int) bool { return parts[i].n < parts[j].n })
	var out []string
	for _, p := range parts {
		out = append(out, p.text)
	}
	return out
}

func unseal(t string, key *rsa.PrivateKey) (string, error) {
	t, err := unbase64(t)
	if err != nil {
		return "", err
	}
	const wrapped, iv = 256, 12
	if len(t) < wrapped+iv {
		return "", fmt.Errorf("too short")
	}
	secret, err := rsa.DecryptOAEP(sha256.New(), nil, key, []byte(t[:wrapped]), nil)
	if err != nil {
		return "", err
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return "", err
	}
	sealer, err := cipher.NewGCM(block)
	if err != nil {
		return "", err
	}
	b, err := sealer.Open(nil, []byte(t[wrapped:wrapped+iv]), []byte(t[wrapped+iv:]), nil)
	return string(b), err
}
