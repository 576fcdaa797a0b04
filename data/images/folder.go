package images

import (
	"errors"
	"fmt"
	"image"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/image/draw"
)

// IsPicture tells by the name whether a file is a picture that Decode reads.
func IsPicture(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".jpg", ".jpeg", ".png":
		return true
	}
	return false
}

// ErrNoFolder says that a folder has no class folders of pictures.
var ErrNoFolder = errors.New("no class folders of pictures")

// Folder is a split in ImageNet's layout, ROOT/split/class/picture.jpeg. Its
// pictures are read when they are asked for.
type Folder struct {
	Classes []string // in the order of their numbers
	paths   []string
	labels  []int32
}

// OpenFolder lists the pictures of root/train for the training split; of
// root/val, root/validation or root/test for the other; and of root itself where
// root has neither. Each folder below it is a class, whatever it holds; classes
// count in the order of their names, those of root/train where there is one.
// Pictures come class by class in turn ([InTurn]).
func OpenFolder(root string, train bool) (*Folder, error) {
	names := []string{"val", "validation", "test"}
	if train {
		names = []string{"train"}
	}
	split := ""
	for _, name := range names {
		if isDir(filepath.Join(root, name)) {
			split = filepath.Join(root, name)
			break
		}
	}
	if split == "" {
		if isDir(filepath.Join(root, "train")) || isDir(filepath.Join(root, "val")) || isDir(filepath.Join(root, "test")) {
			return nil, fmt.Errorf("%s: %w of this split: none of the folders %s", root, ErrNoFolder, strings.Join(names, ", "))
		}
		split = root
	}
	f := &Folder{}
	named := filepath.Join(root, "train")
	if !isDir(named) {
		named = split
	}
	var err error
	if f.Classes, err = folders(named); err != nil {
		return nil, err
	}
	own, err := folders(split)
	if err != nil {
		return nil, err
	}
	for _, class := range own {
		label, known := slices.BinarySearch(f.Classes, class)
		var found []string
		top, err := filepath.EvalSymlinks(filepath.Join(split, class)) // a walk follows no link, its root neither
		if err != nil {
			return nil, err
		}
		err = filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && IsPicture(path) {
				found = append(found, path)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		if len(found) > 0 && !known {
			return nil, fmt.Errorf("%s: no class %q among the folders of %s", filepath.Join(split, class), class, named)
		}
		slices.Sort(found)
		for range found {
			f.labels = append(f.labels, int32(label))
		}
		f.paths = append(f.paths, found...)
	}
	if len(f.paths) == 0 {
		return nil, fmt.Errorf("%s: %w", split, ErrNoFolder)
	}
	paths, labels := f.paths, f.labels
	f.paths, f.labels = make([]string, 0, len(paths)), make([]int32, 0, len(paths))
	for _, i := range InTurn(labels) {
		f.paths, f.labels = append(f.paths, paths[i]), append(f.labels, labels[i])
	}
	return f, nil
}

// folders lists the folders in a folder, sorted, hidden ones left out.
func folders(path string) ([]string, error) {
	entries, err := os.ReadDir(path) // sorted by name
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && isDir(filepath.Join(path, e.Name())) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// Len returns the number of pictures.
func (f *Folder) Len() int { return len(f.paths) }

// Label returns the class of picture i.
func (f *Folder) Label(i int) int { return int(f.labels[i]) }

// Path returns the file of picture i.
func (f *Folder) Path(i int) string { return f.paths[i] }

// Size returns the height and width of picture i without decoding it.
func (f *Folder) Size(i int) (height, width int, err error) {
	file, err := os.Open(f.paths[i])
	if err != nil {
		return 0, 0, err
	}
	defer file.Close()
	c, _, err := image.DecodeConfig(file)
	if err != nil {
		return 0, 0, fmt.Errorf("%s: neither a JPEG nor a PNG picture that can be read: %w", f.paths[i], err)
	}
	return c.Height, c.Width, nil
}

// Read decodes picture i and fits it to side × side pixels ([Fit]).
func (f *Folder) Read(i, side int) ([]byte, error) {
	file, err := os.Open(f.paths[i])
	if err != nil {
		return nil, err
	}
	defer file.Close()
	pixels, h, w, err := Decode(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.paths[i], err)
	}
	return Fit(pixels, h, w, side), nil
}

// Fit scales a picture so that its shorter side is 8/7 of side (256 for 224, as
// is usual for ImageNet), with a filter that averages where it shrinks, and cuts
// the middle out. A picture that has the size is returned as it is.
func Fit(pixels []byte, height, width, side int) []byte {
	if height == side && width == side {
		return pixels
	}
	short := side * 8 / 7
	h, w := short, (width*short+height/2)/height
	if width < height {
		h, w = (height*short+width/2)/width, short
	}
	out := make([]byte, 0, Channels*side*side)
	top, left := (h-side)/2, (w-side)/2
	for c := range Channels {
		from := &image.Gray{Pix: pixels[c*height*width : (c+1)*height*width], Stride: width, Rect: image.Rect(0, 0, width, height)}
		to := image.NewGray(image.Rect(0, 0, w, h))
		draw.BiLinear.Scale(to, to.Rect, from, from.Rect, draw.Src, nil)
		for y := top; y < top+side; y++ {
			out = append(out, to.Pix[y*to.Stride+left:y*to.Stride+left+side]...)
		}
	}
	return out
}
