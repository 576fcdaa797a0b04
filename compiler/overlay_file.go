package compiler

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/snnc/snnc/ir"
)

//go:embed overlays/*.toml
var overlayFiles embed.FS

// Overlays are the names of the overlays that come with snnc.
func Overlays() []string {
	list, err := fs.Glob(overlayFiles, "overlays/*.toml")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	for i := range list {
		list[i] = strings.TrimSuffix(filepath.Base(list[i]), ".toml")
	}
	slices.Sort(list)
	return list
}

// ReadOverlay reads one of them by its name, or a TOML file by its path.
func ReadOverlay(name string) (*ir.Overlay, error) {
	text, err := overlayFiles.ReadFile("overlays/" + name + ".toml")
	if err != nil {
		if text, err = os.ReadFile(name); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("no overlay is called %q and no file is there; overlays are %s, or give the path of a TOML file", name, strings.Join(Overlays(), ", "))
		}
		if err != nil {
			return nil, err
		}
	}
	var file struct {
		ir.Overlay
		Rounding string `toml:"rounding"`
	}
	meta, err := toml.Decode(string(text), &file)
	if err != nil {
		return nil, fmt.Errorf("overlay %s: %w", name, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, fmt.Errorf("overlay %s: key %q is unknown; docs/overlay.md lists them", name, unknown[0].String())
	}
	o := &file.Overlay
	switch file.Rounding {
	case "nearest", "":
		o.Rounding = ir.RoundNearest
	case "zero":
		o.Rounding = ir.RoundZero
	default:
		return nil, fmt.Errorf("overlay %s: rounding is %q; it must be nearest or zero", name, file.Rounding)
	}
	if o.Name == "" {
		return nil, fmt.Errorf("overlay %s: key name is missing", name)
	}
	if err := o.Validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return o, nil
}
