package backend

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/snnc/snnc/ir"
	"github.com/stretchr/testify/require"
)

// echo answers with the first value of its stimulus, late for some samples so
// that workers overtake each other.
type echo struct{ busy atomic.Bool }

func (e *echo) Run(_ context.Context, f []*ir.Frames) (*ir.Result, error) {
	if !e.busy.CompareAndSwap(false, true) {
		return nil, errors.New("two samples at once on one runner")
	}
	defer e.busy.Store(false)
	v := f[0].Values[0]
	if v%37 == 5 {
		time.Sleep(time.Millisecond)
	}
	if v < 0 {
		return nil, fmt.Errorf("sample %d", -v)
	}
	return &ir.Result{Cycles: int64(v)}, nil
}

func newEcho() (Runner, error) { return &echo{}, nil }

func number(i int) ([]*ir.Frames, error) { return []*ir.Frames{{Values: []int32{int32(i)}}}, nil }

func TestBatchEmitsInOrder(t *testing.T) {
	for _, workers := range []int{0, 1, 2, 7} {
		for _, n := range []int{0, 1, chunk - 1, chunk, 1000} {
			next := 0
			require.NoError(t, Batch(context.Background(), n, workers, newEcho, number, func(i int, r *ir.Result) error {
				require.Equal(t, next, i)
				require.EqualValues(t, i, r.Cycles)
				next++
				return nil
			}))
			require.Equal(t, n, next, "%d workers", workers)
		}
	}
}

// Property: the error of the lowest sample comes back, after exactly the
// samples before it, whichever worker fails first.
func TestBatchReturnsTheFirstErrorInSampleOrder(t *testing.T) {
	for _, workers := range []int{1, 3} {
		for _, bad := range []int{0, 5, 42, 500} {
			failing := map[string]func(i int) ([]*ir.Frames, error){
				"runner": func(i int) ([]*ir.Frames, error) {
					if i >= bad {
						return number(-i)
					}
					return number(i)
				},
				"input": func(i int) ([]*ir.Frames, error) {
					if i >= bad {
						return nil, fmt.Errorf("sample %d", i)
					}
					return number(i)
				},
			}
			for name, input := range failing {
				if name == "runner" && bad == 0 {
					continue // −0 is no error to echo
				}
				emitted := 0
				err := Batch(context.Background(), 1000, workers, newEcho, input, func(int, *ir.Result) error { emitted++; return nil })
				require.EqualError(t, err, fmt.Sprintf("sample %d", bad), name)
				require.Equal(t, bad, emitted, name)
			}
			emitted := 0
			err := Batch(context.Background(), 1000, workers, newEcho, number, func(i int, _ *ir.Result) error {
				if emitted++; i == bad {
					return errors.New("full")
				}
				return nil
			})
			require.EqualError(t, err, "full")
			require.Equal(t, bad+1, emitted)
		}
	}
}

func TestBatchStopsWhenTheContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	emitted := 0
	err := Batch(ctx, 1_000_000_000, 2, newEcho, number, func(i int, _ *ir.Result) error {
		if emitted++; i == 100 {
			cancel()
		}
		return nil
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Less(t, emitted, 1000)

	err = Batch(ctx, 10, 2, newEcho, number, func(int, *ir.Result) error { return nil })
	require.ErrorIs(t, err, context.Canceled)
}

func TestBatchReturnsTheErrorOfAWorker(t *testing.T) {
	err := Batch(context.Background(), 10, 2, func() (Runner, error) { return nil, errors.New("no board") }, number, nil)
	require.EqualError(t, err, "no board")
}
