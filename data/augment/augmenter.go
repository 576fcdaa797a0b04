package augment

import "fmt"

// Augmenter changes samples of one shape. It keeps nothing between samples and may
// be used from several goroutines.
type Augmenter struct {
	opt   Options
	shape Shape
	bins  int // of a recording; 1 of a picture
}

// New makes an augmenter for pictures [height width] or [channels height width],
// or, with sequence, for recordings [bins channels height width].
func New(opt Options, shape []int, sequence bool) (*Augmenter, error) {
	a := &Augmenter{opt: opt, bins: 1}
	flat := func(why string) error {
		return fmt.Errorf("augmentation %s: %s of shape %v; want [height width] or [channels height width], and for recordings of events [bins channels height width]", opt, why, shape)
	}
	switch n := len(shape); {
	case sequence && n == 4:
		a.bins = shape[0]
		a.shape = Shape{shape[0] * shape[1], shape[2], shape[3]}
	case !sequence && n == 3:
		a.shape = Shape{shape[0], shape[1], shape[2]}
	case !sequence && n == 2:
		a.shape = Shape{1, shape[0], shape[1]}
	case opt == Options{}:
		// Nothing is to be done: any shape will do.
		a.shape = Shape{1, 1, 1}
		for _, d := range shape {
			a.shape.Width *= d
		}
		return a, nil
	default:
		return nil, flat("samples")
	}
	if a.shape.Len() <= 0 {
		return nil, flat("empty samples")
	}
	if !sequence && (opt.Drop > 0 || opt.Mask > 0) {
		return nil, fmt.Errorf("augmentation %s: drop and mask are for recordings of events; these samples are pictures", opt)
	}
	if most := max(opt.Shift, opt.Crop); most >= min(a.shape.Height, a.shape.Width) {
		return nil, fmt.Errorf("augmentation %s: a move by %d pixels leaves nothing of %d × %d", opt, most, a.shape.Width, a.shape.Height)
	}
	return a, nil
}

// Len is the number of values of a sample.
func (a *Augmenter) Len() int { return a.shape.Len() }

// Apply writes what the seed makes of src into dst; both have Len values and do not
// overlap.
func (a *Augmenter) Apply(dst, src []float32, seed uint64) {
	o, s, c := a.opt, a.shape, chance{seed}
	flip := o.Flip && c.next()>>63 == 1
	dy, dx := 0, 0
	if o.Shift > 0 {
		dy, dx = dy+c.around(o.Shift), dx+c.around(o.Shift)
	}
	if o.Crop > 0 {
		dy, dx = dy+c.around(o.Crop), dx+c.around(o.Crop)
	}
	if dy == 0 && dx == 0 {
		copy(dst[:s.Len()], src)
	} else if flip {
		Shift(dst, src, s, dy, -dx) // the flip is done after it, and turns it
	} else {
		Shift(dst, src, s, dy, dx)
	}
	if flip {
		Flip(dst, s)
	}
	if o.Cutout > 0 {
		y, x := c.below(s.Height), c.below(s.Width)
		Erase(dst, s, 0, s.Planes, y-o.Cutout/2, x-o.Cutout/2, o.Cutout, o.Cutout)
	}
	if o.Mask > 0 {
		if n := c.below(int(o.Mask*float64(a.bins)) + 1); n > 0 {
			first, each := c.below(a.bins-n+1), s.Planes/a.bins
			Erase(dst, s, first*each, (first+n)*each, 0, 0, s.Height, s.Width)
		}
	}
	thin(dst[:s.Len()], o.Drop, &c)
}
