package technique

import (
	"bytes"
	"context"
	"encoding/binary"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/tillwatch/tillwatch/demoshop"
)

// datagrams is a server for UDP: it keeps what arrives, and asks TURN clients who they are, as every TURN server does.
type datagrams struct {
	conn net.PacketConn

	mu  sync.Mutex
	all []demoshop.Received
}

const maxDatagrams = 10_000

func listenUDP(ctx context.Context) (*datagrams, error) {
	conn, err := new(net.ListenConfig).ListenPacket(ctx, "udp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	d := &datagrams{conn: conn}
	go d.serve()
	return d, nil
}

func (d *datagrams) Close() error { return d.conn.Close() }

func (d *datagrams) port() string {
	_, port, _ := net.SplitHostPort(d.conn.LocalAddr().String())
	return port
}

func (d *datagrams) received() []demoshop.Received {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.all)
}

func (d *datagrams) serve() {
	buffer := make([]byte, 64<<10)
	for {
		n, from, err := d.conn.ReadFrom(buffer)
		if err != nil {
			return // closed
		}
		packet := bytes.Clone(buffer[:n])
		d.mu.Lock()
		if len(d.all) < maxDatagrams {
			d.all = append(d.all, demoshop.Received{At: time.Now(), Host: "udp", Method: "UDP", Body: packet})
		}
		d.mu.Unlock()
		if answer := challenge(packet); answer != nil {
			_, _ = d.conn.WriteTo(answer, from)
		}
	}
}

// challenge is the answer to a TURN allocation without credentials: 401, a realm and a nonce (RFC 8656). It is nil for
// all other packets.
func challenge(packet []byte) []byte {
	const allocate, allocateError, header = 0x0003, 0x0113, 20
	const username, errorCode, realm, nonce = 0x0006, 0x0009, 0x0014, 0x0015
	if len(packet) < header || binary.BigEndian.Uint16(packet) != allocate || attribute(packet, username) != nil {
		return nil
	}
	answer := binary.BigEndian.AppendUint16(nil, allocateError)
	answer = append(answer, packet[2:header]...)
	add := func(kind uint16, value string) {
		answer = binary.BigEndian.AppendUint16(answer, kind)
		answer = binary.BigEndian.AppendUint16(answer, uint16(len(value)))
		answer = append(answer, value...)
		answer = append(answer, make([]byte, (4-len(value)%4)%4)...)
	}
	add(errorCode, "\x00\x00\x04\x01Unauthorized")
	add(realm, "relay")
	add(nonce, "b8f3c1d2a9")
	binary.BigEndian.PutUint16(answer[2:], uint16(len(answer)-header))
	return answer
}

// attribute finds an attribute of a STUN message; nil where there is none.
func attribute(packet []byte, kind uint16) []byte {
	for at := 20; at+4 <= len(packet); {
		n := int(binary.BigEndian.Uint16(packet[at+2:]))
		if at+4+n > len(packet) {
			return nil
		}
		if binary.BigEndian.Uint16(packet[at:]) == kind {
			return packet[at+4 : at+4+n]
		}
		at += 4 + (n+3)/4*4
	}
	return nil
}
