package compiler

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What memory_libmap of Yosys 0.23 made of memories of designs in bench/testdata/boards.json.
func TestMemoriesAreMappedAsYosysDoes(t *testing.T) {
	written := func(width, depth int) memory {
		return memory{width: width, depth: depth, column: 32, ports: 1, register: true}
	}
	constant := func(width, depth int) memory {
		return memory{width: width, depth: depth, column: width, ports: 1, register: true, constant: true}
	}
	for _, c := range []struct {
		what   string
		family *Family
		memory memory
		blocks int
		logic  bool
	}{
		{"constants share cells bit by bit", ECP5, constant(64, 12544), 47, false},
		{"constants of one lane a block", ECP5, constant(1024, 784), 57, false},
		{"what the host writes has enables of 32 bits", ECP5, written(128, 256), 4, false},
		{"few constants are logic", ICE40, constant(14, 32), 0, true},
		{"more are not", ICE40, constant(39, 320), 5, false},
		{"up to 16 rows are logic whatever their width", ECP5, constant(348, 16), 0, true},
		{"a row is wires", ECP5, constant(348, 1), 0, false},
		{"weights of two lanes", ICE40, constant(8, 125440), 248, false},
	} {
		r := c.family.place(c.memory)
		require.Equal(t, c.blocks, r.blocks, c.what)
		require.Equal(t, c.logic, r.luts > 0, c.what)
	}
	steady := written(2560, 1)
	steady.steady = true
	require.Equal(t, 2560, ICE40.place(steady).ff, "a row that is one register")
	require.Equal(t, 5120, ICE40.place(written(2560, 1)).ff, "a row and what was read of it")
}

// Bits that are alike in all words are no part of a constant memory, and in one that is logic those that are alike
// among themselves are one.
func TestColumnsOfConstants(t *testing.T) {
	var k columns
	k.add([]int32{1, 3, 1, 3}, 1, 8) // bit 0 is always set, bit 1 changes
	require.Equal(t, 1, k.n)
	k.add([]int32{0, 6, 0, 6}, 1, 8) // bits 1 and 2 change, as bit 1 above did
	require.Equal(t, 1, k.n)
	k.add([]int32{5, -1}, 2, 3) // one word
	require.Equal(t, 1, k.n)
	k.add(nil, 2, 3) // not known
	require.Equal(t, 7, k.n)
	var many columns
	values := make([]int32, 2*17)
	values[3], values[5] = -1, 1
	many.add(values, 2, 4)
	require.Equal(t, 4, many.n, "bits 0 to 3 of the second field")
}
