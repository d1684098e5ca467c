package script

import "fmt"

func (j *judgement) loading(f flow) {
	if f.kind != SinkScript && f.kind != SinkFrame && f.kind != SinkSocket && f.kind != SinkWorker && f.kind != SinkElement && f.kind != SinkRTC || !f.foreign {
		return
	}
	switch {
	case isImitated(registrable(f.host)):
		// What such a host serves is a matter of its own accounts, not of this script.
	case f.kind == SinkFrame && f.found != "":
		points := 30
		if payForm(f.found) {
			points = scaleMedium
		}
		j.core(points, f.at, fmt.Sprintf("puts %s into a frame of the page's (%s)", f.host, shorten(f.found)))
	case f.imitates != "":
		j.core(55, f.at, fmt.Sprintf("loads from %s, which could be mistaken for %s", f.host, f.imitates))
	case f.hidden && j.meant(f):
		j.core(50, f.at, f.describe())
	case f.hidden:
		j.core(32, f.at, f.describe())
	case f.kind == SinkScript && j.near(factHidesFromAdmin, f.at):
		j.core(30, f.at, f.describe())
	case f.kind == SinkScript && j.near(factGate, f.at): // what only the checkout needs is loaded there by honest scripts, too
		j.coreUpTo(scaleMedium-1, 25, f.at, f.describe())
	case f.kind == SinkScript:
		j.coreUpTo(scaleMedium-1, 12, f.at, f.describe())
	}
}

func (j *judgement) execution(flows []flow) {
	asks, hidden := false, false // somebody else's server is asked for something, one that cannot be read in the source
	picture := false             // a picture is asked for as if it were data
	for _, f := range flows {
		if (f.kind == SinkFetch || f.kind == SinkXHR) && isPicture(f.target) {
			picture = true
		}
		if f.foreign && (f.kind == SinkFetch || f.kind == SinkXHR) {
			asks, hidden = true, hidden || f.hidden && j.meant(f)
		}
	}
	for _, f := range j.record.facts {
		if f.kind != factDynamic {
			continue
		}
		switch {
		case f.marks&(markMessage|markPixels|markStyle) != 0:
			j.core(50, f.at, f.what)
		case f.marks&(markResponse|markStorage|markCookie|markMarkup) != 0 && f.marks&(markHidden|markReversed) != 0:
			j.core(scaleMedium, f.at, f.what)
		case f.marks&markResponse != 0 && hidden:
			j.core(55, f.at, f.what)
		case f.marks&markResponse != 0 && picture && f.marks&markMessage == 0:
			j.core(55, f.at, "executes what it reads out of a picture")
		case f.marks&markResponse != 0 && asks:
			j.core(32, f.at, f.what)
		case f.marks&markCookie != 0 && f.marks&(markResponse|markStorage|markMarkup) == 0:
			j.core(scaleMedium, f.at, f.what)
		case f.marks&(markResponse|markStorage|markCookie|markMarkup) != 0:
			j.core(20, f.at, f.what)
		case f.marks&markHidden != 0 && !j.bulk:
			j.core(20, f.at, f.what)
		}
	}
}

// stash is keeping for later what was typed: in a store, and of a card.
func (j *judgement) stash(flows []flow) {
	later := false
	for _, f := range flows {
		switch f.kind {
		case SinkImage, SinkElement, SinkLink, SinkScript, SinkFrame:
			later = later || f.foreign && (f.marks|f.of)&(markStorage|markCookie) != 0
		default:
			later = later || f.sends() && f.foreign && f.marks&(markStorage|markCookie) != 0
		}
	}
	for _, f := range flows {
		if f.kind != SinkStorage && f.kind != SinkCookie {
			continue
		}
		switch {
		case later && (f.marks&(markCard|markForm) != 0 || f.marks&markTyped != 0 && j.near(factCardWord, f.at)):
			j.core(65, f.at, "keeps what is typed in the browser, to be sent away later")
		case later && f.marks&markTyped != 0 && j.near(factGate, f.at):
			j.core(45, f.at, "keeps what is typed in the browser, to be sent away later")
		case f.marks&markCard != 0:
			j.core(35, f.at, "keeps a card's data in the browser")
		case f.marks&markForm != 0 && f.marks&markEncoded != 0:
			j.core(20, f.at, "keeps what is typed in the browser, encoded")
		}
	}
}

// relay is sending away what windows and frames tell each other: a provider's frame tells the page about the card.
func (j *judgement) relay(f flow) {
	if !f.foreign || (f.marks|f.of)&markWindow == 0 || f.marks&markTyped != 0 {
		return
	}
	points := 0
	switch f.kind {
	case SinkImage, SinkElement, SinkLink, SinkScript:
		points = 12
	case SinkFetch, SinkXHR, SinkBeacon:
	default:
		return
	}
	if f.hidden && !j.bulk {
		points += 50
	} else if j.near(factCardWord, f.at) {
		points += 40
	}
	j.core(points, f.at, "passes on to "+f.host+" what windows tell each other")
}

// posted is telling somebody else's frame, one that the script itself puts into the page, what is typed outside of it.
func (j *judgement) posted(flows []flow) {
	frame := ""
	for _, f := range flows {
		if f.kind == SinkFrame && f.foreign && f.found == "" {
			frame = f.host
		}
	}
	if frame == "" {
		return
	}
	for _, f := range flows {
		if f.kind != SinkMessage {
			continue
		}
		switch {
		case f.marks&markCard != 0:
			j.core(60, f.at, "tells a frame of "+frame+" what is typed outside of it")
		case f.marks&markForm != 0, f.marks&markAnywhere != 0 && !j.record.has(factExcludes):
			j.core(50, f.at, "tells a frame of "+frame+" what is typed outside of it")
		}
	}
}
