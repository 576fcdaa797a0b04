package modeljson

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// What is read is written and read back equal; nothing panics.
func FuzzDecode(f *testing.F) {
	const head = `{"format":"snnc-model","format_version":1,`
	f.Add([]byte(head + `"nodes":{"a":{"type":"Linear","weight":{"dtype":"float32","value":[[0.1,2]]}}},"edges":[],"hints":{"steps":3}}`))
	f.Add([]byte(head + `"nodes":{"g":{"type":"NIRGraph","nodes":{},"edges":[],"metadata":{"k":"v"}}},"edges":[]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		g, h, err := Decode(b, fstest.MapFS{})
		if err != nil {
			return
		}
		doc, _, err := Encode(g, h, "")
		require.NoError(t, err)
		again, h2, err := Decode(doc, fstest.MapFS{})
		require.NoError(t, err)
		require.Equal(t, g, again)
		require.Equal(t, h, h2)
	})
}
