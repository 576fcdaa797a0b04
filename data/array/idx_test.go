package array

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIDXKinds(t *testing.T) {
	// Two elements of each type code, big-endian as the format defines them.
	tests := []struct {
		name string
		file string
		kind Kind
		want []float64
	}{
		{"uint8", "\x00\x00\x08\x01\x00\x00\x00\x02\x01\xff", Uint8, []float64{1, 255}},
		{"int8", "\x00\x00\x09\x01\x00\x00\x00\x02\x01\xff", Int8, []float64{1, -1}},
		{"int16", "\x00\x00\x0b\x01\x00\x00\x00\x02\x01\x02\xff\xfe", Int16, []float64{258, -2}},
		{"int32", "\x00\x00\x0c\x01\x00\x00\x00\x02\x00\x01\x00\x00\xff\xff\xff\xfd", Int32, []float64{65536, -3}},
		{"float32", "\x00\x00\x0d\x01\x00\x00\x00\x02\x3f\x80\x00\x00\xc0\x20\x00\x00", Float32, []float64{1, -2.5}},
		{"float64", "\x00\x00\x0e\x01\x00\x00\x00\x02\x3f\xf0\x00\x00\x00\x00\x00\x00\xc0\x04\x00\x00\x00\x00\x00\x00", Float64, []float64{1, -2.5}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a, err := ReadIDX(bytes.NewReader([]byte(test.file)))
			require.NoError(t, err)
			require.Equal(t, test.kind, a.Kind)
			require.Equal(t, []int{2}, a.Shape)
			require.Equal(t, test.want, []float64{a.Real(0), a.Real(1)})
		})
	}
}

func TestIDXRefuses(t *testing.T) {
	tests := []struct{ name, file, want string }{
		{"nothing", "", "ends inside its idx header"},
		{"magic cut", "\x00\x00\x08", "ends inside its idx header"},
		{"another format", "\x89PNG....", "starts with bytes 0x89 0x50"},
		{"unknown type", "\x00\x00\x0a\x01\x00\x00\x00\x01\x00", "type code 0x0a; allowed are 0x08"},
		{"no dimensions", "\x00\x00\x08\x00", "0 dimensions; 1 to 32"},
		{"200 dimensions", "\x00\x00\x08\xc8", "200 dimensions; 1 to 32"},
		{"dimensions cut", "\x00\x00\x08\x03\x00\x00\x00\x02\x00\x00", "ends inside its idx header"},
		{"elements cut", "\x00\x00\x08\x01\x00\x00\x00\x05abc", "declares 5 bytes of elements, the file ends after 3"},
		{"bytes after", "\x00\x00\x08\x01\x00\x00\x00\x02abc", "bytes follow the 2 bytes"},
		{"size overflows", "\x00\x00\x0e\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "over the limit of 64 GiB"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := ReadIDX(bytes.NewReader([]byte(test.file)))
			require.ErrorContains(t, err, test.want)
		})
	}
}
