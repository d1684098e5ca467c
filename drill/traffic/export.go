package traffic

import "fmt"

// exporter is how far the export has come.
type exporter struct {
	token token
	day   int64 // of the last night
	left  int   // of this night
	next  int64
}

// exports says whether the next line is one of the export's.
func (w *writer) exports() bool {
	e := w.config.Export
	if e == nil {
		return false
	}
	x := &w.exporter
	if day := w.now.Unix() / 86400; day != x.day && w.now.Unix()%86400/3600 >= exportHour {
		x.day, x.left, x.next = day, min(e.Members, w.config.Members), 0
	}
	share := e.Share
	if share == 0 {
		share = 0.5
	}
	return x.left > 0 && w.random.Float64() < share
}

// export reads the next member. Those who have left are read, too: nobody is at their number.
func (w *writer) export() {
	x := &w.exporter
	if w.now.Unix() > x.token.expires-60 {
		x.token = w.sign("client_login", token{service: ExportSubject, login: w.random.Uint64(), key: ExportKey})
	}
	x.left--
	x.next++
	r := request{
		method: "GET", path: fmt.Sprintf("/api/customers/%d/profile", x.next), status: 200, size: 900 + w.random.IntN(300),
		client: 0xC000020A, agent: "shop-newsletter/3.2", token: x.token,
	}
	if Left(x.next) {
		r.status, r.size = 404, 90
	}
	w.write(&r)
	w.done.Exported++
}
