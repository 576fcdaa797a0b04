package data

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/snnc/snnc/data/array"
	"github.com/snnc/snnc/ir"
)

// checkFrames encodes a sample and checks what every stimulus promises.
func checkFrames(t require.TestingT, e Encoder, sample int) *ir.Frames {
	var f ir.Frames
	e.Encode(sample, &f)
	want := e.Encoding()
	require.Equal(t, want, ir.Encoding{Bits: f.Bits, Signed: f.Signed, Held: f.Held, Scale: f.Scale})
	require.Equal(t, []int{e.Steps(), e.Inputs()}, []int{f.Steps, f.N})
	n := f.N
	if !f.Held {
		n *= f.Steps
	}
	require.Len(t, f.Values, n)
	require.Positive(t, f.Scale)
	low, high := int32(0), int32(1)<<f.Bits-1
	if f.Signed {
		low, high = -1<<(f.Bits-1), 1<<(f.Bits-1)-1
	}
	for j, v := range f.Values {
		require.True(t, v >= low && v <= high, "value %d is %d, outside of %d bits", j, v, f.Bits)
	}
	return &f
}

func encoder(t require.TestingT, s *Set, opt EncodeOptions) Encoder {
	e, err := NewEncoder(s, opt)
	require.NoError(t, err)
	return e
}

func demo(t testing.TB) *Set {
	s, err := open("demo", Options{})
	require.NoError(t, err)
	return s
}

func TestDirectKeepsBytes(t *testing.T) {
	s := demo(t)
	e := encoder(t, s, EncodeOptions{Steps: 8})
	require.Equal(t, ir.Encoding{Bits: 8, Held: true, Scale: 1.0 / 255}, e.Encoding())
	require.Equal(t, QuantError{}, e.QuantError())
	require.Equal(t, "direct, held over 8 steps, 8 bits unsigned, exact", e.String())
	for _, i := range []int{0, 7, 499} {
		f := checkFrames(t, e, i)
		for j, b := range s.Sample(i).Bytes() {
			require.EqualValues(t, b, f.Values[j])
		}
	}
}

func TestDirectWidths(t *testing.T) {
	tests := []struct {
		name   string
		set    *Set
		limit  int
		bits   int
		signed bool
		scale  float64
		values []int32
	}{
		{"bytes to 4 bits, full scale 255", setOf(t, []uint8{0, 8, 9, 100}, "(4,)", "(1, 4)"), 4, 4, false, 1.0 / 15, []int32{0, 0, 1, 6}},
		{"bytes need no more than 8", setOf(t, []uint8{0, 1, 2, 3}, "(4,)", "(1, 4)"), 16, 8, false, 1.0 / 255, []int32{0, 1, 2, 3}},
		{"floats to 8 bits", setOf(t, []float32{0, 1, 2, 0.5}, "(4,)", "(1, 4)"), 0, 8, false, 2.0 / 255, []int32{0, 128, 255, 64}},
		{"signed floats", setOf(t, []float32{-2, 1, 2, 0.5}, "(4,)", "(1, 4)"), 0, 8, true, 2.0 / 127, []int32{-127, 64, 127, 32}},
		{"floats to 1 bit", setOf(t, []float64{0, 0.4, 0.6, 1}, "(4,)", "(1, 4)"), 1, 1, false, 1, []int32{0, 0, 1, 1}},
		{"zeros", setOf(t, []float64{0, 0, 0, 0}, "(4,)", "(1, 4)"), 0, 8, false, 1.0 / 255, []int32{0, 0, 0, 0}},
		{"signed integers", setOf(t, []int64{-129, 3, 127, 0}, "(4,)", "(1, 4)"), 0, 9, true, 1, []int32{-129, 3, 127, 0}},
		{"two's complement's lowest", setOf(t, []int16{-128, 127, 1, 0}, "(4,)", "(1, 4)"), 0, 8, true, 1, []int32{-128, 127, 1, 0}},
		{"bool", setOf(t, []bool{true, false, true, false}, "(4,)", "(1, 4)"), 0, 1, false, 1, []int32{1, 0, 1, 0}},
		{"integers to fewer bits", setOf(t, []int32{0, 70000, 140000, 3}, "(4,)", "(1, 4)"), 8, 8, false, 140000.0 / 255, []int32{0, 128, 255, 0}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := encoder(t, test.set, EncodeOptions{Steps: 2, Bits: test.limit})
			f := checkFrames(t, e, 0)
			require.Equal(t, test.bits, f.Bits)
			require.Equal(t, test.signed, f.Signed)
			require.InEpsilon(t, test.scale, f.Scale, 1e-15)
			require.Equal(t, test.values, f.Values)
		})
	}
}

