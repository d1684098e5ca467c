package report

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// literals are all texts in the sources of the sensors, of script, inventory, pipeline, triage and app, as one.
func literals(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, root := range []string{"../../sensor", "../../script", "../../inventory", "../../pipeline", "../../triage", ".."} {
		err := filepath.WalkDir(root, func(name string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING {
					if s, err := strconv.Unquote(text.Value); err == nil {
						all.WriteString(s + "\x00")
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

func TestPhrasesAreWhatSensorsSay(t *testing.T) {
	t.Parallel()
	said := literals(t)
	all := phrases()
	if len(all) < 30 {
		t.Fatalf("%d phrases were read", len(all))
	}
	for _, p := range all {
		for _, piece := range p.pieces {
			piece = strings.Trim(piece, `" ,.;:()`)
			if !strings.Contains(said, piece) {
				t.Errorf("nobody says %q any more (of %q)", piece, p.pieces)
			}
		}
		for language, translation := range p.translations {
			for n := range len(p.pieces) + 1 {
				want := n > 0 && n < len(p.pieces)
				if strings.Contains(translation, "{"+strconv.Itoa(n)+"}") != want {
					t.Errorf("%s: {%d} in %q: want %v", language, n, translation, want)
				}
			}
		}
	}
	blocks := strings.Count(strings.TrimSpace(phraseTable), "\n\n")
	if blocks != len(all) {
		t.Errorf("%d of %d blocks of phrases.txt have four lines", len(all), blocks)
	}
}

func TestWhatSensorsSayIsTranslated(t *testing.T) {
	t.Parallel()
	japanese := newTranslator("ja")
	for english, want := range map[string]string{
		"What a customer types (e-mail, card) leaves the shop for https://e.example, which nobody authorised; it is sent by https://s.example/a.js, line 3.": "お客様が入力した情報(メールアドレス, カード)が、許可されていない https://e.example へ送信されています。送信元は https://s.example/a.js の 3 行目です。",
		"POST request (fetch) at step \"press\", hidden as base64, then json, by code made at run time":                                                      "POST request (fetch)(手順: 最後のボタンを押下)、隠し方: base64, then json、実行時に作られたコードによる",
		"nothing could be put into the cart: no way on was found: show it with a journey file":                                                               "カートに入れられる商品がありませんでした: 先へ進む方法が見つかりませんでした。手順ファイル(--journey)で示してください",
		"something new": "something new",
		"":              "",
	} {
		if got := japanese.say(english); got != want {
			t.Errorf("%q\nis %q,\nwant %q", english, got, want)
		}
	}
	if got := newTranslator("en").say("nothing could be put into the cart"); got != "nothing could be put into the cart" {
		t.Errorf("English became %q", got)
	}
}

func FuzzSay(f *testing.F) {
	f.Add("the name {2} cannot be resolved (DNS): check the spelling, and this machine's resolver")
	f.Add(", hidden as {1}, hidden as {1}")
	f.Fuzz(func(t *testing.T, text string) {
		for _, language := range Languages() {
			if said := newTranslator(language).say(text); text != "" && said == "" {
				t.Errorf("%s: %q is gone", language, text)
			}
		}
	})
}
