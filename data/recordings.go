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
func openRecordings(ctx context.Context, root, label string, opt Options) (*Set, error) {
	b := opt.Events
	if b.Unset() {
		b.Time = 1000
	}
	if err := b.Validate(); err != nil {
		return nil, err
	}
	list, dvs, err := splitRecordings(root, opt.Split)
	if err != nil {
		return nil, err
	}
	if opt.Samples > 0 && opt.Samples < len(list) {
		list = list[:opt.Samples]
	}
	f := &frames{name: label, binning: b}
	if dvs {
		f.notes = append(f.notes, "CIFAR10-DVS comes without a split: of each class the last tenth of the recordings, by number, is for testing, the rest for training")
	}
	for _, r := range list {
		f.labels = append(f.labels, int32(r.label))
		f.classes = max(f.classes, r.label+1)
	}
	c := camera{list: list, frames: f, upright: dvs}
	first, err := c.recording(0)
	if err != nil {
		return nil, err
	}
	if b.Bins == 0 || first.Width == 0 {
		return c.readAll(ctx)
	}
	c.shapeOf(b.Bins, first.Width, first.Height)
	if f.fits() {
		return f.hold(func(i int, out []byte) (int, error) {
			if err := ctx.Err(); err != nil {
				return 0, err
			}
			return c.read(i, out)
		})
	}
	return f.leave(c.read, fmt.Sprintf("recordings %+v", b), func(i int) string { return list[i].path }), nil
}

// camera is a set of recordings of one sensor.
type camera struct {
	*frames
	list          []recording
	upright       bool // CIFAR10-DVS is turned
	width, height int
}

// shapeOf fixes the frames of a sample.
func (c *camera) shapeOf(bins, width, height int) {
	c.width, c.height = width, height
	c.shape = []int{bins, 2, c.binning.Pooled(height), c.binning.Pooled(width)}
}

// bin writes the frames of a recording and tells how many events are past them.
func (c *camera) bin(i int, r *events.Recording, out []byte) (lost int, err error) {
	for k, e := range r.Events {
		if int(e.X) >= c.width || int(e.Y) >= c.height {
			return 0, fmt.Errorf("%s: event %d is at pixel (%d, %d); the set's first recording is of %d × %d pixels", c.list[i].path, k, e.X, e.Y, c.width, c.height)
		}
	}
	return c.binning.Frames(r.Events, c.shape[0], c.shape[3], c.shape[2], out), nil
}

func (c *camera) read(i int, out []byte) (lost int, err error) {
	r, err := c.recording(i)
	if err != nil {
		return 0, err
	}
	return c.bin(i, r, out)
}

func (c *camera) recording(i int) (*events.Recording, error) {
	path := c.list[i].path
	r, err := events.Read(path)
	if err != nil {
		return nil, err
	}
	if len(r.Events) == 0 {
		return nil, fmt.Errorf("%s: the recording holds no event", path)
	}
	if c.upright {
		if err := r.Upright(); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return r, nil
}

// readAll reads all recordings before it knows their bins and pixels.
func (c *camera) readAll(ctx context.Context) (*Set, error) {
	all := make([]*events.Recording, len(c.list))
	bins, width, height := 0, 0, 0
	for i := range c.list {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r, err := c.recording(i)
		if err != nil {
			return nil, err
		}
		all[i] = r
		bins, width, height = max(bins, c.binning.Needs(r.Events)), max(width, r.Width), max(height, r.Height)
		for _, e := range r.Events {
			width, height = max(width, int(e.X)+1), max(height, int(e.Y)+1)
		}
	}
	if c.binning.Bins > 0 {
		bins = c.binning.Bins
	}
	c.shapeOf(bins, width, height)
	if !c.fits() {
		return nil, fmt.Errorf("%d recordings of %s are more than %d bytes; give longer bins, fewer bins or fewer samples, or pool pixels", len(c.list), array.FormatShape(c.shape), maxHeld)
	}
	return c.hold(func(i int, out []byte) (int, error) { return c.bin(i, all[i], out) })
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
