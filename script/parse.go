package script

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/parser"
	"github.com/evanw/esbuild/pkg/api"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

// maxLowered bounds what is given to esbuild, whose memory is some forty times its input.
const maxLowered = 3 << 20

// decodeSource makes UTF-8 of a source as it is found in files: with a byte order mark, in UTF-16, in Shift_JIS or in
// EUC-JP. Bytes that are no text in any of them stay as they are.
func decodeSource(src []byte) string {
	switch {
	case bytes.HasPrefix(src, []byte{0xef, 0xbb, 0xbf}):
		return string(src[3:])
	case bytes.HasPrefix(src, []byte{0xff, 0xfe}):
		return decodeWith(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), src)
	case bytes.HasPrefix(src, []byte{0xfe, 0xff}):
		return decodeWith(unicode.UTF16(unicode.BigEndian, unicode.UseBOM), src)
	case utf8.Valid(src):
		return string(src)
	}
	for _, e := range []encoding.Encoding{japanese.EUCJP, japanese.ShiftJIS} {
		if text := decodeWith(e, src); text != "" && !strings.ContainsRune(text, utf8.RuneError) {
			return text
		}
	}
	return string(src)
}

func decodeWith(e encoding.Encoding, src []byte) string {
	out, err := e.NewDecoder().Bytes(src)
	if err != nil {
		return string(src)
	}
	return string(out)
}

// parse parses a surveyed source: as it is where goja can, else lowered by esbuild to what goja can.
func parse(src string, s *survey) (Parsed, *layer, *ast.Program) {
	if !s.module {
		program, err := parseGoja(src)
		if err == nil {
			return ParsedWhole, &layer{source: src, hits: s.hits}, program
		}
		if strings.Contains(src, "return") || strings.Contains(src, "await") {
			// The body of a function: an event handler, or a script run by something that wraps it.
			wrapped := functionHead + src + "\n})()"
			if program, err = parseGoja(wrapped); err == nil {
				l := &layer{source: wrapped, locate: func(offset int) int { return offset - len(functionHead) }}
				for _, h := range s.hits {
					l.hits = append(l.hits, hit{h.offset + int32(len(functionHead)), h.of})
				}
				return ParsedLowered, l, program
			}
		}
	}
	if len(src) > maxLowered {
		return ParsedLexical, nil, nil
	}
	lowered, mapping, ok := lower(src, s.worthRunning()) // where it is not run there is nothing to show
	if !ok {
		return Unparsable, nil, nil
	}
	after := look(lowered)
	if !after.parsable() {
		return ParsedLexical, nil, nil
	}
	program, err := parseGoja(lowered)
	if err != nil {
		return Unparsable, nil, nil
	}
	return ParsedLowered, &layer{source: lowered, hits: after.hits, locate: locator(src, lowered, mapping)}, program
}

func parseGoja(src string) (*ast.Program, error) {
	return parser.ParseFile(nil, "", src, parser.IgnoreRegExpErrors, parser.WithDisableSourceMaps)
}

const functionHead = "(async function(){\n"

// lower rewrites modern JavaScript into what goja can parse, with the map back. A script that is none but with await at
// the top becomes the body of an asynchronous function. The map, which takes as long as the rest, is made where it is asked for.
func lower(src string, mapped bool) (lowered string, mapping []byte, ok bool) {
	if r := transform(src, api.FormatCommonJS, false, mapped); len(r.Errors) == 0 {
		return string(r.Code), r.Map, true
	}
	r := transform(src, api.FormatESModule, true, mapped)
	if len(r.Errors) > 0 {
		return "", nil, false
	}
	body := withoutModuleSyntax(r.Code)
	mapping = bytes.Replace(r.Map, []byte(`"mappings": "`), []byte(`"mappings": ";`), 1)
	return "(async()=>{\n" + string(body) + "\n})()", mapping, true
}

func transform(src string, format api.Format, await, mapped bool) api.TransformResult {
	sourceMap := api.SourceMapNone
	if mapped {
		sourceMap = api.SourceMapExternal
	}
	return api.Transform(src, api.TransformOptions{
		Loader: api.LoaderJS, Target: api.ES2017, Format: format, LogLevel: api.LogLevelSilent, LogLimit: 1,
		Sourcemap: sourceMap, SourcesContent: api.SourcesContentExclude, LegalComments: api.LegalCommentsNone,
		Supported: map[string]bool{"dynamic-import": false, "import-meta": false, "top-level-await": await},
		Charset:   api.CharsetUTF8,
	})
}

// withoutModuleSyntax blanks the import and export statements of esbuild's output, each of which begins a line.
func withoutModuleSyntax(code []byte) []byte {
	lines := bytes.Split(code, []byte{'\n'})
	inside := false
	for i, line := range lines {
		begins := bytes.HasPrefix(line, []byte("import ")) || bytes.HasPrefix(line, []byte("export {"))
		if begins || inside {
			inside = !bytes.HasSuffix(line, []byte(";"))
			lines[i] = nil
		} else if rest, ok := bytes.CutPrefix(line, []byte("export default ")); ok {
			lines[i] = append([]byte("0,              "), rest...)
		}
	}
	return bytes.Join(lines, []byte{'\n'})
}
