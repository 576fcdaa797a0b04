package bench

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/snnc/snnc/compiler/nir"
	"github.com/snnc/snnc/ir"
)

// largeSizes are the layers of a fully connected network of 10 million synapses.
var largeSizes = []int{1600, 1600, 1600, 1600, 1450}

// What a compile may take, as the requirements put it.
const (
	compileSeconds = 10
	compileMiB     = 1024
)

// benchCompile runs the command line on a file, as a person does, and asks
// the system what the process took. The directory it writes has the program,
// the Verilog and the images of all weights.
func benchCompile(ctx context.Context, o Options) ([]Measurement, error) {
	exe, model := filepath.Join(o.Dir, "snnc"), filepath.Join(o.Dir, "large.nir")
	build := exec.CommandContext(ctx, "go", "build", "-o", exe, "github.com/snnc/snnc/cmd/snnc")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, out)
	}
	w, err := os.Create(model)
	if err != nil {
		return nil, err
	}
	if err := nir.Write(w, largeNetwork(largeSizes)); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	synapses := 0
	for i, n := range largeSizes[1:] {
		synapses += n * largeSizes[i]
	}
	seconds, mib := math.Inf(1), 0.0
	for range 3 {
		// No board holds this network: --force writes it all the same.
		c := exec.CommandContext(ctx, exe, "compile", model, "-o", filepath.Join(o.Dir, "large"), "--force")
		start := time.Now()
		if out, err := c.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%v: %w\n%s", c.Args, err, out)
		}
		seconds = min(seconds, time.Since(start).Seconds())
		usage, ok := c.ProcessState.SysUsage().(*syscall.Rusage)
		if !ok {
			return nil, fmt.Errorf("this system does not tell a process's memory")
		}
		mib = max(mib, float64(usage.Maxrss)/1024) // Linux counts KiB
	}
	name := fmt.Sprintf("compile %d synapses in 4 layers", synapses)
	return []Measurement{
		against(name, seconds, "s", "limit", compileSeconds),
		against(name+": memory", mib, "MiB", "limit", compileMiB),
	}, os.RemoveAll(filepath.Join(o.Dir, "large"))
}

// largeNetwork is a chain of affine layers and LIF neurons with random weights.
func largeNetwork(sizes []int) *ir.Graph {
	rng := rand.New(rand.NewPCG(1, 2))
	tensor := func(n int, v float64) *ir.Tensor {
		t := &ir.Tensor{DType: ir.Float32, Shape: []int{n}, Data: make([]float64, n)}
		for i := range t.Data {
			t.Data[i] = v
		}
		return t
	}
	shape := func(n int) *ir.Tensor {
		return &ir.Tensor{DType: ir.Int64, Shape: []int{1}, Data: []float64{float64(n)}}
	}
	g := &ir.Graph{Nodes: []ir.Node{
		{Name: "input", Op: &ir.Input{Shape: shape(sizes[0])}},
		{Name: "output", Op: &ir.Output{Shape: shape(sizes[len(sizes)-1])}},
	}}
	before := "input"
	for i, n := range sizes[1:] {
		weight := &ir.Tensor{DType: ir.Float32, Shape: []int{n, sizes[i]}, Data: make([]float64, n*sizes[i])}
		for k := range weight.Data {
			weight.Data[k] = float64(float32(rng.NormFloat64() / math.Sqrt(float64(sizes[i]))))
		}
		affine, lif := fmt.Sprintf("fc%d", i), fmt.Sprintf("lif%d", i)
		g.Nodes = append(g.Nodes,
			ir.Node{Name: affine, Op: &ir.Affine{Weight: weight, Bias: tensor(n, 0)}},
			// dt 1e-4 s: a decay of 0.9 and a gain of 1 a step.
			ir.Node{Name: lif, Op: &ir.LIF{Tau: tensor(n, 1e-3), R: tensor(n, 10), VLeak: tensor(n, 0), VThreshold: tensor(n, 1), VReset: tensor(n, 0)}})
		g.Edges = append(g.Edges, ir.Edge{From: before, To: affine}, ir.Edge{From: affine, To: lif})
		before = lif
	}
	g.Edges = append(g.Edges, ir.Edge{From: before, To: "output"})
	g.Normalise()
	return g
}
