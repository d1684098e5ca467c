package line

import "bytes"

// alb reads the access log of an AWS Application Load Balancer: words with spaces between, some in quotes. Amazon adds fields
// at the end, so that only the first seventeen are read.
//
//	https 2026-11-29T00:27:22.186641Z app/shop/50dc6c 192.0.2.1:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366
//	"GET https://shop.example:443/ HTTP/1.1" "curl/8" …
func (r *Reader) alb(line []byte, e *Event) bool {
	kind, rest := word(line)
	switch string(kind) {
	case "http", "https", "h2", "grpcs", "ws", "wss":
	default:
		return false
	}
	at, rest := word(rest)
	var ok bool
	if e.At, ok = r.iso(at); !ok {
		return false
	}
	_, rest = word(rest) // the balancer
	client, rest := word(rest)
	if i := bytes.LastIndexByte(client, ':'); i > 0 {
		client = client[:i]
	}
	e.Client = bytes.Trim(client, "[]")
	for range 4 { // the target, and three durations
		_, rest = word(rest)
	}
	status, rest := word(rest)
	e.Status = int(number(status))
	_, rest = word(rest) // the target's status
	_, rest = word(rest) // bytes received
	sent, rest := word(rest)
	e.Bytes = number(sent)
	if len(rest) < 2 || rest[0] != '"' {
		return false
	}
	request, rest, ok := quoted(rest)
	if !ok {
		return false
	}
	e.request(request)
	if i := bytes.LastIndexByte(e.Host, ':'); i > 0 {
		e.Host = e.Host[:i]
	}
	if len(rest) > 2 && rest[1] == '"' {
		if agent, _, ok := quoted(rest[1:]); ok {
			e.Agent = absent(agent)
		}
	}
	return true
}

// directive reads the lines of a W3C extended log that begin with #. Without its "#Fields:" the first fifteen fields of CloudFront are meant.
func (r *Reader) directive(line []byte) {
	names, found := bytes.CutPrefix(line, []byte("#Fields:"))
	if !found {
		return
	}
	r.fields = r.fields[:0]
	for name := range bytes.FieldsSeq(names) {
		if len(r.fields) == 128 {
			return
		}
		r.fields = append(r.fields, w3cFields[string(name)])
	}
}

var w3cFields = map[string]field{
	"date": fieldDate, "time": fieldClock, "sc-bytes": fieldBytes, "c-ip": fieldClient, "cs-method": fieldMethod, "cs(Host)": fieldHost,
	"x-host-header": fieldHost, "cs-uri-stem": fieldPath, "cs-uri-query": fieldQuery, "sc-status": fieldStatus, "cs(Referer)": fieldReferrer,
	"cs(User-Agent)": fieldAgent, "cs(Cookie)": fieldCookie, "x-forwarded-for": fieldForwarded, "timestamp": fieldTime,
}

// cloudFront is the order of fields of a standard log, which files cut in pieces do not repeat.
var cloudFront = []field{
	fieldDate, fieldClock, fieldNone, fieldBytes, fieldClient, fieldMethod, fieldHost, fieldPath, fieldStatus, fieldReferrer, fieldAgent,
	fieldQuery, fieldCookie,
}

// w3c reads a line with tabs between its fields.
func (r *Reader) w3c(line []byte, e *Event) bool {
	fields := r.fields
	if len(fields) == 0 {
		fields = cloudFront
	}
	var date []byte
	start := 0
	for _, f := range fields {
		if start > len(line) {
			break
		}
		end := bytes.IndexByte(line[start:], '\t')
		if end < 0 {
			end = len(line)
		} else {
			end += start
		}
		value := line[start:end]
		switch f {
		case fieldDate:
			date = value
		case fieldClock: // date and time stand beside each other
			if len(date) == 10 && len(value) == 8 && start == 11 {
				var ok bool
				if e.At, ok = r.iso(line[:start+8]); !ok {
					return false
				}
			}
		default:
			r.set(f, absent(value), e)
		}
		start = end + 1
	}
	return e.At != 0 && len(e.Method) > 0
}

// monolog reads EC-CUBE's log, https://doc4.ec-cube.net/ : the customer's or the operator's id stands in each line.
//
//	[2026-11-29T00:27:22.123456+09:00] front.INFO [session] [uid] [user] [class:function:line] - message [GET, https://…, 192.0.2.1, https://…, agent]
func (r *Reader) monolog(line []byte, e *Event) bool {
	end := bytes.IndexByte(line, ']')
	if end < 20 {
		return false
	}
	var ok bool
	if e.At, ok = r.iso(line[1:end]); !ok {
		return false
	}
	channel, rest := word(bytes.TrimPrefix(line[end+1:], []byte(" ")))
	name, level, found := bytes.Cut(bytes.TrimSuffix(channel, []byte(":")), []byte("."))
	if !found || len(level) == 0 {
		return false
	}
	e.Realm = name
	var parts [4][]byte
	for i := range parts {
		if len(rest) < 2 || rest[0] != '[' {
			e.Name = rest
			return i > 0
		}
		end := bytes.IndexByte(rest, ']')
		if end < 0 {
			return false
		}
		parts[i], rest = rest[1:end], bytes.TrimPrefix(rest[end+1:], []byte(" "))
	}
	e.Session = meant(parts[0])
	e.Subject = meant(parts[2])
	if string(name) == "admin" {
		e.User, e.Subject = e.Subject, nil
	}
	rest = bytes.TrimPrefix(rest, []byte("- "))
	if open := bytes.LastIndex(rest, []byte(" [")); open >= 0 && rest[len(rest)-1] == ']' {
		e.web(rest[open+2 : len(rest)-1])
		rest = rest[:open]
	}
	e.Name = rest
	return true
}

// meant leaves out what EC-CUBE writes where there is nobody.
func meant(b []byte) []byte {
	if string(b) == "-" || string(b) == "N/A" || string(b) == "anon." {
		return nil
	}
	return b
}

// web reads method, address, client, referrer and agent, which may hold commas themselves.
func (e *Event) web(text []byte) {
	sep := []byte(", ")
	method, rest, found := bytes.Cut(text, sep)
	if !found || len(method) > 10 {
		return
	}
	e.Method = method
	for at := 0; ; { // the address of the page ends where an address of a network begins
		i := bytes.Index(rest[at:], sep)
		if i < 0 {
			return
		}
		i += at
		after := rest[i+2:]
		j := bytes.Index(after, sep)
		if j < 0 {
			return
		}
		if looksLikeAddress(after[:j]) {
			e.target(rest[:i])
			e.Client = after[:j]
			referrer, agent, _ := bytes.Cut(after[j+2:], sep)
			e.Referrer, e.Agent = meant(referrer), meant(agent)
			return
		}
		at = i + 2
	}
}
