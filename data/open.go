package data

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/snnc/snnc/data/array"
	"github.com/snnc/snnc/data/events"
)

// Split names a part of a data set.
type Split string

// The splits of MNIST-named files and of Keras-named arrays (x_train, x_test).
const (
	Test  Split = "test"
	Train Split = "train"
)

// Options of [Open]. The zero value means the test split, all samples and the
// scale of [NewSet].
type Options struct {
	Split   Split   // "" means Test
	Samples int     // keep only the first so many; 0 keeps all
	Scale   float64 // real value of the integer 1; 0 means NewSet's default
	// Events bins recordings of event cameras; zero means bins of 1 ms.
	Events events.Binning
	// Side is what pictures of class folders are fitted to ([images.Fit]); 0 means
	// 224, or the pictures' own where the first is a square of at most 64.
	Side int
}

// Open reads a data set by name (docs/data.md lists them) or by path: an idx,
// .npy, .npz or HDF5 file, a recording of events, each recognised by its content,
// or a folder in one of the layouts that sets are published in. Named sets are looked up
// in the folders of $SNNC_DATA, in Debian's dataset-fashion-mnist package, and in
// the embedded sample; an error lists where was looked and which command gets the
// data. [Set.Notes] tells what was substituted. Class folders and recordings of more
// than 2 GiB stay in their files ([Set.Lazy]). ctx stops the reading between files.
func Open(ctx context.Context, name string, opt Options) (*Set, error) {
	switch opt.Split {
	case "":
		opt.Split = Test
	case Test, Train:
	default:
		return nil, fmt.Errorf("data set %q: split %q; allowed are test and train", name, opt.Split)
	}
	if opt.Samples < 0 {
		return nil, fmt.Errorf("data set %q: %d samples asked for; expected at least 1, or 0 for all", name, opt.Samples)
	}
	s, err := locate(ctx, name, opt)
	if err != nil {
		return nil, fmt.Errorf("data set %q: %w", name, err)
	}
	if opt.Scale != 0 {
		if s, err = s.WithScale(opt.Scale); err != nil {
			return nil, fmt.Errorf("data set %q: %w", name, err)
		}
	}
	if opt.Samples > 0 {
		return s.First(opt.Samples)
	}
	return s, nil
}

func locate(ctx context.Context, name string, opt Options) (*Set, error) {
	if name == demoName {
		return openDemo(opt.Split)
	}
	if known, ok := publishedSets[name]; ok {
		return openNamed(ctx, name, known, opt)
	}
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("not one of %s, and no such file or folder", setNames())
	case err != nil:
		return nil, err
	case info.IsDir():
		return openFolder(ctx, name, baseName(name)+"/"+string(opt.Split), opt)
	}
	start, err := startOf(name)
	switch {
	case err != nil:
		return nil, err
	case strings.HasPrefix(start, hdf5Mark):
		return openSHD(ctx, name, baseName(name), opt)
	case strings.HasPrefix(start, aerMark):
		return openAER(ctx, name, baseName(name), opt)
	}
	if recorded, err := isRecording(name); recorded || err != nil {
		if err != nil {
			return nil, err
		}
		return openRecordings(ctx, name, baseName(name), opt)
	}
	return openFile(ctx, name, opt.Split)
}

// openFolder tries the layouts of folders. The error of a folder of none says
// what MNIST's would hold, the simplest.
func openFolder(ctx context.Context, folder, label string, opt Options) (*Set, error) {
	set, err := openMNISTFolder(ctx, folder, label, opt.Split)
	if !errors.Is(err, errNoMNISTFiles) {
		return set, err
	}
	pictures, found := openPictures(ctx, folder, label, opt)
	if !errors.Is(found, errNoPictures) {
		return pictures, found
	}
	recorded, found := openRecordings(ctx, folder, baseName(folder), opt)
	if !errors.Is(found, errNoRecordings) {
		return recorded, found
	}
	return nil, fmt.Errorf("%w; nor CIFAR's binary batches, class folders of pictures or recordings of events", err)
}

// startOf is the first bytes of a file, fewer where it is shorter.
func startOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	start := make([]byte, 16)
	n, err := io.ReadFull(f, start)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return string(start[:n]), err
}

// baseName is the last part of a path, also of "." or "..".
func baseName(path string) string {
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	return filepath.Base(path)
}

// openFile reads a single file, told by its first bytes.
func openFile(ctx context.Context, path string, split Split) (*Set, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	switch format, err := sniff(f); {
	case err != nil:
		return nil, err
	case format == formatNPZ:
		return readNPZ(f, baseName(path), split)
	case format == formatNPY:
		samples, err := array.ReadNPY(f)
		if err != nil {
			return nil, err
		}
		return NewSet(baseName(path), samples, nil)
	case format == formatIDX:
		return openIDX(ctx, path)
	}
	return nil, errors.New("not an idx (or idx.gz), .npy or .npz file, nor a recording of events (AEDAT, N-MNIST, HDF5 in SHD's layout)")
}
