package data

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/snnc/snnc/data/array"
)

type format int

const (
	formatUnknown format = iota
	formatIDX            // plain or gzipped
	formatNPY
	formatNPZ
)

// sniff tells a file's format by its first bytes and rewinds it.
func sniff(f *os.File) (format, error) {
	start := make([]byte, 6)
	n, err := io.ReadFull(f, start)
	if err != nil && n == 0 {
		return formatUnknown, fmt.Errorf("the file is empty")
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return formatUnknown, err
	}
	start = start[:n]
	switch {
	case bytes.HasPrefix(start, []byte("\x93NUMPY")):
		return formatNPY, nil
	case bytes.HasPrefix(start, []byte("PK")):
		return formatNPZ, nil
	case bytes.HasPrefix(start, []byte{0, 0}), bytes.HasPrefix(start, []byte{0x1f, 0x8b}):
		return formatIDX, nil
	}
	return formatUnknown, nil
}

// readIDXFile reads an idx file, gzipped or not.
func readIDXFile(path string) (*array.Array, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	a, err := readIDX(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return a, nil
}

// readIDX reads a plain or gzipped idx stream.
func readIDX(r io.Reader) (*array.Array, error) {
	buffered := bufio.NewReaderSize(r, 1<<16)
	if start, err := buffered.Peek(2); err == nil && start[0] == 0x1f && start[1] == 0x8b {
		unzipped, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, fmt.Errorf("gzip: %w", err)
		}
		return array.ReadIDX(unzipped)
	}
	return array.ReadIDX(buffered)
}

// The names that samples and labels go by in .npz files, in order of preference.
// %s is the split: Keras writes x_train, y_train, x_test, y_test.
var (
	sampleNames = []string{"x_%s", "x", "data", "images"}
	labelNames  = []string{"y_%s", "y", "labels", "targets", "label", "target"}
)

// readNPZ takes samples and labels from the arrays of an .npz file by name, in
// any case; a file with a single array needs no known name.
func readNPZ(f *os.File, name string, split Split) (*Set, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return npzSet(f, info.Size(), name, split)
}

func npzSet(r io.ReaderAt, size int64, name string, split Split) (*Set, error) {
	z, err := array.OpenNPZ(r, size)
	if err != nil {
		return nil, err
	}
	sampleName := pickName(z.Names(), sampleNames, split)
	if sampleName == "" && len(z.Names()) == 1 {
		sampleName = z.Names()[0]
	}
	if sampleName == "" {
		return nil, fmt.Errorf("no array named x, X, data, images or x_%s; the file holds: %s", split, strings.Join(z.Names(), ", "))
	}
	samples, err := z.Read(sampleName)
	if err != nil {
		return nil, err
	}
	var labels *array.Array
	if labelName := pickName(z.Names(), labelNames, split); labelName != "" && labelName != sampleName {
		if labels, err = z.Read(labelName); err != nil {
			return nil, err
		}
	}
	return NewSet(name, samples, labels)
}

// pickName returns the first name of have that a pattern of want fits, or "".
func pickName(have, want []string, split Split) string {
	for _, pattern := range want {
		pattern = strings.ReplaceAll(pattern, "%s", string(split))
		if i := slices.IndexFunc(have, func(n string) bool { return strings.EqualFold(n, pattern) }); i >= 0 {
			return have[i]
		}
	}
	return ""
}
