package ir

// CubaLIF is LIF behind a synaptic current:
// τ_syn·İ = −I + w_in·x, τ_mem·v̇ = (v_leak − v) + r·I; w_in absent means 1,
// v_reset absent 0.
type CubaLIF struct{ TauSyn, TauMem, R, VLeak, VThreshold, VReset, WIn *Tensor }

// CubaLI is CubaLIF without spikes: its output is v.
type CubaLI struct{ TauSyn, TauMem, R, VLeak, WIn *Tensor }

// I integrates without leak or spikes: v̇ = r·x, its output is v.
type I struct{ R *Tensor }

func init() {
	register(func() Op { return &CubaLIF{} })
	register(func() Op { return &CubaLI{} })
	register(func() Op { return &I{} })
}

func (*CubaLIF) Kind() string { return "CubaLIF" }
func (*CubaLI) Kind() string  { return "CubaLI" }
func (*I) Kind() string       { return "I" }

// Fields implements Op.
func (o *CubaLIF) Fields() []Field {
	return sameSize([]Field{
		{Name: "tau_syn", Value: &o.TauSyn, Check: positive},
		{Name: "tau_mem", Value: &o.TauMem, Check: positive},
		{Name: "r", Value: &o.R},
		{Name: "v_leak", Value: &o.VLeak},
		{Name: "v_threshold", Value: &o.VThreshold},
		{Name: "v_reset", Value: &o.VReset, Optional: true},
		{Name: "w_in", Value: &o.WIn, Optional: true},
	})
}

// Fields implements Op.
func (o *CubaLI) Fields() []Field {
	return sameSize([]Field{
		{Name: "tau_syn", Value: &o.TauSyn, Check: positive},
		{Name: "tau_mem", Value: &o.TauMem, Check: positive},
		{Name: "r", Value: &o.R},
		{Name: "v_leak", Value: &o.VLeak},
		{Name: "w_in", Value: &o.WIn, Optional: true},
	})
}

// Fields implements Op.
func (o *I) Fields() []Field { return []Field{{Name: "r", Value: &o.R, Check: nonEmpty}} }

func (*CubaLIF) sealed() {}
func (*CubaLI) sealed()  {}
func (*I) sealed()       {}
