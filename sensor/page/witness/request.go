package witness

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"net/http/httputil"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"
)

const headLimit = 4 << 20 // Chromium sends addresses of up to 2 MB, and a skimmer may use that

// malformed is a request that is not HTTP/1, or that two readers could understand in two ways.
type malformed string

func (m malformed) Error() string { return string(m) }

// head is a request before its body. It is read here and not by net/http because the witness must not lose what that
// refuses (a stray percent sign in a path is common in shops) and must see what it smooths over (two lengths).
type head struct {
	method, target string
	minor          int // of HTTP/1
	header         http.Header
	length         int64 // -1 for chunked
}

func readHead(in *bufio.Reader) (head, error) {
	budget := headLimit
	line, err := readLine(in, &budget)
	for err == nil && line == "" { // RFC 9112 2.2: an empty line before a request is to be ignored
		line, err = readLine(in, &budget)
	}
	if err != nil {
		return head{}, err
	}
	var h head
	method, rest, _ := strings.Cut(line, " ")
	target, version, _ := strings.Cut(rest, " ")
	h.method, h.target = method, target
	switch version {
	case "HTTP/1.1":
		h.minor = 1
	case "HTTP/1.0":
	default:
		return h, malformed("not a request of HTTP/1")
	}
	if !httpguts.ValidHeaderFieldName(method) || target == "" || strings.ContainsFunc(target, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return h, malformed("the request line is not valid")
	}
	if h.header, err = readFields(in, &budget); err != nil {
		return h, err
	}
	h.length, err = h.bodyLength()
	return h, err
}

// readLine refuses what lets two readers see different lines: a line feed or a carriage return alone.
func readLine(in *bufio.Reader, budget *int) (string, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		if *budget -= len(part); *budget < 0 {
			return "", malformed("the head of the request is too long")
		}
		line = append(line, part...)
		if err == nil {
			break
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			if errors.Is(err, io.EOF) && len(line) > 0 {
				err = io.ErrUnexpectedEOF
			}
			return "", err
		}
	}
	text, ok := strings.CutSuffix(string(line), "\r\n")
	if !ok || strings.ContainsAny(text, "\r\x00") {
		return "", malformed("a line does not end as HTTP wants it")
	}
	return text, nil
}

func readFields(in *bufio.Reader, budget *int) (http.Header, error) {
	fields := http.Header{}
	for {
		line, err := readLine(in, budget)
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		if err != nil || line == "" {
			return fields, err
		}
		name, value, ok := strings.Cut(line, ":")
		value = strings.Trim(value, " \t")
		// A name with white space around it is where one reader sees a folded line and another a field.
		if !ok || !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value) {
			return fields, malformed("a header field is not valid")
		}
		fields.Add(name, value)
	}
}

func (h head) bodyLength() (int64, error) {
	lengths, codings := h.header["Content-Length"], h.header["Transfer-Encoding"]
	switch {
	case len(codings) == 0 && len(lengths) == 0:
		return 0, nil
	case len(codings) > 0 && len(lengths) > 0, len(codings) > 1, len(lengths) > 1:
		return 0, malformed("the length of the body is given twice")
	case len(codings) == 1 && h.minor == 1 && strings.EqualFold(codings[0], "chunked"):
		return -1, nil
	case len(codings) == 1:
		return 0, malformed("the transfer coding is not supported")
	}
	n, err := strconv.ParseUint(lengths[0], 10, 63)
	if err != nil || lengths[0][0] == '+' {
		return 0, malformed("the length of the body is no number")
	}
	return int64(n), nil
}

// announced has a key for each field that is to follow the body.
func (h head) announced() http.Header {
	trailer := http.Header{}
	for _, list := range h.header["Trailer"] {
		for name := range strings.SplitSeq(list, ",") {
			if name = textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name)); httpguts.ValidTrailerHeader(name) {
				trailer[name] = nil
			}
		}
	}
	return trailer
}

// body reads what follows the head, up to and without the next one; trailer is filled at its end.
func (h head) body(in *bufio.Reader, trailer http.Header) io.Reader {
	if h.length >= 0 {
		return &exactly{in, h.length}
	}
	return &chunks{Reader: httputil.NewChunkedReader(in), in: in, trailer: trailer}
}

type exactly struct {
	in   io.Reader
	left int64
}

