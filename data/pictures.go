package data

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/snnc/snnc/data/array"
	"github.com/snnc/snnc/data/images"
)

// maxHeld bounds the bytes of a set that is held in memory; tests lower it. Class
// folders and recordings of more stay in their files, others are refused.
var maxHeld = 1 << 31

// defaultSide is the side that pictures of different sizes are fitted to, as is
// usual for ImageNet; pictures that are squares of at most ownSide keep theirs.
const (
	defaultSide = 224
	ownSide     = 64
)

// errNoPictures says that a folder holds none of the layouts of pictures.
var errNoPictures = errors.New("no pictures")

// openPictures reads a folder in one of the layouts of pictures: CIFAR's binary
// batches, here or in the folder of their own name; train.tar.gz and test.tar.gz of
// class folders; class folders.
func openPictures(ctx context.Context, folder, label string, opt Options) (*Set, error) {
	for _, kind := range []images.CIFAR{images.CIFAR10, images.CIFAR100} {
		s, err := openCIFAR(kind, folder, label, opt)
		if !errors.Is(err, errNoPictures) {
			return s, err
		}
	}
	archive := filepath.Join(folder, string(opt.Split)+".tar.gz")
	if info, err := os.Stat(archive); err == nil && info.Mode().IsRegular() {
		pixels, labels, classes, h, w, err := images.ReadArchive(ctx, archive)
		if err != nil {
			return nil, err
		}
		return pictureSet(label, pixels, labels, len(classes), h, w)
	}
	f, err := images.OpenFolder(folder, opt.Split == Train)
	if errors.Is(err, images.ErrNoFolder) {
		return nil, fmt.Errorf("%w: %w", errNoPictures, err)
	}
	if err != nil {
		return nil, err
	}
	return openPictureFolder(ctx, f, label, opt)
}

// openCIFAR reads the binary batches of one of the two sets.
func openCIFAR(kind images.CIFAR, folder, label string, opt Options) (*Set, error) {
	train := opt.Split == Train
	for _, f := range []string{folder, filepath.Join(folder, kind.Folder)} {
		if !kind.In(f, train) {
			continue
		}
		pixels, labels, err := kind.Read(f, train)
		if err != nil {
			return nil, err
		}
		return pictureSet(label, pixels, labels, kind.Classes, images.Side, images.Side)
	}
	return nil, fmt.Errorf("%s: %w: no %s", folder, errNoPictures, filepath.Join(kind.Folder, kind.Test[0]))
}

func pictureSet(name string, pixels []byte, labels []int32, classes, height, width int) (*Set, error) {
	samples := &array.Array{Kind: array.Uint8, Shape: []int{len(labels), images.Channels, height, width}, Raw: pixels}
	given := &array.Array{Kind: array.Int32, Shape: []int{len(labels)}, Raw: make([]byte, 0, 4*len(labels))}
	for _, l := range labels {
		given.Raw = binary.LittleEndian.AppendUint32(given.Raw, uint32(l))
	}
	s, err := NewSet(name, samples, given)
	if err != nil {
		return nil, err
	}
	s.classes = classes
	return s, nil
}

// openPictureFolder holds the pictures of class folders where they fit, and else
// leaves them in their files.
func openPictureFolder(ctx context.Context, f *images.Folder, label string, opt Options) (*Set, error) {
	side := opt.Side
	if side == 0 {
		h, w, err := f.Size(0)
		if err != nil {
			return nil, err
		}
		if side = defaultSide; h == w && h <= ownSide {
			side = h
		}
	}
	if side < 1 || side > 1<<14 {
		return nil, fmt.Errorf("pictures of %d pixels a side; give 1 to %d", side, 1<<14)
	}
	n, size := f.Len(), images.Channels*side*side
	if opt.Samples > 0 {
		n = min(n, opt.Samples)
	}
	labels := make([]int32, n)
	for i := range labels {
		labels[i] = int32(f.Label(i))
	}
	if n > maxHeld/size {
		return newLazySet(label, []int{images.Channels, side, side}, labels, len(f.Classes), 1.0/255, 255, &lazy{
			read:   func(i int) ([]byte, error) { return f.Read(i, side) },
			digest: listDigest(fmt.Sprintf("pictures %d", side), n, f.Path),
		}), nil
	}
	pixels := make([]byte, 0, n*size)
	for i := range n {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p, err := f.Read(i, side)
		if err != nil {
			return nil, err
		}
		pixels = append(pixels, p...)
	}
	return pictureSet(label, pixels, labels, len(f.Classes), side, side)
}
