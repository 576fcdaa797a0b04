package data

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/snnc/snnc/data/events"
	"github.com/snnc/snnc/data/images"
)

// errNoRecordings says that a folder has no event recording.
var errNoRecordings = errors.New("no event recordings")

// recording is a file of a set with its label.
type recording struct {
	path  string
	label int
}

// cifarClasses are the class folders of CIFAR10-DVS.
var cifarClasses = []string{"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"}

// splitRecordings lists a split: the recordings below root/train or root/test
// where both are there, else all below root. CIFAR10-DVS has no split of its own:
// of each class the last tenth, by the numbers in the files' names, is its test
// split, and the classes come in turn; dvs tells that it is this set.
func splitRecordings(root string, split Split) (list []recording, dvs bool, err error) {
	folders := map[Split]string{}
	entries, err := os.ReadDir(root)
	if err == nil {
		var names []string
		for _, e := range entries {
			if !e.IsDir() {
				continue
			}
			names = append(names, e.Name())
			switch lower := strings.ToLower(e.Name()); lower {
			case string(Train), string(Test):
				folders[Split(lower)] = filepath.Join(root, e.Name())
			}
		}
		if len(folders) == 2 {
			list, err = findRecordings(folders[split])
			return list, false, err
		}
		if slices.Equal(names, cifarClasses) {
			if list, err = findRecordings(root); err != nil {
				return nil, false, err
			}
			list = lastTenth(list, split)
			if len(list) == 0 {
				return nil, false, fmt.Errorf("%s: no class has a recording for the %s split, the last tenth of each being for testing", root, split)
			}
			return list, true, nil
		}
	}
	list, err = findRecordings(root)
	return list, false, err
}

// lastTenth keeps, of each class, the last tenth by number, or the rest.
func lastTenth(list []recording, split Split) []recording {
	slices.SortStableFunc(list, func(a, b recording) int {
		if a.label != b.label {
			return a.label - b.label
		}
		return number(a.path) - number(b.path)
	})
	total, seen := map[int]int{}, map[int]int{}
	for _, r := range list {
		total[r.label]++
	}
	var kept []recording
	for _, r := range list {
		test := seen[r.label] >= total[r.label]-total[r.label]/10
		seen[r.label]++
		if test == (split == Test) {
			kept = append(kept, r)
		}
	}
	return inTurn(kept)
}

// number is the last number in a file's name, or 0.
func number(path string) int {
	name := filepath.Base(path)
	end := strings.LastIndexAny(name, "0123456789") + 1
	start := end
	for start > 0 && name[start-1] >= '0' && name[start-1] <= '9' {
		start--
	}
	n, err := strconv.Atoi(name[start:end])
	if err != nil {
		return 0
	}
	return n
}

// findRecordings lists the recordings below a folder, or the file itself, by
// path, labelled by a text file of lines "name label" beside them, or by the
// folders they lie in: numbers as they are, other names counted in order, and the
// classes in turn.
func findRecordings(root string) ([]recording, error) {
	info, err := os.Stat(root)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []recording{{root, NoLabel}}, nil
	}
	if root, err = filepath.EvalSymlinks(root); err != nil { // a walk follows no link, its root neither
		return nil, err
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
	return inTurn(folderLabels(root, paths)), nil
}

// inTurn takes the classes in turn ([images.InTurn]); without labels nothing moves.
func inTurn(list []recording) []recording {
	labels := make([]int32, len(list))
	for i, r := range list {
		labels[i] = int32(r.label)
	}
	out := make([]recording, 0, len(list))
	for _, i := range images.InTurn(labels) {
		out = append(out, list[i])
	}
	return out
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
