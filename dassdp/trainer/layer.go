package trainer

// layer is a node at work. forward and backward do the steps t0..t1−1 of the
// batch; backward is called for later steps first, and adds to the gradients
// of parameters.
type layer interface {
	forward(r *run, t0, t1 int)
	backward(r *run, t0, t1 int)
}

// run is what layers see of a pass.
type run struct {
	*pool
	T, batch int
	train    bool // batch norm takes and keeps the batch's statistics
	forced   bool // spikes are given (chip-in-the-loop): neurons keep them
}

// param is a parameter: a vector that the optimiser moves.
type param struct {
	name  string // node.field
	v, g  []float32
	decay bool // weight decay applies: weights alone
}

func newParam(name string, n int, decay bool) *param {
	return &param{name: name, v: make([]float32, n), g: make([]float32, n), decay: decay}
}
