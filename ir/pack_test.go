package ir

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestPackInputLayout(t *testing.T) {
	port := &InputPort{N: 10, Input: Encoding{Bits: 3, Signed: true}, Base: 64, PlaneWords: 2, SlotShift: 3, Slots: 4}
	f := &Frames{Steps: 2, N: 10, Bits: 3, Signed: true, Values: []int32{
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		1, 2, -4, -1, 0, 0, 0, 3, 0, -3}}
	require.Equal(t, []uint32{
		0b0000_1100, 0b10, // signs of values 2, 3 and 9
		0b1000_1010, 0b00, // twos: 2, -1, 3
		0b1000_1001, 0b10, // ones: 1, -1, 3, -3
	}, PackInput(nil, port, 8, f, 1))
	require.Equal(t, make([]uint32, 6), PackInput([]uint32{9, 9, 9, 9, 9, 9, 9}, port, 8, f, 0))
	require.Equal(t, 64+8, port.StepBase(1))
	require.Equal(t, 64, port.StepBase(4))
}

// Property: the planes, read back most significant first by doubling and with
// the first of a signed input subtracted, are the values.
func TestPackInputReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := Encoding{Bits: rapid.IntRange(1, 16).Draw(t, "bits")}
		e.Signed = e.Bits > 1 && rapid.Bool().Draw(t, "signed")
		w := rapid.SampledFrom([]int{8, 16, 32}).Draw(t, "W")
		n := rapid.IntRange(1, 70).Draw(t, "N")
		lo, hi := e.Range()
		f := &Frames{Steps: 1, N: n, Values: rapid.SliceOfN(rapid.Int32Range(lo, hi), n, n).Draw(t, "values")}
		require.NoError(t, CheckFrames("x", n, 1, e, f))
		port := &InputPort{N: n, Input: e, PlaneWords: (n + w - 1) / w, Slots: 1}
		words := PackInput(nil, port, w, f, 0)
		for i, want := range f.Values {
			got := int32(0)
			for plane := range e.Bits {
				bit := int32(words[plane*port.PlaneWords+i/w] >> (i % w) & 1)
				if plane == 0 && e.Signed {
					bit = -bit
				}
				got = 2*got + bit
			}
			if got != want {
				t.Fatalf("value %d reads back as %d, want %d", i, got, want)
			}
		}
		for plane := range e.Bits {
			if last := words[(plane+1)*port.PlaneWords-1]; n%w != 0 && last>>(n%w) != 0 {
				t.Fatalf("plane %d: bits past the last value are set: %x", plane, last)
			}
		}
	})
}

func TestCheckFrames(t *testing.T) {
	e := Encoding{Bits: 2, Scale: 0.5}
	good := func() *Frames { return &Frames{Steps: 2, N: 2, Bits: 2, Scale: 0.5, Values: []int32{0, 1, 2, 3}} }
	require.NoError(t, CheckFrames("x", 2, 2, e, good()))
	held := &Frames{N: 2, Bits: 2, Scale: 0.5, Held: true, Values: []int32{0, 3}}
	require.NoError(t, CheckFrames("x", 2, 2, e, held), "a held stimulus may feed an input that may change")
	require.NoError(t, CheckFrames("x", 2, 2, Encoding{Bits: 2, Scale: 0.5, Held: true}, held))
	for name, c := range map[string]struct {
		change func(*Frames)
		want   string
	}{
		"size":     {func(f *Frames) { f.N = 4 }, `input "x": the stimulus has 4 values a step; the network takes 2`},
		"steps":    {func(f *Frames) { f.Steps = 1 }, `input "x": the stimulus has 1 steps; the network takes 2`},
		"short":    {func(f *Frames) { f.Values = f.Values[:3] }, `input "x": the stimulus has 3 values in all; want 4`},
		"scale":    {func(f *Frames) { f.Scale = 1 }, `input "x": the stimulus counts in units of 1; the network was compiled for 0.5`},
		"too big":  {func(f *Frames) { f.Values[3] = 4 }, `input "x": step 1, value 1 is 4; 2-bit unsigned inputs take 0..3`},
		"negative": {func(f *Frames) { f.Values[0] = -1 }, `input "x": step 0, value 0 is -1; 2-bit unsigned inputs take 0..3`},
		"extreme":  {func(f *Frames) { f.Values[0] = math.MinInt32 }, `input "x": step 0, value 0 is -2147483648; 2-bit unsigned inputs take 0..3`},
	} {
		f := good()
		c.change(f)
		require.EqualError(t, CheckFrames("x", 2, 2, e, f), c.want, name)
	}
	require.EqualError(t, CheckFrames("x", 2, 2, Encoding{Bits: 2, Scale: 0.5, Held: true}, good()),
		`input "x": the stimulus changes from step to step; the network was compiled for one vector held over the steps`)
	require.EqualError(t, CheckFrames("x", 2, 2, e, nil), `input "x": no stimulus; it takes 2 values a step`)
	signed := Encoding{Bits: 2, Signed: true}
	require.EqualError(t, CheckFrames("x", 1, 1, signed, &Frames{Steps: 1, N: 1, Values: []int32{-3}}),
		`input "x": step 0, value 0 is -3; 2-bit signed inputs take -2..1`)
}
