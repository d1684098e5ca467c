package journey

import (
	"slices"
	"strconv"
	"strings"
)

// choiceAbout is what a group of radio buttons, or a single check-box, decides.
type choiceAbout int

const (
	anyChoice choiceAbout = iota
	paymentChoice
	deliveryChoice
	guestChoice
	termsChoice // one that must be ticked
	offerChoice // one that is left as it is
)

// choiceGroup is radio buttons of which one is chosen, or one check-box.
type choiceGroup struct {
	about   choiceAbout
	view    *view
	options []*element
	box     bool // a check-box: it may stay empty
}

// chosen is the option in force, nil where there is none.
func (g *choiceGroup) chosen() *element {
	for _, e := range g.options {
		if e.chosen() {
			return e
		}
	}
	return nil
}

// choicesIn groups the radio buttons and check-boxes of a frame.
func choicesIn(v *view) []choiceGroup {
	var groups []choiceGroup
	at := map[string]int{}
	for i := range v.Elements {
		e := &v.Elements[i]
		isRadio, isBox := e.is("radio", "menuitemradio"), e.is("checkbox", "switch")
		if !isRadio && !isBox || e.Landmark == "header" || e.Landmark == "footer" || e.Landmark == "nav" {
			continue
		}
		if isBox {
			groups = append(groups, choiceGroup{about: aboutBox(e), view: v, options: []*element{e}, box: true})
			continue
		}
		key := e.Group + "/" + strconv.Itoa(e.Form)
		if e.Group == "" {
			key = "row " + strconv.Itoa(e.Row)
		}
		k, seen := at[key]
		if !seen {
			k = len(groups)
			at[key] = k
			groups = append(groups, choiceGroup{view: v})
		}
		groups[k].options = append(groups[k].options, e)
	}
	for i := range groups {
		if !groups[i].box {
			groups[i].about = aboutGroup(&groups[i])
		}
	}
	return groups
}

func aboutGroup(g *choiceGroup) choiceAbout {
	ways, guests, deliveries := 0, 0, 0
	for _, e := range g.options {
		names := strings.ToLower(e.Group + " " + e.HTMLID)
		text := optionText(e)
		if paymentOf(text) > wallet {
			ways++
		}
		if containsAny(names, "payment", "pay_method", "paymethod", "settle") {
			ways += 2
		}
		if meaningOf(text).intent == asGuest {
			guests += 2
		}
		if containsAny(names, "shipping", "deliver", "haisou", "carrier") || containsAny(text, "shipping", "delivery", "宅配", "配送", "택배", "pengiriman", "ゆうパック", "宅急便", "ヤマト", "standard", "express", "flat rate", "kurir", "jne") {
			deliveries++
		}
	}
	switch {
	case guests > 0:
		return guestChoice
	case ways > 0 && ways >= deliveries:
		return paymentChoice
	case deliveries > 0:
		return deliveryChoice
	}
	return anyChoice
}

func aboutBox(e *element) choiceAbout {
	switch f := classify(e); f.topic {
	case terms:
		return termsChoice
	case newsletter, createAccount, shipElsewhere, sameAddress, remember, giftWrap, note:
		return offerChoice
	}
	if e.Required || e.Error != "" || containsAny(optionText(e), "必須", "필수", "(required)", "wajib") {
		return termsChoice
	}
	return offerChoice
}

// optionText is what a radio button or check-box says for itself.
func optionText(e *element) string {
	text := firstOf([]string{e.Label, e.Text, e.Accessible, e.After}, "")
	if text == "" && len(e.Near) > 0 {
		text = e.Near[0]
	}
	return text
}

// paymentOf says which way to pay a text names.
func paymentOf(text string) payment {
	read := readText(text)
	for _, way := range []payment{wallet, payLater, atStore, onDelivery, byTransfer, byCheque, byCard, otherPayment} {
		for _, p := range paymentPhrases()[way] {
			if _, ok := p.occurs(read); !ok {
				continue
			}
			if way == wallet && containsAny(read.spaced, "credit", "クレジット", "신용카드", "kartu kredit") {
				return byCard
			}
			return way
		}
	}
	return noPayment
}

// decide says which option our customer takes, nil where the group may stay as it is. Options in refused have been
// tried without avail.
func (g *choiceGroup) decide(refused func(*element) bool) *element {
	usable := slices.DeleteFunc(slices.Clone(g.options), func(e *element) bool {
		return e.Disabled || refused(e) || soldOutText(optionText(e))
	})
	if len(usable) == 0 {
		return nil
	}
	now := g.chosen()
	switch g.about {
	case termsChoice:
		if now == nil {
			return usable[0]
		}
		return nil
	case offerChoice:
		return nil
	case paymentChoice:
		best := usable[0]
		for _, e := range usable[1:] {
			if g.way(e) > g.way(best) {
				best = e
			}
		}
		if now != nil && (best == now || g.way(now) >= g.way(best) && !refused(now)) {
			return nil
		}
		return best
	case guestChoice:
		for _, e := range usable {
			if meaningOf(optionText(e)).intent == asGuest {
				if e == now {
					return nil
				}
				return e
			}
		}
	}
	if g.box || now != nil {
		return nil
	}
	for _, e := range usable {
		if topicOf(optionText(e)) == sameAddress {
			return e
		}
	}
	return usable[0]
}

// way is how we like to pay, of which an unnamed way is not the last choice.
func (g *choiceGroup) way(e *element) payment {
	if way := paymentOf(optionText(e) + " " + e.States["data-value"]); way != noPayment {
		return way
	}
	if way := paymentOf(splitName(e.HTMLID)); way != noPayment {
		return way
	}
	return otherPayment
}
