package compiler

// Hardware is what a design is made with beside its program and changes what it takes: options of snnc compile
// and snnc build. The zero value is what both do by themselves.
type Hardware struct {
	NoReadback bool // rtl.Options.NoReadback
	NoRewrite  bool // rtl.Options.NoRewrite
	// DSP makes products in DSPs also where Yosys does so only when asked to (iCE40): flow.Options.DSP.
	DSP bool
}

func (h Hardware) compileOptions() []string {
	var list []string
	if h.NoReadback {
		list = append(list, "--no-readback")
	}
	if h.NoRewrite {
		list = append(list, "--no-rewrite")
	}
	return list
}
