package page

import (
	"encoding/hex"
	"slices"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

func TestPacketsPastTheProxy(t *testing.T) {
	v, d := typedVisit(t)
	connection(v, "pay")
	packet := func(protocol, to, content string) {
		v.datagrams = append(v.datagrams, browser.Datagram{At: time.Now(), Protocol: protocol, To: to, Content: tillwatch.NewBody([]byte(content))})
	}
	packet("udp", "203.0.113.9:3479", "a check of the connection that the page's calls account for")
	if got := rules(v.mismatches(d)); len(got) > 0 {
		t.Errorf("an end of the page's own connection: %q", got)
	}
	packet("udp", "198.51.100.7:9", "something")
	if got, want := rules(v.mismatches(d)), []string{"page/witness-mismatch low https://shop.example/ → udp://198.51.100.7:9"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	packet("udp", "198.51.100.7:9", hex.EncodeToString([]byte(card(t, v.set))))
	packet("dns", "192.0.2.1:53", "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x20"+hex.EncodeToString([]byte(card(t, v.set)))+"\x05names\x07example\x00\x00\x01\x00\x01")
	want := []string{"page/canary-sent critical https://shop.example/ → dns://names.example", "page/canary-sent critical https://shop.example/ → udp://198.51.100.7:9"}
	if got := rules(pastLeaks(v, d)); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
