package platform

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
)

// When a shop stops taking cards, or closes for maintenance, and nobody inside knows why, it is often because the card
// company has called. Of the shop's own pages only, and never more than a hint.

// stops say that card payment is stopped. The second pattern takes back what is only a possibility or a rule.
var stops = []struct{ says, unless pattern }{
	{
		re(`(?:クレジット)?カード(?:による|での|の)?(?:お?支払い?|決済|払い)[^。\n]{0,20}(?:停止|休止|中止|見合わせ|メンテナンス|ご利用(?:いただけ|になれ|でき)(?:ません|ない)|使用できません)`),
		re(`場合|とき|際|恐れ|おそれ|ことがあ|可能性|再開(?:しました|いたしました)|以前|予防`),
	},
	{
		re(`(?:신용\s?카드|카드)\s?결제[^.\n]{0,20}(?:중단|중지|점검|이용하실 수 없|사용하실 수 없|불가)`),
		re(`경우|수 있|때에는|재개`),
	},
	{
		re(`(?i)(?:pembayaran (?:dengan |menggunakan )?kartu(?: kredit)?|kartu kredit)[^.\n]{0,30}(?:dihentikan|ditangguhkan|dinonaktifkan|tidak tersedia|tidak dapat digunakan|dalam perbaikan|dalam pemeliharaan)`),
		re(`(?i)\b(jika|apabila|bila|kalau|dapat saja|mungkin)\b`),
	},
	{
		re(`(?i)(?:credit[- ]card|card) (?:payments?|transactions?)[^.\n]{0,40}(?:suspended|stopped|unavailable|not available|disabled|paused|under maintenance|out of service)`),
		re(`(?i)\b(if|when|may|might|can be|could|resumed|whenever)\b`),
	},
}

// stoppedText says whether a text says that cards are not taken. It is read by lines, which are about as long as sentences.
func stoppedText(text string) bool {
	for line := range strings.Lines(text) {
		if !strings.Contains(line, "カード") && !strings.Contains(line, "카드") && !anyCard().MatchString(line) {
			continue
		}
		for _, s := range stops {
			for _, at := range s.says().FindAllStringIndex(line, 3) {
				from, to := before(line, at[0]), after(line, at[1])
				if !s.unless().MatchString(line[from:to]) {
					return true
				}
			}
		}
	}
	return false
}

var anyCard = re(`(?i)\bcards?\b|kartu`)

// before and after are the ends of the sentence around a place.
func before(line string, at int) int {
	if i := strings.LastIndexAny(line[:at], "。.!！"); i >= 0 {
		return i
	}
	return 0
}

func after(line string, at int) int {
	if i := strings.IndexAny(line[at:], "。.!！"); i >= 0 {
		return at + i
	}
	return len(line)
}

// closed says that a page is what a shop shows while it is closed.
var closed = re(`(?i)メンテナンス中|ただいまメンテナンス|メンテナンスのため|점검\s?중|서비스 점검|sedang dalam (?:pemeliharaan|perbaikan)|under maintenance|down for maintenance|scheduled maintenance|Service (?:Temporarily )?Unavailable|briefly unavailable`)

// ways are the ways to pay that pages name.
var ways = []struct {
	name  string
	words pattern
}{
	{"card", re(`(?i)クレジットカード|カード決済|신용\s?카드|카드\s?결제|kartu kredit|credit card|\bVISA\b|mastercard`)},
	{"bank transfer", re(`(?i)銀行振込|무통장|계좌\s?이체|transfer bank|bank transfer`)},
	{"cash on delivery", re(`(?i)代金引換|代引|cash on delivery|bayar di tempat`)},
	{"convenience store", re(`(?i)コンビニ(?:決済|払い|支払)|편의점\s?결제|indomaret|alfamart`)},
	{"wallet", re(`(?i)PayPay|LINE Pay|Amazon Pay|PayPal|카카오페이|네이버페이|GoPay|\bOVO\b|QRIS`)},
}

// worth are links to pages that say how to pay and what is new.
var worth = re(`(?i)お?支払|決済|ご?利用(?:案内|ガイド)|お知らせ|特定商取引|결제|이용\s?안내|공지|pembayaran|cara belanja|pengumuman|payment|shipping|how to (?:buy|order)|news|announcement|/guide|tradelaw|/order\b`)

