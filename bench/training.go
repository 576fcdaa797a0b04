package bench

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/compiler/modelfile"
	"github.com/snnc/snnc/dassdp"
	"github.com/snnc/snnc/dassdp/trainer"
	"github.com/snnc/snnc/data"
	"github.com/snnc/snnc/ir"
)

//go:embed peers/snntorch_train.py
var snnTorchTrainScript []byte

const (
	trainModel = "../examples/mnist_mlp/model.json"
	trainBatch = 128
	trainSteps = 200
)

// benchTraining times steps of training 784-128-10, T = 8, batch 128, against
// snnTorch's, and what the rule adds to one. The least of all steps is the one
// that other work on the machine disturbed least.
func benchTraining(ctx context.Context, o Options) ([]Measurement, error) {
	folder := filepath.Join(o.Shared, "data", "mnist")
	if _, err := os.Stat(folder); o.Shared == "" || err != nil {
		o.Log("left out: MNIST is not there; set SNNC_SHARED to the folder with models/ and data/")
		return nil, nil
	}
	set, err := data.Open(ctx, folder, data.Options{Split: data.Train, Samples: trainSteps * trainBatch})
	if err != nil {
		return nil, err
	}
	plain, rule := math.Inf(1), math.Inf(1)
	for range o.Rounds { // in turn, so that both meet the machine in every state
		for _, side := range []struct {
			least *float64
			post  trainer.Post
		}{{&plain, trainer.Post{}}, {&rule, trainer.Post{Kind: "da-ssdp", Amplitudes: dassdp.PaperDefaults()}}} {
			took, err := trainingStep(ctx, set, side.post)
			if err != nil {
				return nil, err
			}
			*side.least = min(*side.least, took)
		}
	}
	all := []Measurement{against("Training step, 784-128-10, T 8, batch 128, with DA-SSDP", 1e3*rule, "ms", "without the rule", 1e3*plain)}
	if o.Python == "" {
		o.Log("left out: snnTorch; set SNNC_PYTHON to an interpreter that has torch and snntorch")
		return append(all, alone("Training step, 784-128-10, T 8, batch 128", 1e3*plain, "ms")), nil
	}
	script := filepath.Join(o.Dir, "snntorch_train.py")
	if err := os.WriteFile(script, snnTorchTrainScript, 0o644); err != nil {
		return nil, err
	}
	c := exec.CommandContext(ctx, o.Python, script, filepath.Join(folder, "train-images-idx3-ubyte.gz"), filepath.Join(folder, "train-labels-idx1-ubyte.gz"), fmt.Sprint(mnistSteps))
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("%v: %w\n%s", c.Args, err, stderr.Bytes())
	}
	var peer peerRun
	if err := json.Unmarshal(out, &peer); err != nil {
		return nil, fmt.Errorf("%v: %w: %s", c.Args, err, out)
	}
	return append(all, against("Training step, 784-128-10, T 8, batch 128", 1e3*plain, "ms", peer.Name, peer.Rate)), nil
}

// trainingStep returns the seconds of the fastest step of an epoch.
func trainingStep(ctx context.Context, set *data.Set, post trainer.Post) (float64, error) {
	g, hints, inits, err := modelfile.ReadUntrained(trainModel)
	if err != nil {
		return 0, err
	}
	enc, err := data.NewEncoder(set, data.EncodeOptions{Steps: mnistSteps})
	if err != nil {
		return 0, err
	}
	n, err := trainer.NewNetwork(&trainer.Model{Name: mnistName, Graph: g, Hints: hints, Inits: inits}, trainer.Options{
		Batch: trainBatch, Epochs: 1, Rule: post, Compile: compiler.Options{From: *hints.From, Steps: mnistSteps, Input: enc.Encoding()}})
	if err != nil {
		return 0, err
	}
	defer n.Close()
	t, err := trainer.New(n, &trainer.Data{N: set.Len(), Label: set.Label, Load: func(i, _ int, dst []float32) error {
		var f ir.Frames
		enc.Encode(i, &f)
		for k, v := range f.Values {
			dst[k] = float32(float64(v) * f.Scale)
		}
		return nil
	}}, nil)
	if err != nil {
		return 0, err
	}
	least, last := math.Inf(1), time.Now()
	t.Step = func(int, int, float64, float64) {
		now := time.Now()
		least, last = min(least, now.Sub(last).Seconds()), now
	}
	return least, t.Run(ctx)
}
