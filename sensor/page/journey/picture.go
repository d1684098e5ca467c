package journey

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"time"
)

// report tells of the step the walk is in, once for each address and step.
func (w *walker) report(ctx context.Context, p *page) {
	key := w.step + " " + p.top.URL
	if key == w.reported || stepName(p.kind) == "" && w.step != string(Home) && w.step != string(Delivery) {
		return
	}
	w.reported = key
	if w.pictured != p {
		w.pictured, w.shot = p, w.picture(ctx, p)
	}
	step := Step{Name: w.step, URL: p.top.URL, Picture: w.shot, At: time.Now()}
	w.result.Steps = append(w.result.Steps, step)
	if w.o.Report != nil {
		w.o.Report(step)
	}
}

// picture is the window as a PNG, with the card fields painted over. A picture that cannot be masked is none.
func (w *walker) picture(ctx context.Context, p *page) []byte {
	masks, err := w.cardBoxes(ctx, p)
	if err != nil {
		return nil
	}
	shot, err := w.tab.Screenshot(ctx)
	if err != nil || len(masks) == 0 {
		return shot
	}
	masked, err := paintOver(shot, masks, p.top.Width)
	if err != nil {
		return nil
	}
	return masked
}

// cardBoxes are the places of the card fields in the window, in CSS pixels.
func (w *walker) cardBoxes(ctx context.Context, p *page) ([]image.Rectangle, error) {
	ids := map[*view][]int{}
	for _, f := range p.fields {
		if f.isCard() {
			ids[f.view] = append(ids[f.view], f.ID)
		}
	}
	var masks []image.Rectangle
	for v, of := range ids {
		var boxes []box
		if err := w.ask(ctx, v.index, &boxes, "boxes", of); err != nil {
			return nil, err
		}
		f := w.frames[v.index]
		for _, b := range boxes {
			masks = append(masks, image.Rect(int(f.X)+b.X-2, int(f.Y)+b.Y-2, int(f.X)+b.X+b.W+2, int(f.Y)+b.Y+b.H+2))
		}
	}
	return masks, nil
}

var maskColour = image.NewUniform(color.RGBA{0x44, 0x4b, 0x55, 0xff})

// paintOver paints the masks, given in CSS pixels of a window of the given width, over a PNG.
func paintOver(shot []byte, masks []image.Rectangle, width int) ([]byte, error) {
	decoded, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		return nil, err
	}
	canvas, ok := decoded.(draw.Image)
	if !ok {
		copied := image.NewRGBA(decoded.Bounds())
		draw.Draw(copied, copied.Bounds(), decoded, decoded.Bounds().Min, draw.Src)
		canvas = copied
	}
	scale := 1.0
	if width > 0 {
		scale = float64(canvas.Bounds().Dx()) / float64(width)
	}
	for _, m := range masks {
		scaled := image.Rect(int(float64(m.Min.X)*scale), int(float64(m.Min.Y)*scale), int(float64(m.Max.X)*scale)+1, int(float64(m.Max.Y)*scale)+1)
		draw.Draw(canvas, scaled, maskColour, image.Point{}, draw.Src)
	}
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&out, canvas); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
