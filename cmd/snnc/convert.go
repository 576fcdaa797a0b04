package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/snnc/snnc/compiler/modelfile"
	"github.com/snnc/snnc/ir"
)

// converted is what was written.
type converted struct {
	From       string `json:"from"`
	To         string `json:"to"`
	Nodes      int    `json:"nodes"`
	Edges      int    `json:"edges"`
	Parameters int    `json:"parameters"` // numbers in tensors
}

func convertCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "convert MODEL OUT",
		Short: "Turn NIR into model.json and back without loss",
		Long: `Reads a model of either form, told apart by its content, and writes the form that OUT's ending names: .nir
or .h5 (NIR in HDF5), or .json (model.json, with large tensors in an .npz of the same name beside it).`,
		Example: "  snnc convert net.nir net.json\n  snnc convert net.json net.nir",
		Args:    takes("MODEL", "OUT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			m, err := loadGraph(args[0], "convert")
			if err != nil {
				return err
			}
			g, hints := m.graph, m.hints
			if !strings.EqualFold(filepath.Ext(args[1]), ".json") && !hints.Empty() {
				fmt.Fprintf(cmd.ErrOrStderr(), "snnc: note: %s: NIR cannot hold the hints (dt, steps, reset, …) of %s; they are left out\n", args[1], args[0])
				hints = ir.Hints{}
			}
			if err := cmd.Context().Err(); err != nil {
				return err
			}
			if err := modelfile.Write(args[1], g, hints); err != nil {
				return err
			}
			r := converted{From: args[0], To: args[1]}
			r.count(g)
			if asJSON {
				return printJSON(cmd.OutOrStdout(), r)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: %d nodes, %d edges, %d parameters\n", r.To, r.Nodes, r.Edges, r.Parameters)
			return err
		},
	}
	out := group("Output")
	jsonFlag(out, &asJSON)
	addGroups(c, out)
	return c
}

// count counts nested graphs too.
func (r *converted) count(g *ir.Graph) {
	r.Nodes += len(g.Nodes)
	r.Edges += len(g.Edges)
	for i := range g.Nodes {
		if sub, ok := g.Nodes[i].Op.(*ir.Subgraph); ok {
			r.count(sub.Graph)
			continue
		}
		for _, f := range g.Nodes[i].Op.Fields() {
			if t := *f.Value; t != nil {
				r.Parameters += len(t.Data)
			}
		}
	}
}