// A quantised value is at most half a step from the real one, and QuantError
// says so.
func TestQuantisationError(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 6, 6).Draw(t, "values")
		bits := rapid.IntRange(2, MaxBits).Draw(t, "bits")
		raw := npyFileOf(values)
		a, err := array.ReadNPY(bytes.NewReader(raw))
		require.NoError(t, err)
		s, err := NewSet("random", a, nil)
		require.NoError(t, err)
		e := encoder(t, s, EncodeOptions{Steps: 1, Bits: bits})
		var worst float64
		for i := range s.Len() {
			f := checkFrames(t, e, i)
			d := math.Abs(float64(f.Values[0])*f.Scale - values[i])
			require.LessOrEqual(t, d, f.Scale/2*(1+1e-9))
			worst = max(worst, d)
		}
		q := e.QuantError()
		require.InDelta(t, worst, q.Max, 1e-15*1e6)
		require.LessOrEqual(t, q.RMS, q.Max*(1+1e-12))
	})
}

// npyFileOf is npyFile where there is no testing.TB.
func npyFileOf(values []float64) []byte {
	header := fmt.Sprintf("{'descr': '<f8', 'fortran_order': False, 'shape': (%d,), }", len(values))
	b := append([]byte("\x93NUMPY\x01\x00"), byte(len(header)), byte(len(header)>>8))
	b = append(b, header...)
	for _, v := range values {
		for shift := 0; shift < 64; shift += 8 {
			b = append(b, byte(math.Float64bits(v)>>shift))
		}
	}
	return b
}

func TestFramesAndRows(t *testing.T) {
	counts := setOf(t, []uint8{0, 1, 2, 3, 4, 5, 0, 0, 0, 0, 0, 0}, "(12,)", "(2, 3, 2)")
	e := encoder(t, counts, EncodeOptions{Coding: Frames})
	f := checkFrames(t, e, 0)
	require.Equal(t, ir.Frames{Steps: 3, N: 2, Bits: 3, Scale: 1, Values: []int32{0, 1, 2, 3, 4, 5}}, *f)
	require.Equal(t, []int32{2, 3}, f.At(1))

	scaled, err := counts.WithScale(0.25)
	require.NoError(t, err)
	require.Equal(t, 0.25, encoder(t, scaled, EncodeOptions{Coding: Frames}).Encoding().Scale)

	e = encoder(t, counts, EncodeOptions{Coding: Rows, Steps: 3})
	require.Equal(t, ir.Encoding{Bits: 8, Scale: 1.0 / 255}, e.Encoding())
	require.Equal(t, []int32{4, 5}, checkFrames(t, e, 0).At(2))

	channel := setOf(t, []uint8{0, 1, 2, 3, 4, 5, 0, 0, 0, 0, 0, 0}, "(12,)", "(2, 1, 3, 2)")
	require.Equal(t, 3, encoder(t, channel, EncodeOptions{Coding: Rows}).Steps())

	floats := setOf(t, []float32{0, 1, -2, 0.5}, "(4,)", "(1, 2, 2)")
	f = checkFrames(t, encoder(t, floats, EncodeOptions{Coding: Frames, Bits: 4}), 0)
	require.Equal(t, ir.Frames{Steps: 2, N: 2, Bits: 4, Signed: true, Scale: 2.0 / 7, Values: []int32{0, 4, -7, 2}}, *f)
}

