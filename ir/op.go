package ir

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// Op is what a node does. The set is closed: one type for each NIR primitive
// that snnc understands, each in the registry below.
type Op interface {
	// Kind is NIR's name of the primitive, as in a file's "type" dataset.
	Kind() string
	// Fields lists the parameters in the order in which they are written.
	// Readers fill and writers read the tensors through the pointers, so that
	// NIR and model.json need no code of their own for a primitive.
	Fields() []Field
	sealed()
}

// Field is one parameter of a primitive.
type Field struct {
	Name     string
	Value    **Tensor
	Optional bool // absent in some files; the op's doc comment says what it then means
	// Words are the texts that the value may be instead of numbers.
	Words []string
	// Check judges a value that is present and finite. nil: nothing to check.
	Check func(t *Tensor) error
}

// kinds makes an empty op of each known primitive.
var kinds = map[string]func() Op{}

func register(f func() Op) { kinds[f().Kind()] = f }

// NewOp returns an empty op of a NIR type, or false if snnc does not know it.
func NewOp(kind string) (Op, bool) {
	f, ok := kinds[kind]
	if !ok {
		return nil, false
	}
	return f(), true
}

// Kinds lists the known primitives in order, for messages and documents.
func Kinds() []string {
	var out []string
	for k := range kinds {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// CheckFields checks presence, finiteness and each field's own rule.
func CheckFields(op Op) []error {
	var errs []error
	for _, f := range op.Fields() {
		t := *f.Value
		if t == nil {
			if !f.Optional {
				errs = append(errs, fmt.Errorf("field %q is missing", f.Name))
			}
			continue
		}
		if err := t.CheckFinite(); err != nil {
			errs = append(errs, fmt.Errorf("field %q: %w", f.Name, err))
			continue
		}
		if t.DType == Text {
			if !slices.Contains(f.Words, t.Word) {
				errs = append(errs, fmt.Errorf("field %q is %q; allowed are %s", f.Name, t.Word, f.allowed()))
			}
			continue
		}
		if f.Check == nil {
			continue
		}
		if err := f.Check(t); err != nil {
			errs = append(errs, fmt.Errorf("field %q: %w", f.Name, err))
		}
	}
	return errs
}

func (f *Field) allowed() string {
	if len(f.Words) == 0 {
		return "numbers"
	}
	return "numbers and " + strings.Join(f.Words, ", ")
}

func positive(t *Tensor) error {
	for i, v := range t.Data {
		if v <= 0 {
			return fmt.Errorf("element %d is %v; it must be greater than zero", i, v)
		}
	}
	return nil
}

func rank(want int) func(*Tensor) error {
	return func(t *Tensor) error {
		if len(t.Shape) != want {
			return fmt.Errorf("shape %v has rank %d; want rank %d", t.Shape, len(t.Shape), want)
		}
		if Size(t.Shape) == 0 {
			return fmt.Errorf("shape %v has no element", t.Shape)
		}
		return nil
	}
}

func nonEmpty(t *Tensor) error {
	if len(t.Data) == 0 {
		return fmt.Errorf("shape %v has no element", t.Shape)
	}
	return nil
}

// shapeVector checks an Input's or Output's shape: a list of positive sizes.
func shapeVector(t *Tensor) error {
	if len(t.Shape) > 1 {
		return fmt.Errorf("shape %v; want a list of sizes", t.Shape)
	}
	for i, v := range t.Data {
		if v < 1 || v != float64(int(v)) || v > 1<<31 {
			return fmt.Errorf("size %d is %v; sizes must be whole numbers from 1", i, v)
		}
	}
	return nil
}
