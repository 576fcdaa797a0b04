package bench

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
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
// that other work on the machine disturbed least; the tenth and the median tell
// whether it is a typical one.
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
	var plain, rule []float64 // seconds of all steps
	for range o.Rounds {
		p, r, err := trainingSteps(ctx, set)
		if err != nil {
			return nil, err
		}
		plain, rule = append(plain, p...), append(rule, r...)
	}
	slices.Sort(plain)
	slices.Sort(rule)
	const what = "Training step, 784-128-10, T 8, batch 128"
	all := []Measurement{
		against(what+", with DA-SSDP, fastest step", 1e3*rule[0], "ms", "without the rule", 1e3*plain[0]),
		against(what+", with DA-SSDP, tenth of the steps", 1e3*rule[len(rule)/10], "ms", "without the rule", 1e3*plain[len(plain)/10]),
		against(what+", with DA-SSDP, median step", 1e3*rule[len(rule)/2], "ms", "without the rule", 1e3*plain[len(plain)/2]),
	}
	if o.Python == "" {
		o.Log("left out: snnTorch; set SNNC_PYTHON to an interpreter that has torch and snntorch")
		return append(all, alone(what, 1e3*plain[0], "ms")), nil
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
	return append(all, against(what, 1e3*plain[0], "ms", peer.Name, peer.Rate)), nil
}

// trainingSteps trains two networks for an epoch, one with the rule, a step of the
// one and a step of the other in turn, so that both meet the machine in the same
// state, and returns the seconds of every step.
func trainingSteps(ctx context.Context, set *data.Set) (plain, rule []float64, err error) {
	sides := []struct {
		post  trainer.Post
		took  *[]float64
		turn  chan struct{}
		ended error
	}{{took: &plain, turn: make(chan struct{})}, {post: trainer.Post{Kind: "da-ssdp", Amplitudes: dassdp.PaperDefaults()}, took: &rule, turn: make(chan struct{})}}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	give := func(turn chan struct{}) {
		select {
		case turn <- struct{}{}:
		case <-ctx.Done():
		}
	}
	var both sync.WaitGroup
	for k := range sides {
		s, other := &sides[k], &sides[1-k]
		t, done, err := trainingOf(set, s.post)
		if err != nil {
			return nil, nil, err
		}
		defer done()
		var began time.Time
		wait := func() {
			select {
			case <-s.turn:
			case <-ctx.Done():
			}
			began = time.Now()
		}
		t.Step = func(step, of int, _, _ float64) {
			*s.took = append(*s.took, time.Since(began).Seconds())
			if k == 0 || step < of {
				give(other.turn)
			}
			if step < of {
				wait()
			}
		}
		both.Go(func() {
			wait()
			if s.ended = t.Run(ctx); s.ended != nil {
				cancel()
			}
		})
	}
	give(sides[0].turn)
	both.Wait()
	return plain, rule, errors.Join(sides[0].ended, sides[1].ended)
}

// trainingOf prepares the training of a side; done ends it.
func trainingOf(set *data.Set, post trainer.Post) (t *trainer.Trainer, done func(), err error) {
	g, hints, inits, err := modelfile.ReadUntrained(trainModel)
	if err != nil {
		return nil, nil, err
	}
	enc, err := data.NewEncoder(set, data.EncodeOptions{Steps: mnistSteps})
	if err != nil {
		return nil, nil, err
	}
	n, err := trainer.NewNetwork(&trainer.Model{Name: mnistName, Graph: g, Hints: hints, Inits: inits}, trainer.Options{
		Batch: trainBatch, Epochs: 1, Rule: post, Compile: compiler.Options{From: *hints.From, Steps: mnistSteps, Input: enc.Encoding()}})
	if err != nil {
		return nil, nil, err
	}
	t, err = trainer.New(n, &trainer.Data{N: set.Len(), Label: set.Label, Load: func(i, _ int, dst []float32) error {
		var f ir.Frames
		enc.Encode(i, &f)
		for k, v := range f.Values {
			dst[k] = float32(float64(v) * f.Scale)
		}
		return nil
	}}, nil)
	if err != nil {
		n.Close()
		return nil, nil, err
	}
	return t, n.Close, nil
}
