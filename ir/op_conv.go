package ir

import "fmt"

// Conv1d is a convolution (cross-correlation, as in PyTorch) along one axis:
// weight [C_out, C_in/groups, K], bias [C_out], input [C_in, N].
type Conv1d struct{ InputShape, Weight, Stride, Padding, Dilation, Groups, Bias *Tensor }

// Conv2d is a convolution over images: weight [C_out, C_in/groups, K_y, K_x],
// bias [C_out], input [C_in, N_y, N_x]. Stride, padding and dilation are one
// number for both axes or two.
type Conv2d struct{ InputShape, Weight, Stride, Padding, Dilation, Groups, Bias *Tensor }

// SumPool2d adds up windows of an image, channel by channel; AvgPool2d divides
// the sums by the window's size, padding included.
type SumPool2d struct{ KernelSize, Stride, Padding *Tensor }

// AvgPool2d is described at SumPool2d.
type AvgPool2d struct{ KernelSize, Stride, Padding *Tensor }

// Delay gives every value some time later; delay is in seconds, one for each
// value or one for all.
type Delay struct{ Delay *Tensor }

// BatchNorm1d and BatchNorm2d are batch normalisation in evaluation:
// y = (x − running_mean)/sqrt(running_var + eps)·weight + bias, by channel.
// NIR has no such node: exporters fold it.
type BatchNorm1d struct{ Weight, Bias, RunningMean, RunningVar, Eps *Tensor }

// BatchNorm2d is described at BatchNorm1d.
type BatchNorm2d struct{ Weight, Bias, RunningMean, RunningVar, Eps *Tensor }

func init() {
	register(func() Op { return &Conv1d{} })
	register(func() Op { return &Conv2d{} })
	register(func() Op { return &SumPool2d{} })
	register(func() Op { return &AvgPool2d{} })
	register(func() Op { return &Delay{} })
	register(func() Op { return &BatchNorm1d{} })
	register(func() Op { return &BatchNorm2d{} })
}

func (*Conv1d) Kind() string      { return "Conv1d" }
func (*Conv2d) Kind() string      { return "Conv2d" }
func (*SumPool2d) Kind() string   { return "SumPool2d" }
func (*AvgPool2d) Kind() string   { return "AvgPool2d" }
func (*Delay) Kind() string       { return "Delay" }
func (*BatchNorm1d) Kind() string { return "BatchNorm1d" }
func (*BatchNorm2d) Kind() string { return "BatchNorm2d" }

// Fields implements Op.
func (o *Conv1d) Fields() []Field {
	return convFields(1, &o.InputShape, &o.Weight, &o.Stride, &o.Padding, &o.Dilation, &o.Groups, &o.Bias)
}

// Fields implements Op.
func (o *Conv2d) Fields() []Field {
	return convFields(2, &o.InputShape, &o.Weight, &o.Stride, &o.Padding, &o.Dilation, &o.Groups, &o.Bias)
}

func convFields(axes int, input, weight, stride, padding, dilation, groups, bias **Tensor) []Field {
	return []Field{
		{Name: "input_shape", Value: input, Optional: true, Check: whole(1, axes)},
		{Name: "weight", Value: weight, Check: rank(axes + 2)},
		{Name: "stride", Value: stride, Check: whole(1, axes)},
		{Name: "padding", Value: padding, Words: []string{"same", "valid"}, Check: whole(0, axes)},
		{Name: "dilation", Value: dilation, Check: whole(1, axes)},
		{Name: "groups", Value: groups, Check: func(t *Tensor) error {
			if err := whole(1, 1)(t); err != nil {
				return err
			}
			if g, w := int(t.Data[0]), *weight; w != nil && len(w.Shape) == axes+2 && w.Shape[0]%g != 0 {
				return fmt.Errorf("%d groups do not divide %d output channels", g, w.Shape[0])
			}
			return nil
		}},
		{Name: "bias", Value: bias, Check: func(t *Tensor) error {
			w := *weight
			if w == nil || len(w.Shape) != axes+2 {
				return nil // reported at weight
			}
			if n := len(t.Data); n != 1 && n != w.Shape[0] {
				return fmt.Errorf("shape %v does not fit weight %v; want [%d] or a scalar", t.Shape, w.Shape, w.Shape[0])
			}
			return nil
		}},
	}
}

// Fields implements Op.
func (o *SumPool2d) Fields() []Field { return poolFields(&o.KernelSize, &o.Stride, &o.Padding) }

// Fields implements Op.
func (o *AvgPool2d) Fields() []Field { return poolFields(&o.KernelSize, &o.Stride, &o.Padding) }

func poolFields(size, stride, padding **Tensor) []Field {
	return []Field{
		{Name: "kernel_size", Value: size, Check: whole(1, 2)},
		{Name: "stride", Value: stride, Check: whole(1, 2)},
		{Name: "padding", Value: padding, Check: whole(0, 2)},
	}
}

// Fields implements Op.
func (o *Delay) Fields() []Field {
	return []Field{{Name: "delay", Value: &o.Delay, Check: func(t *Tensor) error {
		for i, v := range t.Data {
			if v < 0 {
				return fmt.Errorf("element %d is %v; a delay cannot be negative", i, v)
			}
		}
		return nonEmpty(t)
	}}}
}

// Fields implements Op.
func (o *BatchNorm1d) Fields() []Field {
	return normFields(&o.Weight, &o.Bias, &o.RunningMean, &o.RunningVar, &o.Eps)
}

// Fields implements Op.
func (o *BatchNorm2d) Fields() []Field {
	return normFields(&o.Weight, &o.Bias, &o.RunningMean, &o.RunningVar, &o.Eps)
}

func normFields(weight, bias, mean, variance, eps **Tensor) []Field {
	return sameSize([]Field{
		{Name: "weight", Value: weight, Optional: true},
		{Name: "bias", Value: bias, Optional: true},
		{Name: "running_mean", Value: mean},
		{Name: "running_var", Value: variance, Check: func(t *Tensor) error {
			for i, v := range t.Data {
				if v < 0 {
					return fmt.Errorf("element %d is %v; a variance cannot be negative", i, v)
				}
			}
			return nil
		}},
		{Name: "eps", Value: eps, Optional: true, Check: positive},
	})
}

// whole checks for whole numbers from least on: one for all axes, or one each.
func whole(least, axes int) func(*Tensor) error {
	return func(t *Tensor) error {
		if len(t.Shape) > 1 || len(t.Data) != 1 && len(t.Data) != axes {
			return fmt.Errorf("shape %v; want one number, or %d", t.Shape, axes)
		}
		for i, v := range t.Data {
			if v < float64(least) || v != float64(int(v)) || v > 1<<24 {
				return fmt.Errorf("element %d is %v; want whole numbers from %d", i, v, least)
			}
		}
		return nil
	}
}

func (*Conv1d) sealed()      {}
func (*Conv2d) sealed()      {}
func (*SumPool2d) sealed()   {}
func (*AvgPool2d) sealed()   {}
func (*Delay) sealed()       {}
func (*BatchNorm1d) sealed() {}
func (*BatchNorm2d) sealed() {}
