package key

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"strings"
)

// pemEntries reads the private keys in a text. What is registered of one is the line of it that holds most of what is
// secret: it is found in whatever file the key is copied to, and what it opens is known by the SHA-256 of the public half.
func pemEntries(source string) ([]entry, error) {
	var out []entry
	from := 0
	for len(out) < 100 {
		at := strings.Index(source[from:], "-----BEGIN ")
		if at < 0 {
			return out, nil
		}
		from += at
		end := strings.Index(source[from:], "-----END ")
		if end < 0 || end > 64<<10 {
			return nil, fmt.Errorf("line %d: a PEM block that does not end", lineOf(source, from))
		}
		stop := from + end + len("-----END ")
		if dashes := strings.Index(source[stop:], "-----"); dashes >= 0 {
			stop += dashes + len("-----")
		}
		text := strings.ReplaceAll(source[from:stop], `\n`, "\n") + "\n" // as it is inside a text of JSON's
		if head, _, _ := strings.Cut(text[11:], "\n"); strings.Contains(head, "PRIVATE KEY") {
			e, err := privateEntry(dedented(text))
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", lineOf(source, from), err)
			}
			e.line = lineOf(source, from)
			out = append(out, e)
		}
		from = stop
	}
	return out, nil
}

func lineOf(source string, at int) int { return 1 + strings.Count(source[:at], "\n") }

// dedented takes away what stands before and behind the lines of a block that is part of another file.
func dedented(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = strings.Trim(l, " \t\r\"',")
	}
	return strings.Join(lines, "\n")
}

var errNotPEM = errors.New("a private key that cannot be read")

func privateEntry(text string) (entry, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return entry{}, errNotPEM
	}
	e := entry{name: strings.ToLower(strings.ReplaceAll(block.Type, " ", "-")), secret: true, kind: "signing", part: true}
	secret := span{len(block.Bytes) / 2, len(block.Bytes)/2 + 32} // of an encrypted one, any line will do
	var public crypto.PublicKey
	switch {
	case block.Type == "OPENSSH PRIVATE KEY":
		e.kind = "ssh"
		blob, where, ok := openSSH(block.Bytes)
		if !ok {
			return entry{}, errNotPEM
		}
		sum := sha256.Sum256(blob)
		e.public = []string{"SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])}
		secret = where
	case block.Headers["Proc-Type"] != "" || block.Type == "ENCRYPTED PRIVATE KEY":
	default:
		signer, d, err := parsePrivate(block.Bytes)
		if err != nil {
			return entry{}, err
		}
		public = signer.Public()
		if at := bytes.Index(block.Bytes, d); at >= 0 {
			secret = span{at, at + len(d)}
		}
	}
	if public != nil {
		if der, err := x509.MarshalPKIXPublicKey(public); err == nil {
			sum := sha256.Sum256(der)
			e.public = []string{"spki:" + hex.EncodeToString(sum[:])}
		}
	}
	e.value = lineWith(text, secret)
	if len(e.value) < MinLength {
		return entry{}, errNotPEM
	}
	return e, nil
}

// span is where something stands in a block, from and to.
type span struct{ from, to int }

// lineWith is the line of a block's body that has most of what is at a place in what it says.
func lineWith(text string, secret span) string {
	best, bestLine := -1, ""
	at := 0
	for _, l := range strings.Split(text, "\n") {
		if l == "" || strings.HasPrefix(l, "-----") || strings.Contains(l, ": ") {
			continue
		}
		if n := min(at+len(l), secret.to*4/3) - max(at, secret.from*4/3); n > best {
			best, bestLine = n, l
		}
		at += len(l)
	}
	return strings.TrimRight(bestLine, "=")
}

// parsePrivate reads PKCS #8, PKCS #1 and SEC 1, and says which bytes of it are secret.
func parsePrivate(der []byte) (crypto.Signer, []byte, error) {
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		if k, err := x509.ParsePKCS1PrivateKey(der); err == nil {
			parsed = k
		} else if k, err := x509.ParseECPrivateKey(der); err == nil {
			parsed = k
		} else {
			return nil, nil, errNotPEM
		}
	}
	switch k := parsed.(type) {
	case *rsa.PrivateKey:
		return k, k.Primes[0].Bytes(), nil
	case *ecdsa.PrivateKey:
		d, err := k.Bytes()
		return k, d, err
	case ed25519.PrivateKey:
		return k, k.Seed(), nil
	}
	return nil, nil, errNotPEM
}

