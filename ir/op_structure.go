package ir

// Input is where data enters a graph. Shape excludes time and batch.
type Input struct{ Shape *Tensor }

// Output is where results leave a graph.
type Output struct{ Shape *Tensor }

// Flatten joins the dimensions start_dim..end_dim (NIR: counted without time
// and batch, end inclusive, negative counts from the end). Element order is
// row-major before and after, so to a fully connected layer it is a renaming.
type Flatten struct {
	InputShape *Tensor // optional in old files: NIR calls it input_type there
	StartDim   *Tensor
	EndDim     *Tensor
}

// Subgraph is a graph used as a node (NIRGraph). Edges to it reach its Input
// nodes, edges from it leave its Output nodes.
type Subgraph struct{ Graph *Graph }

func init() {
	register(func() Op { return &Input{} })
	register(func() Op { return &Output{} })
	register(func() Op { return &Flatten{} })
	register(func() Op { return &Subgraph{Graph: &Graph{}} })
}

func (*Input) Kind() string    { return "Input" }
func (*Output) Kind() string   { return "Output" }
func (*Flatten) Kind() string  { return "Flatten" }
func (*Subgraph) Kind() string { return "NIRGraph" }

func (o *Input) Fields() []Field {
	return []Field{{Name: "shape", Value: &o.Shape, Check: shapeVector}}
}

func (o *Output) Fields() []Field {
	return []Field{{Name: "shape", Value: &o.Shape, Check: shapeVector}}
}

func (o *Flatten) Fields() []Field {
	return []Field{
		{Name: "input_type", Value: &o.InputShape, Optional: true},
		{Name: "start_dim", Value: &o.StartDim, Optional: true},
		{Name: "end_dim", Value: &o.EndDim, Optional: true},
	}
}

func (*Subgraph) Fields() []Field { return nil }

func (*Input) sealed()    {}
func (*Output) sealed()   {}
func (*Flatten) sealed()  {}
func (*Subgraph) sealed() {}
