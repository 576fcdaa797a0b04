// Package backend holds what all executions of a network share: references,
// simulator, Verilated model and board. It knows no arithmetic and no machine.
package backend

import (
	"context"
	"runtime"
	"sync"

	"github.com/snnc/snnc/ir"
)

// Runner is an execution that takes one inference at a time. frames has one
// stimulus for each input.
type Runner interface {
	Run(ctx context.Context, frames []*ir.Frames) (*ir.Result, error)
}

// chunk is what a worker takes at once: enough samples that handing them over
// costs nothing beside even the fastest execution (some 10 µs a sample), few
// enough that the last workers do not wait long for each other.
const chunk = 16

// Batch runs samples 0..n−1 and hands the results to emit in sample order, on
// the caller's goroutine. The results are the same for every number of workers.
//
// workers is the number of runners; 0 or less means one for each processor.
// newWorker makes them, one after the other, before anything runs. input gives
// a sample's stimulus and is called from several goroutines at once.
//
// The first error in sample order, of input, a runner or emit, ends the batch:
// all samples before it have been emitted and none after it. When ctx ends,
// Batch returns its error after the workers have stopped.
func Batch(ctx context.Context, n, workers int, newWorker func() (Runner, error),
	input func(i int) ([]*ir.Frames, error), emit func(i int, r *ir.Result) error) error {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	workers = min(workers, (n+chunk-1)/chunk)
	runners := make([]Runner, workers)
	for i := range runners {
		var err error
		if runners[i], err = newWorker(); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	var done sync.WaitGroup
	defer done.Wait()
	defer cancel()

	// Chunks reach the workers through jobs and the caller, in order, through
	// queue, whose capacity bounds the results that wait to be emitted.
	jobs, queue := make(chan *part), make(chan *part, 2*workers)
	done.Go(func() {
		defer close(queue)
		defer close(jobs)
		for first := 0; first < n; first += chunk {
			p := &part{first: first, end: min(first+chunk, n), ready: make(chan struct{})}
			select {
			case queue <- p:
			case <-ctx.Done():
				return
			}
			select {
			case jobs <- p:
			case <-ctx.Done():
				return
			}
		}
	})
	for _, r := range runners {
		done.Go(func() {
			for p := range jobs {
				p.run(ctx, r, input)
			}
		})
	}
	for p := range queue {
		select {
		case <-p.ready:
		case <-ctx.Done():
			return ctx.Err()
		}
		for k, r := range p.results {
			if err := emit(p.first+k, r); err != nil {
				return err
			}
		}
		if p.err != nil {
			return p.err
		}
	}
	return ctx.Err()
}

// part is a run of consecutive samples.
type part struct {
	first, end int
	ready      chan struct{} // closed when results and err are final
	results    []*ir.Result
	err        error // of the sample after the last result
}

func (p *part) run(ctx context.Context, r Runner, input func(int) ([]*ir.Frames, error)) {
	defer close(p.ready)
	for i := p.first; i < p.end; i++ {
		if p.err = ctx.Err(); p.err != nil {
			return
		}
		var frames []*ir.Frames
		if frames, p.err = input(i); p.err != nil {
			return
		}
		var result *ir.Result
		if result, p.err = r.Run(ctx, frames); p.err != nil {
			return
		}
		p.results = append(p.results, result)
	}
}
