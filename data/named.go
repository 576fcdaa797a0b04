package data

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// EnvData names the environment variable with the folders (separated as in PATH)
// where named sets are looked up.
const EnvData = "SNNC_DATA"

// debianFashion is the folder of Debian's package dataset-fashion-mnist 0.0~git20200523.
var debianFashion = "/usr/share/datasets/fashion-mnist"

// published is a data set that has a name.
type published struct {
	folders []string         // below a folder of $SNNC_DATA; torchvision's layout is the second
	digests map[Split]string // [Set.Digest] of the files as published
	fetch   string           // what gets it
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
}

// openNamed looks a published set up. A folder that exists but is damaged is an
// error and not passed over. Files lying in a folder of $SNNC_DATA itself are
// taken only where their content is the named set's, because all sets of this
// kind use the same file names.
func openNamed(ctx context.Context, name string, known published, split Split) (*Set, error) {
	label := name + "/" + string(split)
	var looked []string
	try := func(folder string) (*Set, error) {
		s, err := openMNISTFolder(ctx, folder, label, split)
		if errors.Is(err, errNoMNISTFiles) {
			looked = append(looked, folder)
			return nil, nil
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
	if s.Digest() != p.digests[split] {
		s.notes = append(s.notes, fmt.Sprintf("%s: the files differ from the published set (digest %.12s, published %.12s)", s.name, s.Digest(), p.digests[split]))
	}
	return s
}
