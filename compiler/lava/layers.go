package lava

import (
	"slices"

	"github.com/snnc/snnc/ir"
)

// layer is a group /layer/<number>.
type layer struct {
	fields
	number int
	kind   string
	last   bool
}

// Bounds on what a file may ask for beyond its own size.
const (
	maxNeurons = 1 << 22
	maxExtent  = 1 << 16 // of strides, dilations, padding
	maxWeight  = 1<<15 - 1
	maxBias    = 1<<17 - 1 // 24 bits of state units
	maxDelay   = 62        // what a Loihi synapse can hold
)

// dims reads the layer's shape: [neurons] or [channels height width].
func (l *layer) dims() ([]int, ir.Grid) {
	v, shape := l.integers("shape", 1, maxNeurons)
	if l.err == nil && (len(shape) != 1 || len(v) != 1 && len(v) != 3) {
		l.fail("field \"shape\" is %v; [neurons] or [channels, height, width] is allowed", v)
	}
	if l.err != nil {
		return nil, ir.Grid{}
	}
	size := 1
	for _, d := range v {
		if size *= d; size > maxNeurons {
			l.fail("field \"shape\" is %v; at most %d neurons are allowed", v, maxNeurons)
			return nil, ir.Grid{}
		}
	}
	return v, ir.GridOf(v)
}

// weights reads the integers of a layer's synapses and their shape.
func (l *layer) weights() ([]int16, []int) {
	if l.err == nil && !l.group.Has("weight") {
		l.fail("it has no field \"weight\"")
	}
	if l.err == nil {
		if _, err := l.group.Group("weight"); err == nil {
			l.fail("its weights are complex (weight/real, weight/imag); %s", supported)
		}
	}
	v, shape := l.integers("weight", -maxWeight, maxWeight)
	out := make([]int16, len(v))
	for i, w := range v {
		out[i] = int16(w)
	}
	for len(shape) > 4 && shape[len(shape)-1] == 1 {
		shape = shape[:len(shape)-1] // the axis of time
	}
	return out, shape
}

// bias reads one number for all neurons, one a channel, or one a neuron.
func (l *layer) bias(grid ir.Grid) []int {
	b, _ := l.integers("bias", -maxBias, maxBias)
	if n := len(b); l.err == nil && b != nil && n != 1 && n != grid.C && n != grid.Size() {
		l.fail("field \"bias\" has %d values; 1, %d (channels) or %d (neurons) are allowed", n, grid.C, grid.Size())
	}
	return b
}

// delays reads by how many steps the layer's spikes are late: one number for
// all, a channel or a neuron.
func (l *layer) delays(grid ir.Grid) []int {
	d, shape := l.integers("delay", 0, maxDelay)
	if l.err != nil || d == nil {
		return nil
	}
	if n := len(d); len(shape) > 1 || n != 1 && n != grid.C && n != grid.Size() {
		l.fail("field \"delay\" has shape %v; one number, one for each of %d channels or one for each of %d neurons is allowed (Lava-dl's axonal delay)", shape, grid.C, grid.Size())
		return nil
	}
	if slices.Max(d) == 0 {
		return nil
	}
	if l.last {
		l.fail("field \"delay\" is up to %d in the last layer; outputs leave without delay, so subtract it from the time of the output and remove the field", slices.Max(d))
	}
	return d
}

// dense lays a matrix over all values of the source.
func (l *layer) dense(in ir.Grid, grid ir.Grid) ir.Projection {
	w, shape := l.weights()
	n := grid.Size()
	if l.err == nil && len(w) != n*in.Size() {
		l.fail("field \"weight\" has shape %v; %d values for %d neurons are allowed, as %d values arrive", shape, n*in.Size(), n, in.Size())
	}
	if l.err == nil && len(shape) == 2 && shape[0] != n {
		l.fail("field \"weight\" has shape %v; [%d %d] is allowed", shape, n, in.Size())
	}
	for _, f := range []struct {
		name string
		want int
	}{{"inFeatures", in.Size()}, {"outFeatures", n}} {
		if got := l.integer(f.name, f.want, 0, maxNeurons); l.err == nil && got != f.want {
			l.fail("field %q is %d; %d values arrive for %d neurons", f.name, got, in.Size(), n)
		}
	}
	return ir.Projection{Pre: in, Post: ir.Grid{C: n, H: 1, W: 1}, Groups: 1, KH: in.H, KW: in.W,
		Rows: ir.StraightTaps(in.H), Cols: ir.StraightTaps(in.W), Q: w}
}

// slide is how a kernel moves over the source's rows and columns.
type slide struct{ size, stride, padding, dilation [2]int }

