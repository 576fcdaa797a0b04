// Package oracle finds the files that tests are held against and that nobody
// here wrote: trained networks, recorded traces, data sets.
package oracle

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// Path returns a file under SNNC_SHARED (default ../shared beside the
// checkout) and skips the test where it is not there.
func Path(t testing.TB, elem ...string) string {
	t.Helper()
	dir := os.Getenv("SNNC_SHARED")
	if dir == "" {
		_, file, _, _ := runtime.Caller(0)
		dir = filepath.Join(filepath.Dir(file), "..", "..", "..", "shared")
	}
	path := filepath.Join(append([]string{dir}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("needs %s: set SNNC_SHARED to the folder that has it", path)
	}
	return path
}