// openSSH reads OpenSSH's own format (PROTOCOL.key): the public half, and where the private one is.
func openSSH(raw []byte) (public []byte, secret span, ok bool) {
	const magic = "openssh-key-v1\x00"
	if !bytes.HasPrefix(raw, []byte(magic)) {
		return nil, span{}, false
	}
	at := len(magic)
	next := func() []byte {
		if at < 0 || len(raw)-at < 4 {
			at = -1
			return nil
		}
		n := int(binary.BigEndian.Uint32(raw[at:]))
		if n < 0 || n > len(raw)-at-4 {
			at = -1
			return nil
		}
		field := raw[at+4 : at+4+n]
		at += 4 + n
		return field
	}
	cipher := string(next())
	next() // how the key is derived
	next() // and with what
	if at < 0 || len(raw)-at < 4 {
		return nil, span{}, false
	}
	at += 4 // how many keys
	public = next()
	private := next()
	if at < 0 || len(private) == 0 {
		return nil, span{}, false
	}
	end := at
	if cipher != "none" {
		return public, span{end - len(private)/2, end}, true
	}
	at = end - len(private) + 8 // behind two numbers that tell whether it was decrypted well
	skip := 2                   // the kind and the public half, of Ed25519
	if kind := string(next()); kind != "ssh-ed25519" {
		skip = 3
	}
	for range skip - 1 {
		next()
	}
	from := at + 4
	if d := next(); at < 0 || len(d) == 0 {
		return nil, span{}, false
	}
	return public, span{from, min(at, from+64)}, true
}

// maxNested bounds how deep JSON may be nested.
const maxNested = 64

// jsonEntries reads every text in a JSON document by its path, and what is secret in a JWK (RFC 7517).
func jsonEntries(source string) ([]entry, error) {
	d := json.NewDecoder(strings.NewReader(source))
	d.UseNumber()
	var out []entry
	lines := newLines(source)
	var walk func(path string, depth int) (any, error)
	walk = func(path string, depth int) (any, error) {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		line := lines.at(int(d.InputOffset()) - 1)
		switch v := t.(type) {
		case string:
			name := path
			out = append(out, entry{line: line, name: name, value: v})
			return v, tooMany(out)
		case json.Delim:
			if depth > maxNested || len(path) > 400 {
				return nil, fmt.Errorf("line %d: nested deeper than any configuration file", line)
			}
			object := map[string]string{}
			for d.More() {
				inner := path
				member := ""
				if v == '{' {
					k, err := d.Token()
					if err != nil {
						return nil, err
					}
					member, _ = k.(string)
					inner = strings.TrimPrefix(path+"."+member, ".")
				}
				value, err := walk(inner, depth+1)
				if err != nil {
					return nil, err
				}
				if s, ok := value.(string); ok && v == '{' {
					object[member] = s
				}
			}
			if _, err := d.Token(); err != nil {
				return nil, err
			}
			if e, ok := jwk(object); ok {
				e.line = line
				e.name = strings.TrimPrefix(path+"."+e.name, ".")
				for i := range out { // the same value, by a name that says less
					if out[i].value == e.value {
						out[i].value = ""
					}
				}
				out = append(out, e)
			}
		}
		return nil, nil
	}
	if _, err := walk("", 0); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = errors.New("it ends too early")
		}
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) { // its own text may quote what stands there
			err = errors.New("it is no JSON")
		}
		return nil, fmt.Errorf("line %d: %w", lines.at(int(d.InputOffset())-1), err)
	}
	return out, nil
}

// jwk is what is secret in a JSON Web Key, and its thumbprint (RFC 7638).
func jwk(o map[string]string) (entry, bool) {
	var members []string
	secret := o["d"]
	switch o["kty"] {
	case "RSA":
		members = []string{"e", "kty", "n"}
	case "EC":
		members = []string{"crv", "kty", "x", "y"}
	case "OKP":
		members = []string{"crv", "kty", "x"}
	case "oct":
		secret = o["k"] // its thumbprint would be a digest of the secret itself
	default:
		return entry{}, false
	}
	if secret == "" {
		return entry{}, false
	}
	e := entry{name: "jwk", value: secret, secret: true, kind: "signing"}
	if o["kid"] != "" {
		e.name += "." + o["kid"]
		e.public = append(e.public, "kid:"+o["kid"])
	}
	if members != nil {
		var b bytes.Buffer
		for i, m := range members {
			v, _ := json.Marshal(o[m])
			fmt.Fprintf(&b, "%s%q:%s", map[bool]string{true: "{", false: ","}[i == 0], m, v)
		}
		b.WriteByte('}')
		sum := sha256.Sum256(b.Bytes())
		e.public = append(e.public, "jwk:"+base64.RawURLEncoding.EncodeToString(sum[:]))
	}
	return e, true
}

// lines counts lines as a parser goes on.
type lines struct {
	source   string
	seen, no int
}

func newLines(source string) *lines { return &lines{source: source, no: 1} }

func (l *lines) at(offset int) int {
	if offset > l.seen {
		offset = min(offset, len(l.source))
		l.no += strings.Count(l.source[l.seen:offset], "\n")
		l.seen = offset
	}
	return l.no
}
