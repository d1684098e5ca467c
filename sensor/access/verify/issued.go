package verify

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	enchex "encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/tillwatch/tillwatch/sensor/access/issuer"
	"github.com/tillwatch/tillwatch/sensor/access/ledger"
)

// IssuedPath is where issuers post what they issued.
const IssuedPath = "/v1/issued"

// IssuedConfig says who may say that tokens were issued. Ledger and Hasher must be set, and Secret or Trusted.
type IssuedConfig struct {
	Ledger *ledger.Ledger
	Hasher ledger.Hasher
	Parser *issuer.Parser
	// Secret is what an issuer shows as "Authorization: Bearer …", or signs its body with (X-Keycloak-Signature, HMAC with
	// SHA-256 in hexadecimal digits). At least 16 bytes.
	Secret []byte
	// Trusted says that a request needs no secret, such as one over a Unix socket; nil trusts none.
	Trusted func(*http.Request) bool
	// HookClaim is the claim that Ory Hydra is told to put into its tokens. Default "audit_id".
	HookClaim string
	// Trouble hears what an operator should know; it must not wait. nil hears nothing.
	Trouble func(string)
	// Now is the clock. Default time.Now.
	Now func() time.Time
}

// Issued writes down the tokens that an issuer says it issued, and answers when they are on disk. A body is an object, an
// array of them, or one a line; an empty body says that the issuer lives and has issued nothing since. Safe for concurrent
// use.
type Issued struct {
	config  IssuedConfig
	secret  [sha256.Size]byte
	slots   chan struct{} // bodies that are read at once
	signed  chan struct{} // of them, those of which it is not yet known whether they may
	refused atomic.Int64
}

const (
	maxBody   = 8 << 20
	maxSigned = 1 << 20
	minSecret = 16
)

// NewIssued makes the handler.
func NewIssued(c IssuedConfig) (*Issued, error) {
	if c.Ledger == nil || c.Secret == nil && c.Trusted == nil {
		return nil, errors.New("verify: a ledger, and a secret or whom to trust, must be given")
	}
	if c.Secret != nil && len(c.Secret) < minSecret {
		return nil, fmt.Errorf("the secret that issuers show has %d bytes, fewer than %d", len(c.Secret), minSecret)
	}
	if c.Parser == nil {
		c.Parser = issuer.NewParser(issuer.Fields{}, nil)
	}
	if c.HookClaim == "" {
		c.HookClaim = "audit_id"
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Trouble == nil {
		c.Trouble = func(string) {}
	}
	return &Issued{config: c, secret: sha256.Sum256(c.Secret), slots: make(chan struct{}, 16), signed: make(chan struct{}, 4)}, nil
}

func (h *Issued) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		refuse(w, http.StatusMethodNotAllowed, "post what was issued: a JSON object, an array, or one a line")
		return
	}
	body, status, why := h.read(w, r)
	if status != 0 {
		if status == http.StatusUnauthorized {
			if n := h.refused.Add(1); n&(n-1) == 0 {
				h.config.Trouble(fmt.Sprintf("somebody without the secret posts issued tokens to %s (times: %d)", IssuedPath, n))
			}
		}
		if status == http.StatusServiceUnavailable {
			w.Header().Set("Retry-After", "1")
		}
		w.Header().Set("Connection", "close") // what is not read of it is not waited for
		refuse(w, status, why)
		return
	}
	if hook, is := issuer.ReadHook(body); is {
		h.hook(w, hook)
		return
	}
	h.record(w, body)
}

// read takes the body of whoever may post. A stranger's is not read.
func (h *Issued) read(w http.ResponseWriter, r *http.Request) (body []byte, status int, why string) {
	if h.config.Trusted != nil && h.config.Trusted(r) || h.shows(r) {
		return h.body(w, r, h.slots, maxBody)
	}
	signature, err := enchex.DecodeString(r.Header.Get("X-Keycloak-Signature"))
	if err != nil || len(signature) != sha256.Size || h.config.Secret == nil {
		return nil, http.StatusUnauthorized, "show the secret as Authorization: Bearer"
	}
	if body, status, why = h.body(w, r, h.signed, maxSigned); status != 0 {
		return nil, status, why
	}
	mac := hmac.New(sha256.New, h.config.Secret)
	mac.Write(body)
	if !hmac.Equal(mac.Sum(nil), signature) {
		return nil, http.StatusUnauthorized, "the signature is wrong"
	}
	return body, 0, ""
}

// shows compares in a time that does not tell how much was right.
func (h *Issued) shows(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	sum := sha256.Sum256([]byte(strings.TrimSpace(token)))
	same := subtle.ConstantTimeCompare(sum[:], h.secret[:]) == 1
	return same && h.config.Secret != nil && strings.EqualFold(scheme, "Bearer")
}

func (h *Issued) body(w http.ResponseWriter, r *http.Request, slots chan struct{}, most int64) ([]byte, int, string) {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	select {
	case slots <- struct{}{}:
		defer func() { <-slots }()
	case <-ctx.Done():
		return nil, http.StatusServiceUnavailable, "too many at once: post again"
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long):
		return nil, http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is longer than %d bytes: post smaller batches", most)
	case err != nil:
		return nil, http.StatusBadRequest, "the body broke off"
	}
	return body, 0, ""
}

func (h *Issued) record(w http.ResponseWriter, body []byte) {
	tokens, err := h.config.Parser.Batch(body)
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	now := h.config.Now().Unix()
	if len(tokens) == 0 {
		h.config.Ledger.Heard(now)
	} else if err := h.config.Ledger.Record(now, Entries(h.config.Hasher, tokens)...); err != nil {
		h.config.Trouble(err.Error())
		w.Header().Set("Retry-After", "1")
		refuse(w, http.StatusServiceUnavailable, "not written down: post again")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"recorded":%d}`+"\n", len(tokens))
}

// hook gives Ory Hydra's next token an id of ours and writes it down. Where that fails the token is issued without: the
// shop's customers must be able to log in.
func (h *Issued) hook(w http.ResponseWriter, hook issuer.Hook) {
	id, now := rand.Text(), h.config.Now().Unix()
	err := h.config.Ledger.Record(now, Entries(h.config.Hasher, []issuer.Token{{ID: id, Member: hook.Member, Issued: now}})...)
	if err == nil {
		hook.Access[h.config.HookClaim] = id
		var text []byte
		if text, err = json.Marshal(map[string]any{"session": map[string]any{"access_token": hook.Access, "id_token": hook.IDs}}); err == nil {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(text)
			return
		}
	}
	h.config.Ledger.Gap(ledger.Stretch{From: now, To: now + 1, Why: "a token of the hook's could not be written down"})
	h.config.Trouble(err.Error())
	w.WriteHeader(http.StatusNoContent)
}

// Entries are tokens as a ledger keeps them.
func Entries(h ledger.Hasher, tokens []issuer.Token) []ledger.Entry {
	out := make([]ledger.Entry, len(tokens))
	for i, t := range tokens {
		out[i] = ledger.Entry{Token: h.Token([]byte(t.ID)).Fingerprint(), Kid: t.Kid, Issued: t.Issued, Expires: t.Expires}
		if t.Member != "" {
			out[i].Member = h.Member([]byte(t.Member)).Fingerprint()
		}
	}
	return out
}

func refuse(w http.ResponseWriter, status int, why string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	fmt.Fprintln(w, why)
}
