package data

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/snnc/snnc/data/array"
	"github.com/snnc/snnc/data/events"
)

// maxFrames bounds the bytes of a set of binned recordings.
const maxFrames = 1 << 31

// errNoRecordings says that a folder has no event recording.
var errNoRecordings = errors.New("no event recordings")

// recording is a file of a set with its label.
type recording struct {
	path  string
	label int
}

// openRecordings reads event recordings, a file or a folder of them, as frames of
// counts [bins, 2, height, width]: a sequence, that Frames coding feeds.
func openRecordings(ctx context.Context, root string, opt Options) (*Set, error) {
	b := opt.Events
	if b == (events.Binning{}) {
		b.Time = 1000
	}
	if err := b.Validate(); err != nil {
		return nil, err
	}
	files, err := findRecordings(root)
	if err != nil {
		return nil, err
	}
	if opt.Samples > 0 && opt.Samples < len(files) {
		files = files[:opt.Samples]
	}
	all := make([]*events.Recording, len(files))
	bins, width, height := 0, 0, 0
	for i, f := range files {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r, err := events.Read(f.path)
		if err != nil {
			return nil, err
		}
		if len(r.Events) == 0 {
			return nil, fmt.Errorf("%s: the recording holds no event", f.path)
		}
		all[i] = r
		bins, width, height = max(bins, b.Needs(r.Events)), max(width, r.Width), max(height, r.Height)
		for _, e := range r.Events {
			width, height = max(width, int(e.X)+1), max(height, int(e.Y)+1)
		}
	}
	if b.Bins > 0 {
		bins = b.Bins
	}
	size := bins * 2 * width * height
	if size > maxFrames/len(files) {
		return nil, fmt.Errorf("%d recordings of %d bins and %d × %d pixels are more than %d bytes; give longer bins, fewer bins or fewer samples", len(files), bins, width, height, maxFrames)
	}
	raw, labels, lost, labelled := make([]byte, len(files)*size), make([]int32, len(files)), 0, false
	for i, r := range all {
		lost += b.Frames(r.Events, bins, width, height, raw[i*size:(i+1)*size])
		labels[i] = int32(files[i].label)
		labelled = labelled || labels[i] >= 0
	}
	samples := &array.Array{Kind: array.Uint8, Shape: []int{len(files), bins, 2, height, width}, Raw: raw}
	s, err := NewSet(baseName(root), samples, nil)
	if err != nil {
		return nil, err
	}
	s.scale, s.scaleSet, s.sequence = 1, true, true
	if labelled {
		s.labels = labels
		for _, l := range labels {
			s.classes = max(s.classes, int(l)+1)
		}
	}
	if lost > 0 {
		s.notes = append(s.notes, fmt.Sprintf("%s: %d events past bin %d are left out", s.name, lost, bins-1))
	}
	return s, nil
}

// findRecordings lists the recordings below a folder, or the file itself, by
// path, labelled by a text file of lines "name label" beside them, or by the
// folders they lie in: numbers as they are, other names counted in order.
func findRecordings(root string) ([]recording, error) {
	info, err := os.Stat(root)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []recording{{root, NoLabel}}, nil
	}
	var paths, texts []string
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
		case strings.EqualFold(filepath.Ext(path), ".txt"):
			texts = append(texts, path)
		case events.Recognises(path, nil):
			paths = append(paths, path)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, errNoRecordings
	}
	slices.Sort(paths)
	for _, text := range texts {
		if list, err := listedLabels(text, paths); err != nil || list != nil {
			return list, err
		}
	}
	return folderLabels(root, paths), nil
}

// listedLabels reads lines "name label"; nil where the file is no such list.
func listedLabels(text string, paths []string) ([]recording, error) {
	f, err := os.Open(text)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	byName := map[string]string{}
	for _, p := range paths {
		byName[strings.TrimSuffix(filepath.Base(p), filepath.Ext(p))], byName[filepath.Base(p)] = p, p
	}
	var list []recording
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		part := strings.Fields(lines.Text())
		if len(part) == 0 || strings.HasPrefix(part[0], "#") {
			continue
		}
		if len(part) != 2 {
			return nil, nil
		}
		label, err := strconv.Atoi(part[1])
		path, known := byName[part[0]]
		if err != nil || label < 0 || !known {
			return nil, nil
		}
		list = append(list, recording{path, label})
	}
	return list, lines.Err()
}

func folderLabels(root string, paths []string) []recording {
	var folders []string
	for _, p := range paths {
		if dir := filepath.Dir(p); dir != filepath.Clean(root) && !slices.Contains(folders, filepath.Base(dir)) {
			folders = append(folders, filepath.Base(dir))
		}
	}
	slices.Sort(folders)
	numbers := len(folders) > 0
	for _, f := range folders {
		n, err := strconv.Atoi(f)
		numbers = numbers && err == nil && n >= 0 && n < 1<<20
	}
	list := make([]recording, len(paths))
	for i, p := range paths {
		list[i] = recording{p, NoLabel}
		folder := filepath.Base(filepath.Dir(p))
		switch at := slices.Index(folders, folder); {
		case at < 0:
		case numbers:
			list[i].label, _ = strconv.Atoi(folder)
		case len(folders) > 1:
			list[i].label = at
		}
	}
	return list
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
