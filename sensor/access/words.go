package access

import (
	"encoding/binary"
	"strings"
)

// word is what a part of a path says of the page.
type word uint16

const (
	wordMember word = 1 << iota // what follows may be a member's number
	wordProfile
	wordAddress
	wordEdit
	wordOrder
	wordCard
	wordAdmin
	wordLogin
	wordToken
	wordJoin
	wordPublic // the page is about nobody, whatever else it says
	wordExport
	wordTemplate
	wordPreview
	wordAPI
	wordPlain // may be shown and means nothing
)

// wordNobody are those whose pages are nobody's, unless they are the administration's.
const wordNobody = wordPublic | wordLogin | wordJoin | wordToken

// words are the names that shop software gives to its pages: EC-CUBE, WooCommerce, Magento, Shopware, PrestaShop, OpenCart, and
// APIs by habit.
var words = map[word]string{
	wordMember: "customer customers member members user users account accounts mypage my-account myaccount my me buyer buyers consumer " +
		"consumers client clients kunden konto akun pelanggan profile profiles",
	wordProfile: "profile profiles personal settings info information identity change edit-profile account mypage my-account myaccount me " +
		"customer customers member members user users buyer buyers consumer consumers client clients edit-account details userinfo",
	wordAddress: "address addresses addressbook address-book addressbooks delivery deliveries shipping-address shipping-addresses " +
		"edit-address recipients destinations alamat",
	wordEdit: "edit change update modify door-code",
	wordOrder: "order orders history purchases purchase order-history orderhistory view-order order-detail order-details " +
		"invoice invoices receipt receipts pesanan",
	wordCard: "card cards payment-method payment-methods paymentmethods wallet",
	wordAdmin: "admin administrator administration wp-admin backoffice back-office backend manage management manager staff adminpanel " +
		"admincp adminhtml operator cms",
	wordLogin: "login signin sign-in log-in logon login_check logincheck authenticate loginpost wp-login.php login.php signin.php auth " +
		"session sessions log_in",
	wordToken: "token tokens refresh refresh-token refresh_token access_token",
	wordJoin:  "register signup sign-up registration entry join createpost create-account",
	wordPublic: "logout log-out signout sign-out forgot password reset forgotpassword forgot-password lost-password products product " +
		"category categories items item search cart basket news blog help faq guide static assets media images js css checkout",
	wordExport:   "export exports download downloads csv dump backup report reports",
	wordTemplate: "template templates theme themes plugin plugins module modules upload uploads file-manager filemanager file_manager files editor file",
	wordPreview:  "preview mail-preview mail mailmagazine newsletter mails",
	wordAPI:      "api rest graphql rpc ajax",
	wordPlain: "v1 v2 v3 index.php shop store list show view detail index new data public self web mobile app ja ko id en auth oauth oauth2 content " +
		"store-api jp kr setting system",
}

const wordSlots = 1024

type wordSlot struct {
	text string
	mean word
}

var wordTable = func() *[wordSlots]wordSlot {
	var table [wordSlots]wordSlot
	for mean, list := range words {
		for text := range strings.FieldsSeq(list) {
			i := wordHash([]byte(text))
			for table[i].text != "" && table[i].text != text {
				i = (i + 1) % wordSlots
			}
			table[i].text = text
			table[i].mean |= mean
		}
	}
	return &table
}()

// maxWord is longer than all of them.
const maxWord = 24

func wordHash(text []byte) uint64 {
	n := len(text)
	var a, b uint64
	switch {
	case n >= 8:
		a, b = binary.LittleEndian.Uint64(text), binary.LittleEndian.Uint64(text[n-8:])
	case n >= 4:
		a, b = uint64(binary.LittleEndian.Uint32(text)), uint64(binary.LittleEndian.Uint32(text[n-4:]))
	case n > 0:
		a = uint64(text[0])<<16 | uint64(text[n/2])<<8 | uint64(text[n-1])
	}
	const lower = 0x2020202020202020
	return mix(a|lower, b|lower^uint64(n)*0x9e3779b97f4a7c15) % wordSlots
}

// meaningOf gives what a part of a path means, and where the word itself stands in the table; 0 where it is none of the list.
func meaningOf(part []byte) (mean word, slot int) {
	if len(part) == 0 || len(part) > maxWord {
		return 0, 0
	}
	for i := wordHash(part); ; i = (i + 1) % wordSlots {
		slot := &wordTable[i]
		if slot.text == "" {
			return 0, 0
		}
		if slot.text == string(part) || len(slot.text) == len(part) && sameFold(slot.text, part) {
			return slot.mean, int(i)
		}
	}
}

func sameFold(lower string, b []byte) bool {
	for i := range len(lower) {
		if c := b[i]; c != lower[i] && (c < 'A' || c > 'Z' || c|0x20 != lower[i]) {
			return false
		}
	}
	return true
}
