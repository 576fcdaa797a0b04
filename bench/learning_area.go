package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/rtl"
)

// learningArea synthesises the network for ECP5 with and without its last layer
// plastic, under Options.Digests digests: Yosys' mapping changes by a fifth with
// a constant. A figure is the median of all, LUT, carry and memory together.
func (s *mnist) learningArea(ctx context.Context, o Options) ([]Measurement, error) {
	if _, err := exec.LookPath("yosys"); err != nil {
		o.Log("left out: what the plasticity unit takes: %v", err)
		return nil, nil
	}
	digests := max(1, o.Digests)
	var all []Measurement
	for _, lanes := range []int{8, 32} {
		var areas [2][]int // without and with
		var failed [2]error
		var both sync.WaitGroup
		for i := range areas {
			opt := compiler.Options{Lanes: lanes}
			if i == 1 {
				opt.Plastic = []string{"last"}
			}
			c, err := s.compile(ctx, opt)
			if err != nil {
				return nil, err
			}
			both.Go(func() {
				for k := range digests {
					area, err := underDigest(ctx, c, filepath.Join(o.Dir, fmt.Sprintf("area%d-%d-%d", lanes, i, k)), uint64(k))
					if err != nil {
						failed[i] = err
						return
					}
					areas[i] = append(areas[i], area.LUT+area.Carry+area.LUTRAM)
					o.Log("%d lanes, %s, digest %d: %d LUT, %d carry, %d as memory, %d FF, %d DSP", lanes, []string{"without", "plastic"}[i], k,
						area.LUT, area.Carry, area.LUTRAM, area.FF, area.DSP)
				}
			})
		}
		both.Wait()
		if err := errors.Join(failed[:]...); err != nil {
			return nil, err
		}
		all = append(all, against(fmt.Sprintf("MNIST, %d lanes: ECP5 LUTs with the last layer plastic", lanes), median(areas[1]), "LUT", "without", median(areas[0])))
	}
	return all, nil
}

// underDigest synthesises a program as though its digest were one drawn from a
// seed; 0 keeps its own.
func underDigest(ctx context.Context, c *compiler.Compiled, dir string, seed uint64) (Area, error) {
	digest := c.Program.DesignDigest()
	if seed > 0 {
		r := rand.New(rand.NewPCG(seed, 0))
		for i := range digest {
			digest[i] = byte(r.Uint32())
		}
	}
	d, err := rtl.Emit(c.Program, rtl.Options{Digest: digest, Tool: compiler.Version})
	if err != nil {
		return Area{}, err
	}
	if err := d.Write(dir); err != nil {
		return Area{}, err
	}
	for _, t := range targets {
		if t.family == compiler.ECP5 {
			return synthesise(ctx, dir, t)
		}
	}
	return Area{}, errors.New("no ECP5 among the targets")
}

func median(of []int) float64 {
	s := slices.Sorted(slices.Values(of))
	return (float64(s[(len(s)-1)/2]) + float64(s[len(s)/2])) / 2
}
