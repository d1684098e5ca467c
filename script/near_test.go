package script_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/script"
)

// What one module of a bundle does is not held against another: the shop's check of card numbers, and what is told of the
// checkout's steps, stand in one file with a service that is sent an e-mail address.
func TestModulesOfABundleAreJudgedByThemselves(t *testing.T) {
	const (
		card    = `document.querySelector('[name=card_number]').addEventListener('input', function (e) { e.target.classList.toggle('ok', /^4[0-9]{12}/.test(e.target.value)); });`
		gate    = `if (/checkout|onepage/.test(location.pathname)) document.body.classList.add('till');`
		admin   = `if (/wordpress_logged_in/.test(document.cookie)) document.body.classList.add('admin-bar');`
		contact = `document.querySelector('#news').addEventListener('submit', function () { fetch('https://letters.example/join', {method: 'POST', body: JSON.stringify(Object.fromEntries(new FormData(this)))}); });`
	)
	filler := `var text = {}; ` + strings.Repeat(`text[text.length] = "a sentence that the shop says";`, 60)
	separate := []string{card, gate, admin, contact}
	for name, wrap := range map[string]string{
		"functions called":  "(function () { %s %s })();\n",
		"caught":            "try { (function () { %s %s })(); } catch (e) {}\n",
		"functions by name": "boot(function () { %s %s });\n",
	} {
		t.Run(name, func(t *testing.T) {
			var bundle strings.Builder
			for _, module := range separate {
				fmt.Fprintf(&bundle, wrap, module, filler)
			}
			if a := script.Analyse([]byte(bundle.String()), script.Options{}); a.Verdict.Severity > tillwatch.Low {
				t.Errorf("separate modules are judged %s (%d): %+v", a.Verdict.Severity, a.Verdict.Score, a.Verdict.Reasons)
			}
			together := fmt.Sprintf(wrap, "", filler) + fmt.Sprintf(wrap, strings.Join(separate, "\n"), "") + fmt.Sprintf(wrap, "", filler)
			if a := script.Analyse([]byte(together), script.Options{}); a.Verdict.Severity < tillwatch.Medium {
				t.Errorf("the same in one module is judged %s (%d): %+v", a.Verdict.Severity, a.Verdict.Score, a.Verdict.Reasons)
			}
		})
	}
}
