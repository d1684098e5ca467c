package platform

import (
	"regexp"
	"slices"
	"sync"

	"github.com/tillwatch/tillwatch/known"
)

// names are what people call the software that the lists know by a short name.
var names = map[string]string{
	"ec-cube": "EC-CUBE", "ec-cube2": "EC-CUBE", "magento1": "Magento", "magento2": "Magento / Adobe Commerce", "openmage": "OpenMage",
	"woocommerce": "WooCommerce", "wordpress": "WordPress", "usc-e-shop": "Welcart", "prestashop": "PrestaShop", "opencart": "OpenCart",
	"zencart": "Zen Cart", "shopware": "Shopware", "evershop": "EverShop", "woocommerce-payments": "WooCommerce Payments",
	"woo-gutenberg-products-block": "WooCommerce Blocks", "mirasvit/module-cache-warmer": "Mirasvit Full Page Cache Warmer",
}

func nameOf(software string) string {
	if name, ok := names[software]; ok {
		return name
	}
	return software
}

// where is the part of a page that a clue stands in.
type where int

const (
	inCookie where = iota
	inHeader
	inMeta
	inComment
	inAsset
	inMark
	inLink
)

// clue is one thing that a software shows on its pages. A group in the pattern is the version.
type clue struct {
	software string
	in       where
	pattern  pattern
	alone    bool   // no other software shows it; else another clue must agree
	versions string // those that show it, as [known.ParseRanges] reads them; empty says nothing
	what     string // it, in words
}

// pattern is a regular expression that is compiled when it is first asked for: compiling all of them would cost each start
// of the program, also one that looks at no shop.
type pattern = func() *regexp.Regexp

func re(s string) pattern {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(s) })
}

// version as vendors write it.
const number = `v?(\d+(?:\.\d+){1,3}(?:[-.]?(?:p|rc|beta|alpha)[-.]?\d*)?)`

// clues were found in the releases themselves (the versions say in which) or are described by the vendors. Each can be
// customised away, and copied by somebody else: they are never more than likely.
var clues = []clue{
	{"ec-cube2", inCookie, re(`^(legacy-)?ECSESSID$`), true, "", "the cookie ECSESSID"},
	{"ec-cube2", inComment, re(`#2342 .*eccube\.legacy\.js`), true, "2.13.0..2.17.0", "the comment on eccube.legacy.js"},
	{"ec-cube2", inAsset, re(`/js/eccube\.legacy\.js`), true, "2.13.0..2.17.0", "the script eccube.legacy.js"},
	{"ec-cube2", inAsset, re(`/user_data/packages/(default|sphone|mobile)/`), true, "", "a template below user_data/packages"},
	{"ec-cube2", inAsset, re(`jquery\.colorbox`), false, "2.13.1..", "the script jquery.colorbox"},
	{"ec-cube2", inAsset, re(`/js/(win_op|site|navi|css)\.js$`), false, "..2.12.6en-p1", "the scripts of EC-CUBE 2.4 to 2.12"},
	{"ec-cube2", inAsset, re(`/js/eccube\.js`), false, "2.13.0..", "the script eccube.js"},
	{"ec-cube2", inMark, re(`^class=LC_Page_`), true, "2.13.0..", "the page's class LC_Page_"},
	{"ec-cube", inAsset, re(`/(?:style|slick|default|bootstrap\.custom\.min)\.css\?v=(3\.0\.\d+(?:-p\d+)?)$`), true, "3.0.0..<4", "the version behind the name of a style sheet"},
	{"ec-cube", inMeta, re(`^eccube-csrf-token: `), true, "4.0.0..", "the meta element eccube-csrf-token"},
	{"ec-cube", inCookie, re(`^eccube(_2fa|_remember_me)?$`), false, "", "the cookie eccube"},
	{"ec-cube", inAsset, re(`/html/template/(default|[^/]+)/assets/`), false, "4.0.0..", "a template below html/template"},
	{"ec-cube", inAsset, re(`/template/default/js/eccube\.js`), false, "3.0.0..<4", "the script of EC-CUBE 3"},
	{"ec-cube", inAsset, re(`/bundle/front\.bundle\.js`), false, "4.2.0..", "the script front.bundle.js"},
	{"ec-cube", inMark, re(`^id=page_(homepage|product_list|cart|shopping|help_about|entry|mypage)`), false, "4.0.0..", "the page's id"},
	{"ec-cube", inComment, re(`^▼`), false, "", "the comments around blocks"},
	{"magento1", inAsset, re(`/skin/frontend/[^/]+/[^/]+/`), true, "", "a style sheet below skin/frontend"},
	{"magento1", inAsset, re(`/js/(mage|varien)/`), true, "", "the scripts of Magento 1"},
	{"magento2", inMark, re(`^script=text/x-magento-init$`), true, "", "a script of the kind text/x-magento-init"},
	{"magento2", inAsset, re(`/static/(version\d+/)?frontend/[^/]+/[^/]+/`), true, "", "files below static/frontend"},
	{"magento2", inHeader, re(`^x-magento-`), true, "", "a header of Magento 2"},
	{"magento2", inCookie, re(`^(X-Magento-Vary|mage-cache-|mage-messages|private_content_version)`), true, "", "a cookie of Magento 2"},
	{"woocommerce", inMeta, re(`^generator: WooCommerce ` + number), true, "", "the meta element generator"},
	{"woocommerce", inAsset, re(`/plugins/woocommerce/assets/.*/woocommerce[^/]*\.(?:js|css)\?ver=` + number), true, "", "the version behind the name of a file of WooCommerce"},
	{"woocommerce", inAsset, re(`/plugins/woocommerce/`), true, "", "files of the plugin woocommerce"},
	{"wordpress", inMeta, re(`^generator: WordPress ` + number), true, "", "the meta element generator"},
	{"wordpress", inAsset, re(`/wp-includes/css/dist/block-library/[^?]*\?ver=` + number + `$`), true, "", "the version behind the name of a style sheet"},
	{"wordpress", inAsset, re(`/wp-includes/(?:js|css)/`), true, "", "files below wp-includes"},
	{"wordpress", inAsset, re(`/wp-content/(plugins|themes)/`), false, "", "files below wp-content"},
	{"usc-e-shop", inComment, re(`^Welcart version ?: ?` + number), true, "", "the comment on the version of Welcart"},
	{"usc-e-shop", inAsset, re(`/plugins/usc-e-shop/|usces_default`), true, "", "files of the plugin usc-e-shop"},
	{"usc-e-shop", inCookie, re(`^usces_cookie`), true, "", "the cookie usces_cookie"},
	{"woocommerce-payments", inAsset, re(`/plugins/woocommerce-payments/`), true, "", "files of the plugin woocommerce-payments"},
	{"prestashop", inCookie, re(`^PrestaShop-`), true, "", "a cookie of PrestaShop"},
	{"prestashop", inHeader, re(`(?i)^powered-by: prestashop`), true, "", "the header Powered-By"},
	{"prestashop", inMeta, re(`(?i)^generator: prestashop`), true, "", "the meta element generator"},
	{"prestashop", inAsset, re(`/modules/ps_[a-z]+/`), true, "1.7.0.0..", "modules whose names begin with ps_"},
	{"opencart", inCookie, re(`^OCSESSID$`), true, "2.1.0.0..", "the cookie OCSESSID"},
	{"opencart", inAsset, re(`/catalog/view/(javascript|theme)/`), true, "", "files below catalog/view"},
	{"opencart", inComment, re(`OpenCart is open source software and you are free to remove the powered by`), true, "", "the comment on OpenCart"},
	{"zencart", inMeta, re(`(?i)^generator: shopping cart program by Zen Cart`), true, "", "the meta element generator"},
	{"zencart", inCookie, re(`^zenid$`), true, "", "the cookie zenid"},
	{"shopware", inHeader, re(`^sw-(context-token|version-id|language-id): `), true, "6.0.0..", "a header of Shopware 6"},
	{"shopware", inAsset, re(`/web/cache/\d+_`), true, "5.0.0..<6.0.0", "a style sheet of Shopware 5"},
	{"shopware", inAsset, re(`/bundles/storefront/`), true, "6.0.0..", "files of the storefront of Shopware 6"},
	{"evershop", inMeta, re(`(?i)^generator: evershop`), true, "", "the meta element generator"},
	{"evershop", inAsset, re(`/assets/frontStore/`), true, "", "the scripts of EverShop"},
}

