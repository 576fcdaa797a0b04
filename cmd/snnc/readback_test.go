package main

import (
	"archive/zip"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/compiler/nir"
	"github.com/snnc/snnc/ir"
)

// writeNPY adds a uint8 array to an .npz.
func writeNPY(t *testing.T, z *zip.Writer, name, shape string, values []byte) {
	t.Helper()
	w, err := z.Create(name + ".npy")
	require.NoError(t, err)
	head := fmt.Appendf(nil, "{'descr': '|u1', 'fortran_order': False, 'shape': %s, }", shape)
	for (10+len(head))%64 != 63 {
		head = append(head, ' ')
	}
	head = append(head, '\n')
	_, err = w.Write(append(append(binary.LittleEndian.AppendUint16([]byte("\x93NUMPY\x01\x00"), uint16(len(head))), head...), values...))
	require.NoError(t, err)
}

// What snnc train writes as NIR is what snnTorch's own importer has read: a small
// network of each kind, trained here, has the nodes, edges and shapes of the file in
// exporters/testdata that the importer read (exporters/make.py readback), whose
// spikes are tested there. SNNC_UPDATE=1 writes those files.
func TestTrainedNIRIsAsSnnTorchReadIt(t *testing.T) {
	kept := filepath.Join("..", "..", "exporters", "testdata")
	for name, shape := range map[string]struct {
		text string
		size int
	}{"dense": {"12", 12}, "cuba": {"12", 12}, "conv": {"1, 9, 8", 72}} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			f, err := os.Create(filepath.Join(dir, "set.npz"))
			require.NoError(t, err)
			z := zip.NewWriter(f)
			for _, split := range []string{"train", "test"} {
				var x, y []byte
				for i := range 40 {
					y = append(y, byte(i%5))
					for k := range shape.size {
						v := byte((i*37 + k*11) % 60)
						if k%5 == i%5 {
							v += 150
						}
						x = append(x, v)
					}
				}
				writeNPY(t, z, "x_"+split, fmt.Sprintf("(40, %s)", shape.text), x)
				writeNPY(t, z, "y_"+split, "(40,)", y)
			}
			require.NoError(t, z.Close())
			require.NoError(t, f.Close())
			out := filepath.Join(dir, name+".nir")
			require.NoError(t, snnc("train", filepath.Join(kept, "readback", name+".json"), "--data", filepath.Join(dir, "set.npz"), "-o", out, "--epochs", "3", "--batch", "8", "--lr", "0.01", "--json"))
			file := filepath.Join(kept, "readback_"+name+".nir")
			if os.Getenv("SNNC_UPDATE") != "" {
				b, err := os.ReadFile(out)
				require.NoError(t, err)
				require.NoError(t, os.WriteFile(file, b, 0o644))
			}
			got, err := nir.ReadFile(out)
			require.NoError(t, err)
			want, err := nir.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, outline(want), outline(got))
		})
	}
}

// outline is a graph without its numbers.
func outline(g *ir.Graph) []string {
	var lines []string
	for _, n := range g.Nodes {
		for _, f := range n.Op.Fields() {
			if t := *f.Value; t != nil {
				lines = append(lines, fmt.Sprintf("%s %s %s %s %v", n.Name, n.Op.Kind(), f.Name, t.DType, t.Shape))
			}
		}
	}
	for _, e := range g.Edges {
		lines = append(lines, fmt.Sprintf("%s -> %s", e.From, e.To))
	}
	return lines
}
