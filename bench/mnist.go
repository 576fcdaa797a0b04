package bench

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/sbinet/npyio"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/nir"
	"github.com/snnc/snnc/data"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/reference"
	"github.com/snnc/snnc/sim"
)

// Published: A. Carpegna, A. Savino, S. Di Carlo, "Spiker+: a framework for
// the generation of efficient spiking neural networks FPGA accelerators for
// inference at the edge", IEEE TETC 2024, arXiv:2401.01141: 780 µs an image, at
// 100 MHz.
const (
	spikerPlus         = "Spiker+, published"
	spikerPlusAccuracy = 93.85
	spikerPlusCycles   = 78000
)

const (
	mnistSteps  = 8
	mnistName   = "mnist_mlp_128"
	calibration = 500 // training images that weigh the weights' errors
)

// mnist is the trained network, the test set and the calibration set.
type mnist struct {
	graph *ir.Graph
	test  *data.Set
	// frames are the test stimuli, calibrate those of training images.
	frames, calibrate [][]*ir.Frames
	counts            []uint8 // snnTorch's, [samples·10]
}

// outcome of one execution over the test set, in sample order.
type outcome struct {
	results []*ir.Result
	seconds float64
}

func benchMNIST(ctx context.Context, o Options) ([]Measurement, error) {
	dir := filepath.Join(o.Shared, "models", "snntorch")
	if _, err := os.Stat(filepath.Join(dir, mnistName+".nir")); o.Shared == "" || err != nil {
		o.Log("left out: %s.nir is not there; set SNNC_SHARED to the folder with models/ and data/", mnistName)
		return nil, nil
	}
	s, err := openMNIST(ctx, o, dir)
	if err != nil {
		return nil, err
	}
	all, err := s.accuracy(ctx, o)
	if err != nil {
		return nil, err
	}
	for _, part := range []func(context.Context, Options) ([]Measurement, error){s.cycles, s.learning, s.throughput, s.learningArea} {
		m, err := part(ctx, o)
		if err != nil {
			return nil, err
		}
		all = append(all, m...)
	}
	return all, nil
}

