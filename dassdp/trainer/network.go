package trainer

// alloc gives signals and neurons their memory.
func (n *Network) alloc() {
	T := n.opt.Compile.Steps
	for _, s := range n.signals {
		s.alloc(T, n.batch, true)
	}
	for _, st := range n.stages {
		for _, l := range st.layers {
			if l, ok := l.(*neuron); ok {
				l.alloc(T, n.batch, true)
			}
		}
	}
}

// prepare is called after parameters have changed.
func (n *Network) prepare() {
	for _, st := range n.stages {
		for _, l := range st.layers {
			if l, ok := l.(*neuron); ok {
				l.prepare()
			}
		}
	}
	if n.quant != nil {
		n.quant.quantise(n.pool)
	}
	for _, st := range n.stages {
		for _, l := range st.layers {
			if l, ok := l.(interface{ prepare(*pool) }); ok {
				l.prepare(n.pool)
			}
		}
	}
}

func (n *Network) run(batch int, train bool) *run {
	return &run{pool: n.pool, T: n.opt.Compile.Steps, batch: batch, train: train}
}

// forward runs a batch whose inputs lie in the input signals.
func (n *Network) forward(r *run) {
	for _, s := range n.stages {
		if len(s.layers) == 1 {
			s.layers[0].forward(r, 0, r.T)
			continue
		}
		if !s.loop() {
			for _, l := range s.layers {
				l.forward(r, 0, r.T)
			}
			continue
		}
		for t := range r.T {
			for _, l := range s.layers {
				l.forward(r, t, t+1)
			}
		}
	}
}

// loop tells whether some edge within the stage closes a loop.
func (s stage) loop() bool {
	for _, l := range s.layers {
		if j, ok := l.(*join); ok {
			for _, e := range j.edges {
				if e.late {
					return true
				}
			}
		}
	}
	return false
}

// backward takes the gradients in the sinks back to all parameters, whose
// gradients are then those of this batch.
func (n *Network) backward(r *run) {
	for _, p := range n.params {
		clear(p.g)
	}
	for i := len(n.stages) - 1; i >= 0; i-- {
		s := n.stages[i]
		if s.loop() {
			for t := r.T - 1; t >= 0; t-- {
				for k := len(s.layers) - 1; k >= 0; k-- {
					s.layers[k].backward(r, t, t+1)
				}
			}
			continue
		}
		for k := len(s.layers) - 1; k >= 0; k-- {
			s.layers[k].backward(r, 0, r.T)
		}
	}
}

// clearGradients empties what several readers add to.
func (n *Network) clearGradients(batch int) {
	for _, s := range n.signals {
		if s.add && s.g != nil {
			clear(s.g[:s.steps(n.opt.Compile.Steps)*batch*s.n])
		}
	}
}

// Inputs is how many values a step the network takes.
func (n *Network) Inputs() int { return n.inputs[0].n }

// Epochs is how many the options ask for.
func (n *Network) Epochs() int { return n.opt.Epochs }

// Parameters counts what is trained.
func (n *Network) Parameters() int {
	sum := 0
	for _, p := range n.params {
		sum += len(p.v)
	}
	return sum
}
