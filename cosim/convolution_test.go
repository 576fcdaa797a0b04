package cosim_test

import (
	"context"
	"fmt"
	"math/bits"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/sbinet/npyio"
	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/nir"
	"github.com/snnc/snnc/internal/oracle"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/reference"
)

// A convolutional network trained in snnTorch, on Fashion-MNIST test images:
// the float reference gives snnTorch's classes, 8 bits its accuracy, and the
// executions below it agree.
func TestFashionCNN(t *testing.T) {
	t.Parallel()
	g, err := nir.ReadFile(oracle.Path(t, "models", "snntorch", "fashion_cnn_16_32.nir"))
	require.NoError(t, err)
	opt := compiler.Options{Steps: 6, From: "snntorch", Lanes: 32, CoreNeurons: 16384}
	c, err := compiler.Compile(context.Background(), g, "fashion_cnn", opt, compiler.Hooks{})
	require.NoError(t, err)
	set := openSet(t, "fashion-mnist")
	s := held(t, set, 6)
	s.Samples = 150
	onRTL := 2
	if soak() {
		s.Samples, onRTL = set.Len(), 100
	}
	f, err := os.Open(oracle.Path(t, "models", "snntorch", "fashion_cnn_16_32.counts.npy"))
	require.NoError(t, err)
	defer f.Close()
	var want []uint8
	require.NoError(t, npyio.Read(f, &want))
	same, class := 0, 0
	err = backend.Batch(context.Background(), s.Samples, 0, func() (backend.Runner, error) { return reference.NewFloat(c.Network) }, s.Input,
		func(i int, r *ir.Result) error {
			recorded := want[10*i : 10*i+10]
			equal := true
			for k, n := range r.Outputs[0].Counts() {
				equal = equal && int(recorded[k]) == n
			}
			if equal {
				same++
			}
			if slices.Index(recorded, slices.Max(recorded)) == backend.Class(r) {
				class++
			}
			return nil
		})
	require.NoError(t, err)
	t.Logf("float: ten counts as recorded on %d, class on %d of %d", same, class, s.Samples)
	require.GreaterOrEqual(t, class, (s.Samples*999+999)/1000)
	rows := ladder(t, c, s, true)
	float, fixed := rows[0], rows[2]
	t.Logf("float %.4f, 8 bits %.4f on %d images, %d of another class; %.0f cycles on average, %d at most, %d proven",
		*float.Accuracy, *fixed.Accuracy, s.Samples, rows[1].Mismatches, fixed.CyclesMean, fixed.CyclesMax, c.Bound.Inference)
	if soak() {
		require.InDelta(t, *float.Accuracy, *fixed.Accuracy, 0.003)
	}
	lockStep(t, c, s, onRTL)
}

// events reads N-MNIST's records: x, y, then 24 bits, of which the first is
// the polarity and the rest are microseconds; and counts them in frames of 1 ms.
func events(t *testing.T, b []byte, e ir.Encoding) *ir.Frames {
	t.Helper()
	const side = 34
	require.Zero(t, len(b)%5)
	f := &ir.Frames{N: 2 * side * side, Bits: e.Bits, Scale: e.Scale}
	for i := 0; i < len(b); i += 5 {
		x, y := int(b[i]), int(b[i+1])
		word := int(b[i+2])<<16 | int(b[i+3])<<8 | int(b[i+4])
		polarity, step := word>>23, word&0x7fffff/1000
		if step >= f.Steps {
			f.Steps = step + 1
			f.Values = append(f.Values, make([]int32, f.Steps*f.N-len(f.Values))...)
		}
		f.Values[step*f.N+(polarity*side+y)*side+x]++
	}
	return f
}

