package demoshop

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"os"
	"path"
	"strings"
	"sync"
	"time"
)

//go:embed all:files
var originals embed.FS

// writeOriginals fills dir with a folder of the embedded files, unless something is there already.
func writeOriginals(dir, from string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) > 0 {
		return err
	}
	tree, err := fs.Sub(originals, path.Join("files", from))
	if err != nil {
		return err
	}
	return os.CopyFS(dir, tree)
}

// docroot is the folder of templates and assets. Every look at it reads the disk: parsed templates are kept by the
// digest of what they were parsed from, since a change within the resolution of a timestamp must show too.
type docroot struct {
	root *os.Root

	mu     sync.Mutex
	parsed map[string]parsed // by page
}

type parsed struct {
	digest [sha256.Size]byte
	page   *template.Template
}

func openDocroot(dir string) (*docroot, error) {
	if err := writeOriginals(dir, "docroot"); err != nil {
		return nil, fmt.Errorf("document root: %w", err)
	}
	root, err := os.OpenRoot(dir)
	return &docroot{root: root, parsed: map[string]parsed{}}, err
}

// page gives the template of a page below templates/, together with the layout and the partials of its folder, whose
// names begin with "_".
func (d *docroot) page(name string) (*template.Template, error) {
	folder := path.Dir(path.Join("templates", name))
	entries, err := fs.ReadDir(d.root.FS(), folder)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "_") || e.Name() == path.Base(name) {
			b, err := d.root.ReadFile(path.Join(folder, e.Name()))
			if err != nil {
				return nil, err
			}
			text.Write(b)
		}
	}
	digest := sha256.Sum256(text.Bytes())
	d.mu.Lock()
	defer d.mu.Unlock()
	if p, ok := d.parsed[name]; ok && p.digest == digest {
		return p.page, nil
	}
	page, err := template.New(name).Funcs(template.FuncMap{"dict": dict}).Parse(text.String())
	if err != nil {
		return nil, err
	}
	d.parsed[name] = parsed{digest, page}
	return page, nil
}

// dict lets a template hand several values to a partial.
func dict(pairs ...any) (map[string]any, error) {
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		key, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: %v is no name", pairs[i])
		}
		m[key] = pairs[i+1]
	}
	return m, nil
}

// words reads the texts of a language.
func (d *docroot) words(lang string) (map[string]string, error) {
	b, err := d.root.ReadFile(path.Join("lang", lang+".json"))
	if err != nil {
		return nil, err
	}
	words := map[string]string{}
	if err := json.Unmarshal(b, &words); err != nil {
		return nil, fmt.Errorf("lang/%s.json: %w", lang, err)
	}
	return words, nil
}

// asset answers with a file below assets/. The tag is the content's digest: a file changed twice in one second is
// never "not modified".
func (d *docroot) asset(w http.ResponseWriter, r *http.Request, name string) error {
	if !fs.ValidPath(name) { // "assets/../templates" is inside the root, but nobody's business
		return errNotFound
	}
	b, err := d.root.ReadFile(name)
	if err != nil {
		return errors.Join(errNotFound, err)
	}
	serveBytes(w, r, name, b)
	return nil
}

// picture answers with a drawing of assets/img in the colour of a variant.
func (d *docroot) picture(w http.ResponseWriter, r *http.Request, shape, colour string) error {
	if _, err := hex.DecodeString(colour); err != nil || len(colour) != 6 || strings.Contains(shape, "/") {
		return errNotFound
	}
	b, err := d.root.ReadFile(path.Join("assets/img", shape+".svg"))
	if err != nil {
		return errors.Join(errNotFound, err)
	}
	serveBytes(w, r, shape+".svg", bytes.ReplaceAll(b, []byte("#777777"), []byte("#"+colour)))
	return nil
}

func serveBytes(w http.ResponseWriter, r *http.Request, name string, b []byte) {
	sum := sha256.Sum256(b)
	w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:8])+`"`)
	w.Header().Set("Cache-Control", "no-cache")
	http.ServeContent(w, r, path.Base(name), time.Time{}, bytes.NewReader(b))
}
