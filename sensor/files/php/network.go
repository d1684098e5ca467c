package php

import (
	"net/netip"
	"strings"
)

// hostOf is the host of an address; empty where it is not known.
func hostOf(url string) string {
	i := strings.Index(url, "//")
	if i < 0 || i > 10 {
		return ""
	}
	host := url[i+2:]
	if at := strings.IndexAny(host, "/?#'\" \t\r\n"); at >= 0 {
		host = host[:at]
	}
	host = host[strings.LastIndexByte(host, '@')+1:]
	if at := strings.LastIndexByte(host, ':'); at > 0 {
		host = host[:at]
	}
	host = strings.ToLower(host)
	if strings.Contains(host, hole) || !strings.Contains(host, ".") || len(host) > 253 {
		return ""
	}
	return host
}

// whose says to whom a host belongs.
type whose uint8

const (
	hostUnknown whose = iota
	hostOwn
	hostProvider
	hostOther
	hostAddress // no name at all
)

func (m *machine) whose(host string) whose {
	own := m.options.Own
	switch {
	case host == "":
		return hostUnknown
	case host == "localhost" || strings.HasPrefix(host, "127."):
		return hostOwn
	case own != "" && (host == own || strings.HasSuffix(host, "."+own)):
		return hostOwn
	case m.options.Provider != nil && m.options.Provider(host):
		return hostProvider
	}
	if a, err := netip.ParseAddr(host); err == nil {
		if a.IsPrivate() || a.IsLoopback() {
			return hostOwn
		}
		return hostAddress
	}
	return hostOther
}

// sends judges what is sent to an address.
func (m *machine) sends(n *node, url value, k marks, how string) {
	r := m.record
	host := hostOf(url.text())
	of := m.whose(host)
	if host != "" && of != hostOwn {
		r.sends[host] = true
	}
	hidden := host != "" && (url.all()&markDecoded != 0 || !m.readable(host))
	points := 0
	switch of {
	case hostAddress:
		points = 85
	case hostOther:
		points = 58
		if hidden {
			points = 88
		} else if k&markEncoded != 0 {
			points = 66
		}
	case hostUnknown:
		if url.all()&markDecoded != 0 {
			points = 70
		}
	}
	if points == 0 {
		return
	}
	switch {
	case k&markCard != 0:
		m.loot(n, k, how, points, host)
	case k&markBody != 0:
		if points -= 22; hidden || of == hostAddress {
			points = 70
		}
		r.add(hit{kind: hitLoot, points: points, what: "sends all that a request brings to " + named(host) + " (" + how + ")", host: host, body: true}, n)
	case k&markSecret != 0:
		r.add(hit{kind: hitSend, points: max(points, 62), what: "sends a file that holds passwords to " + named(host) + " (" + how + ")", host: host}, n)
	}
}

func named(host string) string {
	if host == "" {
		return "an address that is not known here"
	}
	return host
}

// loot notes that card data is kept or sent.
func (m *machine) loot(n *node, k marks, how string, points int, host string) {
	what := "keeps card data in " + how
	if host != "" || strings.HasPrefix(how, "a request") || strings.HasPrefix(how, "a connection") || strings.HasPrefix(how, "a redirection") {
		what = "sends card data to " + named(host) + " (" + how + ")"
	} else if how == "a message" {
		what = "sends card data in a message"
	}
	if k&markEncoded != 0 {
		what += ", encoded"
		points += 5
	}
	if k&markFiltered != 0 && host == "" {
		points -= 25
	}
	m.record.add(hit{kind: hitLoot, points: points, what: what, card: true, host: host}, n)
}

func mail(m *machine, n *node, _ []*node, args []value) value {
	if len(args) < 3 {
		return unknown(0)
	}
	k := m.joined(args[1:])
	to, subject, body := args[0].all(), args[1].all(), args[2].all()
	if k&markCard != 0 {
		m.loot(n, k, "a message", 72, "")
	}
	if k&markBody != 0 && k&markCard == 0 {
		m.record.add(hit{kind: hitLoot, points: 30, what: "sends all that a request brings in a message", body: true}, n)
	}
	if to&markRequest != 0 && subject&markRequest != 0 && body&markRequest != 0 && (to|subject|body)&markFiltered == 0 {
		m.record.lone(hitMail, n, 55, "sends whatever message the request says to whom it says")
		m.record.feature(n, "sends messages")
	}
	if len(args) > 4 && args[4].all()&markRequest != 0 && args[4].all()&(markFiltered|markEscaped) == 0 {
		m.record.lone(hitCommand, n, 50, "hands the program that sends messages what the request says")
	}
	if len(args) > 4 && mailWrites(args[4].text()) {
		m.record.lone(hitWrite, n, 60, "has the program that sends messages write into a file of its choice")
	}
	return unknown(0)
}