// The stream is pinned. The outputs for seed 1234567 are the reference values of
// SplitMix64 that other implementations test with; the spikes come from a second
// implementation, in Python, of the formula in the type's comment.
func TestRateStreamIsPinned(t *testing.T) {
	for k, want := range []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821} {
		require.Equal(t, want, splitMix64(1234567, uint64(k)))
	}
	pixels := []uint8{0, 1, 64, 127, 128, 191, 254, 255}
	s := setOf(t, bytes.Repeat(pixels, 3), "(24,)", "(3, 8)")
	for _, test := range []struct {
		seed   uint64
		sample int
		want   string
	}{
		{0, 0, "00000111 00001111 00001111 00001111 00010111 00000111 00010111 00000011"},
		{1, 2, "00001111 00010111 00011111 00011111 00011111 00011111 00101111 00100111"},
	} {
		f := checkFrames(t, encoder(t, s, EncodeOptions{Coding: Rate, Steps: 8, Seed: test.seed}), test.sample)
		var steps []string
		for step := range f.Steps {
			row := ""
			for _, v := range f.At(step) {
				row += fmt.Sprint(v)
			}
			steps = append(steps, row)
		}
		require.Equal(t, test.want, strings.Join(steps, " "))
	}
}

// The number of spikes is binomial: within 5 standard deviations of its mean.
func TestRateIsBernoulli(t *testing.T) {
	const steps = 4000
	s := setOf(t, []float32{0, 0.1, 0.5, 0.9, 1, 1.7, -3, 0.25}, "(8,)", "(1, 8)")
	f := checkFrames(t, encoder(t, s, EncodeOptions{Coding: Rate, Steps: steps, Seed: 42}), 0)
	for j, p := range []float64{0, 0.1, 0.5, 0.9, 1, 1, 0, 0.25} {
		n := 0.0
		for step := range steps {
			n += float64(f.At(step)[j])
		}
		require.InDelta(t, steps*p, n, 5*math.Sqrt(steps*p*(1-p)), "p = %v", p)
	}
}

// A sample's stimulus is the same whatever was encoded before it, into whatever
// buffer, for every coding.
func TestEncodingHasNoMemory(t *testing.T) {
	s := demo(t)
	for _, c := range Codings() {
		t.Run(string(c), func(t *testing.T) {
			opt := EncodeOptions{Coding: c, Seed: 7}
			if c != Frames && c != Rows {
				opt.Steps = 5
			}
			e := encoder(t, s, opt)
			want := checkFrames(t, e, 3)
			f := ir.Frames{Values: bytes32(1 << 15)}
			e.Encode(9, &f)
			e.Encode(3, &f)
			require.Equal(t, *want, f)
			few, err := s.First(4)
			require.NoError(t, err)
			require.Equal(t, want, checkFrames(t, encoder(t, few, opt), 3))
		})
	}
}

func bytes32(n int) []int32 {
	v := make([]int32, n)
	for i := range v {
		v[i] = -77
	}
	return v
}

// The fixture is snnTorch's own output; see testdata/make.py.
func TestLatencyIsSnnTorchs(t *testing.T) {
	f, err := os.Open("testdata/latency_snntorch.npz")
	require.NoError(t, err)
	defer f.Close()
	info, err := f.Stat()
	require.NoError(t, err)
	z, err := array.OpenNPZ(f, info.Size())
	require.NoError(t, err)
	x, err := z.Read("x")
	require.NoError(t, err)
	n := x.Len()
	floats, err := NewSet("x", &array.Array{Kind: x.Kind, Shape: []int{1, n}, Raw: x.Raw}, nil)
	require.NoError(t, err)
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	pixels, err := NewSet("bytes", &array.Array{Kind: array.Uint8, Shape: []int{1, 256}, Raw: all}, nil)
	require.NoError(t, err)
	compared := 0
	for _, name := range z.Names() {
		var steps int
		if _, err := fmt.Sscanf(name, "spikes_%d", &steps); err != nil {
			continue
		}
		want, err := z.Read(name)
		require.NoError(t, err)
		require.Equal(t, []int{steps, n}, want.Shape)
		got := checkFrames(t, encoder(t, floats, EncodeOptions{Coding: Latency, Steps: steps}), 0)
		images := checkFrames(t, encoder(t, pixels, EncodeOptions{Coding: Latency, Steps: steps}), 0)
		for step := range steps {
			for j, v := range got.At(step) {
				require.EqualValues(t, want.Int(step*n+j), v, "%s: step %d, x = %v", name, step, x.Real(j))
			}
			for j, v := range images.At(step) { // the fixture begins with all bytes / 255
				require.EqualValues(t, want.Int(step*n+j), v, "%s: step %d, pixel %d", name, step, j)
			}
		}
		compared++
	}
	require.Equal(t, 7, compared)
}

