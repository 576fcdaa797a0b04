package ir_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/ir"
)

// The dumps that a person reads and diffs, at each level.
func TestText(t *testing.T) {
	check := func(t *testing.T, name string, g *ir.Graph, c *compiler.Compiled) {
		var b bytes.Buffer
		require.NoError(t, g.Text(&b))
		golden(t, name+".graph.txt", b.Bytes())
		b.Reset()
		require.NoError(t, c.Network.Text(&b))
		golden(t, name+".network.txt", b.Bytes())
		b.Reset()
		require.NoError(t, c.Program.Text(&b))
		golden(t, name+".program.txt", b.Bytes())
	}
	t.Run("small", func(t *testing.T) { check(t, "small", small(), compileSmall(t)) })
	t.Run("example", func(t *testing.T) {
		g, c := example(t)
		check(t, "fashion_mlp", g, c)
	})
}

// One weight that changes changes one line.
func TestTextShowsAnyChange(t *testing.T) {
	p := compileSmall(t).Program
	var a, b bytes.Buffer
	require.NoError(t, p.Text(&a))
	p.Cores[0].Weights[5]++
	require.NoError(t, p.Text(&b))
	lines, changed := bytes.Split(b.Bytes(), []byte("\n")), 0
	for i, l := range bytes.Split(a.Bytes(), []byte("\n")) {
		if !bytes.Equal(l, lines[i]) {
			changed++
		}
	}
	require.Equal(t, 1, changed)
}
