package oracle

import (
	"os"
	"testing"

	"github.com/sbinet/npyio"
)

// Trace is a recorded array [x, y, channel, step] or [neuron, step] in the
// order of the file, as Lava records it; or an image [x, y, channel].
type Trace[T any] struct {
	shape, stride []int
	values        []T
}

// LoadTrace reads a .npy file under SNNC_SHARED.
func LoadTrace[T any](t testing.TB, elem ...string) *Trace[T] {
	t.Helper()
	f, err := os.Open(Path(t, elem...))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := npyio.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	out := &Trace[T]{shape: r.Header.Descr.Shape}
	out.stride = make([]int, len(out.shape))
	for i, step := 0, 1; i < len(out.shape); i++ {
		axis := i
		if !r.Header.Descr.Fortran {
			axis = len(out.shape) - 1 - i
		}
		out.stride[axis] = step
		step *= out.shape[axis]
	}
	if err := r.Read(&out.values); err != nil {
		t.Fatal(err)
	}
	return out
}

// At returns the value of a neuron, counted as [channel, y, x], at a step.
func (a *Trace[T]) At(n, step int) T {
	s := a.stride
	if len(s) == 2 {
		return a.values[n*s[0]+step*s[1]]
	}
	w, h := a.shape[0], a.shape[1]
	at := n%w*s[0] + n/w%h*s[1] + n/(w*h)*s[2]
	if len(s) == 4 {
		at += step * s[3]
	}
	return a.values[at]
}
