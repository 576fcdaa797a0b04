package cosim_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/internal/randnet"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/rtl"
	"github.com/snnc/snnc/sim"
)

// A program with one field changed to anything is refused, or runs: no
// validation, simulation or emission panics, whatever a file says.
func TestMutatedProgramsAreRefusedOrRun(t *testing.T) {
	refused, ran := 0, 0
	for seed := uint64(0); seed < 60; seed++ {
		var c randnet.Drawn = randnet.Draw(seed)
		if seed%5 == 0 {
			c = randnet.NewPlastic(seed)
		}
		var out *compiler.Compiled
		var err error
		if seed%5 == 1 {
			if out, c = forOverlay(t, []*ir.Overlay{anyNetwork(), ontoBus()}[seed%2], seed); out == nil {
				continue
			}
		} else if out, err = c.Compile(context.Background()); err != nil {
			continue
		}
		whole, err := json.Marshal(out.Program)
		require.NoError(t, err)
		r := rand.New(rand.NewPCG(seed, 5))
		for range 100 {
			p := new(ir.Program)
			require.NoError(t, json.Unmarshal(whole, p))
			path := mutate(reflect.ValueOf(p).Elem(), r, "program")
			if path == "" {
				continue
			}
			if runs(t, seed, path, p, c, out) {
				ran++
			} else {
				refused++
			}
		}
	}
	t.Logf("%d mutants refused, %d ran", refused, ran)
	require.Greater(t, refused, 500)
	require.Greater(t, ran, 100)
}

func runs(t *testing.T, seed uint64, path string, p *ir.Program, c randnet.Drawn, out *compiler.Compiled) bool {
	defer func() {
		if fault := recover(); fault != nil {
			t.Errorf("seed %d, %s: panic: %v", seed, path, fault)
		}
	}()
	m, err := sim.New(p, sim.Options{})
	if err != nil {
		require.NotEmpty(t, err.Error())
		return false
	}
	require.Empty(t, p.Validate())
	for i := range 2 {
		// The stimulus may fit no longer; a sample may overfill the host's queue.
		_, _ = m.Run(context.Background(), c.Stimuli(out, i))
	}
	_, _ = rtl.Emit(p, rtl.Options{})
	return true
}

// mutate changes one number, flag, text or length below v and returns where.
func mutate(v reflect.Value, r *rand.Rand, path string) string {
	switch v.Kind() {
	case reflect.Struct:
		// Images and cores have most of the fields; every field gets its turn.
		for _, i := range r.Perm(v.NumField()) {
			if at := mutate(v.Field(i), r, path+"."+v.Type().Field(i).Name); at != "" {
				return at
			}
		}
		return ""
	case reflect.Pointer:
		if v.IsNil() {
			return ""
		}
		return mutate(v.Elem(), r, path)
	case reflect.Slice:
		n := v.Len()
		switch {
		case n == 0:
			return ""
		case r.IntN(8) == 0:
			v.Set(v.Slice(0, r.IntN(n)))
			return fmt.Sprintf("%s cut from %d to %d", path, n, v.Len())
		case r.IntN(16) == 0:
			v.Set(reflect.Append(v, v.Index(r.IntN(n))))
			return fmt.Sprintf("%s made one longer", path)
		}
		i := r.IntN(n)
		return mutate(v.Index(i), r, fmt.Sprintf("%s[%d]", path, i))
	case reflect.Int, reflect.Int16, reflect.Int32:
		old := v.Int()
		most := int64(1)<<(v.Type().Bits()-1) - 1
		choices := []int64{-1, 0, 1, 2, 3, 7, 8, 31, 32, old + 1, old - 1, old * 2, old / 2, -old, 1 << 16, 1 << 22, most, -most - 1, int64(r.IntN(300))}
		v.SetInt(choices[r.IntN(len(choices))])
		return fmt.Sprintf("%s from %d to %d", path, old, v.Int())
	case reflect.Float64:
		old := v.Float()
		v.SetFloat([]float64{0, -1, math.NaN(), math.Inf(1), 1e300, old * 2}[r.IntN(6)])
		return fmt.Sprintf("%s from %g to %g", path, old, v.Float())
	case reflect.Bool:
		v.SetBool(!v.Bool())
		return path + " turned"
	case reflect.String:
		v.SetString([]string{"", "x", "a\nb", "mesh", "bus"}[r.IntN(5)])
		return path + " renamed"
	}
	return ""
}
