package demoshop

import (
	"io"
	"net/http"
	"strconv"
	"time"
)

// Pages of trouble. They are short and say what they are in their source, so that nobody mistakes them for an attack.
const (
	alertPage = `<!doctype html><title>Welcome</title><body><h1>Welcome</h1><script>for (;;) alert('Please read this.')</script>`
	busyPage  = `<!doctype html><title>Welcome</title><body><h1>Welcome</h1><script>for (let i = 0; ; i++) document.title = i</script>`

	// Deep nesting overflows the stack of the layout code, in a moment and without filling the machine's memory.
	crashPage = `<!doctype html><title>Welcome</title><body><h1>Welcome</h1><script>
let at = document.body
for (let i = 0; i < 200000; i++) at = at.appendChild(document.createElement('span'))
document.body.offsetHeight
</script>`

	hugeSize = 2 << 30
)

// troubled stands in front of the shop and is in the visitor's way where the configuration says so.
func (s *Shop) troubled(next http.Handler) http.Handler {
	t := s.config.Trouble
	if t.Kind == "" {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case t.Kind == Maintenance && !isAdmin(r.URL.Path):
			w.Header().Set("Retry-After", "3600")
			s.page(func(v *visit) error {
				return v.render(http.StatusServiceUnavailable, "maintenance.html", v.T("maintenance.title"), nil, nil)
			}).ServeHTTP(w, r)
		case t.Kind != Maintenance && r.URL.Path == t.Path:
			s.trouble(w, r, t.Kind)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

func (s *Shop) trouble(w http.ResponseWriter, r *http.Request, kind TroubleKind) {
	h := w.Header()
	switch kind {
	case RedirectLoop:
		n, _ := strconv.Atoi(r.URL.Query().Get("n"))
		http.Redirect(w, r, r.URL.Path+"?n="+strconv.Itoa(n+1), http.StatusFound)
	case AlertLoop:
		answer(w, http.StatusOK, htmlType, []byte(alertPage))
	case BusyLoop:
		answer(w, http.StatusOK, htmlType, []byte(busyPage))
	case Crash:
		answer(w, http.StatusOK, htmlType, []byte(crashPage))
	case Download:
		h.Set("Content-Disposition", `attachment; filename="catalogue.pdf"`)
		answer(w, http.StatusOK, "application/octet-stream", make([]byte, 1<<20))
	case NeverEnds:
		answer(w, http.StatusOK, htmlType, []byte("<!doctype html><title>Welcome</title><body><h1>Welcome</h1>\n"))
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for flush := http.NewResponseController(w); flush.Flush() == nil; {
			select {
			case <-r.Context().Done():
				return
			case <-tick.C:
				_, _ = io.WriteString(w, "<p>…</p>\n")
			}
		}
	case Huge:
		h.Set("Content-Length", strconv.Itoa(hugeSize))
		const head = "<!doctype html><title>Welcome</title><body>\n"
		answer(w, http.StatusOK, htmlType, []byte(head))
		_, _ = io.CopyN(w, paragraphs{}, hugeSize-int64(len(head))) // hardly anyone stays to the end
	}
}

// paragraphs is an endless reader of small paragraphs.
type paragraphs struct{}

func (paragraphs) Read(b []byte) (int, error) {
	for n := 0; n < len(b); {
		n += copy(b[n:], "<p>木漏れ日</p>\n")
	}
	return len(b), nil
}