// mailWrites tells whether options of sendmail write the message or its log where they say, or take its settings from there.
func mailWrites(options string) bool {
	for option := range strings.FieldsSeq(options) {
		if strings.HasPrefix(option, "-X") || strings.HasPrefix(option, "-OQueueDirectory") || strings.HasPrefix(option, "-oQ") {
			return true
		}
	}
	return false
}

func connect(m *machine, n *node, nodes []*node, args []value) value {
	r := m.record
	h := &handle{network: true}
	if len(args) > 0 {
		h.path = args[0]
		i := 0
		if n.a != nil && n.a.op == opName && len(args) > 1 && (strings.EqualFold(n.a.str, "socket_connect") || strings.EqualFold(n.a.str, "socket_bind")) {
			i = 1
		}
		host := args[i].text()
		if !strings.Contains(host, "//") {
			host = "tcp://" + host
		}
		h.path = value{kind: args[i].kind, s: host, marks: args[i].marks}
		if args[i].kind != vText {
			h.path.kind = vUnknown
		}
		if !strings.HasPrefix(args[i].text(), "unix:") {
			r.sockets = true
			if args[i].all()&markRequest != 0 {
				r.feature(n, "connects to where the request says")
				if alive(args[i].all()) && strings.HasPrefix(args[i].text(), hole) {
					r.lone(hitShell, n, 54, "connects to wherever the request says")
				}
			}
		}
	}
	return value{kind: vHandle, ref: h}
}

// named by a card: what asks for such a host's address tells its name server.
func resolves(m *machine, n *node, _ []*node, args []value) value {
	if len(args) > 0 {
		s := args[0].text()
		if k := args[0].all(); k&markCard != 0 && strings.HasPrefix(s, hole) {
			_, rest, _ := strings.Cut(s[strings.LastIndex(s, hole)+len(hole):], ".")
			m.sends(n, value{kind: vUnknown, s: "dns://" + rest, marks: args[0].marks}, k, "a request for an address")
		}
	}
	return unknown(markRemote)
}

func send(m *machine, n *node, _ []*node, args []value) value {
	if len(args) > 1 {
		if h, ok := args[0].ref.(*handle); ok {
			if k := m.joined(args[1:]); k&(markCard|markBody|markSecret) != 0 {
				m.sends(n, h.path, k, "a connection")
			}
		}
	}
	return unknown(0)
}

func curlOption(m *machine, n *node, _ []*node, args []value) value {
	if len(args) < 2 {
		return unknown(0)
	}
	h, ok := args[0].ref.(*handle)
	if !ok {
		return unknown(0)
	}
	if len(args) == 2 && args[1].kind == vArray {
		if v, ok := args[1].array.get("10002"); ok && v.text() != "" && v.text() != hole {
			h.path = v
		}
		h.content |= args[1].all()
		return unknown(0)
	}
	if len(args) < 3 {
		return unknown(0)
	}
	switch args[1].n {
	case 10002:
		h.path = args[2]
	case 10015, 10023:
		h.content |= args[2].all()
	case 20011, 20079:
		if args[2].kind == vText {
			m.dynamic(n, args[2], nil, []value{unknown(0), unknown(markRemote)})
		}
	default:
		h.content |= args[2].all() & (markCard | markBody | markSecret)
	}
	return unknown(0)
}

func curlRun(m *machine, n *node, _ []*node, args []value) value {
	if len(args) > 0 {
		if h, ok := args[0].ref.(*handle); ok {
			if k := h.content | h.path.all(); k&(markCard|markBody|markSecret) != 0 {
				m.sends(n, h.path, k, "a request")
			}
			return unknown(markRemote | h.path.all()&markRequest)
		}
	}
	return unknown(markRemote | markParam)
}

func wpPost(m *machine, n *node, _ []*node, args []value) value {
	m.standing.call("wp_remote_post")
	if len(args) > 0 {
		if k := m.joined(args); k&(markCard|markBody|markSecret) != 0 {
			m.sends(n, args[0], k, "a request")
		}
	}
	return unknown(markRemote | markFiltered)
}
