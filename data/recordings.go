package data

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/snnc/snnc/data/array"
	"github.com/snnc/snnc/data/events"
)

// openRecordings reads event recordings, a file or a folder of them, as frames of
// counts [bins, 2, height, width]: a sequence, that Frames coding feeds. Where the
// number of bins and the sensor's size are known beforehand, recordings are binned
// one by one, and a set that is too large to hold stays in its files.
func openRecordings(ctx context.Context, root, label string, opt Options) (Source, error) {
	b := opt.Events
	if b.Unset() {
		b.Time = 1000
	}
	if err := b.Validate(); err != nil {
		return nil, err
	}
	list, note, err := splitRecordings(root, opt.Split)
	if err != nil {
		return nil, err
	}
	if opt.Samples > 0 && opt.Samples < len(list) {
		list = list[:opt.Samples]
	}
	f := binned(label, list, b)
	if note != "" {
		f.notes = append(f.notes, note)
	}
	first, err := readRecording(list[0].path)
	if err != nil {
		return nil, err
	}
	known := b.Bins > 0 && first.Width > 0
	if !known {
		return f.readAll(ctx, b)
	}
	f.shapeOf(b.Bins, first.Width, first.Height)
	if len(list) <= maxHeld/f.size {
		return f.readEach(ctx)
	}
	if !opt.streaming {
		return nil, f.tooLarge()
	}
	return &f.files, nil
}

// recorded is a set of recordings under one binning.
type recorded struct {
	files
	list          []recording
	binning       events.Binning
	width, height int // of the sensor
}

func binned(label string, list []recording, b events.Binning) *recorded {
	f := &recorded{list: list, binning: b}
	f.name, f.scale, f.sequence = label, 1, true
	f.labels = make([]int32, len(list))
	for i, r := range list {
		f.labels[i] = int32(r.label)
		f.classes = max(f.classes, r.label+1)
	}
	f.files.read = func(i int) ([]byte, error) {
		r, err := readRecording(f.list[i].path)
		if err != nil {
			return nil, err
		}
		out := make([]byte, f.size)
		_, err = f.bin(i, r, out)
		return out, err
	}
	return f
}

// shapeOf fixes the frames of a sample.
func (f *recorded) shapeOf(bins, width, height int) {
	f.width, f.height = width, height
	w, h := f.binning.Pooled(width), f.binning.Pooled(height)
	f.shape, f.size = []int{bins, 2, h, w}, bins*2*h*w
}

// bin writes the frames of a recording and tells how many events are past them.
func (f *recorded) bin(i int, r *events.Recording, out []byte) (lost int, err error) {
	for k, e := range r.Events {
		if int(e.X) >= f.width || int(e.Y) >= f.height {
			return 0, fmt.Errorf("%s: event %d is at pixel (%d, %d); the set's first recording is of %d × %d pixels", f.list[i].path, k, e.X, e.Y, f.width, f.height)
		}
	}
	return f.binning.Frames(r.Events, f.shape[0], f.shape[3], f.shape[2], out), nil
}

func readRecording(path string) (*events.Recording, error) {
	r, err := events.Read(path)
	if err != nil {
		return nil, err
	}
	if len(r.Events) == 0 {
		return nil, fmt.Errorf("%s: the recording holds no event", path)
	}
	return r, nil
}

// readAll reads all recordings before it knows their bins and pixels.
func (f *recorded) readAll(ctx context.Context, b events.Binning) (*Set, error) {
	all := make([]*events.Recording, len(f.list))
	bins, width, height := 0, 0, 0
	for i, l := range f.list {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r, err := readRecording(l.path)
		if err != nil {
			return nil, err
		}
		all[i] = r
		bins, width, height = max(bins, b.Needs(r.Events)), max(width, r.Width), max(height, r.Height)
		for _, e := range r.Events {
			width, height = max(width, int(e.X)+1), max(height, int(e.Y)+1)
		}
	}
	if b.Bins > 0 {
		bins = b.Bins
	}
	f.shapeOf(bins, width, height)
	if len(f.list) > maxHeld/f.size {
		return nil, f.tooLarge()
	}
	return f.hold(func(i int, out []byte) (int, error) { return f.bin(i, all[i], out) })
}

// readEach reads and bins one recording after the other.
func (f *recorded) readEach(ctx context.Context) (*Set, error) {
	return f.hold(func(i int, out []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		r, err := readRecording(f.list[i].path)
		if err != nil {
			return 0, err
		}
		return f.bin(i, r, out)
	})
}

func (f *recorded) tooLarge() error {
	return fmt.Errorf("%d recordings of %d bins and %d × %d pixels are more than %d bytes; give longer bins, fewer bins or fewer samples, or pool pixels", len(f.list), f.shape[0], f.shape[3], f.shape[2], maxHeld)
}

// hold makes a set in memory of what bin writes.
func (f *recorded) hold(bin func(i int, out []byte) (lost int, err error)) (*Set, error) {
	raw, lost := make([]byte, len(f.labels)*f.size), 0
	for i := range f.labels {
		n, err := bin(i, raw[i*f.size:(i+1)*f.size])
		if err != nil {
			return nil, err
		}
		lost += n
	}
	s, err := NewSet(f.name, &array.Array{Kind: array.Uint8, Shape: append([]int{len(f.labels)}, f.shape...), Raw: raw}, nil)
	if err != nil {
		return nil, err
	}
	s.scale, s.scaleSet, s.sequence, s.notes = 1, true, true, f.notes
	if f.classes > 0 {
		s.labels, s.classes = f.labels, f.classes
	}
	if lost > 0 {
		s.notes = append(s.notes, fmt.Sprintf("%s: %d events past bin %d are left out", s.name, lost, f.shape[0]-1))
	}
	return s, nil
}

// isRecording tells whether a file holds events: by name, by its mark, or a .npy
// array whose elements have fields.
func isRecording(path string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	start := make([]byte, 256)
	n, _ := f.Read(start)
	start = start[:n]
	return events.Recognises(path, start) || strings.HasPrefix(string(start), "\x93NUMPY") && strings.Contains(string(start), "'descr': [("), nil
}
