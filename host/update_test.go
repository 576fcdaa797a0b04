package host

import (
	"context"
	"errors"
	"math/rand"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/snnc/snnc/host/regmap"
	"github.com/snnc/snnc/ir"
)

// filled gives program's core random weights and parameters.
func filled(seed int64) *ir.Program {
	p := program()
	c := &p.Cores[0]
	r := rand.New(rand.NewSource(seed))
	c.Weights = make([]int16, c.Blocks*c.Rows*c.Lanes)
	for i := range c.Weights {
		c.Weights[i] = int16(r.Intn(31) - 15)
	}
	for _, v := range []*[]int32{&c.Threshold, &c.Bias, &c.Decay, &c.Reset} {
		*v = make([]int32, c.Groups*c.Lanes)
		for i := range *v {
			(*v)[i] = int32(r.Intn(128))
		}
	}
	return p
}

// counted is a bus that counts the words written to windows, and may fail.
type counted struct {
	Bus
	words, fails int
}

func (c *counted) Do(ctx context.Context, b *Batch) error {
	for _, op := range b.Ops {
		if op.Kind == OpWrite && op.Addr >= regmap.WindowBase {
			c.words += len(op.Data)
			if c.fails--; c.fails == 0 {
				return errors.New("cable unplugged")
			}
		}
	}
	return c.Bus.Do(ctx, b)
}

// After an update the memories hold the new program, whatever of it changed, and
// no more was written than the words that differ and those between them.
func TestUpdateWritesWhatChanged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := filled(1)
		bus := &counted{Bus: newFake(p)}
		d, err := Open(context.Background(), bus, p, Options{})
		require.NoError(t, err)
		require.NoError(t, d.LoadProgram(context.Background()))
		for range 3 {
			q := filled(1) // of arrays of its own
			c := &q.Cores[0]
			c.Weights, c.Threshold, c.Bias = append([]int16(nil), d.p.Cores[0].Weights...), append([]int32(nil), d.p.Cores[0].Threshold...), append([]int32(nil), d.p.Cores[0].Bias...)
			for range rapid.IntRange(0, 8).Draw(t, "changes") {
				c.Weights[rapid.IntRange(0, len(c.Weights)-1).Draw(t, "weight")] = int16(rapid.IntRange(-15, 15).Draw(t, "to"))
				c.Threshold[rapid.IntRange(0, len(c.Threshold)-1).Draw(t, "neuron")]++
			}
			differ := 0
			for _, m := range []regmap.Memory{regmap.Weights, regmap.Params} {
				l := LayoutOf(c, 8, m)
				a, err := l.Pack(Image(&d.p.Cores[0], m))
				require.NoError(t, err)
				b, err := l.Pack(Image(c, m))
				require.NoError(t, err)
				for i := range a {
					if a[i] != b[i] {
						differ++
					}
				}
			}
			bus.words = 0
			n, err := d.Update(context.Background(), q)
			require.NoError(t, err)
			require.Equal(t, bus.words, n)
			require.GreaterOrEqual(t, n, differ)
			require.LessOrEqual(t, n, (1+updateGap)*differ)
			for _, m := range []regmap.Memory{regmap.Weights, regmap.Params} {
				got, err := d.ReadMemory(context.Background(), 0, m)
				require.NoError(t, err)
				require.Equal(t, Image(c, m), got)
			}
		}
	})
}

// An update that broke off leaves parts of two programs: the next writes all.
func TestUpdateAfterAFailureWritesAll(t *testing.T) {
	p, q := filled(1), filled(2)
	bus := &counted{Bus: newFake(p)}
	d, err := Open(t.Context(), bus, p, Options{})
	require.NoError(t, err)
	require.NoError(t, d.LoadProgram(t.Context()))
	bus.fails = 1
	_, err = d.Update(t.Context(), q)
	require.ErrorContains(t, err, "core 0: weights: cable unplugged")
	bus.fails = 0
	n, err := d.Update(t.Context(), p)
	require.NoError(t, err)
	l := LayoutOf(&p.Cores[0], 8, regmap.Params)
	require.Equal(t, 36*1+l.Rows*l.Columns(), n)
	got, err := d.ReadMemory(t.Context(), 0, regmap.Weights)
	require.NoError(t, err)
	require.Equal(t, Image(&p.Cores[0], regmap.Weights), got)
}

func TestUpdateRefuses(t *testing.T) {
	p, q := filled(1), filled(2)
	d, err := Open(t.Context(), newFake(p), p, Options{})
	require.NoError(t, err)
	q.Cores[0].AccBits++
	_, err = d.Update(t.Context(), q)
	require.EqualError(t, err, `program "p" is for another design: core 0 (lif): AccBits is 12 and was 11`)
	var design *ir.DesignError
	require.ErrorAs(t, err, &design)
	q.Cores[0].AccBits--
	d.state = regmap.StatusSealed
	_, err = d.Update(t.Context(), q)
	require.ErrorContains(t, err, "core 0: weights: the design was built so that the host cannot write it")
}
