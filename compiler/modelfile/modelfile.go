// Package modelfile opens a model of any format that snnc reads, told apart by
// content, and writes one by its ending. It knows no format itself.
package modelfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/snnc/snnc/compiler/modeljson"
	"github.com/snnc/snnc/compiler/nir"
	"github.com/snnc/snnc/ir"
)

// hdf5Signature starts an HDF5 file (format specification, II.A), possibly
// after a user block.
var hdf5Signature = []byte("\x89HDF\r\n\x1a\n")

// Read reads a model. Hints are what the file says beyond NIR.
func Read(path string) (*ir.Graph, ir.Hints, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, ir.Hints{}, err
	}
	defer f.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	head = head[:n]
	switch {
	case n == 0:
		return nil, ir.Hints{}, fmt.Errorf("%s: the file is empty; a model is a NIR file (HDF5) or a model.json", path)
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return nil, ir.Hints{}, fmt.Errorf("%s: %w", path, err)
	case bytes.HasPrefix(head, hdf5Signature):
		g, err := nir.ReadFile(path)
		return g, ir.Hints{}, err
	case bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte("{")):
		return modeljson.ReadFile(path)
	}
	return nil, ir.Hints{}, fmt.Errorf("%s: it begins with %q, which is neither HDF5 (a NIR file, as nir.write makes it) nor a JSON object (model.json)", path, head[:min(n, 8)])
}

// ReadUntrained reads a model for training: a model.json may give initialisers
// in place of weights.
func ReadUntrained(path string) (*ir.Graph, ir.Hints, []modeljson.Init, error) {
	b, err := os.ReadFile(path)
	if err == nil && bytes.HasPrefix(bytes.TrimLeft(b, " \t\r\n"), []byte("{")) {
		return modeljson.ReadUntrained(path)
	}
	g, h, err := Read(path)
	return g, h, nil, err
}

// Write writes a model as NIR (.nir, .h5) or as model.json (.json), which puts
// large tensors into an .npz of the same name beside it. NIR cannot hold
// hints: writing them as NIR is an error, not a loss. All files are complete
// before the first of them gets its name.
func Write(path string, g *ir.Graph, h ir.Hints) error {
	var doc, npz []byte
	var npzPath string
	switch ext := filepath.Ext(path); strings.ToLower(ext) {
	case ".nir", ".h5":
		if !h.Empty() {
			return fmt.Errorf("%s: the model has hints (dt, steps, reset, …), which NIR cannot hold; write .json or remove them", path)
		}
		var b bytes.Buffer
		if err := nir.Write(&b, g); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		doc = b.Bytes()
	case ".json":
		npzPath = strings.TrimSuffix(path, ext) + ".npz"
		var err error
		if doc, npz, err = modeljson.Encode(g, h, filepath.Base(npzPath)); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	default:
		return fmt.Errorf("%s: its ending is %q; .nir, .h5 and .json are written", path, ext)
	}
	tmp, err := stage(path, doc)
	if err != nil {
		return err
	}
	defer os.Remove(tmp)
	if npz != nil {
		tmpNPZ, err := stage(npzPath, npz)
		if err != nil {
			return err
		}
		defer os.Remove(tmpNPZ)
		if err := os.Rename(tmpNPZ, npzPath); err != nil {
			return err
		}
	}
	return os.Rename(tmp, path)
}

// stage writes a file in path's directory under a temporary name.
func stage(path string, b []byte) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".snnc-*")
	if err != nil {
		return "", err
	}
	_, err = f.Write(b)
	if err := errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		os.Remove(f.Name())
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return f.Name(), nil
}
