package images

import "image"

// upsample brings a colour plane of a JPEG picture to the picture's size. Planes
// halved in width, or in width and height, are interpolated by the triangle
// filter of libjpeg's "fancy upsampling" (jdsample.c), 3/4 of the nearer sample
// and 1/4 of the farther one in each direction, with its roundings; others are
// repeated.
func upsample(m *image.YCbCr, plane []byte) []byte {
	b := m.Rect
	w, h := b.Dx(), b.Dy()
	out := make([]byte, w*h)
	whole := b.Min == (image.Point{})
	switch {
	case whole && m.SubsampleRatio == image.YCbCrSubsampleRatio420 && w > 2:
		across := make([]int, (w+1)/2)
		low := (h + 1) / 2
		for y := range h {
			near := y / 2
			far := near - 1 + 2*(y&1)
			far = max(0, min(low-1, far))
			n, f := plane[near*m.CStride:], plane[far*m.CStride:]
			for x := range across {
				across[x] = 3*int(n[x]) + int(f[x])
			}
			wide(out[y*w:(y+1)*w], across, 4, 8, 7)
		}
	case whole && m.SubsampleRatio == image.YCbCrSubsampleRatio422 && w > 2:
		across := make([]int, (w+1)/2)
		for y := range h {
			n := plane[y*m.CStride:]
			for x := range across {
				across[x] = int(n[x])
			}
			wide(out[y*w:(y+1)*w], across, 2, 1, 2)
		}
	default:
		for y := range h {
			for x := range w {
				out[y*w+x] = plane[m.COffset(b.Min.X+x, b.Min.Y+y)]
			}
		}
	}
	return out
}

// wide doubles a row of samples; left and right round the pixels beside the
// left and the right neighbour, before the shift.
func wide(out []byte, row []int, shift uint, left, right int) {
	last := len(row) - 1
	for x := range out {
		i := x / 2
		a, round := row[max(i-1, 0)], left
		if x&1 == 1 {
			a, round = row[min(i+1, last)], right
		}
		out[x] = byte((3*row[i] + a + round) >> shift)
	}
}
