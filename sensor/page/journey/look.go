package journey

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// look waits for the page to come to rest and reads it.
func (w *walker) look(ctx context.Context, patience int) (*page, error) {
	settle := browser.SettleOptions{Quiet: quiets[patience], Limit: patienceWithRest}
	if w.restless {
		settle.Limit = restlessPatience
	}
	if patience > 0 {
		// To have been quiet is not enough here: what a press set off may begin late.
		if err := wait(ctx, time.Until(w.acted.Add(quiets[patience]))); err != nil {
			return nil, err
		}
	}
	var last error
	for range 5 {
		quiet, err := w.tab.Settle(ctx, settle)
		if err != nil {
			return nil, err
		}
		if !quiet {
			w.restless, settle.Limit = true, restlessPatience
		}
		reading, cancel := context.WithTimeoutCause(ctx, patienceWithPage, errStuck)
		p, err := w.read(reading)
		cancel()
		if err == nil {
			return p, nil
		}
		if errors.Is(context.Cause(reading), errStuck) {
			return nil, errStuck
		}
		if !errors.Is(err, browser.ErrGone) {
			return nil, err
		}
		last = err
	}
	return nil, last
}

func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// read surveys every frame that has a place on the page.
func (w *walker) read(ctx context.Context) (*page, error) {
	frames, err := w.tab.Frames(ctx)
	if err != nil {
		return nil, err
	}
	if len(frames) == 0 {
		return nil, browser.ErrGone
	}
	w.frames = frames
	var views []*view
	kinds := map[string]frameKind{}
	for i, f := range frames {
		if i > 0 && (!f.Shown || f.Width < 20 || f.Height < 8) || len(views) > 30 {
			continue
		}
		v := &view{index: i}
		err := w.ask(ctx, i, &v.survey, "survey")
		switch {
		case err != nil && i == 0:
			var thrown *browser.EvalError
			if errors.As(err, &thrown) {
				return nil, &readError{clip(thrown.Text, 120)}
			}
			return nil, err
		case err != nil:
			continue // a frame that went away while we looked
		}
		// The document that was surveyed says where it is from; the frame may have held another one a moment ago.
		v.host = hostOf(v.URL)
		v.kind = w.kindOfDocument(v.URL, kinds[parentID(f)])
		kinds[f.ID] = v.kind
		views = append(views, v)
	}
	return understand(views), nil
}

func parentID(f *browser.Frame) string {
	if f.Parent == nil {
		return ""
	}
	return f.Parent.ID
}

// kindOfDocument says whose a document is. Whatever stands inside a provider's frame is the provider's.
func (w *walker) kindOfDocument(address string, around frameKind) frameKind {
	if around == providerFrame {
		return providerFrame
	}
	host := hostOf(address)
	name := host
	if bare, _, err := net.SplitHostPort(host); err == nil {
		name = bare
	}
	switch {
	case host == "" || host == w.shop:
		return ownFrame
	case w.o.Providers != nil && w.o.Providers(name) && !w.o.AllowProviderFrames:
		return providerFrame
	}
	return strangeFrame
}

// ask calls a method of survey.js in a frame.
func (w *walker) ask(ctx context.Context, frame int, out any, method string, args ...any) error {
	if frame >= len(w.frames) {
		return browser.ErrGone
	}
	return call(ctx, w.frames[frame], out, method, args...)
}
