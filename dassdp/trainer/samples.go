package trainer

import (
	"fmt"
	"sync"

	"github.com/snnc/snnc/data"
	"github.com/snnc/snnc/data/augment"
	"github.com/snnc/snnc/ir"
)

// FromEncoder gives the samples first..first+n−1 of an encoder's set, as real
// values of the integers that the machine gets, changed at random in training
// where change is not nil.
func FromEncoder(enc data.Encoder, first, n int, change *augment.Augmenter, seed uint64) *Data {
	type scratch struct {
		frames ir.Frames
		real   []float32
	}
	pool := sync.Pool{New: func() any { return new(scratch) }}
	return &Data{N: n, Label: func(i int) int { return enc.Set().Label(first + i) },
		Load: func(i, epoch int, dst []float32) error {
			s := pool.Get().(*scratch)
			defer pool.Put(s)
			enc.Encode(first+i, &s.frames)
			if err := enc.Set().Err(); err != nil {
				return err
			}
			if len(s.frames.Values) != len(dst) {
				return fmt.Errorf("sample %d has %d values; the network takes %d", first+i, len(s.frames.Values), len(dst))
			}
			real := dst
			if change != nil && epoch >= 0 {
				if len(s.real) != len(dst) {
					s.real = make([]float32, len(dst))
				}
				real = s.real
			}
			for k, v := range s.frames.Values {
				real[k] = float32(float64(v) * s.frames.Scale)
			}
			if change != nil && epoch >= 0 {
				change.Apply(dst, real, augment.Seed(seed, epoch, i))
			}
			return nil
		}}
}
