package verilator

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMissingToolSaysHowToGetIt(t *testing.T) {
	require.ErrorContains(t, &MissingToolError{"verilator"}, "apt-get install verilator")
	require.ErrorContains(t, &MissingToolError{fstTool}, "apt-get install gtkwave")
}