// A network of sinabs on recorded events: 100 samples of N-MNIST's test set in
// frames of 1 ms by the rule of the NIR paper: v += x, a spike where v > 1,
// reset to zero; the class is the output with most spikes.
func TestNMNIST(t *testing.T) {
	t.Parallel()
	g, err := nir.ReadFile(oracle.Path(t, "models", "nir", "02_cnn", "cnn_sinabs.nir"))
	require.NoError(t, err)
	list, err := os.ReadFile(oracle.Path(t, "data", "nmnist-small", "test100.txt"))
	require.NoError(t, err)
	form := ir.Encoding{Bits: 2, Scale: 1}
	var names []string
	var labels []int
	longest := 0
	for line := range strings.Lines(string(list)) {
		var name string
		var label int
		if n, _ := fmt.Sscan(line, &name, &label); n == 2 {
			names, labels = append(names, name), append(labels, label)
		}
	}
	require.Len(t, names, 100)
	var frames []*ir.Frames
	for _, name := range names {
		b, err := os.ReadFile(oracle.Path(t, "data", "nmnist-small", "test", name+".bs2"))
		require.NoError(t, err)
		frames = append(frames, events(t, b, form))
		longest = max(longest, frames[len(frames)-1].Steps)
	}
	for _, f := range frames { // all as long as the longest: nothing comes, but spikes may go on
		f.Steps = longest
		f.Values = append(f.Values, make([]int32, longest*f.N-len(f.Values))...)
		require.LessOrEqual(t, slices.Max(f.Values), int32(3))
	}
	s := backend.Stimuli{Samples: len(frames), Label: func(i int) int { return labels[i] }, Input: func(i int) ([]*ir.Frames, error) { return frames[i : i+1], nil }}
	opt := compiler.Options{Steps: longest, Input: form, Lanes: 32, CoreNeurons: 4096}
	c, err := compiler.Compile(context.Background(), g, "cnn_sinabs", opt, compiler.Hooks{})
	require.NoError(t, err)
	if !soak() {
		s.Samples = 10
	}
	rows := ladder(t, c, s, true)
	float, fixed := rows[0], rows[2]
	operations := synapticOperations(t, c, s)
	t.Logf("float %.2f, 8 bits %.2f of %d samples over %d steps; %.0f cycles on average, %d at most; %.0f spikes and %.0f synaptic operations a sample; %d cores",
		*float.Accuracy, *fixed.Accuracy, s.Samples, longest, fixed.CyclesMean, fixed.CyclesMax, fixed.Spikes, operations, len(c.Program.Cores))
	require.Equal(t, 1.0, *float.Accuracy)
	require.GreaterOrEqual(t, *fixed.Accuracy, 0.98)
	if soak() {
		lockStep(t, c, s, s.Samples)
		return
	}
	// The first steps of two samples: Verilator takes a minute for whole ones.
	const first = 40
	opt.Steps = first
	c, err = compiler.Compile(context.Background(), g, "cnn_sinabs", opt, compiler.Hooks{})
	require.NoError(t, err)
	whole := s.Input
	s.Input = func(i int) ([]*ir.Frames, error) {
		in, err := whole(i)
		f := *in[0]
		f.Steps, f.Values = first, f.Values[:first*f.N]
		return []*ir.Frames{&f}, err
	}
	lockStep(t, c, s, 2)
}

// synapticOperations is the mean number, a sample, of additions of a weight:
// each spike (and each set bit of an input) once for every synapse it meets.
func synapticOperations(t *testing.T, c *compiler.Compiled, s backend.Stimuli) float64 {
	t.Helper()
	net := c.Network
	fixed, err := reference.NewFixed(net)
	require.NoError(t, err)
	fan := make([][]int, len(net.Populations)) // synapses of each neuron
	fanIn := make([][]int, len(net.Inputs))
	for i := range net.Projections {
		pr := &net.Projections[i]
		to := &fan[pr.Source]
		if pr.FromInput {
			to = &fanIn[pr.Source]
		}
		if *to == nil {
			*to = make([]int, pr.Pre.Size())
		}
		rows, cols := make([]int, pr.Pre.H), make([]int, pr.Pre.W)
		for _, list := range pr.Rows {
			for _, tap := range list {
				rows[tap.Source]++
			}
		}
		for _, list := range pr.Cols {
			for _, tap := range list {
				cols[tap.Source]++
			}
		}
		for ch := range pr.Pre.C {
			for y := range pr.Pre.H {
				for x := range pr.Pre.W {
					(*to)[pr.Pre.Index(ch, y, x)] += rows[y] * cols[x] * pr.Post.C / pr.Groups
				}
			}
		}
	}
	total := 0
	fixed.Observe(func(st *reference.Step[int32]) {
		for n, spike := range st.Spikes {
			if spike == 1 && fan[st.Population] != nil {
				total += fan[st.Population][n]
			}
		}
	})
	for i := range s.Samples {
		in, err := s.Input(i)
		require.NoError(t, err)
		for k, f := range in {
			for at, v := range f.Values {
				total += bits.OnesCount32(uint32(v)) * fanIn[k][at%f.N]
			}
		}
		_, err = fixed.Run(context.Background(), in)
		require.NoError(t, err)
	}
	return float64(total) / float64(s.Samples)
}
