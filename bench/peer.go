package bench

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

//go:embed peers/snntorch_mnist.py
var snnTorchScript []byte

// peerRun is what a Python framework needed for the whole test set.
type peerRun struct {
	Name   string  `json:"name"` // with versions, batch size and threads
	Rate   float64 `json:"rate"` // samples/s, the best of several batch sizes
	counts []uint8 // [samples·10]
}

// snnTorch runs the network in snnTorch on the same images, or returns nil
// where no Python is given.
func (s *mnist) snnTorch(ctx context.Context, o Options) (*peerRun, error) {
	if o.Python == "" {
		o.Log("left out: snnTorch; set SNNC_PYTHON to an interpreter that has torch, snntorch, nir and numpy")
		return nil, nil
	}
	script, counts := filepath.Join(o.Dir, "snntorch_mnist.py"), filepath.Join(o.Dir, "counts.bin")
	if err := os.WriteFile(script, snnTorchScript, 0o644); err != nil {
		return nil, err
	}
	c := exec.CommandContext(ctx, o.Python, script, filepath.Join(o.Shared, "models", "snntorch", mnistName+".nir"),
		filepath.Join(o.Shared, "data", "mnist", "t10k-images-idx3-ubyte.gz"), fmt.Sprint(mnistSteps), counts)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("%v: %w\n%s", c.Args, err, stderr.Bytes())
	}
	p := &peerRun{}
	if err := json.Unmarshal(out, p); err != nil {
		return nil, fmt.Errorf("%v: %w: %s", c.Args, err, out)
	}
	if p.counts, err = os.ReadFile(counts); err != nil {
		return nil, err
	}
	if len(p.counts) != 10*len(s.frames) {
		return nil, fmt.Errorf("%v: %d counts; want %d", c.Args, len(p.counts), 10*len(s.frames))
	}
	return p, nil
}
