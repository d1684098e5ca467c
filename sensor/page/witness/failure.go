package witness

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"time"
)

// Failure says why an exchange has no answer of the server's. The browser then gets a 502 with the failure in the header
// [FailureHeader].
type Failure string

// The failures.
const (
	DNS         Failure = "dns"         // the name cannot be resolved
	Refused     Failure = "refused"     // nobody listens there
	Unreachable Failure = "unreachable" // no way to the network or host
	Timeout     Failure = "timeout"     // no connection in time
	Closed      Failure = "closed"      // the server broke off
	TLSExpired  Failure = "tls-expired" // the certificate is out of date, or not valid yet
	TLSName     Failure = "tls-name"    // the certificate is another host's
	TLSIssuer   Failure = "tls-issuer"  // the certificate is of an authority nobody here trusts
	TLSOther    Failure = "tls"         // any other failure of the handshake
	Protocol    Failure = "protocol"    // the server's answer is not HTTP as Go reads it
	Malformed   Failure = "malformed"   // the request is not HTTP, or ambiguous, and was not forwarded
	BrowserTLS  Failure = "browser-tls" // the browser did not accept the witness's certificate
)

// FailureHeader marks an answer that is the witness's own: its value is the [Failure], or "cut".
const FailureHeader = "Tillwatch-Failure"

// explain sorts an error of the transport. The sentence never quotes it: an error may repeat what a page put into a
// host name.
func explain(err error) (Failure, string) {
	var (
		dns       *net.DNSError
		invalid   x509.CertificateInvalidError
		name      x509.HostnameError
		authority x509.UnknownAuthorityError
		plain     tls.RecordHeaderError
		alert     tls.AlertError
		verify    *tls.CertificateVerificationError
		network   net.Error
	)
	switch {
	case errors.As(err, &dns) && dns.IsTimeout:
		return DNS, "the name server did not answer in time"
	case errors.As(err, &dns):
		return DNS, "the host name cannot be resolved"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && time.Now().Before(invalid.Cert.NotBefore):
		return TLSExpired, "the certificate is valid only from " + invalid.Cert.NotBefore.UTC().Format(time.DateOnly)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return TLSExpired, "the certificate expired on " + invalid.Cert.NotAfter.UTC().Format(time.DateOnly)
	case errors.As(err, &name):
		return TLSName, "the certificate is not for this host" + namesOf(name.Certificate)
	case errors.As(err, &authority):
		return TLSIssuer, "the certificate is of an authority that this machine does not trust, or an intermediate certificate is missing"
	case errors.As(err, &verify), errors.As(err, &invalid):
		return TLSOther, "the certificate is not valid"
	case errors.As(err, &plain):
		return TLSOther, "the server does not speak TLS on this port"
	case errors.As(err, &alert):
		return TLSOther, "the server ended the TLS handshake: " + alert.Error()
	case errors.Is(err, syscall.ECONNREFUSED):
		return Refused, "the connection was refused: nothing listens on this port"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EADDRNOTAVAIL):
		return Unreachable, "the host cannot be reached from this network"
	case errors.As(err, &network) && network.Timeout():
		return Timeout, "no connection in time"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, net.ErrClosed),
		strings.HasSuffix(err.Error(), "server closed idle connection"): // net/http does not export this one
		return Closed, "the server closed the connection without an answer"
	case strings.HasPrefix(err.Error(), "tls: "), strings.HasPrefix(err.Error(), "remote error: tls: "):
		return TLSOther, "the TLS handshake failed"
	}
	return Protocol, "the server's answer is not valid HTTP"
}

func namesOf(c *x509.Certificate) string {
	if c == nil || len(c.DNSNames) == 0 {
		return ""
	}
	return fmt.Sprintf(" but for %s", strings.Join(c.DNSNames[:min(len(c.DNSNames), 3)], ", "))
}
