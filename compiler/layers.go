package compiler

import (
	"fmt"
	"math"

	"github.com/snnc/snnc/ir"
)

// What each linear node does to a current.

// flattened joins the dimensions start_dim..end_dim, which count without time
// and batch; the values keep their order.
func (c current) flattened(op *ir.Flatten) (current, error) {
	at := func(t *ir.Tensor, otherwise int) int {
		if t == nil {
			return otherwise
		}
		if d := int(t.At(0)); d < 0 {
			return len(c.shape) + d
		} else {
			return d
		}
	}
	start, end := at(op.StartDim, 0), at(op.EndDim, len(c.shape)-1)
	if start < 0 || end >= len(c.shape) || start > end {
		return c, fmt.Errorf("it joins dimensions %d to %d, but %v arrives", start, end, c.shape)
	}
	shape := append([]int(nil), c.shape[:start]...)
	shape = append(shape, ir.Size(c.shape[start:end+1]))
	c.shape = append(shape, c.shape[end+1:]...)
	return c, nil
}

func (c current) convolved(name string, axes int, weight, bias, stride, padding, dilation, groups *ir.Tensor) (current, error) {
	if err := c.image(axes); err != nil {
		return c, err
	}
	size := weight.Shape[2:]
	slides := make([]slide, 2)
	slides[0] = slide{size: 1, stride: 1, dilation: 1}
	for a := range axes {
		s := slide{size: size[a], stride: axis(stride, a), dilation: axis(dilation, a)}
		switch {
		case padding.DType != ir.Text:
			s.before, s.after = axis(padding, a), axis(padding, a)
		case padding.Word == "same":
			if s.stride != 1 {
				return c, fmt.Errorf("field \"padding\" is same with a stride of %d; same needs a stride of 1", s.stride)
			}
			// As PyTorch: what is odd goes after.
			total := s.dilation * (s.size - 1)
			s.before, s.after = total/2, total-total/2
		}
		slides[2-axes+a] = s
	}
	k, err := convolution(c.grid, weight.Data, weight.Shape[0], int(groups.At(0)), slides[0], slides[1])
	if err != nil {
		return c, err
	}
	return c.through(name, k, bias, gridShape(k.post, axes))
}

func (c current) pooled(name string, size, stride, padding *ir.Tensor, mean bool) (current, error) {
	if err := c.image(2); err != nil {
		return c, err
	}
	slides := make([]slide, 2)
	for a := range slides {
		slides[a] = slide{size: axis(size, a), stride: axis(stride, a), before: axis(padding, a), after: axis(padding, a), dilation: 1}
	}
	factor := 1.0
	if mean {
		factor = 1 / float64(slides[0].size*slides[1].size)
	}
	k, err := pooling(c.grid, factor, slides[0], slides[1])
	if err != nil {
		return c, err
	}
	return c.through(name, k, nil, gridShape(k.post, 2))
}

// normed folds batch normalisation into a scale and a bias by channel.
func (c current) normed(name string, weight, bias, mean, variance, eps *ir.Tensor) (current, error) {
	if n := max(len(mean.Data), len(variance.Data)); n != 1 && n != c.grid.C {
		return c, fmt.Errorf("its statistics are of %d channels, but %d arrive", n, c.grid.C)
	}
	e := 1e-5
	if eps != nil {
		e = eps.At(0)
	}
	k := identity(c.grid)
	k.weight = make([]float64, c.grid.C)
	shift := make([]float64, c.grid.C)
	for i := range k.weight {
		k.weight[i] = 1 / math.Sqrt(variance.At(i)+e)
		if weight != nil {
			k.weight[i] *= weight.At(i)
		}
		shift[i] = -mean.At(i) * k.weight[i]
		if bias != nil {
			shift[i] += bias.At(i)
		}
	}
	return c.through(name, k, ir.NewTensor(ir.Float64, []int{c.grid.C}, shift), c.shape)
}

// delayed makes all terms older by a whole number of steps. Values of one
// source that are delayed by different times become terms of their own.
func (c current) delayed(delay *ir.Tensor, dt float64) (current, error) {
	if n := len(delay.Data); n != 1 && n != c.size() {
		return c, fmt.Errorf("field \"delay\" has shape %v but %d values arrive", delay.Shape, c.size())
	}
	steps := make([]int, len(delay.Data))
	var distinct []int
	for i, d := range delay.Data {
		s := math.Round(d / dt)
		if math.Abs(d/dt-s) > 1e-6*max(1, s) || s > 1<<16 {
			return c, fmt.Errorf("field \"delay\" is %v s at element %d, which is %v steps of %v s; it must be a whole number of steps, so choose another dt", d, i, d/dt, dt)
		}
		steps[i] = int(s)
		known := false
		for _, x := range distinct {
			known = known || x == steps[i]
		}
		if !known {
			distinct = append(distinct, steps[i])
		}
	}
	if c.bias != nil && (len(distinct) > 1 || distinct[0] > 0) {
		return c, fmt.Errorf("a bias arrives at it; the machine delays spikes, so put the bias after the delay")
	}
	out := c
	out.terms = nil
	for _, tm := range c.terms {
		for _, d := range distinct {
			part := tm
			part.delay += d
			if len(distinct) > 1 {
				mask := make([]float64, c.size())
				for i := range mask {
					if steps[i] == d {
						mask[i] = 1
					}
				}
				part.k = part.k.withGain(mask)
				if part.k.gain != nil {
					w, err := part.k.matrix()
					if err != nil {
						return c, err
					}
					part.k = matrixKernel(w, c.size(), part.k.pre)
				}
			}
			out.terms = append(out.terms, part)
		}
	}
	if len(distinct) > 1 {
		return out.asVector()
	}
	return out, nil
}

// image checks that what arrives has channels and so many axes.
func (c *current) image(axes int) error {
	if len(c.shape) != axes+1 {
		return fmt.Errorf("it takes [channels and %d dimensions], but %v arrives", axes, c.shape)
	}
	return nil
}

// axis returns a field's value for an axis: one for all, or one each.
func axis(t *ir.Tensor, a int) int { return int(t.At(a)) }

func gridShape(g ir.Grid, axes int) []int {
	if axes == 1 {
		return []int{g.C, g.W}
	}
	return []int{g.C, g.H, g.W}
}