func (r *exactly) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n, err := r.in.Read(p[:min(int64(len(p)), r.left)])
	r.left -= int64(n)
	switch {
	case r.left == 0:
		err = io.EOF
	case err == io.EOF:
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

type chunks struct {
	io.Reader
	in      *bufio.Reader
	trailer http.Header
	ended   bool
}

func (r *chunks) Read(p []byte) (int, error) {
	if r.ended {
		return 0, io.EOF
	}
	n, err := r.Reader.Read(p)
	if err == io.EOF {
		r.ended = true
		budget := headLimit
		fields, fault := readFields(r.in, &budget)
		if fault != nil {
			return n, fault
		}
		for name, values := range fields {
			if _, announced := r.trailer[name]; announced {
				r.trailer[name] = values
			}
		}
	}
	return n, err
}

// origin is the server that a tunnel leads to.
type origin struct {
	scheme string // "http", "https", or "tunnel" while nobody knows
	host   string // lower case, with a port only where it is not the scheme's
}

// destination says which server the request is for, and the rest of its target. Outside a tunnel the target holds both.
func (h head) destination(tunnel *origin) (origin, string, error) {
	to, path := origin{}, h.target
	if tunnel != nil {
		to = *tunnel
		if !strings.HasPrefix(path, "/") && (path != "*" || h.method != http.MethodOptions) {
			return to, path, malformed("the request's target is not a path")
		}
	} else {
		rest, ok := cutPrefixFold(h.target, "http://")
		if !ok {
			return to, path, malformed("this is a proxy and no web server")
		}
		host := rest
		if i := strings.IndexAny(rest, "/?"); i >= 0 {
			host = rest[:i]
		}
		path = rest[len(host):]
		if !strings.HasPrefix(path, "/") {
			path = "/" + path
		}
		var err error
		if to, err = newOrigin("http", host); err != nil {
			return to, path, err
		}
	}
	hosts := h.header["Host"]
	if len(hosts) == 0 && h.minor == 0 {
		return to, path, nil
	}
	if len(hosts) != 1 {
		return to, path, malformed("the request needs one Host field")
	}
	if named, err := newOrigin(to.scheme, hosts[0]); err != nil || named != to {
		return to, path, malformed("the Host field names another host than the request")
	}
	return to, path, nil
}

func newOrigin(scheme, authority string) (origin, error) {
	u, err := url.Parse(scheme + "://" + authority)
	if err != nil || u.User != nil || u.Hostname() == "" || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || !httpguts.ValidHostHeader(authority) {
		return origin{}, malformed("the host is not valid")
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return origin{}, malformed("the port is not valid")
		}
	}
	host := strings.TrimSuffix(strings.ToLower(u.Host), ":")
	if port := defaultPorts[scheme]; port != "" {
		host = strings.TrimSuffix(host, ":"+port)
	}
	return origin{scheme, host}, nil
}

var defaultPorts = map[string]string{"http": "80", "https": "443"}

// name is the host without a port, an IPv6 address without brackets.
func (o origin) name() string {
	u := url.URL{Host: o.host}
	return u.Hostname()
}

// requestURL makes net/http send path as it came, even where it is no valid escaping.
func (o origin) requestURL(target string) *url.URL {
	path, query, asked := strings.Cut(target, "?")
	u := &url.URL{Scheme: o.scheme, Host: o.host, Opaque: path, RawQuery: query, ForceQuery: asked && query == ""}
	if strings.HasPrefix(path, "//") {
		// An opaque part that begins so would be sent as an absolute address.
		u.Opaque, u.Path = "", path
		if plain, err := url.PathUnescape(path); err == nil {
			u.Path, u.RawPath = plain, path
		}
	}
	return u
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// hopByHop are the fields that speak to the next hop only (RFC 9110 7.6.1), and what older software still sends.
var hopByHop = []string{"Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "Proxy-Authenticate", "Te", "Trailer", "Transfer-Encoding", "Upgrade"}

// endToEnd is a copy of header without the fields that end here.
func endToEnd(header http.Header) http.Header {
	out := header.Clone()
	for _, list := range header["Connection"] {
		for name := range strings.SplitSeq(list, ",") {
			out.Del(strings.TrimSpace(name))
		}
	}
	for _, name := range hopByHop {
		out.Del(name)
	}
	return out
}

func asksForWebSocket(h head) bool {
	return h.method == http.MethodGet && httpguts.HeaderValuesContainsToken(h.header["Connection"], "upgrade") &&
		httpguts.HeaderValuesContainsToken(h.header["Upgrade"], "websocket")
}
