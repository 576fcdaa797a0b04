package data

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

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
}

// Open reads a data set by name (mnist, fashion-mnist, demo) or by path: an idx,
// .npy or .npz file, each recognised by its content, or a folder with MNIST's
// file names. Named sets are looked up in the folders of $SNNC_DATA, in Debian's
// dataset-fashion-mnist package, and in the embedded sample; an error lists where
// was looked and which command gets the data. [Set.Notes] tells what was
// substituted. ctx stops the reading between files.
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
		return openNamed(ctx, name, known, opt.Split)
	}
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errors.New("not one of mnist, fashion-mnist and demo, and no such file or folder")
	case err != nil:
		return nil, err
	case info.IsDir():
		label := baseName(name) + "/" + string(opt.Split)
		set, err := openMNISTFolder(ctx, name, label, opt.Split)
		if errors.Is(err, errNoMNISTFiles) {
			if recorded, found := openRecordings(ctx, name, opt); !errors.Is(found, errNoRecordings) {
				return recorded, found
			}
		}
		return set, err
	}
	if recorded, err := isRecording(name); recorded || err != nil {
		if err != nil {
			return nil, err
		}
		return openRecordings(ctx, name, opt)
	}
	return openFile(ctx, name, opt.Split)
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
	return nil, errors.New("not an idx (or idx.gz), .npy or .npz file, nor a recording of events (AEDAT, N-MNIST)")
}
