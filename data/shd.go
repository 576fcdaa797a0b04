package data

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"sync"

	"github.com/snnc/snnc/data/events"
	"github.com/snnc/snnc/internal/hdf5"
)

// hdf5Mark begins an HDF5 file.
const hdf5Mark = "\x89HDF\r\n\x1a\n"

// shdUnits are the channels of the Heidelberg sets' artificial cochlea.
const shdUnits = 700

// maxSpikeTime bounds a spike's time, in seconds, so that microseconds are exact.
const maxSpikeTime = 1e9

// shd is a file in the layout of the Spiking Heidelberg Digits and Speech
// Commands (B. Cramer et al., "The Heidelberg spiking data sets", 2020): a sequence
// of times (seconds) and one of units for each sample below /spikes, and /labels.
type shd struct {
	path         string
	lock         sync.Mutex // of the file
	file         *hdf5.File
	times, units []*hdf5.Array
	labels       []int32
}

// openSHD reads such a file as frames [bins, units]: a sequence, that Frames
// coding feeds.
func openSHD(ctx context.Context, path, label string, opt Options) (*Set, error) {
	b := opt.Events
	if b.Unset() {
		b.Time = 1000
	}
	if err := b.Validate(); err != nil {
		return nil, err
	}
	d, err := newSHD(path)
	if err != nil {
		return nil, err
	}
	n := len(d.times)
	if opt.Samples > 0 {
		n = min(n, opt.Samples)
	}
	bins := b.Bins
	if bins == 0 {
		for i := range n {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			spikes, err := d.spikes(i)
			if err != nil {
				return nil, err
			}
			bins = max(bins, b.Needs(spikes))
		}
	}
	f := &frames{name: label, binning: b, shape: []int{bins, b.Pooled(shdUnits)}, labels: make([]int32, n)}
	for i := range n {
		f.labels[i] = NoLabel
		if d.labels != nil {
			f.labels[i] = d.labels[i]
		}
	}
	for _, l := range d.labels {
		f.classes = max(f.classes, int(l)+1)
	}
	bin := func(i int, out []byte) (int, error) {
		spikes, err := d.spikes(i)
		if err != nil {
			return 0, err
		}
		return b.Lines(spikes, bins, f.shape[1], out), nil
	}
	if !f.fits() { // the file stays open
		return f.leave(bin, fmt.Sprintf("%d of spikes %+v", n, b), func(int) string { return path }), nil
	}
	defer d.file.Close()
	return f.hold(func(i int, out []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		return bin(i, out)
	})
}

func newSHD(path string) (*shd, error) {
	file, err := hdf5.Open(path)
	if err != nil {
		return nil, err
	}
	d := &shd{path: path, file: file}
	if err := d.list(); err != nil {
		file.Close()
		if errors.Is(err, hdf5.ErrNotFound) {
			return nil, fmt.Errorf("%s: no set in SHD's layout, which has /spikes/times, /spikes/units and /labels: %w", path, err)
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return d, nil
}

func (d *shd) list() error {
	for _, part := range []struct {
		name string
		to   *[]*hdf5.Array
	}{{"spikes/times", &d.times}, {"spikes/units", &d.units}} {
		set, err := d.file.Root().Dataset(part.name)
		if err != nil {
			return err
		}
		if *part.to, err = set.Sequences(); err != nil {
			return err
		}
	}
	if len(d.times) != len(d.units) || len(d.times) == 0 {
		return fmt.Errorf("/spikes/times has %d samples and /spikes/units %d; expected the same number, and at least one", len(d.times), len(d.units))
	}
	if !d.file.Root().Has("labels") {
		return nil
	}
	set, err := d.file.Root().Dataset("labels")
	if err != nil {
		return err
	}
	labels, err := set.Int64s()
	if err != nil {
		return err
	}
	if len(labels) != len(d.times) {
		return fmt.Errorf("%d labels for %d samples", len(labels), len(d.times))
	}
	d.labels = make([]int32, len(labels))
	for i, l := range labels {
		if l < 0 || l >= math.MaxInt32 {
			return fmt.Errorf("label %d is %d; expected a class from 0", i, l)
		}
		d.labels[i] = int32(l)
	}
	return nil
}

// spikes of a sample: whole microseconds, rounded down as tonic does, and the unit
// in X.
func (d *shd) spikes(i int) ([]events.Event, error) {
	d.lock.Lock()
	defer d.lock.Unlock()
	times, err := d.times[i].Float64s()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.path, err)
	}
	units, err := d.units[i].Int64s()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.path, err)
	}
	if len(times) != len(units) || len(times) == 0 {
		return nil, fmt.Errorf("%s: sample %d has %d times and %d units; expected the same number, and at least one", d.path, i, len(times), len(units))
	}
	out := make([]events.Event, len(times))
	for k := range out {
		if !(times[k] >= 0 && times[k] <= maxSpikeTime) {
			return nil, fmt.Errorf("%s: sample %d, spike %d is at %v s; expected 0 to %g", d.path, i, k, times[k], float64(maxSpikeTime))
		}
		if units[k] < 0 || units[k] >= shdUnits {
			return nil, fmt.Errorf("%s: sample %d, spike %d is of unit %d; SHD's layout has units 0 to %d", d.path, i, k, units[k], shdUnits-1)
		}
		out[k] = events.Event{T: int64(times[k] * 1e6), X: uint16(units[k]), On: true}
		if k > 0 && out[k].T < out[k-1].T {
			return nil, fmt.Errorf("%s: sample %d, spike %d is at %v s, before the one ahead of it at %v s; sort the spikes by time", d.path, i, k, times[k], times[k-1])
		}
	}
	return out, nil
}

// openSHDFolder opens NAME_train.h5 or NAME_test.h5 in a folder.
func openSHDFolder(name string) func(context.Context, string, string, Options) (*Set, error) {
	return func(ctx context.Context, folder, label string, opt Options) (*Set, error) {
		path := filepath.Join(folder, name+"_"+string(opt.Split)+".h5")
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("%s: %w", path, errNoRecordings)
		}
		return openSHD(ctx, path, label, opt)
	}
}
