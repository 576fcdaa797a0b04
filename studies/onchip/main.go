// Command onchip runs the study of docs/studies/on-chip.md: deployed networks
// that learn on the plasticity unit's simulator, which the RTL follows bit for
// bit. It rewrites the tables of the document between its markers.
//
//	go run ./studies/onchip -doc docs/studies/on-chip.md
//
// It needs Fashion-MNIST with its training images (SNNC_DATA, or Debian's
// dataset-fashion-mnist); the network is the embedded one.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"os/signal"
	"strings"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/snnc/snnc/backend"
	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/nir"
	"github.com/snnc/snnc/dassdp"
	"github.com/snnc/snnc/data"
	"github.com/snnc/snnc/examples"
	"github.com/snnc/snnc/ir"
	"github.com/snnc/snnc/learn"
	"github.com/snnc/snnc/sim"
)

const (
	seeds  = 5
	warmup = 2000
)

// arm is a rule as it is deployed.
type arm struct {
	name  string
	gate  learn.GateKind
	rule  func(T int, a dassdp.Amplitudes) dassdp.Rule
	batch int
}

var arms = []arm{
	{"gate 1 (SSDP)", learn.One, dassdp.SSDP, 128},
	{"DA-SSDP, proportional", learn.Proportional, dassdp.DASSDP, 128},
	{"DA-SSDP, sign", learn.Sign, dassdp.DASSDP, 128},
	{"reward ±1", learn.Reward, dassdp.DASSDP, 128},
}

func main() {
	doc := flag.String("doc", "docs/studies/on-chip.md", "document whose tables are rewritten")
	samples := flag.Int("samples", 12800, "training samples an episode learns from")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *doc, *samples); err != nil {
		fmt.Fprintln(os.Stderr, "onchip:", err)
		os.Exit(2)
	}
}

func run(ctx context.Context, doc string, samples int) error {
	page, err := os.ReadFile(doc)
	if err != nil {
		return err
	}
	train, err := data.Open(ctx, "fashion-mnist", data.Options{Split: data.Train})
	if err != nil {
		return err
	}
	test, err := data.Open(ctx, "fashion-mnist", data.Options{})
	if err != nil {
		return err
	}
	g, err := nir.Read(bytes.NewReader(examples.FashionMLP()), int64(len(examples.FashionMLP())), "fashion_mlp.nir")
	if err != nil {
		return err
	}
	s := &study{train: train, test: test, graph: g, samples: samples}
	for _, part := range []struct {
		name string
		make func(context.Context) (string, error)
	}{{"amplitudes", s.amplitudes}, {"shifts", s.shifts}} {
		text, err := part.make(ctx)
		if err != nil {
			return err
		}
		if page, err = replace(page, part.name, text); err != nil {
			return fmt.Errorf("%s: %w", doc, err)
		}
		if err := os.WriteFile(doc, page, 0o644); err != nil { // what is done is kept
			return err
		}
	}
	return nil
}

// replace puts text between the markers of a name.
func replace(page []byte, name, text string) ([]byte, error) {
	open, end := "<!-- "+name+" -->\n", "<!-- end "+name+" -->"
	before, rest, ok := strings.Cut(string(page), open)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		return nil, fmt.Errorf("the markers of %s are missing", name)
	}
	return []byte(before + open + text + end + after), nil
}

type study struct {
	train, test *data.Set
	graph       *ir.Graph
	samples     int
}

// program compiles the network with its last layer plastic.
func (s *study) program(ctx context.Context, bits int) (*ir.Program, error) {
	c, err := compiler.Compile(ctx, s.graph, "fashion_mlp", compiler.Options{WeightBits: bits, Clip: compiler.ClipSearch, Plastic: []string{"last"}, PlasticBatch: 128, PlasticFraction: 8}, compiler.Hooks{})
	if err != nil {
		return nil, err
	}
	return c.Program, nil
}

// stimuli are a set's samples under a shift.
func stimuli(set *data.Set, sh shift, seed uint64) (learn.Data, error) {
	enc, err := data.NewEncoder(set, data.EncodeOptions{Steps: 8})
	if err != nil {
		return learn.Data{}, err
	}
	return learn.Data{N: set.Len(), Label: set.Label, Input: func(i int) ([]*ir.Frames, error) {
		f := new(ir.Frames)
		enc.Encode(i, f)
		sh.apply(f.Values, seed, i)
		return []*ir.Frames{f}, nil
	}}, nil
}

// accuracy of stored weights on the test images, on all processors.
func (s *study) accuracy(ctx context.Context, p *ir.Program, stored []int32, sh shift, seed uint64) (float64, error) {
	d, err := stimuli(s.test, sh, seed)
	if err != nil {
		return 0, err
	}
	core := learn.PlasticCores(p)[0]
	right := 0
	err = backend.Batch(ctx, d.N, 0, func() (backend.Runner, error) {
		m, err := sim.New(p, sim.Options{Functional: true})
		if err == nil && stored != nil {
			err = m.SetStored(ctx, core, stored)
		}
		return m, err
	}, d.Input, func(i int, r *ir.Result) error {
		if backend.Class(r) == d.Label(i) {
			right++
		}
		return nil
	})
	return 100 * float64(right) / float64(d.N), err
}