func openMNIST(ctx context.Context, o Options, dir string) (*mnist, error) {
	s := &mnist{}
	var err error
	if s.graph, err = nir.ReadFile(filepath.Join(dir, mnistName+".nir")); err != nil {
		return nil, err
	}
	folder := filepath.Join(o.Shared, "data", "mnist")
	if s.test, err = data.Open(ctx, folder, data.Options{}); err != nil {
		return nil, err
	}
	train, err := data.Open(ctx, folder, data.Options{Split: data.Train, Samples: calibration})
	if err != nil {
		return nil, err
	}
	for _, part := range []struct {
		set    *data.Set
		frames *[][]*ir.Frames
	}{{s.test, &s.frames}, {train, &s.calibrate}} {
		enc, err := data.NewEncoder(part.set, data.EncodeOptions{Steps: mnistSteps})
		if err != nil {
			return nil, err
		}
		*part.frames = encodeAll(enc)
	}
	f, err := os.Open(filepath.Join(dir, mnistName+".counts.npy"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return s, npyio.Read(f, &s.counts)
}

// compile quantises; a clip search weighs errors by the training images.
func (s *mnist) compile(ctx context.Context, opt compiler.Options) (*compiler.Compiled, error) {
	opt.Steps = mnistSteps
	h := compiler.Hooks{}
	if opt.Clip == compiler.ClipSearch {
		h.Activity = func(ctx context.Context, net *ir.Network) (compiler.Activity, error) {
			return compiler.MeasureActivity(ctx, net, len(s.calibrate), func(i int) ([]*ir.Frames, error) { return s.calibrate[i], nil })
		}
	}
	return compiler.Compile(ctx, s.graph, mnistName, opt, h)
}

// run executes the whole test set; workers 0 is one a processor.
func (s *mnist) run(ctx context.Context, workers int, newRunner func() (backend.Runner, error)) (outcome, error) {
	o := outcome{results: make([]*ir.Result, len(s.frames))}
	start := time.Now()
	err := backend.Batch(ctx, len(s.frames), workers, newRunner, func(i int) ([]*ir.Frames, error) { return s.frames[i], nil },
		func(i int, r *ir.Result) error { o.results[i] = r; return nil })
	o.seconds = time.Since(start).Seconds()
	return o, err
}

func (s *mnist) percent(o outcome) float64 {
	right := 0
	for i, r := range o.results {
		if backend.Class(r) == s.test.Label(i) {
			right++
		}
	}
	return 100 * float64(right) / float64(len(o.results))
}

func (s *mnist) accuracy(ctx context.Context, o Options) ([]Measurement, error) {
	c, err := s.compile(ctx, compiler.Options{})
	if err != nil {
		return nil, err
	}
	float, err := s.run(ctx, 0, func() (backend.Runner, error) { return reference.NewFloat(c.Network) })
	if err != nil {
		return nil, err
	}
	same, class, right := 0, 0, 0
	for i, r := range float.results {
		want := make([]int, 10)
		for k := range want {
			want[k] = int(s.counts[10*i+k])
		}
		if slices.Equal(want, r.Outputs[0].Counts()) {
			same++
		}
		best := slices.Index(want, slices.Max(want))
		if best == backend.Class(r) {
			class++
		}
		if best == s.test.Label(i) {
			right++
		}
	}
	n := float64(len(float.results))
	recorded := 100 * float64(right) / n
	all := []Measurement{
		against("MNIST accuracy, float", s.percent(float), "%", "snnTorch, recorded", recorded),
		against("MNIST, float: ten counts as recorded", float64(same), "images", "snnTorch, recorded", n),
		against("MNIST, float: class as recorded", float64(class), "images", "snnTorch, recorded", n),
	}
	for _, q := range []struct {
		name string
		opt  compiler.Options
	}{
		{"8 bits", compiler.Options{}},
		{"8 bits, clip search", compiler.Options{Clip: compiler.ClipSearch}},
		{"4 bits", compiler.Options{WeightBits: 4}},
		{"4 bits, clip search", compiler.Options{WeightBits: 4, Clip: compiler.ClipSearch}},
	} {
		c, err := s.compile(ctx, q.opt)
		if err != nil {
			return nil, err
		}
		fixed, err := s.run(ctx, 0, func() (backend.Runner, error) { return reference.NewFixed(c.Network) })
		if err != nil {
			return nil, err
		}
		all = append(all, against("MNIST accuracy, "+q.name, s.percent(fixed), "%", "float", s.percent(float)))
		if q.name == "8 bits" {
			all = append(all, against("MNIST accuracy, 8 bits, beside FPGA work", s.percent(fixed), "%", spikerPlus, spikerPlusAccuracy))
		}
	}
	return all, nil
}

// cycles of an inference, and that every sample's outputs are the fixed reference's.
func (s *mnist) cycles(ctx context.Context, o Options) ([]Measurement, error) {
	var all []Measurement
	var fixed outcome
	for _, lanes := range []int{8, 32, 128} {
		c, err := s.compile(ctx, compiler.Options{Lanes: lanes})
		if err != nil {
			return nil, err
		}
		if fixed.results == nil {
			if fixed, err = s.run(ctx, 0, func() (backend.Runner, error) { return reference.NewFixed(c.Network) }); err != nil {
				return nil, err
			}
		}
		got, err := s.run(ctx, 0, func() (backend.Runner, error) { return sim.New(c.Program, sim.Options{}) })
		if err != nil {
			return nil, err
		}
		var sum, most int64
		for i, r := range got.results {
			if !backend.SameOutputs(fixed.results[i], r) {
				return nil, fmt.Errorf("%d lanes: image %d: the simulator's spikes are not those of the fixed reference", lanes, i)
			}
			sum += r.Cycles
			most = max(most, r.Cycles)
		}
		name := fmt.Sprintf("MNIST, %d lanes: cycles", lanes)
		all = append(all, against(name+", mean", float64(sum)/float64(len(got.results)), "cycles", spikerPlus, spikerPlusCycles),
			against(name+", most", float64(most), "cycles", "proven bound", float64(c.Bound.Inference)))
	}
	return all, nil
}

// throughput of the executions on all processors, each at its best of three.
func (s *mnist) throughput(ctx context.Context, o Options) ([]Measurement, error) {
	c, err := s.compile(ctx, compiler.Options{Lanes: 128})
	if err != nil {
		return nil, err
	}
	n := float64(len(s.frames))
	float := func() (backend.Runner, error) { return reference.NewFloat(c.Network) }
	fixed := func() (backend.Runner, error) { return reference.NewFixed(c.Network) }
	timed := func() (backend.Runner, error) { return sim.New(c.Program, sim.Options{}) }
	functional := func() (backend.Runner, error) { return sim.New(c.Program, sim.Options{Functional: true}) }
	type execution struct {
		workers int
		make    func() (backend.Runner, error)
	}
	rates := make([]float64, 5)
	var last [5]outcome
	for range 3 {
		for i, e := range []execution{{0, float}, {0, fixed}, {0, functional}, {0, timed}, {1, timed}} {
			r, err := s.run(ctx, e.workers, e.make)
			if err != nil {
				return nil, err
			}
			rates[i], last[i] = math.Max(rates[i], n/r.seconds), r
		}
	}
	for i := range s.frames {
		many, one, plain := last[3].results[i], last[4].results[i], last[2].results[i]
		if !backend.SameOutputs(many, one) || many.Cycles != one.Cycles {
			return nil, fmt.Errorf("image %d: the result depends on the number of workers", i)
		}
		if !backend.SameOutputs(many, plain) {
			return nil, fmt.Errorf("image %d: functional and cycle-accurate spikes differ", i)
		}
	}
	peer, err := s.snnTorch(ctx, o)
	if err != nil {
		return nil, err
	}
	var all []Measurement
	for i, name := range []string{"float", "fixed", "sim, functional", "sim, cycle-accurate"} {
		name = "MNIST throughput, " + name
		if peer == nil {
			all = append(all, alone(name, rates[i], "samples/s"))
			continue
		}
		all = append(all, against(name, rates[i], "samples/s", peer.Name, peer.Rate))
	}
	all = append(all, against(fmt.Sprintf("MNIST throughput, sim, %d processors", runtime.GOMAXPROCS(0)), rates[3], "samples/s", "one worker", rates[4]))
	if peer != nil {
		differ := 0
		for i, r := range last[0].results {
			for k, x := range r.Outputs[0].Counts() {
				if int(peer.counts[10*i+k]) != x {
					differ++
					break
				}
			}
		}
		all = append(all, against("MNIST, float: ten counts as in this run", n-float64(differ), "images", peer.Name, n))
	}
	return all, nil
}
