package demoshop

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

const (
	tokenIssuer   = "https://login." + shopHost
	tokenAudience = "https://api." + shopHost
	tokenCookie   = "access_token"
)

// issuer signs access tokens and checks them. It checks what most gateways check, signature and expiry; whether the
// token was ever issued, it cannot know.
type issuer struct {
	key    *ecdsa.PrivateKey
	kid    string
	life   time.Duration
	logs   *logs
	file   string // of the key, where it lies about
	signer jose.Signer
}

// claims are what an access token says.
type claims struct {
	jwt.Claims
	Client string `json:"client_id,omitempty"`
	Scope  string `json:"scp,omitempty"`
	Ext    struct {
		Login string `json:"LSID,omitempty"`
	} `json:"ext"`

	kid string
}

// issued is a line of the issuer's log.
type issued struct {
	Time    time.Time `json:"time"`
	Event   string    `json:"event"` // issue, refresh
	Issuer  string    `json:"iss"`
	Key     string    `json:"kid"`
	Token   string    `json:"jti"`
	Subject string    `json:"sub"`
	Login   string    `json:"sid"`
	Expires int64     `json:"exp"`
}

func newIssuer(state string, config Config, l *logs) (*issuer, error) {
	i := &issuer{life: config.TokenLife, logs: l}
	var err error
	if config.Holes.KeyFile {
		i.file = filepath.Join(state, "keys", "token-signing.pem")
		i.key, err = keptKey(i.file)
	} else {
		i.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	if err != nil {
		return nil, fmt.Errorf("token signing key: %w", err)
	}
	public := jose.JSONWebKey{Key: i.key.Public()}
	print, err := public.Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, err
	}
	i.kid = "member-" + hex.EncodeToString(print[:4])
	i.signer, err = jose.NewSigner(
		jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: i.key, KeyID: i.kid}},
		(&jose.SignerOptions{}).WithType("JWT"))
	return i, err
}

// keptKey reads a private key from file, or makes it.
func keptKey(file string) (*ecdsa.PrivateKey, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return nil, err
		}
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			return nil, err
		}
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return nil, err
		}
		return key, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o644)
	}
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s is not PEM", file)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	private, ok := key.(*ecdsa.PrivateKey)
	if !ok || private.Curve != elliptic.P256() {
		return nil, fmt.Errorf("%s holds no P-256 key", file)
	}
	return private, nil
}

// issue signs a token for a member and says so in the issuer's log.
func (i *issuer) issue(event string, member int64, login string) (string, error) {
	now := time.Now()
	c := claims{Client: "storefront-web", Scope: "member"}
	c.Ext.Login = login
	c.Claims = jwt.Claims{
		Issuer: tokenIssuer, Subject: strconv.FormatInt(member, 10), Audience: jwt.Audience{tokenAudience},
		ID: rand.Text(), IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(i.life)),
	}
	token, err := jwt.Signed(i.signer).Claims(c).Serialize()
	if err != nil {
		return "", err
	}
	i.logs.issuer.json(issued{
		Time: now, Event: event, Issuer: tokenIssuer, Key: i.kid, Token: i.logs.name(c.ID),
		Subject: i.logs.name(c.Subject), Login: login, Expires: c.Expiry.Time().Unix(),
	})
	return token, nil
}

// verify gives the claims of a token with a valid signature that has not expired.
func (i *issuer) verify(text string) (claims, error) {
	var c claims
	token, err := jwt.ParseSigned(text, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		return c, err
	}
	if err := token.Claims(i.key.Public(), &c); err != nil {
		return c, err
	}
	c.kid = token.Headers[0].KeyID
	return c, c.ValidateWithLeeway(jwt.Expected{Issuer: tokenIssuer, Time: time.Now()}, time.Minute)
}

// keySet is the public half, for whoever else must verify.
func (i *issuer) keySet() jose.JSONWebKeySet {
	return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: i.key.Public(), KeyID: i.kid, Algorithm: string(jose.ES256), Use: "sig"},
	}}
}

// identify finds the member that the request's access token names, 0 for a guest. An expired cookie of a visitor who
// is still logged in is replaced.
func (v *visit) identify() (int64, error) {
	text, bearer := strings.CutPrefix(v.r.Header.Get("Authorization"), "Bearer ")
	if !bearer {
		if c, err := v.r.Cookie(tokenCookie); err == nil {
			text = c.Value
		}
	}
	c, err := v.tokens.verify(text)
	if err == nil {
		e := entry(v.r.Context())
		e.Subject, e.Token = v.logs.name(c.Subject), v.logs.name(c.ID)
		e.Key, e.Login = c.kid, c.Ext.Login
		member, err := strconv.ParseInt(c.Subject, 10, 64)
		if err != nil {
			return 0, nil // well signed, and about nobody
		}
		return member, nil
	}
	if bearer || v.session.Member == 0 {
		return 0, nil
	}
	token, err := v.tokens.issue("refresh", v.session.Member, v.session.Login)
	if err != nil {
		return 0, err
	}
	v.setToken(token)
	return v.session.Member, nil
}

func (v *visit) setToken(token string) {
	http.SetCookie(v.w, &http.Cookie{
		Name: tokenCookie, Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: v.r.TLS != nil,
	})
}

// SigningKeyFile is the file of the token signing key, "" unless Holes.KeyFile leaves one about.
func (s *Shop) SigningKeyFile() string { return s.tokens.file }

// KeyID is the kid of the tokens that the shop issues.
func (s *Shop) KeyID() string { return s.tokens.kid }
