package witness

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"math/big"
	"net"
	"sync"
	"time"
)

const (
	certificateLife = 30 * 24 * time.Hour // longer than any walk
	leafLimit       = 1024                // a page can name hosts without end
)

// authority signs a certificate for each host the browser asks for. All have one key: what the browser checks is the
// authority's.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	spki        string
	born        time.Time

	mu     sync.Mutex
	leaves map[string]*tls.Certificate
	serial int64
}

func newAuthority(now time.Time) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "Tillwatch witness of one walk"},
		NotBefore:             now.Add(-24 * time.Hour),
		NotAfter:              now.Add(certificateLife),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256(certificate.RawSubjectPublicKeyInfo)
	return &authority{
		certificate: certificate,
		key:         key,
		spki:        base64.StdEncoding.EncodeToString(digest[:]),
		born:        now,
		leaves:      map[string]*tls.Certificate{},
		serial:      1,
	}, nil
}

// leaf is the certificate for host, with the authority's own behind it: its digest is the one the browser looks for.
func (a *authority) leaf(host string) (*tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if c, ok := a.leaves[host]; ok {
		return c, nil
	}
	c, err := a.sign(host, a.born.Add(-24*time.Hour), a.born.Add(certificateLife))
	if err != nil {
		return nil, err
	}
	if len(a.leaves) >= leafLimit {
		clear(a.leaves)
	}
	a.leaves[host] = c
	return c, nil
}

// sign is called with mu held.
func (a *authority) sign(host string, from, to time.Time) (*tls.Certificate, error) {
	a.serial++
	template := &x509.Certificate{
		SerialNumber: big.NewInt(a.serial),
		NotBefore:    from,
		NotAfter:     to,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if ip := net.ParseIP(host); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{host}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, &a.key.PublicKey, a.key)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der, a.certificate.Raw}, PrivateKey: a.key}, nil
}