// maxFurther is how many pages besides the start page are read.
const maxFurther = 4

// stopped reads the shop's pages for what says that it does not take cards, or is closed.
func (v *visit) stopped(ctx context.Context) error {
	v.further(ctx)
	if v.home.status == http.StatusServiceUnavailable {
		return v.closedShop()
	}
	named := map[string]string{} // way to pay to the page that names it
	for _, p := range v.pages {
		if stoppedText(p.face.text) {
			if err := v.report(tillwatch.Sign{
				Rule: ruleMaintenance, Severity: tillwatch.Medium, Certainty: tillwatch.Possible, Place: shown(p.url), Count: 1,
				Summary:  "A page of the shop says that it does not take cards at the moment. If nobody here knows why, ask the payment provider today.",
				Evidence: []tillwatch.Evidence{{What: "a sentence on this page says so", Where: shown(p.url)}},
			}); err != nil {
				return err
			}
		}
		for _, w := range ways {
			if _, have := named[w.name]; !have && w.words().MatchString(p.face.text) {
				named[w.name] = shown(p.url)
			}
		}
	}
	if v.home.status < 400 && len(v.face.text) < 4<<10 && closed().MatchString(v.face.text) && len(v.face.links) < 8 {
		return v.closedShop()
	}
	return v.methods(named)
}

func (v *visit) closedShop() error {
	return v.report(tillwatch.Sign{
		Rule: ruleMaintenance, Severity: tillwatch.Low, Certainty: tillwatch.Possible, Place: shown(v.home.url), Count: 1,
		Summary:  "The shop is closed for maintenance. If nobody here knows why, find out today.",
		Evidence: []tillwatch.Evidence{{What: fmt.Sprintf("the start page answers with %d", v.home.status), Where: shown(v.home.url)}},
	})
}

// further fetches a few pages that say how to pay and what is new.
func (v *visit) further(ctx context.Context) {
	seen := map[string]bool{shown(v.home.url): true}
	for _, l := range v.face.links {
		u, err := v.home.url.Parse(l.href)
		if len(v.pages) > maxFurther || ctx.Err() != nil || err != nil || !v.client.own(u) || seen[shown(u)] || !worth().MatchString(l.text+" "+u.Path) ||
			changes().MatchString(u.Path+"?"+u.RawQuery) {
			continue
		}
		seen[shown(u)] = true
		a, err := v.client.get(ctx, u, maxPage)
		if err == nil && a.status == http.StatusOK && strings.Contains(a.contentType(), "html") {
			v.pages = append(v.pages, page{a.url, faceOf(a)})
		}
	}
}

// changes are addresses that may do something when they are asked for.
var changes = re(`(?i)log.?out|signout|delete|remove|add[-_]?to|cart|checkout|unsubscribe|confirm|complete`)

// methods reports the ways to pay as items, and tells where the card has gone while others are still there.
func (v *visit) methods(named map[string]string) error {
	var list []string
	for _, w := range ways {
		if place, have := named[w.name]; have {
			list = append(list, w.name)
			if err := v.report(tillwatch.Item{Kind: "payment method", Place: w.name, Scope: v.scope, Value: "named on " + place}); err != nil {
				return err
			}
		}
	}
	if v.config.State == nil || len(list) == 0 {
		return nil
	}
	key := "ways to pay " + v.target.Place
	var last []string
	if value, err := v.config.State.Load(key); err == nil {
		_ = json.Unmarshal(value, &last) // what cannot be read is like a first look
	}
	if slices.Contains(last, "card") && !slices.Contains(list, "card") {
		if err := v.report(tillwatch.Sign{
			Rule: ruleMaintenance, Severity: tillwatch.Medium, Certainty: tillwatch.Possible, Place: v.target.Place, Count: 1,
			Summary:  "The shop's pages named cards as a way to pay at the last look, and do not any more; other ways are still there.",
			Evidence: []tillwatch.Evidence{{What: "still named: " + strings.Join(list, ", "), Where: v.target.Place}},
		}); err != nil {
			return err
		}
		return nil // what was is kept, so that it is told of until cards are back or the state is cleared
	}
	value, err := json.Marshal(list)
	if err == nil {
		err = v.config.State.Save(key, value)
	}
	if err != nil {
		return v.gap(v.target.Place, "which ways to pay the pages name could not be remembered")
	}
	return nil
}