// parts are what a face shows at a place.
func (f *face) parts(w where) []string {
	switch w {
	case inCookie:
		return f.cookies
	case inHeader:
		return f.headers
	case inMeta:
		return f.metas
	case inComment:
		return f.comments
	case inAsset:
		return f.assets
	case inMark:
		return f.marks
	}
	var out []string
	for _, l := range f.links {
		out = append(out, l.href)
	}
	return out
}

// hint is a clue that was met.
type hint struct {
	clue
	version string // that it states; empty where it states none
}

// recognise gives what a page shows of each software, where that is enough to say that it is there.
func recognise(f *face) map[string][]hint {
	met := map[string][]hint{}
	alone := map[string]bool{}
	for _, c := range clues {
		for _, part := range f.parts(c.in) {
			m := c.pattern().FindStringSubmatch(part)
			if m == nil {
				continue
			}
			h := hint{clue: c}
			if c.pattern().NumSubexp() > 0 {
				if v := m[len(m)-1]; v != "" && v[0] >= '0' && v[0] <= '9' {
					h.version = v
				}
			}
			met[c.software] = append(met[c.software], h)
			alone[c.software] = alone[c.software] || c.alone
			break
		}
	}
	for software, hints := range met {
		if !alone[software] && len(hints) < 2 {
			delete(met, software)
		}
	}
	// A plugin names itself, but what it is a plugin of is there too.
	for _, plugin := range []string{"woocommerce", "usc-e-shop"} {
		if len(met[plugin]) > 0 && len(met["wordpress"]) == 0 {
			met["wordpress"] = []hint{{clue: clue{software: "wordpress", what: "a plugin of WordPress"}}}
		}
	}
	return met
}

// stated is the newest version that hints state, and what the others leave possible.
func stated(hints []hint) (version string, within []known.Ranges) {
	for _, h := range hints {
		if h.version != "" && known.CompareVersions(h.version, version) > 0 {
			version = h.version
		}
		if h.versions != "" {
			if r, err := known.ParseRanges(h.versions); err == nil {
				within = append(within, r)
			}
		}
	}
	return version, within
}

// softwareOrder is that in which several are told of: what a plugin stands on comes last.
func softwareOrder(met map[string][]hint) []string {
	var out []string
	for s := range met {
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}
