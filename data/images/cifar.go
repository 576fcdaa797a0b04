package images

import (
	"fmt"
	"os"
	"path/filepath"
)

// Side of CIFAR's pictures.
const Side = 32

const cifarPicture = Channels * Side * Side

// CIFAR is one of the two sets of binary batches (A. Krizhevsky, "Learning
// multiple layers of features from tiny images", 2009): records of label bytes
// and the bytes of a picture, [3][32][32].
type CIFAR struct {
	Folder  string   // the layout's own name
	Train   []string // files of the training split
	Test    []string
	labels  int // label bytes of a record; the last is the class
	Classes int
}

// The sets.
var (
	CIFAR10 = CIFAR{
		Folder:  "cifar-10-batches-bin",
		Train:   []string{"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"},
		Test:    []string{"test_batch.bin"},
		labels:  1,
		Classes: 10,
	}
	// CIFAR100 has a coarse label, which is not used, before the fine one.
	CIFAR100 = CIFAR{Folder: "cifar-100-binary", Train: []string{"train.bin"}, Test: []string{"test.bin"}, labels: 2, Classes: 100}
)

// In tells whether a folder has the split's first file.
func (c CIFAR) In(folder string, train bool) bool {
	info, err := os.Stat(filepath.Join(folder, c.files(train)[0]))
	return err == nil && info.Mode().IsRegular()
}

func (c CIFAR) files(train bool) []string {
	if train {
		return c.Train
	}
	return c.Test
}

// Read reads the split's files in their order.
func (c CIFAR) Read(folder string, train bool) (pixels []byte, labels []int32, err error) {
	record := c.labels + cifarPicture
	for _, name := range c.files(train) {
		path := filepath.Join(folder, name)
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, nil, err
		}
		if len(b) == 0 || len(b)%record != 0 {
			return nil, nil, fmt.Errorf("%s: %d bytes are no whole number of records of %d; the file is cut short, or of another kind", path, len(b), record)
		}
		for at := 0; at < len(b); at += record {
			label := b[at+c.labels-1]
			if int(label) >= c.Classes {
				return nil, nil, fmt.Errorf("%s: record %d has the label %d; the classes are 0 to %d", path, at/record, label, c.Classes-1)
			}
			labels = append(labels, int32(label))
			pixels = append(pixels, b[at+c.labels:at+record]...)
		}
	}
	return pixels, labels, nil
}
