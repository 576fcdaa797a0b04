package randnet

import (
	"fmt"
	"math/rand/v2"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/ir"
)

// Structured is a generated network of a known shape, for mapping at scale.
type Structured struct {
	Name    string
	Graph   *ir.Graph
	Options compiler.Options
}

// builder strings nodes together.
type builder struct {
	g    *ir.Graph
	rng  *rand.Rand
	last string
	n    int
}

func newBuilder(shape ...float64) *builder {
	b := &builder{g: &ir.Graph{}, rng: rand.New(rand.NewPCG(1, 2))}
	b.add("input", &ir.Input{Shape: vector(shape...)})
	return b
}

func (b *builder) add(name string, op ir.Op) string {
	b.g.Nodes = append(b.g.Nodes, ir.Node{Name: name, Op: op})
	if b.last != "" {
		b.g.Edges = append(b.g.Edges, ir.Edge{From: b.last, To: name})
	}
	b.last = name
	return name
}

func (b *builder) weights(shape ...int) *ir.Tensor {
	w := make([]float64, ir.Size(shape))
	for i := range w {
		w[i] = b.rng.NormFloat64()
	}
	return ir.NewTensor(ir.Float64, shape, w)
}

func scalar(v float64) *ir.Tensor { return ir.NewTensor(ir.Float64, nil, []float64{v}) }

func (b *builder) conv(in, out, k, stride, pad, groups int) {
	b.n++
	b.add(fmt.Sprintf("conv%d", b.n), &ir.Conv2d{Weight: b.weights(out, in/groups, k, k), Stride: scalar(float64(stride)), Padding: scalar(float64(pad)),
		Dilation: scalar(1), Groups: scalar(float64(groups)), Bias: scalar(0)})
	b.fire()
}

func (b *builder) dense(in, out int) {
	b.n++
	b.add(fmt.Sprintf("fc%d", b.n), &ir.Linear{Weight: b.weights(out, in)})
	b.fire()
}

func (b *builder) fire() string {
	return b.add(fmt.Sprintf("lif%d", b.n), &ir.LIF{Tau: scalar(1e-3), R: scalar(10), VLeak: scalar(0), VThreshold: scalar(1)})
}

func (b *builder) pool() {
	b.add(fmt.Sprintf("pool%d", b.n), &ir.SumPool2d{KernelSize: vector(2, 2), Stride: vector(2, 2), Padding: vector(0, 0)})
}

func (b *builder) flatten() {
	b.add("flatten", &ir.Flatten{StartDim: scalar(0), EndDim: scalar(-1)})
}

func (b *builder) done(shape ...float64) *ir.Graph {
	b.add("output", &ir.Output{Shape: vector(shape...)})
	b.g.Normalise()
	return b.g
}

// StructuredNames lists the networks that NewStructured builds.
var StructuredNames = []string{"mlp-4x1024", "vgg-cifar", "mobile-96", "residual-64", "recurrent-2048", "conv-256-1M", "dense-columns"}

