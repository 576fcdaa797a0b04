// Package replace gives files and folders new content in one step, so that what
// is interrupted leaves the old or the new and nothing half-written.
package replace

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// File gives a file new content.
func File(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".snnc-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(b)
	if err := errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.Rename(f.Name(), path)
}

// Folder fills a folder beside the wanted one, which then takes its place.
func Folder(dir string, fill func(tmp string) error) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), ".snnc-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	if err := fill(tmp); err != nil {
		return err
	}
	if err := os.Chmod(tmp, 0o755); err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.Rename(tmp, dir)
}
