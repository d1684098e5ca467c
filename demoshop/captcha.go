package demoshop

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
)

// sevenSegments says which strokes each digit has: top, upper right, lower right, bottom, lower left, upper left, middle.
var sevenSegments = [10]string{"1111110", "0110000", "1101101", "1111001", "0110011", "1011011", "1011111", "1110000", "1111111", "1111011"}

// drawCaptcha answers with a picture of the visitor's code, slanted and struck through.
func (s *Shop) drawCaptcha(v *visit) error {
	const width, height, digitWidth, stroke = 24, 40, 34, 5
	code := v.captchaCode()
	img := image.NewGray(image.Rect(0, 0, digitWidth*len(code)+30, height+24))
	for i := range img.Pix {
		img.Pix[i] = uint8(225 + i*7919%29) // grain
	}
	fill := func(x0, y0, x1, y1 int) {
		for y := y0; y < y1; y++ {
			for x := x0; x < x1; x++ {
				img.SetGray(x+(height-y)/5, y+(x/9)%4, color.Gray{Y: uint8(40 + x*y%50)})
			}
		}
	}
	for i, digit := range code {
		x, y := 12+i*digitWidth, 12
		strokes := [7][4]int{
			{x, y, x + width, y + stroke},
			{x + width - stroke, y, x + width, y + height/2},
			{x + width - stroke, y + height/2, x + width, y + height},
			{x, y + height - stroke, x + width, y + height},
			{x, y + height/2, x + stroke, y + height},
			{x, y, x + stroke, y + height/2},
			{x, y + height/2 - 2, x + width, y + height/2 + 3},
		}
		for j, r := range strokes {
			if sevenSegments[digit-'0'][j] == '1' {
				fill(r[0], r[1], r[2], r[3])
			}
		}
	}
	fill(4, height/2-3, digitWidth*len(code)+12, height/2-1)
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		return err
	}
	answer(v.w, http.StatusOK, "image/png", out.Bytes())
	return nil
}
