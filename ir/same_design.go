package ir

import (
	"fmt"
	"reflect"
	"slices"
)

// DesignError says what of two programs keeps them from running on one design.
type DesignError struct {
	Place     string // "core 1 (lif2)", or "" for the program as a whole
	Field     string // of Program or Core
	Got, Want any    // shown where they are short
}

func (e *DesignError) Error() string {
	what := fmt.Sprintf("%s differs", e.Field)
	if got, want := fmt.Sprint(e.Got), fmt.Sprint(e.Want); len(got) <= 40 && len(want) <= 40 {
		what = fmt.Sprintf("%s is %s and was %s", e.Field, got, want)
	}
	if e.Place == "" {
		return what
	}
	return e.Place + ": " + what
}

// SameDesign checks that a program runs on the design that was made of another
// one, once the host has written its weights and parameters: that nothing but
// these differs. The error is a *DesignError.
func (p *Program) SameDesign(of *Program) error {
	if len(p.Cores) != len(of.Cores) {
		return &DesignError{"", "the number of cores", len(p.Cores), len(of.Cores)}
	}
	a, b := p.Structure(), of.Structure()
	for i := range a.Cores {
		place := fmt.Sprintf("core %d (%s)", i, p.layerName(p.Cores[i].Layer))
		if err := sameFields(place, reflect.ValueOf(a.Cores[i]), reflect.ValueOf(b.Cores[i])); err != nil {
			return err
		}
	}
	a.Cores, b.Cores = nil, nil
	return sameFields("", reflect.ValueOf(*a), reflect.ValueOf(*b))
}

func sameFields(place string, a, b reflect.Value) error {
	for k := range a.NumField() {
		x, y := a.Field(k), b.Field(k)
		if reflect.DeepEqual(x.Interface(), y.Interface()) {
			continue
		}
		if x.Kind() == reflect.Pointer && !x.IsNil() && !y.IsNil() {
			x, y = x.Elem(), y.Elem()
		}
		return &DesignError{place, a.Type().Field(k).Name, x.Interface(), y.Interface()}
	}
	return nil
}

// Structure is a program without what SameDesign lets differ: images, and what
// the host alone knows. It is the same for all programs that one design runs.
func (p *Program) Structure() *Program {
	s := *p
	s.Name, s.Tool, s.Notes = "", "", nil
	s.Outputs, s.Cores = slices.Clone(p.Outputs), slices.Clone(p.Cores)
	for i := range s.Outputs {
		s.Outputs[i].Unit = nil // what a membrane's integer stands for follows the weights
	}
	for i := range s.Cores {
		c := &s.Cores[i]
		c.Weights = nil
		for _, im := range c.images() {
			*im.wide = nil
		}
		if c.Plastic != nil {
			u := *c.Plastic
			u.Scale = 0
			c.Plastic = &u
		}
	}
	return &s
}
