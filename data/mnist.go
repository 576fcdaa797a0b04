package data

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/snnc/snnc/data/array"
)

// errNoMNISTFiles says that a folder has no images file of the split.
var errNoMNISTFiles = errors.New("no MNIST-named files")

// mnistPrefix is how MNIST's file names call a split.
func mnistPrefix(split Split) string {
	if split == Train {
		return "train"
	}
	return "t10k"
}

// findMNISTFile returns the file of a kind ("images", "labels") and split, or "".
// Both spellings are about: -idx3-ubyte on the original page, .idx3-ubyte in some
// archives, each with and without .gz.
func findMNISTFile(folder string, split Split, kind string, rank int) string {
	for _, separator := range []string{"-", "."} {
		for _, suffix := range []string{"", ".gz"} {
			path := filepath.Join(folder, fmt.Sprintf("%s-%s%sidx%d-ubyte%s", mnistPrefix(split), kind, separator, rank, suffix))
			if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
				return path
			}
		}
	}
	return ""
}

// openMNISTFolder reads the images and labels of a split. A folder without the
// images gives an error that is errNoMNISTFiles.
func openMNISTFolder(ctx context.Context, folder, name string, split Split) (*Set, error) {
	images := findMNISTFile(folder, split, "images", 3)
	if images == "" {
		return nil, fmt.Errorf("folder %s: %w: expected %s-images-idx3-ubyte or %[3]s-images-idx3-ubyte.gz, and labels-idx1 beside it",
			folder, errNoMNISTFiles, mnistPrefix(split))
	}
	labels := findMNISTFile(folder, split, "labels", 1)
	if labels == "" {
		return nil, fmt.Errorf("folder %s: images are there, but %s-labels-idx1-ubyte(.gz) is not", folder, mnistPrefix(split))
	}
	return readIDXPair(ctx, images, labels, name)
}

// openIDX reads a single idx file of samples, with the labels file that MNIST's
// naming puts beside it (images-idx3 → labels-idx1), where there is one.
func openIDX(ctx context.Context, path string) (*Set, error) {
	folder, file := filepath.Split(path)
	labels := ""
	if sibling := strings.NewReplacer("images", "labels", "idx3", "idx1").Replace(file); sibling != file {
		for _, candidate := range []string{sibling, strings.TrimSuffix(sibling, ".gz"), sibling + ".gz"} {
			if _, err := os.Stat(folder + candidate); err == nil {
				labels = folder + candidate
				break
			} else if !errors.Is(err, fs.ErrNotExist) {
				return nil, err
			}
		}
	}
	return readIDXPair(ctx, path, labels, baseName(path))
}

func readIDXPair(ctx context.Context, imagesPath, labelsPath, name string) (*Set, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	images, err := readIDXFile(imagesPath)
	if err != nil {
		return nil, err
	}
	if len(images.Shape) == 1 {
		return nil, fmt.Errorf("%s: one number for each entry (%s): these are labels; give the images file or the folder", imagesPath, images)
	}
	var labels *array.Array
	if labelsPath != "" {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if labels, err = readIDXFile(labelsPath); err != nil {
			return nil, err
		}
	}
	s, err := NewSet(name, images, labels)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", imagesPath, err)
	}
	return s, nil
}
