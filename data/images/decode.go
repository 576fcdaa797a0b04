package images

import (
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg" // the formats that Decode reads
	_ "image/png"
	"io"
)

// Channels of a picture.
const Channels = 3

// maxPixels bounds a picture before it is decoded.
const maxPixels = 1 << 28

// Decode reads a JPEG or PNG picture and returns its bytes [3][height][width].
// Grey pictures have three equal channels; transparency is on black.
//
// JPEG's halved colour planes are interpolated between their samples, as libjpeg
// does by default, and not repeated, as image/jpeg does.
func Decode(r io.ReadSeeker) (pixels []byte, height, width int, err error) {
	config, format, err := image.DecodeConfig(r)
	if err != nil {
		return nil, 0, 0, fmt.Errorf("neither a JPEG nor a PNG picture that can be read: %w", err)
	}
	if config.Width <= 0 || config.Height <= 0 || config.Width > maxPixels/config.Height {
		return nil, 0, 0, fmt.Errorf("a %s picture of %d × %d pixels; at least one and at most %d are read", format, config.Width, config.Height, maxPixels)
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, 0, 0, err
	}
	m, _, err := image.Decode(r)
	if err != nil {
		return nil, 0, 0, fmt.Errorf("%s picture: %w", format, err)
	}
	b := m.Bounds()
	return planes(m), b.Dy(), b.Dx(), nil
}

// planes takes the channels of a picture apart.
func planes(m image.Image) []byte {
	b := m.Bounds()
	w, h := b.Dx(), b.Dy()
	out := make([]byte, Channels*w*h)
	red, green, blue := out[:w*h], out[w*h:2*w*h], out[2*w*h:]
	switch m := m.(type) {
	case *image.YCbCr:
		cb, cr := upsample(m, m.Cb), upsample(m, m.Cr)
		for y := range h {
			luma := m.Y[m.YOffset(b.Min.X, b.Min.Y+y):]
			for x := range w {
				i := y*w + x
				red[i], green[i], blue[i] = color.YCbCrToRGB(luma[x], cb[i], cr[i])
			}
		}
	case *image.Gray:
		for y := range h {
			copy(red[y*w:(y+1)*w], m.Pix[m.PixOffset(b.Min.X, b.Min.Y+y):])
		}
		copy(green, red)
		copy(blue, red)
	default:
		for y := range h {
			for x := range w {
				r, g, bl, _ := m.At(b.Min.X+x, b.Min.Y+y).RGBA()
				i := y*w + x
				red[i], green[i], blue[i] = byte(r>>8), byte(g>>8), byte(bl>>8)
			}
		}
	}
	return out
}
