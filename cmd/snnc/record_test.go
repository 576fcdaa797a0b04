package main

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/ir"
)

// The array's file follows NumPy's format 1.0 (numpy.lib.format): magic, a
// header that ends in a line feed and aligns the data to 64 bytes, then rows of
// the described type.
func TestSpikeFileIsAnArray(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.npy")
	f, err := openSpikes(path, nil, nil)
	require.NoError(t, err)
	cycle := int64(1) << 33
	require.NoError(t, f.write(7, []simSpike{{Neuron: 3, Step: 1, Tick: 2, Cycle: &cycle, layer: 1}, {Neuron: 4, Step: 1, Tick: 2, layer: 1}}))
	require.NoError(t, f.write(8, nil))
	require.NoFileExists(t, path, "the file gets its name when it is whole")
	require.NoError(t, f.finish())
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(b, []byte("\x93NUMPY\x01\x00")))
	size := 10 + int(binary.LittleEndian.Uint16(b[8:]))
	require.Zero(t, size%64)
	require.Equal(t, byte('\n'), b[size-1])
	require.Contains(t, string(b[:size]), "'shape': (2,)")
	require.Len(t, b[size:], 2*28)
	row := b[size:]
	for i, want := range []uint32{7, 1, 3, 1, 2} {
		require.Equal(t, want, binary.LittleEndian.Uint32(row[4*i:]))
	}
	require.EqualValues(t, cycle, binary.LittleEndian.Uint64(row[20:]))
	require.Equal(t, ^uint64(0), binary.LittleEndian.Uint64(row[28+20:]), "no cycle is -1")
	require.Len(t, spikeHeader(1<<40), size, "any count leaves the header as long")
}

func TestParseStates(t *testing.T) {
	core := func(layer, first, n, level int, threshold ...int32) ir.Core {
		return ir.Core{Layer: layer, Part: ir.Part{Channel: first, Channels: n, Rows: 1}, N: n, Lanes: len(threshold), Blocks: 1, Level: level, Threshold: threshold}
	}
	p := &ir.Program{Interval: 1, Layers: []ir.Layer{{Name: "a", N: 3, Grid: ir.Grid{C: 3, H: 1, W: 1}}, {Name: "a:1", N: 2, Grid: ir.Grid{C: 2, H: 1, W: 1}}},
		Cores: []ir.Core{core(0, 0, 2, 0, 5, 6, 0, 0), core(0, 2, 1, 0, 7), core(1, 0, 2, 4, 8, 9)}}
	for arg, want := range map[string][]simMembrane{
		"a": {{Layer: "a", Threshold: 5}, {Layer: "a", Neuron: 1, Threshold: 6, index: 1}, {Layer: "a", Neuron: 2, Threshold: 7, core: 1}},
		// A layer of that name goes before neuron 1 of the layer a.
		"a:1":   {{Layer: "a:1", FirstTick: 4, Threshold: 8, core: 2}, {Layer: "a:1", Neuron: 1, FirstTick: 4, Threshold: 9, core: 2, index: 1}},
		"a:2":   {{Layer: "a", Neuron: 2, Threshold: 7, core: 1}},
		"a:1:1": {{Layer: "a:1", Neuron: 1, FirstTick: 4, Threshold: 9, core: 2, index: 1}},
	} {
		got, err := parseStates(p, []string{arg})
		require.NoError(t, err, arg)
		require.Equal(t, want, got, arg)
	}
	for _, arg := range []string{"b", "a:3", "a:-1", "a:x", ":", ""} {
		_, err := parseStates(p, []string{arg})
		require.ErrorContains(t, err, "option state", arg)
	}
}

func TestCSVText(t *testing.T) {
	require.Equal(t, "fc.1", csvText("fc.1"))
	require.Equal(t, `"a,""b"""`, csvText(`a,"b"`))
	require.Equal(t, 1, strings.Count(csvHeader, "\n"))
}
