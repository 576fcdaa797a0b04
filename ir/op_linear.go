package ir

import "fmt"

// Affine is y = W·x + b, W [n_out, n_in], b [n_out].
type Affine struct{ Weight, Bias *Tensor }

// Linear is y = W·x.
type Linear struct{ Weight *Tensor }

// Scale is y = s ⊙ x, element by element.
type Scale struct{ Scale *Tensor }

func init() {
	register(func() Op { return &Affine{} })
	register(func() Op { return &Linear{} })
	register(func() Op { return &Scale{} })
}

func (*Affine) Kind() string { return "Affine" }
func (*Linear) Kind() string { return "Linear" }
func (*Scale) Kind() string  { return "Scale" }

func (o *Affine) Fields() []Field {
	return []Field{
		{Name: "weight", Value: &o.Weight, Check: rank(2)},
		{Name: "bias", Value: &o.Bias, Check: func(t *Tensor) error {
			if o.Weight == nil || len(o.Weight.Shape) != 2 {
				return nil // reported at weight
			}
			if n := len(t.Data); n != 1 && n != o.Weight.Shape[0] {
				return fmt.Errorf("shape %v does not fit weight %v; want [%d] or a scalar", t.Shape, o.Weight.Shape, o.Weight.Shape[0])
			}
			return nil
		}},
	}
}

func (o *Linear) Fields() []Field {
	return []Field{{Name: "weight", Value: &o.Weight, Check: rank(2)}}
}

func (o *Scale) Fields() []Field {
	return []Field{{Name: "scale", Value: &o.Scale, Check: nonEmpty}}
}

func (*Affine) sealed() {}
func (*Linear) sealed() {}
func (*Scale) sealed()  {}
