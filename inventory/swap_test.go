package inventory

import (
	"testing"

	"github.com/tillwatch/tillwatch"
)

func pageItem(kind, place string, can ...tillwatch.Capability) tillwatch.Item {
	return tillwatch.Item{Kind: kind, Place: place, Scope: "page", Stages: []string{"payment"}, Capabilities: can}
}

func account(place, id string, can tillwatch.Capability) tillwatch.Item {
	item := pageItem("account", place, can)
	item.Value, item.Digest = id, "sha256:"+id
	return item
}

func TestWhatThePaymentStepLeadsTo(t *testing.T) {
	frame, chat := pageItem("frame", "https://pay.example/frame"), pageItem("frame", "https://chat.example/")
	form := pageItem("form", "https://pay.example/link/entry")
	header := headerItem("x-frame-options: DENY\n")
	for name, c := range map[string]struct {
		then []tillwatch.Item
		want string
	}{
		"as it was":             {[]tillwatch.Item{frame, form}, ""},
		"a nobody's frame":      {[]tillwatch.Item{pageItem("frame", "https://evil.example/frame"), form}, "page/frame-swapped critical"},
		"another provider":      {[]tillwatch.Item{pageItem("frame", "https://other-pay.example/frame"), form}, "page/frame-swapped high"},
		"another page of his":   {[]tillwatch.Item{pageItem("frame", "https://pay.example/v2/frame"), form}, ""},
		"a chat besides":        {[]tillwatch.Item{frame, form, chat}, "page/frame-swapped low"},
		"form led elsewhere":    {[]tillwatch.Item{frame, pageItem("form", "https://evil.example/link/entry")}, "page/frame-swapped critical"},
		"form besides":          {[]tillwatch.Item{frame, form, pageItem("form", "https://mail.example/subscribe")}, "page/frame-swapped low"},
		"form for cards":        {[]tillwatch.Item{frame, form, pageItem("form", "https://evil.example/x", "reads card")}, "page/frame-swapped high"},
		"the shop's own":        {[]tillwatch.Item{frame, form, pageItem("form", "https://shop.example"), pageItem("frame", "https://shop.example/help")}, ""},
		"a walk that ended ere": {nil, ""},
	} {
		var s shop
		s.look(frame, form, header)
		s.approveAll()
		then := c.then
		if then != nil {
			then = append(then, header)
		}
		if got := signs(s.look(then...)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if s.approveAll(); signs(s.look(then...)) != "" {
			t.Errorf("%s: still told of after it was approved", name)
		}
	}
}

func TestWhoseAccountIsNamed(t *testing.T) {
	was := []tillwatch.Item{
		account("merchant shopid at pay.example", "9100001", "receives payments"),
		account("tag manager container at tags.example", "GTM-AAAA1", "loads scripts"),
		account("analytics property at stats.example", "G-AAAAAAA1", "receives events"),
	}
	for name, c := range map[string]struct {
		then tillwatch.Item
		want string
	}{
		"the same":              {was[0], ""},
		"another merchant":      {account("merchant shopid at pay.example", "9100002", "receives payments"), "page/account-new high"},
		"another container":     {account("tag manager container at tags.example", "GTM-BBBB2", "loads scripts"), "page/account-new medium"},
		"another property":      {account("analytics property at stats.example", "G-BBBBBBB2", "receives events"), "page/account-new low"},
		"the first of a kind":   {account("tag manager container at more.example", "GTM-CCCC3", "loads scripts"), "page/account-new low"},
		"the first merchant":    {account("publishable key in the shop's scripts", "pk_live_0000", "receives payments"), "page/account-new medium"},
		"a secret of a thief's": {account("bot at api.example", "", "receives events"), "page/account-new low"},
	} {
		var s shop
		s.look(was...)
		s.approveAll()
		if got := signs(s.look(append(was, c.then)...)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if s.approveAll(); signs(s.look(append(was, c.then)...)) != "" {
			t.Errorf("%s: still told of after it was approved", name)
		}
	}
}
