package images

import (
	"archive/tar"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
)

// maxFile bounds a picture's file in an archive.
const maxFile = 1 << 26

// ReadArchive reads a .tar.gz of class folders …/class/picture.jpg, of pictures
// of one size. Classes count in the order of their names. Pictures come class by
// class in turn ([InTurn]), those of a class in the order of their paths, whatever
// the archive's.
func ReadArchive(ctx context.Context, file string) (pixels []byte, labels []int32, classes []string, height, width int, err error) {
	fail := func(err error) ([]byte, []int32, []string, int, int, error) {
		return nil, nil, nil, 0, 0, fmt.Errorf("%s: %w", file, err)
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, nil, nil, 0, 0, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return fail(fmt.Errorf("gzip: %w", err))
	}
	type picture struct {
		name, class string
		bytes       []byte
	}
	var all []picture
	for t := tar.NewReader(z); ; {
		if err := ctx.Err(); err != nil {
			return fail(err)
		}
		head, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fail(err)
		}
		if head.Typeflag != tar.TypeReg || !IsPicture(head.Name) {
			continue
		}
		if head.Size > maxFile {
			return fail(fmt.Errorf("%s has %d bytes; at most %d are read", head.Name, head.Size, maxFile))
		}
		b, err := io.ReadAll(io.LimitReader(t, maxFile))
		if err != nil {
			return fail(fmt.Errorf("%s: %w", head.Name, err))
		}
		pix, h, w, err := Decode(bytes.NewReader(b))
		if err != nil {
			return fail(fmt.Errorf("%s: %w", head.Name, err))
		}
		if len(all) == 0 {
			height, width = h, w
		}
		if h != height || w != width {
			return fail(fmt.Errorf("%s has %d × %d pixels and the pictures before it %d × %d; pictures of one size are read", head.Name, w, h, width, height))
		}
		class := path.Base(path.Dir(path.Clean(head.Name)))
		all = append(all, picture{head.Name, class, pix})
		classes = append(classes, class)
	}
	if len(all) == 0 {
		return fail(errors.New("the archive holds no class folders of .jpg, .jpeg or .png pictures"))
	}
	slices.SortFunc(all, func(a, b picture) int { return cmp.Compare(a.name, b.name) })
	slices.Sort(classes)
	classes = slices.Compact(classes)
	pathwise := make([]int32, len(all))
	for i, p := range all {
		class, _ := slices.BinarySearch(classes, p.class)
		pathwise[i] = int32(class)
	}
	pixels = make([]byte, 0, len(all)*len(all[0].bytes))
	for _, i := range InTurn(pathwise) {
		pixels, labels = append(pixels, all[i].bytes...), append(labels, pathwise[i])
	}
	return pixels, labels, classes, height, width, nil
}
