package data

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/ir"
)

func TestAER(t *testing.T) {
	text := "#!snnc-aer 1\ninputs 3\nsteps 2\nsample 4\n0 2\n1 0 3\n1 0\n\n# nothing fires\nsample 1\nsample\n0 1\n"
	folder := folderWith(t, map[string][]byte{"a.aer": []byte(text), "b": []byte("#!snnc-aer 1\n5 1\n")})
	s, err := open(folder+"/a.aer", Options{})
	require.NoError(t, err)
	require.Equal(t, []int{2, 3}, s.Shape())
	require.Equal(t, []int{4, 1, NoLabel}, []int{s.Label(0), s.Label(1), s.Label(2)})
	require.Equal(t, []byte{0, 0, 1, 4, 0, 0}, s.Sample(0).Bytes())
	require.Equal(t, make([]byte, 6), s.Sample(1).Bytes())
	require.True(t, s.Sequence())
	e, err := NewEncoder(s, EncodeOptions{Coding: Frames})
	require.NoError(t, err)
	f := new(ir.Frames)
	e.Encode(0, f)
	require.Equal(t, []int32{0, 0, 1, 4, 0, 0}, f.Values)
	first, err := open(folder+"/a.aer", Options{Samples: 1})
	require.NoError(t, err)
	require.Equal(t, 1, first.Len())

	s, err = open(folder+"/b", Options{})
	require.NoError(t, err)
	require.Equal(t, []int{6, 2}, s.Shape())
	require.False(t, s.HasLabels())

	for body, want := range map[string]string{
		"0 1 2 3\n":              `line 2: "0 1 2 3": want "inputs N"`,
		"0 -1\n":                 "want numbers from 0",
		"sample x\n":             "want numbers from 0",
		"inputs 2\n0 2\n":        `line 3: "0 2": the text says 2 inputs and 0 steps`,
		"steps 2\nsample\n2 0\n": "the text says 0 inputs and 2 steps",
		"sample\ninputs 3\n":     "ahead of all samples",
		"inputs 0\n":             "want \"inputs N\"",
		"0 0 256\n":              "at most 255",
		"fires 1\n":              "want \"inputs N\"",
		"":                       "no samples",
		"sample 1\n":             "give \"inputs N\"",
		"16777216 16777216\n":    "are more than",
	} {
		_, err := parseAER([]byte(aerMark+"\n"+body), "x", 0)
		require.ErrorContains(t, err, want, body)
	}
}

func FuzzAER(f *testing.F) {
	f.Add("inputs 3\nsample 4\n0 2\n1 0 3\n")
	f.Fuzz(func(t *testing.T, body string) {
		limitHeld(t, 1<<16)
		s, err := parseAER([]byte(body), "x", 0)
		if err == nil {
			require.Positive(t, s.Len())
		}
	})
}
