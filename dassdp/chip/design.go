package chip

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/ir"
)

// DesignFile is what a design's directory holds besides what a compiled
// network's does; ProgramFile is the network that the design begins with.
const (
	DesignFile  = "training.json"
	ProgramFile = "program.snnp"
)

// designVersion changes when the file does.
const designVersion = 1

// Design is a machine that runs a network while its weights change.
type Design struct {
	Dir      string      // "": only in memory
	Program  *ir.Program // that its memories begin with
	Hardware Hardware
	Formats  compiler.Formats // nil: the overlay's
}

// Hardware are the compiler's options that decide about the design and not about
// the network: an update is compiled with the same.
type Hardware struct {
	WeightBits    int        `json:"weight_bits"`
	DecayBits     int        `json:"decay_bits"`
	ThresholdBits int        `json:"threshold_bits"`
	Lanes         int        `json:"lanes"`
	Update        int        `json:"update_lanes"`
	CoreNeurons   int        `json:"core_neurons"`
	WordBits      int        `json:"word_bits"`
	Net           ir.NetKind `json:"net"`
}

func hardwareOf(o *compiler.Options) Hardware {
	return Hardware{o.WeightBits, o.DecayBits, o.ThresholdBits, o.Lanes, o.Update, o.CoreNeurons, o.WordBits, o.Net}
}

func (h Hardware) into(o *compiler.Options) {
	o.WeightBits, o.DecayBits, o.ThresholdBits = h.WeightBits, h.DecayBits, h.ThresholdBits
	o.Lanes, o.Update, o.CoreNeurons, o.WordBits, o.Net = h.Lanes, h.Update, h.CoreNeurons, h.WordBits, h.Net
}

type designFile struct {
	Format   string           `json:"format"`
	Version  int              `json:"format_version"`
	Hardware Hardware         `json:"hardware"`
	Formats  compiler.Formats `json:"formats"`
}

// File is the content of DesignFile.
func (d *Design) File() []byte {
	b, err := json.MarshalIndent(designFile{"snnc-training-design", designVersion, d.Hardware, d.Formats}, "", "  ")
	if err != nil {
		panic(err) // integers and names
	}
	return append(b, '\n')
}

// ReadDesign reads a directory that holds a design for training.
func ReadDesign(dir string) (*Design, error) {
	path := filepath.Join(dir, DesignFile)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s holds no design for training (no file %s): make one by snnc train MODEL --data SET --write-design %[1]s", dir, DesignFile)
	}
	if err != nil {
		return nil, err
	}
	var f designFile
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if f.Format != "snnc-training-design" || f.Version != designVersion || len(f.Formats) == 0 {
		return nil, fmt.Errorf("%s: format %q, version %d, %d populations; this snnc reads snnc-training-design, version %d: make it anew by --write-design", path, f.Format, f.Version, len(f.Formats), designVersion)
	}
	d := &Design{Dir: dir, Hardware: f.Hardware, Formats: f.Formats}
	if d.Program, err = ir.ReadProgram(filepath.Join(dir, ProgramFile)); err != nil {
		return nil, err
	}
	return d, nil
}

// another says that a network is not for the design.
func (d *Design) another(err error) error {
	return fmt.Errorf("%s was made for another network or other options (%w): give the same, or make it anew by --write-design %[1]s, then build and deploy it", d.Dir, err)
}
