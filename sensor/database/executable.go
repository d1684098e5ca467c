package database

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/script"
	"golang.org/x/net/html"
)

// executable is what a value does that the shop executes or puts into its pages.
type executable struct {
	digest       string // of the value
	mode         mode   // in which it was judged
	active       bool   // it does something: it belongs into the inventory
	normalised   string // digest of what it does, without the text around it
	capabilities []tillwatch.Capability
	severity     tillwatch.Severity // of what looks like an attack in it; 0 for nothing
	certainty    tillwatch.Certainty
	evidence     []tillwatch.Evidence
	data         []string
}

// judgeExecutable is pure. The text is bounded by what is asked of the server.
func judgeExecutable(m mode, name, text string, o script.Options) executable {
	var e executable
	readings := markupReadings(text)
	var parts []string
	for _, r := range readings {
		parts = append(parts, activeParts(r, 0)...)
	}
	if m != modeMarkup {
		e.active = strings.TrimSpace(text) != ""
		e.normalised = digest(text)
		if m == modeCode {
			e.capabilities = append(e.capabilities, tillwatch.Executes)
			e.suspect(name, text)
		}
	}
	if len(parts) == 0 {
		return e
	}
	var pieces []script.Piece
	for _, r := range readings {
		pieces = append(pieces, e.scripts(r, o)...)
	}
	if m != modeMarkup || !calm(parts, pieces, o.Own) {
		e.capabilities = append(e.capabilities, tillwatch.Executes)
	}
	if m == modeMarkup {
		e.active = true
		slices.Sort(parts)
		e.normalised = digest(strings.Join(slices.Compact(parts), "\x00"))
	}
	slices.Sort(e.capabilities)
	e.capabilities = slices.Compact(e.capabilities)
	return e
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// markupReadings are the texts in a value that reach a page: itself, what it says where it is kept with entities, and the
// texts in JSON.
func markupReadings(text string) []string {
	trimmed := strings.TrimSpace(text)
	if (strings.HasPrefix(trimmed, "{") || strings.HasPrefix(trimmed, "[")) && len(trimmed) < 4<<20 {
		var v any
		if json.Unmarshal([]byte(trimmed), &v) == nil {
			var out []string
			collectTexts(v, &out, 0)
			return out
		}
	}
	if strings.Contains(text, "&lt;") || strings.Contains(text, "&#") {
		if plain := html.UnescapeString(text); plain != text && !strings.Contains(text, "<") {
			return []string{plain}
		}
	}
	return []string{text}
}

func collectTexts(v any, out *[]string, depth int) {
	if depth > 40 || len(*out) > 5000 {
		return
	}
	switch v := v.(type) {
	case string:
		if strings.ContainsAny(v, "<{:") {
			*out = append(*out, v)
		}
	case []any:
		for _, one := range v {
			collectTexts(one, out, depth+1)
		}
	case map[string]any:
		for _, name := range slices.Sorted(mapKeys(v)) {
			collectTexts(v[name], out, depth+1)
		}
	}
}

func mapKeys(m map[string]any) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// plainScript is the tag of a script that stands in the text itself.
var plainScript = lazily(`^<script(?: (?:type="(?:text|application)/javascript"|(?:async|defer)=""))*>$`)

// calm says that nothing of a text runs in the shop's pages but scripts in it that were read whole and neither look at what
// is typed nor load, make or hide code, nor choose whom they show themselves: opening hours, a counter, a pixel, a film.
func calm(parts []string, pieces []script.Piece, own string) bool {
	scripts := 0
	for _, p := range parts {
		switch {
		case plainScript().MatchString(p):
			scripts++
		case framesAnother(p, own):
		case strings.HasPrefix(p, "<"), strings.HasPrefix(p, "{"): // another element, a tag of a template or of a server
			return false
		}
	}
	return scripts == len(pieces) && !slices.ContainsFunc(pieces, func(p script.Piece) bool {
		a := p.Analysis
		return p.Kind != "inline" || a.Parsed != script.ParsedWhole && a.Parsed != script.ParsedLowered || a.Partial != "" || a.Verdict.Severity > tillwatch.Info ||
			len(a.Sources)+len(a.Gates)+len(a.Decoders)+len(a.Dynamic)+len(a.Layers) > 0 ||
			slices.ContainsFunc(a.Hosts, func(h script.Host) bool { return h.Hidden || h.Imitates != "" }) ||
			slices.ContainsFunc(a.Sinks, func(s script.Sink) bool { return s.Kind != script.SinkImage && s.Kind != script.SinkBeacon }) ||
			slices.ContainsFunc(a.Capabilities, func(c tillwatch.Capability) bool { return !strings.HasPrefix(string(c), "sends ") })
	})
}

// framesAnother says that a tag shows a document of another host in a frame, which the browser keeps apart from the page.
func framesAnother(tag, own string) bool {
	z := html.NewTokenizer(strings.NewReader(tag))
	if z.Next() != html.StartTagToken {
		return false
	}
	t := z.Token()
	host := ""
	for _, a := range t.Attr {
		switch {
		case a.Key == "srcdoc", strings.HasPrefix(a.Key, "on"):
			return false
		case a.Key == "src":
			host = hostOf(a.Val)
		}
	}
	return t.Data == "iframe" && host != "" && own != "" && host != own && !strings.HasSuffix(host, "."+own)
}

// activeParts are the parts of markup that do something, as they are written.
func activeParts(text string, depth int) []string {
	var parts []string
	s := &suspicion{}
	s.template(text)
	for _, f := range s.found {
		parts = append(parts, f.fragment)
	}
	if !opensTag().MatchString(text) {
		return parts
	}
	for _, r := range serverCode {
		parts = append(parts, r.pattern().FindAllString(text, 50)...)
	}
	z := html.NewTokenizer(strings.NewReader(text))
	raw := ""
	for range maxTokens {
		switch z.Next() {
		case html.ErrorToken:
			return parts
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			raw = t.Data
			one := &suspicion{}
			one.element(t, "")
			if slices.ContainsFunc(one.found, func(f active) bool { return f.severity >= tillwatch.High }) {
				parts = append(parts, t.String())
			}
		case html.TextToken:
			switch content := string(z.Raw()); {
			case raw == "script":
				parts = append(parts, content)
			case raw == "style":
				one := &suspicion{}
				if one.style(content, true); len(one.found) > 0 {
					parts = append(parts, content)
				}
			case depth == 0 && (raw == "noscript" || raw == "textarea" || raw == "iframe"):
				parts = append(parts, activeParts(content, depth+1)...)
			}
			raw = ""
		case html.CommentToken:
			if content := string(z.Text()); strings.HasPrefix(strings.TrimSpace(content), "[if") && depth == 0 {
				parts = append(parts, activeParts(content, depth+1)...)
			}
		default:
			raw = ""
		}
	}
	return parts
}

var templateTags = lazily(`(?s)\{\{.{0,500}?\}\}|\{%.{0,500}?%\}|<\?.{0,900}?\?>`)

// maxReasons is how much of one value is given as evidence.
const maxReasons = 10

// scripts takes what the scripts in a text can do, and what of it is suspicious.
func (e *executable) scripts(text string, o script.Options) []script.Piece {
	blanked := templateTags().ReplaceAllStringFunc(text, func(m string) string { return "0" + strings.Repeat(" ", len(m)-1) })
	pieces := script.AnalyseHTML([]byte(blanked), o)
	if len(pieces) == 0 && !strings.Contains(text, "<") && looksLikeCode(text) && scheme(text) == "" {
		pieces = []script.Piece{{Analysis: script.Analyse([]byte(blanked), o)}}
	}
	slices.SortStableFunc(pieces, func(a, b script.Piece) int {
		return cmp.Compare(b.Analysis.Verdict.Score, a.Analysis.Verdict.Score)
	})
	for _, p := range pieces {
		a := p.Analysis
		e.capabilities = append(e.capabilities, a.Capabilities...)
		if a.Verdict.Severity < tillwatch.Medium {
			continue
		}
		e.severity = max(e.severity, a.Verdict.Severity)
		e.certainty = tillwatch.Possible
		if e.severity >= tillwatch.High {
			e.certainty = tillwatch.Likely
		}
		for _, span := range a.Verdict.Reasons {
			if len(e.evidence) == maxReasons {
				break
			}
			one := tillwatch.Evidence{What: span.What, Line: span.Line, Column: span.Column}
			for _, sink := range a.Sinks {
				if sink.Line == span.Line && sink.Column == span.Column && sink.What == span.What && sink.Host != "" {
					one.Destination = "//" + sink.Host
				}
				if sink.Host != "" && slices.Contains(sink.Fields, "card") {
					e.data = []string{"card"}
				}
			}
			e.evidence = append(e.evidence, one)
		}
	}
	return pieces
}

// suspicious is what has no business in a row that is run.
var suspicious = []struct {
	what    string
	pattern pattern
}{
	{"code that decodes and runs text", lazily(`(?i)\b(?:eval|assert|create_function|call_user_func(?:_array)?)\s*\(\s*(?:@?\s*(?:base64_decode|gzinflate|gzuncompress|str_rot13|hex2bin|rawurldecode|file_get_contents)|\$_(?:GET|POST|REQUEST|COOKIE|SERVER))`)},
	{"code that runs programs", lazily(`(?i)\b(?:system|shell_exec|passthru|proc_open|popen|pcntl_exec|exec)\s*\(\s*(?:\$|@|['"]|base64_decode)`)},
	{"code that reads requests", lazily(`\$_(?:GET|POST|REQUEST|COOKIE)\s*\[|php://input`)},
	{"a statement that reads or writes files", lazily(`(?i)\bINTO\s+(?:OUT|DUMP)FILE\b|\bLOAD_FILE\s*\(|\bpg_read_file\s*\(|\blo_(?:import|export)\s*\(|\bCOPY\b.{0,200}\bPROGRAM\b`)},
}

var strangePath = lazily(`(?i)^(?:https?|ftp|php|data|phar|expect|zip|glob|file):|(?:^|/)(?:tmp|dev/shm|var/tmp|upload|uploads|save_image|temp_image|media|images?|cache|logs?|sessions?)/[^\s]*|\.(?:jpe?g|png|gif|ico|txt|log|css|js|tmp|bak|zip)$|\x00`)

// suspect looks at what is run for what has no business there.
func (e *executable) suspect(column, text string) {
	for _, s := range suspicious {
		if s.pattern().MatchString(text) {
			e.severity, e.certainty = tillwatch.High, tillwatch.Likely
			e.evidence = append(e.evidence, tillwatch.Evidence{What: s.what})
		}
	}
	if strings.HasSuffix(column, "_path") || strings.HasSuffix(column, "_class") || column == "file_name" || column == "filename" {
		if strangePath().MatchString(strings.TrimSpace(text)) {
			e.severity, e.certainty = tillwatch.High, tillwatch.Likely
			e.evidence = append(e.evidence, tillwatch.Evidence{What: "the file that is run lies where no program belongs"})
		}
	}
}
