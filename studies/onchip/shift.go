package main

import (
	"math"
	"math/rand/v2"
)

// side of an image.
const side = 28

// shift is a change of the input's statistics after deployment.
type shift struct {
	kind     string
	degrees  float64
	contrast float64 // about mid-grey; 0: as it is
	noise    float64 // standard deviation, 1 is white
	dead     float64 // part of the pixels that stay black, the same in all images of a seed
}

func (s shift) String() string {
	if s.kind == "" {
		return "as trained"
	}
	return s.kind
}

// apply changes an image of 8-bit pixels in place.
func (s shift) apply(v []int32, seed uint64, image int) {
	if s.degrees != 0 {
		rotate(v, s.degrees*math.Pi/180)
	}
	pixel := func(x float64) int32 { return int32(min(max(math.Round(x), 0), 255)) }
	if s.contrast != 0 {
		for i, x := range v {
			v[i] = pixel(127.5 + s.contrast*(float64(x)-127.5))
		}
	}
	if s.noise > 0 {
		r := rand.New(rand.NewPCG(seed, uint64(image)))
		for i, x := range v {
			v[i] = pixel(float64(x) + 255*s.noise*r.NormFloat64())
		}
	}
	if s.dead > 0 {
		r := rand.New(rand.NewPCG(seed, 0xDEAD))
		for i := range v {
			if r.Float64() < s.dead {
				v[i] = 0
			}
		}
	}
}

// rotate turns the image about its middle, bilinear, black outside.
func rotate(v []int32, angle float64) {
	old := append([]int32(nil), v...)
	at := func(y, x int) float64 {
		if y < 0 || y >= side || x < 0 || x >= side {
			return 0
		}
		return float64(old[y*side+x])
	}
	sin, cos := math.Sincos(angle)
	const middle = (side - 1) / 2.0
	for y := range side {
		for x := range side {
			dy, dx := float64(y)-middle, float64(x)-middle
			sy, sx := cos*dy-sin*dx+middle, sin*dy+cos*dx+middle
			y0, x0 := math.Floor(sy), math.Floor(sx)
			fy, fx := sy-y0, sx-x0
			iy, ix := int(y0), int(x0)
			v[y*side+x] = int32(math.Round((1-fy)*((1-fx)*at(iy, ix)+fx*at(iy, ix+1)) + fy*((1-fx)*at(iy+1, ix)+fx*at(iy+1, ix+1))))
		}
	}
}
