package ir_test

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/host"
	"github.com/snnc/snnc/internal/randnet"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/rtl"
	"github.com/snnc/snnc/sim"
)

// clone copies a program through its file.
func clone(t testing.TB, file []byte) *ir.Program {
	p, err := ir.DecodeProgram(file)
	require.NoError(t, err)
	return p
}

// places lists every single field of a value: a way to it, and the values to
// try there. Of long lists it takes the first, the last and one between.
func places(v reflect.Value, name string, visit func(name string, v reflect.Value)) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			places(v.Field(i), name+"."+v.Type().Field(i).Name, visit)
		}
	case reflect.Slice:
		visit(name, v)
		n := v.Len()
		for i := range n {
			if n <= 6 || i == 0 || i == n/2 || i == n-1 {
				places(v.Index(i), fmt.Sprintf("%s[%d]", name, i), visit)
			}
		}
	default:
		visit(name, v)
	}
}

// mutations sets a field to values near it and far from it, and puts it back.
func mutations(v reflect.Value, try func(what string)) {
	old := reflect.New(v.Type()).Elem()
	old.Set(v)
	set := func(what any, f func()) { f(); try(fmt.Sprint(what)); v.Set(old) }
	switch v.Kind() {
	case reflect.Bool:
		set(!v.Bool(), func() { v.SetBool(!v.Bool()) })
	case reflect.Int, reflect.Int16, reflect.Int32:
		x := v.Int()
		for _, y := range []int64{x + 1, x - 1, -x, 2*x + 1, 0, 1, 1 << 14, -1 << 15, 1 << 30, -1 << 31, 1 << 62, -1 << 63} {
			if y != x && !v.OverflowInt(y) {
				set(y, func() { v.SetInt(y) })
			}
		}
	case reflect.Float64:
		for _, y := range []float64{0, -1, 1e308} {
			set(y, func() { v.SetFloat(y) })
		}
	case reflect.String:
		for _, y := range []string{"", "\xff", "x"} {
			set(y, func() { v.SetString(y) })
		}
	case reflect.Slice:
		if n := v.Len(); n > 0 {
			set("cut", func() { v.Set(v.Slice(0, n-1)) })
			set("nil", func() { v.SetZero() })
			longer := reflect.AppendSlice(reflect.MakeSlice(v.Type(), 0, n+1), v)
			set("last twice", func() { v.Set(reflect.Append(longer, v.Index(n-1))) })
		} else {
			set("one zero", func() { v.Set(reflect.Append(reflect.MakeSlice(v.Type(), 0, 1), reflect.Zero(v.Type().Elem()))) })
		}
	}
}

// Property: whatever single field of a valid program changes, either Validate
// refuses, or the program is still one: it is written and read back, runs on
// the simulator for a sample of ones without an error, and the RTL emitter and
// the host's bounds take it.
func TestOneFieldChanged(t *testing.T) {
	programs := map[string]*ir.Program{"pair": pair(), "small": compileSmall(t).Program}
	for seed := uint64(0); len(programs) < 6; seed++ {
		r := randnet.New(seed)
		if p := compileOrNil(r); p != nil && len(p.Cores) <= 4 {
			programs[fmt.Sprint("random ", seed)] = p
		}
	}
	for name, p := range programs {
		t.Run(name, func(t *testing.T) {
			q := clone(t, encode(t, p))
			accepted, refused := 0, 0
			places(reflect.ValueOf(q).Elem(), "program", func(field string, v reflect.Value) {
				mutations(v, func(what string) {
					if len(q.Validate()) > 0 {
						refused++
						return
					}
					accepted++
					if err := lives(q); err != nil {
						t.Errorf("%s set to %s is accepted: %v", field, what, err)
					}
				})
			})
			require.Empty(t, q.Validate(), "every change is put back")
			require.Greater(t, refused, accepted)
			t.Logf("%d changes refused, %d accepted and run", refused, accepted)
		})
	}
}

func compileOrNil(r *randnet.Case) (p *ir.Program) {
	c, err := compileCase(r)
	if err != nil {
		return nil
	}
	return c.Program
}

// lives executes a program every way that takes no tool.
func lives(p *ir.Program) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	var file bytes.Buffer
	if err := p.Encode(&file); err != nil {
		return err
	}
	if _, err := ir.DecodeProgram(file.Bytes()); err != nil {
		return fmt.Errorf("read back: %w", err)
	}
	var frames []*ir.Frames
	for i := range p.Inputs {
		in := &p.Inputs[i]
		f := &ir.Frames{Steps: p.Steps, N: in.N, Bits: in.Input.Bits, Signed: in.Input.Signed, Held: in.Input.Held, Scale: in.Input.Scale}
		n := in.N
		if !f.Held {
			n *= p.Steps
		}
		_, hi := in.Input.Range()
		f.Values = make([]int32, n)
		for k := range f.Values {
			f.Values[k] = hi
		}
		frames = append(frames, f)
	}
	m, err := sim.New(p, sim.Options{Functional: true}) // a full event FIFO is no fault of the program
	if err != nil {
		return err
	}
	if _, err := m.Run(context.Background(), frames); err != nil {
		return err
	}
	if host.TickBound(p) < 1 {
		return fmt.Errorf("no bound of a tick")
	}
	_, err = rtl.Emit(p, rtl.Options{})
	return err
}
