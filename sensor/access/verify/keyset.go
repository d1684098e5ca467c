package verify

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// KeySet is the public keys that verify a shop's tokens, from a file of JSON Web Keys (RFC 7517). Keys that were taken out
// of the file are remembered, so that a token signed with one of them is known for what it is. Safe for concurrent use.
type KeySet struct {
	file    string
	current atomic.Pointer[keys]

	mu    sync.Mutex // of reading
	stamp stamp
}

// keys is what a set holds at a moment; it does not change.
type keys struct {
	byID map[string][]*verifier
	all  []*verifier
}

// verifier is one key.
type verifier struct {
	id      string
	key     any // what go-jose verifies with
	algs    []jose.SignatureAlgorithm
	removed time.Time // when it was no longer in the file; zero while it is
}

type stamp struct {
	size int64
	time time.Time
}

const (
	maxKeyFile = 1 << 20
	maxKeys    = 1000
	maxRSA     = 8192 // bits
)

// OpenKeySet reads a file of keys. The error says what is wrong with it and repeats nothing of it.
func OpenKeySet(file string) (*KeySet, error) {
	s := &KeySet{file: file}
	s.current.Store(&keys{byID: map[string][]*verifier{}})
	_, err := s.Reload(time.Now())
	return s, err
}

// Reload reads the file again where it has changed since. Where that fails, the keys stay as they are.
func (s *KeySet) Reload(now time.Time) (changed bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	info, err := os.Stat(s.file)
	if err != nil {
		return false, err
	}
	st := stamp{info.Size(), info.ModTime()}
	if st == s.stamp {
		return false, nil
	}
	f, err := os.Open(s.file)
	if err != nil {
		return false, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err != nil {
		return false, err
	}
	found, err := parseKeys(text)
	if err != nil {
		return false, fmt.Errorf("%s: %w", s.file, err)
	}
	s.stamp = st
	s.current.Store(merge(s.current.Load(), found, now))
	return true, nil
}

// merge keeps the keys that were there and are no longer.
func merge(old *keys, found []*verifier, now time.Time) *keys {
	next := &keys{byID: map[string][]*verifier{}}
	for _, v := range found {
		next.add(v)
	}
	for _, v := range old.all {
		if _, there := next.byID[v.id]; there || len(next.all) >= maxKeys || v.id == "" {
			continue
		}
		gone := *v
		if gone.removed.IsZero() {
			gone.removed = now
		}
		next.add(&gone)
	}
	return next
}

func (k *keys) add(v *verifier) {
	k.all = append(k.all, v)
	k.byID[v.id] = append(k.byID[v.id], v)
}

// parseKeys reads a set, or one key. Keys that are not for signatures, or of a kind that this program does not know, are
// passed over.
func parseKeys(text []byte) ([]*verifier, error) {
	if len(text) > maxKeyFile {
		return nil, errors.New("the key set is longer than 1 MB")
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(text, &set); err != nil {
		return nil, errors.New(`the key set is no JSON: it should read {"keys":[…]}`)
	}
	if set.Keys == nil {
		set.Keys = []json.RawMessage{text}
	}
	var out []*verifier
	for _, raw := range set.Keys[:min(len(set.Keys), maxKeys)] {
		var k jose.JSONWebKey
		if json.Unmarshal(raw, &k) != nil || k.Use != "" && k.Use != "sig" {
			continue
		}
		if v := newVerifier(k); v != nil {
			out = append(out, v)
		}
	}
	if len(out) == 0 {
		return nil, errors.New("the key set holds no key that could verify a signature (known are ES256 to ES512, RS and PS 256 to 512, EdDSA, HS256 to HS512)")
	}
	return out, nil
}

func newVerifier(k jose.JSONWebKey) *verifier {
	v := &verifier{id: k.KeyID}
	switch key := k.Key.(type) {
	case *ecdsa.PrivateKey, *rsa.PrivateKey, ed25519.PrivateKey:
		return newVerifier(k.Public())
	case *ecdsa.PublicKey:
		v.key = key
		v.algs = map[int][]jose.SignatureAlgorithm{256: {jose.ES256}, 384: {jose.ES384}, 521: {jose.ES512}}[key.Curve.Params().BitSize]
	case *rsa.PublicKey:
		if key.N.BitLen() < 1024 || key.N.BitLen() > maxRSA {
			return nil
		}
		v.key = key
		v.algs = []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512}
	case ed25519.PublicKey:
		v.key, v.algs = key, []jose.SignatureAlgorithm{jose.EdDSA}
	case []byte:
		if len(key) < 16 {
			return nil
		}
		v.key, v.algs = key, []jose.SignatureAlgorithm{jose.HS256, jose.HS384, jose.HS512}
	}
	if k.Algorithm != "" {
		v.algs = slices.DeleteFunc(slices.Clone(v.algs), func(a jose.SignatureAlgorithm) bool { return string(a) != k.Algorithm })
	}
	if len(v.algs) == 0 || len(v.id) > maxKid {
		return nil
	}
	return v
}

// find gives the keys that a token's header may mean: those of its id, or where it names none, all that are in the file.
func (k *keys) find(h header) []*verifier {
	fits := func(v *verifier) bool { return slices.Contains(v.algs, jose.SignatureAlgorithm(h.Alg)) }
	var out []*verifier
	from := k.byID[h.Kid]
	if h.Kid == "" {
		from = k.all
	}
	for _, v := range from {
		if fits(v) && (h.Kid != "" || v.removed.IsZero()) && len(out) < maxTries {
			out = append(out, v)
		}
	}
	return out
}

// maxTries bounds how many signatures are checked for one token.
const maxTries = 4

// IDs are the ids of the keys that are in the file now, sorted.
func (s *KeySet) IDs() []string {
	var out []string
	for id, all := range s.current.Load().byID {
		if all[0].removed.IsZero() {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}
