package page

import (
	"context"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
	"github.com/tillwatch/tillwatch/sensor/page/journey"
)

// Some skimmers sleep while the shop's people work, or until a day has come (technique 27). Where a script asks for the
// hour or the day and has to do with what customers type, the shop is walked once more by a customer whose clock says
// the opposite.

var (
	asksHour  = lazily(`\bget(?:UTC)?(?:Hours|Day)\b|\bhourCycle\b|\bhour12\b`)
	onTyping  = lazily(`(?i)card|cvv|cvc|checkout|payment|billing|\.value\b|querySelectorAll|FormData|serialize`)
	onSending = lazily(`fetch|XMLHttpRequest|sendBeacon|WebSocket|\.src\b|createElement|\.ajax|\.post\b|\.send\b|import\(|eval|Function\(`)
)

// longestGate bounds the scripts that are looked at: in a bundle of megabytes all three words are somewhere.
const longestGate = 256 << 10

// asksForHour says whether a script that nobody published asks for the hour or the day, has to do with what is typed, and
// with sending or loading.
func (v *visit) asksForHour() bool {
	blame := newBlame(v)
	for _, s := range v.scripts {
		if len(s.Source) <= longestGate && asksHour().MatchString(s.Source) && onTyping().MatchString(s.Source) && onSending().MatchString(s.Source) &&
			!blame.published(s.Session, browser.Call{ScriptID: s.ID}) {
			return true
		}
	}
	return false
}

// atAnotherHour walks once more with another clock where a script asks for the hour, and judges where the canary went.
func (l *look) atAnotherHour(ctx context.Context, full *visit, d destinations) ([]tillwatch.Sign, error) {
	if !l.config.Layers.On(Canaries) || full.began.IsZero() || !full.asksForHour() {
		return nil, nil
	}
	l.progress(l.profile, "a walk by a clock that says night and weekend, or day where it is night", "")
	own, folder := l.profile, l.folder
	defer func() { l.profile, l.folder = own, folder }()
	l.profile.Ahead, l.folder = opposite(l.now(), own.TimeZone), ""
	v, result, err := l.visit(ctx, journey.Full, l.someone())
	if err == nil && !result.Reached {
		err = errNotReached
	}
	if err != nil {
		return nil, l.report1(ctx, err, "the walk by another clock was not made, so what waits for a night or a weekend may have been missed")
	}
	signs := addTo(judge(v, d), cardStored(v, d))
	// What is encrypted shows no canary. This walk stands for the other ones too, so that only what says enough by itself
	// counts: who sends it, and how often.
	return addTo(signs, typingDependent(v, v, nil, d, func(string) bool { return len(signs) > 0 })), nil
}

// opposite is how far ahead a clock must go to say half past two on a Saturday morning, five weeks on so that a date to
// wait for is past; or, where it is night or weekend now, one o'clock on a Wednesday.
func opposite(now time.Time, zone string) time.Duration {
	if place, err := time.LoadLocation(zone); err == nil {
		now = now.In(place)
	}
	day, hour, minute := time.Saturday, 2, 30
	if now.Weekday() == time.Saturday || now.Weekday() == time.Sunday || now.Hour() < 6 || now.Hour() >= 21 {
		day, hour, minute = time.Wednesday, 13, 0
	}
	then := time.Date(now.Year(), now.Month(), now.Day()+35, hour, minute, 0, 0, now.Location())
	for then.Weekday() != day {
		then = then.AddDate(0, 0, 1)
	}
	return then.Sub(now)
}
