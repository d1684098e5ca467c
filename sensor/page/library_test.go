package page

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/known"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

func TestAChangedLibraryIsTold(t *testing.T) {
	text, err := os.ReadFile("../../demoshop/files/docroot/assets/vendor/jquery/jquery.min.js")
	if err != nil {
		t.Fatal(err)
	}
	jquery := string(text)
	const (
		odd     = ";var q=window['\\x61to'+'b'];q&&q(String(document.title));"
		setting = "\n;jQuery.noConflict;jQuery.fx.speeds.slow=900;\n"
	)
	middle := strings.LastIndexByte(jquery[:len(jquery)/2], ';') + 1
	for name, c := range map[string]struct {
		file, source string
		want         tillwatch.Severity
	}{
		"as published":        {"jquery.min.js", jquery, 0},
		"other line ends":     {"jquery.min.js", strings.ReplaceAll(jquery, "\n", "\r\n"), 0},
		"appended":            {"jquery.min.js", jquery + odd, tillwatch.High},
		"put before":          {"jquery.min.js", odd + jquery, tillwatch.High},
		"put inside":          {"jquery.min.js", jquery[:middle] + odd + jquery[middle:], tillwatch.High},
		"in a larger file":    {"vendor.js", jquery[:middle] + odd + jquery[middle:], tillwatch.High},
		"beside a shop's own": {"vendor.js", jquery + "\n$('#q').on('input', function () { $.get('/suggest', {q: this.value}) });\n", 0},
		"harmless settings":   {"jquery.min.js", jquery + setting, tillwatch.Low},
		"part of a bundle":    {"vendor.js", jquery + setting, 0},
		"the shop's own code": {"jquery-shop.js", strings.Repeat("shop.goods.push({name: 'cup', price: 100});\n", 80), 0},
	} {
		v := &visit{
			typed:    time.Unix(20, 0),
			requests: []browser.Request{{Main: true, At: time.Unix(1, 0), URL: "https://shop.example/pay"}},
			scripts: []browser.Script{{
				ID: "1", Session: "s", Kind: "external", URL: "https://shop.example/js/" + c.file, FrameURL: "https://shop.example/pay",
				Source: c.source, SHA256: digest(c.source)[7:], At: time.Unix(2, 0), Line: 1, Column: 1,
			}},
		}
		signs := changedLibraries(v, destinations{shop: "shop.example", providers: known.PaymentProviders()})
		switch {
		case c.want == 0 && len(signs) > 0:
			t.Errorf("%s: %+v", name, signs)
		case c.want == 0:
		case len(signs) != 1 || signs[0].Severity != c.want || !strings.Contains(signs[0].Summary, "jquery 3."):
			t.Errorf("%s: want %s, got %+v", name, c.want, signs)
		default:
			if last := signs[0].Evidence[len(signs[0].Evidence)-1]; last.Line < 1 || last.Column < 1 || !strings.Contains(last.What, "bytes") {
				t.Errorf("%s: evidence %+v", name, signs[0].Evidence)
			}
		}
	}
}
