package hdf5

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// python returns an interpreter with the given modules, or skips the test.
func python(t testing.TB, modules string) string {
	exe := os.Getenv("SNNC_PYTHON")
	if exe == "" {
		t.Skip("SNNC_PYTHON is not set: no Python with " + modules + " to compare with")
	}
	if out, err := exec.Command(exe, "-c", "import "+modules).CombinedOutput(); err != nil {
		t.Skipf("SNNC_PYTHON=%s cannot import %s: %v\n%s", exe, modules, err, out)
	}
	return exe
}

// h5py returns what h5py reads from files, in their order.
func h5py(t testing.TB, paths ...string) []expected {
	cmd := exec.Command(python(t, "h5py, numpy"), append([]string{filepath.Join("testdata", "dump.py")}, paths...)...)
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1")
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	out := make([]expected, len(paths))
	dec := json.NewDecoder(stdout)
	for i := range out {
		require.NoError(t, dec.Decode(&out[i]), paths[i])
	}
	require.NoError(t, cmd.Wait())
	return out
}

// h5dump runs the HDF Group's own reader, or skips the test.
func h5dump(t testing.TB, args ...string) string {
	exe, err := exec.LookPath("h5dump")
	if err != nil {
		t.Skip("h5dump (Debian hdf5-tools) is not installed")
	}
	out, err := exec.Command(exe, args...).CombinedOutput()
	require.NoError(t, err, "h5dump %v: %s", args, out)
	return string(out)
}

// sharedModels returns the folder of trained networks, or skips the test.
func sharedModels(t testing.TB) string {
	dir := os.Getenv("SNNC_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	dir = filepath.Join(dir, "models")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no shared models (set SNNC_SHARED): %v", err)
	}
	return dir
}
