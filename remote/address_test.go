package remote

import (
	"errors"
	"strings"
	"testing"
)

func TestAddressesAreReadAsOtherProgramsReadThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"sftp://u@host/var/www":      "u@host /var/www",
		"SFTP://u@host:2222/":        "u@host:2222 /",
		"sftp://host/~/public_html":  "host ~/public_html",
		"sftp://u@host":              "u@host /",
		"sftp://u@[::1]:22/a b%20?#": "u@[::1] /a b%20?#",
		"sftp://a@b.c@host/x":        "a@b.c@host /x",
	} {
		a, path, err := ParseFolder(text)
		if err != nil || a.String()+" "+path != want {
			t.Errorf("%s: %v, %q", text, err, a.String()+" "+path)
		}
	}
	for _, text := range []string{
		"", "sftp://", "sftp:///x", "sftp://u@/x", "sftp://u@-oProxyCommand=x/", "sftp://-l@host/x", "sftp://u@host:0/", "sftp://u@host:99999/", "sftp://u@ho st/", "sftp://u@host;rm/x", "sftp://u@host/a\x00b", "http://host/",
	} {
		if _, _, err := ParseFolder(text); !errors.Is(err, ErrFolder) {
			t.Errorf("%q: %v", text, err)
		}
	}
	_, _, err := ParseFolder("sftp://u:hunter2@host/x")
	if !errors.Is(err, ErrPassword) || strings.Contains(err.Error(), "hunter2") {
		t.Error(err)
	}
	if a, err := ParseAddress("ssh://deploy@bastion:2022"); err != nil || a != (Address{"deploy", "bastion", 2022}) {
		t.Error(a, err)
	}
	if _, err := ParseAddress("u@host/path"); err == nil {
		t.Error("a path in the address of a server")
	}
}

func FuzzParseFolder(f *testing.F) {
	for _, seed := range []string{"sftp://u@host:22/var/www", "sftp://u:p@h/~/x", "sftp://[::1]:22/", "sftp://%00@h/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, path, err := ParseFolder(text)
		if err != nil {
			return
		}
		if strings.ContainsAny(a.Host+a.User, " ;|&'\"`\n\x00/") || strings.HasPrefix(a.Host, "-") {
			t.Errorf("%q gives %q", text, a)
		}
		again, same, err := ParseFolder("sftp://" + a.String() + "/" + strings.TrimPrefix(path, "/"))
		if err != nil || again.Host != a.Host || again.User != a.User || same != path {
			t.Errorf("%q is %q, and that is %q %q: %v", text, a, again, same, err)
		}
	})
}
