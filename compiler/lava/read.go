package lava

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/snnc/snnc/internal/hdf5"
	"github.com/snnc/snnc/ir"
)

// Options are what the file leaves open.
type Options struct {
	// Steps of one inference; 0: the file's simulation/tSample.
	Steps int
	// Input is the encoding of the stimulus. Bits 0: what the first layer takes,
	// spikes, or where it has a neuron and a weight w, signed integers that are
	// held over the steps, each worth 1/w (of 8 bits, or as many as hold −w..w).
	// Scale 0: the same scale as for Bits 0.
	Input ir.Encoding
	// Together has all layers take their first step at once. A spike then reaches
	// the next layer one step later, and layer i spends its first i steps on its
	// bias alone. Otherwise layer i starts when the first spikes can arrive, i
	// steps after the input, as where Loihi is reset layer by layer.
	Together bool
}

// Recognises tells whether a file is HDF5 of Lava-dl's layout: it has a group
// /layer and, unlike NIR, no /node.
func Recognises(path string) bool {
	f, err := hdf5.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	return f.Root().Has("layer") && !f.Root().Has("node")
}

// ReadFile reads a .net file. Errors name the file, the layer and the field.
func ReadFile(path string, o Options) (*ir.Network, error) {
	f, err := hdf5.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return fromFile(f, path, o)
}

// Read reads the bytes of a .net file; name is what errors and the network are called.
func Read(r io.ReaderAt, size int64, name string, o Options) (*ir.Network, error) {
	f, err := hdf5.Read(r, size)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return fromFile(f, name, o)
}

func fromFile(f *hdf5.File, path string, o Options) (*ir.Network, error) {
	net, err := network(f.Root(), strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)), o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return net, nil
}

const supported = "supported are input, dense, conv, pool and flatten with CUBA or LOIHI neurons, and a last dense layer without a neuron"

func network(root *hdf5.Group, name string, o Options) (*ir.Network, error) {
	if !root.Has("layer") {
		return nil, errors.New("it is HDF5 but has no group /layer; a Lava-dl network, as export_hdf5 writes it, has one")
	}
	group, err := root.Group("layer")
	if err != nil {
		return nil, err
	}
	b := &builder{net: &ir.Network{Name: name, Steps: o.Steps, Interval: 1}, options: o}
	if o.Steps == 0 {
		sim := &fields{group: root}
		b.net.Steps = sim.integer("simulation/tSample", 0, 0, 1<<20)
		if sim.err != nil {
			return nil, sim.err
		}
	}
	if b.net.Steps < 1 {
		return nil, fmt.Errorf("the number of steps is %d; the file has no simulation/tSample, so give the steps", b.net.Steps)
	}
	names := group.Names()
	if len(names) == 0 {
		return nil, errors.New("group /layer is empty; " + supported)
	}
	for i := range names {
		l := &layer{fields: fields{where: fmt.Sprintf("layer %d: ", i)}, number: i, last: i == len(names)-1}
		if !group.Has(strconv.Itoa(i)) {
			return nil, fmt.Errorf("group /layer has %d entries but no %d; layers are numbered from 0", len(names), i)
		}
		if l.group, err = group.Group(strconv.Itoa(i)); err != nil {
			return nil, fmt.Errorf("layer %d: %w", i, err)
		}
		if l.kind = l.word("type"); l.err == nil {
			l.where = fmt.Sprintf("layer %d (%q): ", i, l.kind)
			b.add(l)
		}
		if l.err != nil {
			return nil, l.err
		}
	}
	if err := b.finish(); err != nil {
		return nil, err
	}
	return b.net, errors.Join(b.net.Validate()...)
}
