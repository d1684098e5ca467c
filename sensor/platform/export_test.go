package platform

import (
	"net/http"
	"net/url"
)

// Judge goes through everything that is done with a page's bytes.
func Judge(body []byte) {
	f := faceOf(answer{body: body, header: http.Header{}})
	u := &url.URL{Scheme: "http", Host: "shop.example", Path: "/"}
	for software, hints := range recognise(f) {
		stated(hints)
		foldersOf(software, f.assetPaths(u), u.Path)
	}
	stoppedText(f.text)
	for _, e := range exposures {
		e.valid(body, true)
	}
	refuses(body, ".env")
	for _, m := range markers {
		stateIn(m, body)
	}
}
