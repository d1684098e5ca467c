package remote

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// HostKeyError says that a server did not show the key that is known of it, or that none is.
type HostKeyError struct {
	Address     Address
	Kind        string   // of the key that was shown
	Fingerprint string   // of that, as ssh shows it
	Known       []string // the lines that have another key of the server, as file:line; none: it is not known at all
	Revoked     bool     // the key is marked as stolen
	File        string   // where a new key belongs
}

// Error says what to do: nothing is trusted at first sight.
func (e *HostKeyError) Error() string {
	scan := fmt.Sprintf("ssh-keyscan -t %s %s >> %s", scanKind(e.Kind), e.Address.Host, quoted(e.File))
	name := e.Address.Host
	if e.Address.Port != defaultPort {
		scan = fmt.Sprintf("ssh-keyscan -p %d -t %s %s >> %s", e.Address.Port, scanKind(e.Kind), e.Address.Host, quoted(e.File))
		name = fmt.Sprintf("'[%s]:%d'", e.Address.Host, e.Address.Port)
	}
	switch {
	case e.Revoked:
		return fmt.Sprintf("the server showed a key that is marked as revoked in %s: %s %s. Do not log in there; ask whoever runs it", e.File, e.Kind, e.Fingerprint)
	case len(e.Known) > 0:
		return fmt.Sprintf("the server's key has changed: it shows %s %s, and %s has another. Either the server was set up anew, or somebody stands between. "+
			"Ask whoever runs it for the fingerprint; only if it is this one, run: ssh-keygen -R %s -f %s && %s",
			e.Kind, e.Fingerprint, strings.Join(e.Known, ", "), name, quoted(fileOf(e.Known[0])), scan)
	}
	return fmt.Sprintf("the server's key is not known here: it shows %s %s. Compare that with what whoever runs the server says it is; if it is the same, run: %s",
		e.Kind, e.Fingerprint, scan)
}

func fileOf(line string) string {
	if i := strings.LastIndexByte(line, ':'); i > 0 {
		return line[:i]
	}
	return line
}

// quoted is a file's name as a shell takes it for one.
func quoted(name string) string {
	if plain(name, "/.-_+@~") {
		return name
	}
	return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
}

// scanKind is the kind of a key as ssh-keyscan has it.
func scanKind(kind string) string {
	switch {
	case kind == ssh.KeyAlgoED25519:
		return "ed25519"
	case strings.HasPrefix(kind, "ecdsa-"):
		return "ecdsa"
	case kind == ssh.KeyAlgoRSA:
		return "rsa"
	}
	return kind
}

// hosts are the keys that are known.
type hosts struct {
	address  Address
	file     string
	callback ssh.HostKeyCallback
	asked    ssh.PublicKey // what the server showed
}

func loadHosts(a Address, files []string) (*hosts, error) {
	h := &hosts{address: a, file: "~/.ssh/known_hosts"}
	if len(files) > 0 {
		h.file = files[0]
	}
	var there []string
	for _, file := range files {
		if _, err := os.Stat(file); err == nil {
			there = append(there, file)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("the known keys of servers cannot be read: %w", err)
		}
	}
	var err error
	if h.callback, err = knownhosts.New(there...); err != nil {
		return nil, fmt.Errorf("the known keys of servers cannot be read: %w", err)
	}
	return h, nil
}

// check is asked with the key that the server shows.
func (h *hosts) check(_ string, remote net.Addr, key ssh.PublicKey) error {
	h.asked = key
	err := h.callback(net.JoinHostPort(h.address.Host, strconv.Itoa(h.address.Port)), unnamed{remote}, key)
	if err == nil {
		return nil
	}
	wrong := &HostKeyError{Address: h.address, Kind: key.Type(), Fingerprint: ssh.FingerprintSHA256(key), File: h.file}
	var other *knownhosts.KeyError
	var revoked *knownhosts.RevokedError
	switch {
	case errors.As(err, &revoked):
		wrong.Revoked = true
		wrong.File = revoked.Revoked.Filename
	case errors.As(err, &other):
		for _, k := range other.Want {
			wrong.Known = append(wrong.Known, fmt.Sprintf("%s:%d", k.Filename, k.Line))
		}
	default:
		return err
	}
	return wrong
}

// unnamed keeps the numbers of a server from being looked up beside its name: names move, and a key is known of the name.
type unnamed struct{ net.Addr }

func (unnamed) String() string { return "0.0.0.0:0" }

// algorithms are the kinds of keys that are known of the server: asked for another kind, it would show one that is not
// known. None where nothing is.
func (h *hosts) algorithms() []string {
	var kinds []string
	err := h.callback(net.JoinHostPort(h.address.Host, strconv.Itoa(h.address.Port)), unnamed{}, nobody{})
	var other *knownhosts.KeyError
	if !errors.As(err, &other) {
		return nil
	}
	for _, k := range other.Want {
		switch kind := k.Key.Type(); kind {
		case ssh.KeyAlgoRSA:
			kinds = append(kinds, ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256)
		default:
			kinds = append(kinds, kind)
		}
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

// nobody is a key that no server has.
type nobody struct{}

func (nobody) Type() string                        { return "none" }
func (nobody) Marshal() []byte                     { return nil }
func (nobody) Verify([]byte, *ssh.Signature) error { return errors.New("no key") }
