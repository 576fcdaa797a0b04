package aer

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/snnc/snnc/ir"
)

func TestWindows(t *testing.T) {
	text := "# a camera\n0 1\n5 2\n\n19 0\n20 0\n29 2\n29 2\n100 1\n"
	r, err := NewReader(strings.NewReader(text), "stream", 3, 2, 10, ir.Encoding{Bits: 1, Scale: 1})
	require.NoError(t, err)
	var got []*Window
	for {
		w, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		got = append(got, w)
	}
	require.Len(t, got, 3)
	require.Equal(t, []int32{0, 1, 1, 1, 0, 0}, got[0].Frames.Values)
	require.Equal(t, []int32{1, 0, 1, 0, 0, 0}, got[1].Frames.Values)
	require.Equal(t, []int64{0, 20, 100}, []int64{got[0].Start, got[1].Start, got[2].Start})
	require.Equal(t, 1, got[1].Lost)
	require.Equal(t, 3, got[1].Events)
	_, err = r.Next()
	require.ErrorIs(t, err, io.EOF)
}

func TestCountsSaturate(t *testing.T) {
	r, err := NewReader(strings.NewReader(strings.Repeat("3 0\n", 9)), "stream", 1, 1, 10, ir.Encoding{Bits: 3, Scale: 1})
	require.NoError(t, err)
	w, err := r.Next()
	require.NoError(t, err)
	require.Equal(t, []int32{7}, w.Frames.Values)
	require.Equal(t, 2, w.Lost)
}

func TestRefusals(t *testing.T) {
	for text, want := range map[string]string{
		"1 2 3":    `stream: line 1: "1 2 3"; an event is TIME ADDRESS`,
		"\n1.5 2":  `stream: line 2: time "1.5"; allowed are whole microseconds from 0`,
		"1 3":      `stream: line 1: address "3"; the program's input has neurons 0 to 2`,
		"9 1\n8 1": "stream: line 2: time 8 after 9; times must not go back",
		"-1 1":     `time "-1"`,
	} {
		r, err := NewReader(strings.NewReader(text), "stream", 3, 2, 10, ir.Encoding{Bits: 1, Scale: 1})
		require.NoError(t, err)
		_, err = r.Next()
		require.ErrorContains(t, err, want)
	}
	_, err := NewReader(nil, "stream", 3, 2, 10, ir.Encoding{Bits: 8, Held: true})
	require.ErrorContains(t, err, "held")
}