// outcome is one arm under one condition: test accuracy before and after, by seed.
type outcome struct {
	before, after, k []float64
}

func (s *study) episode(ctx context.Context, p *ir.Program, a arm, amp dassdp.Amplitudes, sh shift, seed uint64, o *outcome) error {
	d, err := stimuli(s.train, sh, seed)
	if err != nil {
		return err
	}
	d.N = min(d.N, 4*s.samples)
	m, err := sim.New(p, sim.Options{Functional: true})
	if err != nil {
		return err
	}
	e, err := learn.New(p, m, d, learn.Options{Rule: a.rule(p.Steps, amp), Gate: a.gate, Warmup: warmup, Epochs: 1, Batch: a.batch, Seed: seed, Passes: s.samples / a.batch})
	if err != nil {
		return err
	}
	if err := e.Run(ctx); err != nil {
		return err
	}
	before, err := s.accuracy(ctx, p, nil, sh, seed)
	if err != nil {
		return err
	}
	after, err := s.accuracy(ctx, p, e.State.Cores[0].Stored, sh, seed)
	if err != nil {
		return err
	}
	o.before, o.after, o.k = append(o.before, before), append(o.after, after), append(o.k, e.State.Cores[0].Gate.K)
	return nil
}

// interval is the mean and the half width of its 95 % interval (Student's t).
func interval(x []float64) (mean, half float64) {
	m, sd := stat.MeanStdDev(x, nil)
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(len(x) - 1)}.Quantile(0.975)
	return m, t * sd / math.Sqrt(float64(len(x)))
}

func (o *outcome) row(name string) string {
	var change []float64
	for i := range o.before {
		change = append(change, o.after[i]-o.before[i])
	}
	b, _ := interval(o.before)
	a, ah := interval(o.after)
	c, ch := interval(change)
	k, kh := interval(o.k)
	verdict := "nothing"
	if c-ch > 0 {
		verdict = "helps"
	} else if c+ch < 0 {
		verdict = "hurts"
	}
	return fmt.Sprintf("| %s | %.2f | %.2f ± %.2f | %+.2f ± %.2f | %+.3f ± %.3f | %s |\n", name, b, a, ah, c, ch, k, kh, verdict)
}

const head = "| before | after | change | k | verdict |\n|---|---:|---:|---:|---:|---|\n"

// amplitudes finds how much the clean 8-bit network bears.
func (s *study) amplitudes(ctx context.Context) (string, error) {
	p, err := s.program(ctx, 8)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("| A₊, A_base, gate " + head)
	for _, amp := range []dassdp.Amplitudes{
		{Plus: 1.5e-3, Base: 1e-4, Sigma: 1}, {Plus: 1.5e-3, Base: 5e-4, Sigma: 1},
		{Plus: 1.5e-2, Base: 1e-3, Sigma: 1}, {Plus: 1.5e-2, Base: 5e-3, Sigma: 1},
	} {
		for _, a := range arms {
			var o outcome
			for seed := range uint64(seeds) {
				if err := s.episode(ctx, p, a, amp, shift{}, seed+1, &o); err != nil {
					return "", err
				}
			}
			row := o.row(fmt.Sprintf("%g, %g, %s", amp.Plus, amp.Base, a.name))
			fmt.Print(row)
			b.WriteString(row)
		}
	}
	return b.String(), nil
}

// shifts is the study proper.
func (s *study) shifts(ctx context.Context) (string, error) {
	var b strings.Builder
	b.WriteString("| network, input, amplitudes, gate " + head)
	for _, c := range []struct {
		bits  int
		shift shift
	}{{4, shift{}}, {8, shift{}}, {8, shift{kind: "rotated by 15°", degrees: 15}}, {8, shift{kind: "contrast 0.6", contrast: 0.6}},
		{8, shift{kind: "noise σ 0.15", noise: 0.15}}, {8, shift{kind: "20 % dead pixels", dead: 0.2}}} {
		p, err := s.program(ctx, c.bits)
		if err != nil {
			return "", err
		}
		for _, amp := range []dassdp.Amplitudes{dassdp.CodeDefaults(), {Plus: 1.5e-2, Base: 1e-3, Sigma: 1}} {
			for _, a := range arms {
				var o outcome
				for seed := range uint64(seeds) {
					if err := s.episode(ctx, p, a, amp, c.shift, seed+1, &o); err != nil {
						return "", err
					}
				}
				row := o.row(fmt.Sprintf("%d bits, %s, A₊ %g, A_base %g, %s", c.bits, c.shift, amp.Plus, amp.Base, a.name))
				fmt.Print(row)
				b.WriteString(row)
			}
		}
	}
	return b.String(), nil
}
