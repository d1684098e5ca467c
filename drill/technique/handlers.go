package technique

import (
	"net/http"
)

type httpHandler = http.Handler

// handlers are the third parties that do more than serve files, by the name that manifests use.
var handlers = map[string]func(Case) http.Handler{}
