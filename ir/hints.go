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
}

// InputHint says which integers the network's inputs carry, as Encoding does.
type InputHint struct {
	Bits   int     `json:"bits"`
	Signed bool    `json:"signed,omitempty"`
	Held   bool    `json:"held,omitempty"`
	Scale  float64 `json:"scale"`
}
