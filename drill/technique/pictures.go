package technique

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
)

// hide puts a text into a picture, as attackers do to carry code past whoever looks for scripts.
func hide(kind string, text []byte) ([]byte, error) {
	switch kind {
	case "png-text":
		return pngText(text)
	case "png-pixels":
		return pngPixels(text)
	case "jpeg-exif":
		return jpegExif(text)
	case "png-metadata": // honest: what cameras and editors write
		return pngText([]byte("Software\x00" + string(bytes.TrimSpace(text))))
	}
	return nil, fmt.Errorf("no picture is called %q", kind)
}

// pngText is a picture with the text in a comment.
func pngText(text []byte) ([]byte, error) {
	if !bytes.Contains(text, []byte{0}) {
		text = append([]byte("Comment\x00"), text...)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, gradient(64, 64)); err != nil {
		return nil, err
	}
	const header = 8 + 4 + 4 + 13 + 4
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(text)))
	body := append([]byte("tEXt"), text...)
	chunk = append(chunk, body...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(body))
	b := out.Bytes()
	return append(b[:header:header], append(chunk, b[header:]...)...), nil
}

// pngPixels is a picture with a bit of the text in the lowest bit of each red and blue, after its length in 32 bits.
func pngPixels(text []byte) ([]byte, error) {
	data := append(binary.BigEndian.AppendUint32(nil, uint32(len(text))), text...)
	const width = 128
	picture := gradient(width, (len(data)*4+width-1)/width+1)
	for i := range len(data) * 4 {
		two := data[i/4] >> (6 - 2*(i%4)) & 3
		at := picture.PixOffset(i%width, i/width)
		picture.Pix[at] = picture.Pix[at]&^1 | two>>1
		picture.Pix[at+2] = picture.Pix[at+2]&^1 | two&1
	}
	var out bytes.Buffer
	err := png.Encode(&out, picture)
	return out.Bytes(), err
}

// jpegExif is a picture with the text in an application segment.
func jpegExif(text []byte) ([]byte, error) {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, gradient(48, 48), nil); err != nil {
		return nil, err
	}
	text = append([]byte("Exif\x00\x00"), text...)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(text)+2))
	b := out.Bytes()
	return append(b[:2:2], append(append(segment, text...), b[2:]...)...), nil
}

func gradient(width, height int) *image.NRGBA {
	picture := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			picture.SetNRGBA(x, y, color.NRGBA{uint8(40 + x), uint8(90 + (x+y)/2%100), uint8(60 + y%150), 255})
		}
	}
	return picture
}
