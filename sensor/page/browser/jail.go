package browser

import (
	"net"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/tillwatch/tillwatch"
)

// Jail is a network for one browser that nothing leaves but what a proxy inside it passes on. Whatever else is sent ends here and
// is written down, so that a way out nobody thought of is seen as well. It takes root and Linux; NewJail's error says what is
// missing. It vanishes with the processes in it, also when these are killed.
type Jail struct {
	// Listener accepts connections from within, at an address that means something only there. Whoever accepts has the
	// machine's own network. Its owner closes it.
	Listener net.Listener

	enter func() error // moves the calling thread in, for good
	free  func()

	mu    sync.Mutex
	sent  []Datagram
	lost  int
	bytes int
}

// Datagram is one packet that left the browser past its proxy.
type Datagram struct {
	At       time.Time
	Protocol string // "udp", "tcp", "dns" (UDP to port 53) ...
	To       string // address and port
	Content  tillwatch.Body
}

// The bounds of what a jail keeps. A page can send without end.
const (
	maxDatagrams     = 10_000
	maxDatagramBytes = 8 << 20
)

// Datagrams are the packets so far, in their order, and how many more there were.
func (j *Jail) Datagrams() (sent []Datagram, more int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.sent), j.lost
}

// Close ends the jail; the browser in it must be closed first.
func (j *Jail) Close() error {
	j.free()
	return nil
}

// note writes down one packet as it came from within. What machines tell their neighbours of their own accord is none: it
// never leaves a network, and no page decides what stands in it.
func (j *Jail) note(packet []byte) {
	d, ok := parsePacket(packet)
	if !ok {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.sent) >= maxDatagrams || j.bytes+d.Content.Len() > maxDatagramBytes {
		j.lost++
		return
	}
	j.bytes += d.Content.Len()
	d.At = time.Now()
	j.sent = append(j.sent, d)
}

// parsePacket reads an IP packet; false for what is not one, and for what goes to all neighbours.
func parsePacket(packet []byte) (Datagram, bool) {
	if len(packet) < 20 {
		return Datagram{}, false
	}
	var to net.IP
	var protocol byte
	var rest []byte
	switch packet[0] >> 4 {
	case 4:
		header := int(packet[0]&15) * 4
		if header < 20 || len(packet) < header {
			return Datagram{}, false
		}
		to, protocol, rest = net.IP(packet[16:20]), packet[9], packet[header:]
	case 6:
		if len(packet) < 40 {
			return Datagram{}, false
		}
		to, protocol, rest = net.IP(packet[24:40]), packet[6], packet[40:]
	default:
		return Datagram{}, false
	}
	if to.IsMulticast() || to.IsLinkLocalUnicast() || to.Equal(net.IPv4bcast) {
		return Datagram{}, false
	}
	d := Datagram{Protocol: "ip", To: to.String()}
	switch {
	case protocol == 17 && len(rest) >= 8:
		port := int(rest[2])<<8 | int(rest[3])
		d.Protocol, d.To, rest = "udp", net.JoinHostPort(d.To, strconv.Itoa(port)), rest[8:]
		if port == 53 {
			d.Protocol = "dns"
		}
	case protocol == 6 && len(rest) >= 20:
		d.Protocol, d.To, rest = "tcp", net.JoinHostPort(d.To, strconv.Itoa(int(rest[2])<<8|int(rest[3]))), nil
	case protocol == 1:
		d.Protocol = "icmp"
	}
	d.Content = tillwatch.NewBody(slices.Clone(rest))
	return d, true
}