// NewStructured builds a network by name:
//
//	mlp-4x1024      four dense layers of 1,024 neurons
//	vgg-cifar       six convolutions and two dense layers on 3 × 32 × 32
//	mobile-96       depthwise-separable convolutions on 3 × 96 × 96
//	residual-64     convolutions with edges that skip two of them, on 2 × 64 × 64
//	recurrent-2048  a dense recurrent population between two others
//	conv-256-1M     four convolutions of 4 × 256 × 256: 1,048,576 neurons, 105 million synapses
//	dense-columns   64 populations of 512 in 8 levels, each reading three of the level before
func NewStructured(name string) (*Structured, error) {
	s := &Structured{Name: name, Options: compiler.Options{Steps: 4, Input: ir.Encoding{Bits: 1, Scale: 1}, CoreNeurons: 256, Lanes: 16}}
	switch name {
	case "mlp-4x1024":
		b := newBuilder(784)
		b.dense(784, 1024)
		b.dense(1024, 1024)
		b.dense(1024, 1024)
		b.dense(1024, 1024)
		b.dense(1024, 10)
		s.Graph = b.done(10)
	case "vgg-cifar":
		b := newBuilder(3, 32, 32)
		for i, c := range [][2]int{{3, 32}, {32, 32}, {32, 64}, {64, 64}, {64, 64}, {64, 64}} {
			b.conv(c[0], c[1], 3, 1, 1, 1)
			if i%2 == 1 {
				b.pool()
			}
		}
		b.flatten()
		b.dense(64*4*4, 256)
		b.dense(256, 10)
		s.Graph = b.done(10)
	case "mobile-96":
		b := newBuilder(3, 96, 96)
		b.conv(3, 16, 3, 2, 1, 1)
		for _, c := range [][3]int{{16, 32, 1}, {32, 64, 2}, {64, 64, 1}, {64, 64, 2}, {64, 64, 1}} {
			b.conv(c[0], c[0], 3, c[2], 1, c[0])
			b.conv(c[0], c[1], 1, 1, 0, 1)
		}
		s.Graph = b.done(64, 12, 12)
	case "residual-64":
		b := newBuilder(2, 64, 64)
		b.conv(2, 16, 3, 1, 1, 1)
		for range 4 {
			from := b.last
			b.conv(16, 16, 3, 1, 1, 1)
			b.n++
			conv := fmt.Sprintf("conv%d", b.n)
			b.add(conv, &ir.Conv2d{Weight: b.weights(16, 16, 3, 3), Stride: scalar(1), Padding: scalar(1), Dilation: scalar(1), Groups: scalar(1), Bias: scalar(0)})
			lif := b.fire()
			b.g.Edges = append(b.g.Edges, ir.Edge{From: from, To: lif})
		}
		s.Graph = b.done(16, 64, 64)
	case "recurrent-2048":
		b := newBuilder(256)
		b.dense(256, 1024)
		b.dense(1024, 2048)
		lif := b.last
		b.add("loop", &ir.Linear{Weight: b.weights(2048, 2048)})
		b.g.Edges = append(b.g.Edges, ir.Edge{From: "loop", To: lif})
		b.last = lif
		b.dense(2048, 512)
		s.Graph = b.done(512)
	case "conv-256-1M":
		b := newBuilder(4, 256, 256)
		for range 4 {
			b.conv(4, 4, 5, 1, 2, 1)
		}
		s.Options.CoreNeurons, s.Options.Lanes = 1024, 4
		s.Graph = b.done(4, 256, 256)
	case "dense-columns":
		const wide, deep, n = 8, 8, 512
		b := newBuilder(n)
		for l := range deep {
			for c := range wide {
				lif := fmt.Sprintf("lif%d_%d", l, c)
				for k := range 3 {
					fc := fmt.Sprintf("fc%d_%d_%d", l, c, k)
					b.last = "input"
					if l > 0 {
						b.last = fmt.Sprintf("lif%d_%d", l-1, (c+k*(l+1))%wide)
					} else if k > 0 {
						break
					}
					b.add(fc, &ir.Linear{Weight: b.weights(n, n)})
					if k == 0 {
						b.add(lif, &ir.LIF{Tau: scalar(1e-3), R: scalar(10), VLeak: scalar(0), VThreshold: scalar(1)})
					} else {
						b.g.Edges = append(b.g.Edges, ir.Edge{From: fc, To: lif})
					}
				}
				if l == deep-1 {
					b.last = lif
					b.add(fmt.Sprintf("output%d", c), &ir.Output{Shape: vector(n)})
				}
			}
		}
		b.g.Normalise()
		s.Graph = b.g
	default:
		return nil, fmt.Errorf("network %q is not known; known are %v", name, StructuredNames)
	}
	return s, nil
}
