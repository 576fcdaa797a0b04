package augment

// Shape is that of planes of pixels; a recording's planes are its bins' two
// polarities.
type Shape struct{ Planes, Height, Width int }

// Len is the number of values.
func (s Shape) Len() int { return s.Planes * s.Height * s.Width }

// Flip mirrors left and right, in place.
func Flip(x []float32, s Shape) {
	for row := 0; row < s.Len(); row += s.Width {
		for i, j := row, row+s.Width-1; i < j; i, j = i+1, j-1 {
			x[i], x[j] = x[j], x[i]
		}
	}
}

// Shift writes src moved down by dy and right by dx; negative numbers move up and
// left. Zeros come in. dst and src must not overlap.
//
// The crop of a picture's own size, at (top, left) of the picture with a margin of
// zeros around it, is Shift by (margin − top, margin − left).
func Shift(dst, src []float32, s Shape, dy, dx int) {
	clear(dst[:s.Len()])
	first, last := max(0, dx), min(s.Width, s.Width+dx)
	if first >= last {
		return
	}
	for p := range s.Planes {
		for y := max(0, dy); y < min(s.Height, s.Height+dy); y++ {
			to := (p*s.Height + y) * s.Width
			from := (p*s.Height+y-dy)*s.Width - dx
			copy(dst[to+first:to+last], src[from+first:from+last])
		}
	}
}

// Erase sets a rectangle to zero in planes first to last−1. What lies outside the
// picture is left out.
func Erase(x []float32, s Shape, first, last, top, left, height, width int) {
	l, r := max(0, left), min(s.Width, left+width)
	if l >= r {
		return
	}
	for p := max(0, first); p < min(s.Planes, last); p++ {
		for y := max(0, top); y < min(s.Height, top+height); y++ {
			row := (p*s.Height + y) * s.Width
			clear(x[row+l : row+r])
		}
	}
}
