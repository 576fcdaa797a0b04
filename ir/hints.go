package ir

// Hints are what NIR does not hold and model.json may: defaults for the
// compiler's options. nil means that the file does not say.
type Hints struct {
	From       *string    `json:"from,omitempty"`
	DT         *float64   `json:"dt,omitempty"`
	Steps      *int       `json:"steps,omitempty"`
	Reset      *string    `json:"reset,omitempty"`
	ResetDelay *bool      `json:"reset_delay,omitempty"`
	Compare    *string    `json:"compare,omitempty"`
	Input      *InputHint `json:"input,omitempty"`
	Plastic    []string   `json:"plastic,omitempty"` // nodes whose synapses learn on the chip
}

// Empty tells whether the file says nothing.
func (h Hints) Empty() bool {
	return h.From == nil && h.DT == nil && h.Steps == nil && h.Reset == nil && h.ResetDelay == nil && h.Compare == nil && h.Input == nil && h.Plastic == nil
}

// InputHint says which integers the network's inputs carry, as Encoding does.
type InputHint struct {
	Bits   int     `json:"bits"`
	Signed bool    `json:"signed,omitempty"`
	Held   bool    `json:"held,omitempty"`
	Scale  float64 `json:"scale"`
}
