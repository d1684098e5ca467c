package page

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// An admin screen that nobody has described is gone through by its links: to the list of orders by words, and to the
// orders by what addresses in a list have in common, which differ in nothing but a number.

// orderWords are what orders are called in menus and addresses.
var orderWords = lazily(`(?i)orders?\b|order[_/.-]|[_/.-]order|\bsales?\b|purchase|transaction|juchu|jyuchu|chumon|jumun|受注|注文|주문|판매|pesanan|penjualan|transaksi`)

// notThere are words of links that change something, lead out, or belong to something else.
var notThere = lazily(`(?i)log_?-?out|sign_?-?out|delete|remove|export|import|csv|download|\bnew\b|create|register|cancel|refund|setting|config|status|report|mail[_-]?template|order[_-]?by|sort|ログアウト|削除|出力|ダウンロード|新規|登録|設定|マスタ|集計|로그아웃|삭제|내보내기|다운로드|등록|설정|keluar|hapus|ekspor|unduh|tambah|baru|pengaturan`)

// looksLikeOrders says that an address is one of a list of orders.
func looksLikeOrders(address string) bool { return orderWords().MatchString(pathAndQuery(address)) }

// listsOfOrders are the links of a page that may lead to the list of orders, the likeliest first.
func listsOfOrders(from string, links []adminLink) []string {
	type candidate struct {
		href  string
		score int
	}
	var all []candidate
	for _, l := range links {
		if originOf(l.Href) != originOf(from) || notThere().MatchString(l.Text) || notThere().MatchString(pathAndQuery(l.Href)) {
			continue
		}
		score := 0
		if orderWords().MatchString(l.Text) {
			score += 3
		}
		if orderWords().MatchString(pathAndQuery(l.Href)) {
			score += 2
		}
		if strings.Contains(patternOf(l.Href), "#") {
			score -= 2 // of one order rather than of all
		}
		if score > 0 && !slices.ContainsFunc(all, func(c candidate) bool { return c.href == l.Href }) {
			all = append(all, candidate{l.Href, score})
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(len(a.href), len(b.href)))
	})
	var list []string
	for _, c := range all[:min(len(all), 4)] {
		list = append(list, c.href)
	}
	return list
}

// ordersIn are the orders that a page links to, newest first, with the pattern of their addresses; none where it is no
// list of orders.
func ordersIn(from string, links []adminLink) (list []string, group string) {
	groups := map[string][]string{}
	var names []string
	for _, l := range links {
		pattern := patternOf(l.Href)
		if originOf(l.Href) != originOf(from) || !strings.Contains(pattern, "#") || notThere().MatchString(pathAndQuery(l.Href)) {
			continue
		}
		if !orderWords().MatchString(pattern) && !(looksLikeOrders(from) && numbered().MatchString(l.Text)) {
			continue
		}
		if groups[pattern] == nil {
			names = append(names, pattern)
		}
		if !slices.Contains(groups[pattern], bareFragment(l.Href)) {
			groups[pattern] = append(groups[pattern], bareFragment(l.Href))
		}
	}
	for _, name := range names {
		if len(groups[name]) > len(list) {
			list, group = groups[name], name
		}
	}
	if n := len(list); n > 1 && lastNumber(list[0]) < lastNumber(list[n-1]) {
		slices.Reverse(list)
	}
	return list, group
}

// subPages are the links of an order's page to further pages of the same order.
func subPages(order string, links []adminLink) []string {
	id := identifiers(order)
	if len(id) == 0 {
		return nil
	}
	mine := id[len(id)-1]
	var list []string
	for _, l := range links {
		href := bareFragment(l.Href)
		if originOf(href) != originOf(order) || href == bareFragment(order) || notThere().MatchString(pathAndQuery(href)) || changing().MatchString(href) ||
			!slices.Contains(identifiers(href), mine) || !orderWords().MatchString(pathAndQuery(href)) || slices.Contains(list, href) {
			continue
		}
		list = append(list, href)
	}
	return list
}

var (
	identifier = lazily(`^[A-Za-z]{0,4}[-_]?\d{1,18}$|^[0-9a-f]{8}-[0-9a-f-]{27}$`)
	numbered   = lazily(`\d`)
	paging     = lazily(`(?i)^(page|paged|p|pageno|page_?count|offset|start|limit|per_?page|sort.*|order|orderby|dir|lang|tab|status|v|ver|_.*nonce|token|_token)$`)
)

// patternOf is an address with "#" for each part that tells one of many from the others.
func patternOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	parts := strings.Split(u.Path, "/")
	for i, part := range parts {
		if identifier().MatchString(part) {
			parts[i] = "#"
		}
	}
	pattern := strings.Join(parts, "/")
	query := u.Query()
	names := make([]string, 0, len(query))
	for name := range query {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		switch value := query.Get(name); {
		case paging().MatchString(name):
		case identifier().MatchString(value):
			pattern += "&" + name + "=#"
		default:
			pattern += "&" + name + "=" + value
		}
	}
	return pattern
}

// identifiers are the parts of an address that patternOf leaves out.
func identifiers(address string) []string {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	var list []string
	for part := range strings.SplitSeq(u.Path, "/") {
		if identifier().MatchString(part) {
			list = append(list, part)
		}
	}
	for name, values := range u.Query() {
		for _, value := range values {
			if identifier().MatchString(value) && !paging().MatchString(name) {
				list = append(list, value)
			}
		}
	}
	return list
}

// lastNumber is the number of an order, as far as its address tells.
func lastNumber(address string) int {
	id := identifiers(address)
	if len(id) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(strings.TrimLeft(id[len(id)-1], "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"))
	return n
}

func pathAndQuery(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.RequestURI()
}
