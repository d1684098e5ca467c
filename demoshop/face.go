package demoshop

import (
	"errors"
	"html/template"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// dress lays the files of the shop's face and of its payment module into the document root, each unless there is one.
func (s *Shop) dress() error {
	var err error
	if s.config.Face == EccubeTwo {
		err = layInto(s.config.Docroot, "eccube2")
	}
	if s.config.Checkout.Payment == ModulePage {
		err = errors.Join(err, layInto(s.config.Docroot, "module"))
	}
	return err
}

func layInto(dir, from string) error {
	tree, err := fs.Sub(originals, path.Join("files", from))
	if err != nil {
		return err
	}
	return fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		to := filepath.Join(dir, filepath.FromSlash(name))
		if err != nil || d.IsDir() {
			return errors.Join(err, os.MkdirAll(to, 0o755))
		}
		if _, err := os.Lstat(to); err == nil {
			return nil
		}
		b, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		return os.WriteFile(to, b, 0o644)
	})
}

// sessionCookie is the name under which visitors are remembered.
func (s *Shop) sessionCookie() string {
	if s.config.Face == EccubeTwo {
		return "ECSESSID"
	}
	return "sid"
}

// FaceHead is what the shop's software adds to the head of every page. A template cannot hold it: comments are left out
// of what it writes.
func (p *page) FaceHead() template.HTML {
	if p.config.Face != EccubeTwo {
		return ""
	}
	return `<link rel="stylesheet" href="/js/jquery.colorbox/colorbox.css">
<script src="/js/eccube.js"></script>
<!-- #2342 次期メジャーバージョン(2.14)にてeccube.legacy.jsは削除予定 -->
<script src="/js/eccube.legacy.js"></script>
`
}

// FaceBody is the class that the shop's software gives a page.
func (p *page) FaceBody() string {
	if p.config.Face != EccubeTwo {
		return ""
	}
	first, rest, _ := strings.Cut(strings.Trim(p.r.URL.Path, "/"), "/")
	switch {
	case first == "products" && rest != "":
		return "LC_Page_Products_Detail"
	case first == "products":
		return "LC_Page_Products_List"
	case first == "cart":
		return "LC_Page_Cart"
	case first == "checkout":
		return "LC_Page_Shopping"
	case first == "member":
		return "LC_Page_Mypage"
	case first == "login":
		return "LC_Page_Mypage_Login"
	case first == "register":
		return "LC_Page_Entry"
	default:
		return "LC_Page_Index"
	}
}

// eccubePaths are addresses that shops of the face have always had, and bookmarks and search engines know.
var eccubePaths = map[string]string{
	"/index.php": "/", "/products/list.php": "/products", "/cart/": "/cart", "/cart/index.php": "/cart",
	"/shopping/": "/checkout", "/shopping/index.php": "/checkout", "/entry/": "/register", "/entry/index.php": "/register",
	"/mypage/": "/member", "/mypage/login.php": "/login", "/guide/": "/guide", "/order/": "/legal",
	"/admin/": "/admin", "/admin/index.php": "/admin", "/admin/order/": "/admin/orders", "/admin/order/index.php": "/admin/orders",
}

// aliased answers at the face's own addresses too.
func (s *Shop) aliased(next http.Handler) http.Handler {
	if s.config.Face != EccubeTwo {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if to, ok := eccubePaths[r.URL.Path]; ok {
			r.URL.Path = to
		}
		next.ServeHTTP(w, r)
	})
}

// routeFace serves the face's own scripts and styles.
func (s *Shop) routeFace(mux *http.ServeMux) {
	if s.config.Face == EccubeTwo {
		mux.Handle("GET /js/", s.file(func(w http.ResponseWriter, r *http.Request) error {
			return s.files.asset(w, r, strings.TrimPrefix(r.URL.Path, "/"))
		}))
	}
}
