package data

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"sync"

	"github.com/snnc/snnc/data/array"
)

const demoName = "demo"

// The first images of the Fashion-MNIST test set and their labels; see
// demo/LICENSE for their origin and licence, examples/make_demo_data.py for how
// they were cut.
var (
	//go:embed demo/t10k-images-idx3-ubyte.gz
	demoImages []byte
	//go:embed demo/t10k-labels-idx1-ubyte.gz
	demoLabels []byte
)

var readDemo = sync.OnceValues(func() (*Set, error) {
	images, err := readIDX(bytes.NewReader(demoImages))
	if err != nil {
		return nil, fmt.Errorf("embedded images: %w", err)
	}
	var labels *array.Array
	if labels, err = readIDX(bytes.NewReader(demoLabels)); err != nil {
		return nil, fmt.Errorf("embedded labels: %w", err)
	}
	return NewSet(demoName, images, labels)
})

// openDemo returns the embedded sample.
func openDemo(split Split) (*Set, error) {
	if split != Test {
		return nil, errors.New("the embedded sample has test images only; use fashion-mnist for training images")
	}
	return readDemo()
}

// openSubstitute returns the embedded sample in place of the whole test set.
func openSubstitute(name, fetch string) (*Set, error) {
	s, err := readDemo()
	if err != nil {
		return nil, err
	}
	c := *s
	c.name = name
	c.notes = []string{fmt.Sprintf("%s: only the first %d of 10000 test images are present (the embedded sample). For all: %s", name, s.n, fetch)}
	return &c, nil
}