func (l *layer) slide(size [2]int) slide {
	s := slide{size: l.pair("kernelSize", size, 1, maxExtent), padding: l.pair("padding", [2]int{}, 0, maxExtent),
		dilation: l.pair("dilation", [2]int{1, 1}, 1, maxExtent)}
	s.stride = l.pair("stride", [2]int{1, 1}, 1, maxExtent)
	if l.err == nil && s.size != size {
		l.fail("field \"kernelSize\" is %v, but the weights' is %v", s.size, size)
	}
	return s
}

// taps lays the slide over a source of which more values follow after its end,
// and checks what comes out against the layer's shape.
func (l *layer) taps(s slide, in, out ir.Grid, more [2]int) (rows, cols [][]ir.Tap) {
	if l.err != nil {
		return nil, nil
	}
	var size [2]int
	for a, n := range [2]int{in.H, in.W} {
		if room := n + 2*s.padding[a] + more[a] - s.dilation[a]*(s.size[a]-1) - 1; room >= 0 {
			size[a] = room/s.stride[a] + 1
		}
	}
	if want := [2]int{out.H, out.W}; size != want {
		l.fail("its kernel %v (stride %v, padding %v, dilation %v) over %d × %d values gives %d × %d, but field \"shape\" says %d × %d",
			s.size, s.stride, s.padding, s.dilation, in.H, in.W, size[0], size[1], want[0], want[1])
		return nil, nil
	}
	return ir.WindowTaps(in.H, s.size[0], s.stride[0], s.padding[0], s.padding[0]+more[0], s.dilation[0]),
		ir.WindowTaps(in.W, s.size[1], s.stride[1], s.padding[1], s.padding[1]+more[1], s.dilation[1])
}

// conv is a cross-correlation, weights [out, in/groups, height, width], as
// PyTorch's: Lava turns the kernels round when it loads them because its own
// operator turns them back.
func (l *layer) conv(in, out ir.Grid) ir.Projection {
	w, shape := l.weights()
	groups := l.integer("groups", 1, 1, maxNeurons)
	if l.err == nil && (len(shape) != 4 || in.C%groups != 0 || out.C%groups != 0 || shape[0] != out.C || shape[1] != in.C/groups) {
		l.fail("field \"weight\" has shape %v for %d groups; [%d, %d/groups, height, width] is allowed, as %d channels arrive and the shape has %d, and groups must divide both",
			shape, groups, out.C, in.C, in.C, out.C)
	}
	if l.err != nil {
		return ir.Projection{}
	}
	s := l.slide([2]int{shape[2], shape[3]})
	rows, cols := l.taps(s, in, out, [2]int{})
	return ir.Projection{Pre: in, Post: out, Groups: groups, KH: s.size[0], KW: s.size[1], Rows: rows, Cols: cols, Q: w}
}

// pool adds up windows of every channel with the weights [1, 1, height, width].
func (l *layer) pool(in, out ir.Grid) ir.Projection {
	w, shape := l.weights()
	if l.err == nil && (len(shape) != 4 || shape[0] != 1 || shape[1] != 1 || len(w) == 0) {
		l.fail("field \"weight\" has shape %v; [1 1 height width] is allowed", shape)
	}
	if l.err == nil && in.C != out.C {
		l.fail("field \"shape\" has %d channels, but %d arrive; pooling keeps channels apart", out.C, in.C)
	}
	if l.err != nil {
		return ir.Projection{}
	}
	s := l.slide([2]int{shape[2], shape[3]})
	if !l.group.Has("stride") {
		s.stride = s.size
	}
	// Lava-dl appends n mod k zeros to n values before it pools windows of k.
	rows, cols := l.taps(s, in, out, [2]int{in.H % s.size[0], in.W % s.size[1]})
	p := ir.Projection{Pre: in, Post: out, Groups: in.C, KH: s.size[0], KW: s.size[1], Rows: rows, Cols: cols}
	if l.err != nil {
		return p
	}
	if uniform(w) {
		// One weight for all of a window needs one row of memory.
		for _, axis := range [][][]ir.Tap{rows, cols} {
			for _, list := range axis {
				for i := range list {
					list[i].Kernel = 0
				}
			}
		}
		p.KH, p.KW, w = 1, 1, w[:1]
	}
	if len(w)*in.C > maxNeurons {
		l.fail("its windows of %v for %d channels are too large", s.size, in.C)
		return p
	}
	p.Q = slices.Repeat(w, in.C)
	return p
}

func uniform(w []int16) bool {
	for _, x := range w {
		if x != w[0] {
			return false
		}
	}
	return true
}