func TestLatencyOfOneStep(t *testing.T) {
	s := setOf(t, []float32{0, 0.3, 1, 0.005}, "(4,)", "(1, 4)")
	f := checkFrames(t, encoder(t, s, EncodeOptions{Coding: Latency, Steps: 1}), 0)
	require.Equal(t, []int32{0, 1, 1, 0}, f.Values)
}

func TestEncoderRefuses(t *testing.T) {
	image := setOf(t, []uint8{0, 1, 2, 3}, "(4,)", "(1, 2, 2)")
	flat := setOf(t, []float32{0, -1, 2, 3}, "(4,)", "(1, 4)")
	wide := setOf(t, []int32{0, 1, 2, 65536}, "(4,)", "(1, 4)")
	tests := []struct {
		name string
		set  *Set
		opt  EncodeOptions
		want string
	}{
		{"unknown coding", image, EncodeOptions{Coding: "delta"}, `coding "delta"; allowed are direct, rate, latency, frames, rows`},
		{"no steps", image, EncodeOptions{}, "direct coding: 0 steps; the number of steps must be given"},
		{"negative steps", image, EncodeOptions{Coding: Rate, Steps: -1}, "-1 steps"},
		{"too many steps", image, EncodeOptions{Coding: Rate, Steps: 1 << 27}, "at most 268435456 values"},
		{"17 bits", image, EncodeOptions{Steps: 1, Bits: 17}, "17 bits; allowed are 1 to 16"},
		{"negative bits", image, EncodeOptions{Steps: 1, Bits: -1}, "-1 bits"},
		{"1 bit, signed", flat, EncodeOptions{Steps: 1, Bits: 1}, "1 bit cannot hold negative values (the smallest is -1)"},
		{"integers too wide", wide, EncodeOptions{Coding: Frames}, "values from 0 to 65536 need 17 bits; at most 16"},
		{"rows of no image", flat, EncodeOptions{Coding: Rows}, "samples are 4; expected images of H×W"},
		{"steps against the shape", image, EncodeOptions{Coding: Rows, Steps: 5}, "5 steps asked for, but samples are 2×2, which is 2 steps"},
		{"latency out of range", flat, EncodeOptions{Coding: Latency, Steps: 4}, "the real values go from -1 to 3"},
		{"threshold", image, EncodeOptions{Coding: Latency, Steps: 4, Threshold: 1}, "threshold 1; expected a number between 0 and 1"},
		{"unscalable", setOf(t, []float64{1e308, -1e308, 0, 5e-324}, "(4,)", "(1, 4)"), EncodeOptions{Steps: 1, Bits: 2}, ""},
		{"subnormal", setOf(t, []float64{5e-324, 0, 0, 0}, "(4,)", "(1, 4)"), EncodeOptions{Steps: 1}, "outside of what can be scaled"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e, err := NewEncoder(test.set, test.opt)
			if test.want == "" {
				require.NoError(t, err)
				checkFrames(t, e, 0)
				return
			}
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestCheckInput(t *testing.T) {
	s := demo(t)
	direct := encoder(t, s, EncodeOptions{Steps: 8})
	require.NoError(t, CheckInput(direct, 784))
	require.EqualError(t, CheckInput(direct, 100),
		`data set whose size does not match the network: samples of "demo" are 28×28, which direct coding feeds as 784 inputs a step, and the network takes 100`)
	require.ErrorContains(t, CheckInput(direct, 28), "frames coding would fit")
	require.ErrorContains(t, CheckInput(encoder(t, s, EncodeOptions{Coding: Rows}), 784), "direct, rate or latency coding would fit")
}

func BenchmarkEncode(b *testing.B) {
	s := demo(b)
	for _, c := range Codings() {
		b.Run(string(c), func(b *testing.B) {
			opt := EncodeOptions{Coding: c}
			if c != Frames && c != Rows {
				opt.Steps = 8
			}
			e := encoder(b, s, opt)
			var f ir.Frames
			for i := 0; b.Loop(); i++ {
				e.Encode(i%s.Len(), &f)
			}
		})
	}
}
