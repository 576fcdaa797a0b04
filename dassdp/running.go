package dassdp

// Running is Warmup in constant memory: the moments of (S, loss), updated with
// each sample (Welford 1962). Its fit is Warmup's but for rounding. The zero
// value is empty; its fields are exported for checkpoints.
type Running struct {
	N            int
	MeanS, MeanL float64
	SS, LL, SL   float64 // central sums
}

// Record adds a batch with its loss, as Warmup's does.
func (w *Running) Record(batch []Sample, loss float64) {
	for _, s := range batch {
		w.add(s.Synchrony(), loss)
	}
}

func (w *Running) add(s, l float64) {
	w.N++
	n := float64(w.N)
	ds, dl := s-w.MeanS, l-w.MeanL
	w.MeanS += ds / n
	w.MeanL += dl / n
	w.SS += float64(ds * (s - w.MeanS))
	w.LL += float64(dl * (l - w.MeanL))
	w.SL += float64(ds * (l - w.MeanL))
}

// Fit gives the gate, as Warmup's does.
func (w *Running) Fit() Gate {
	if w.N == 0 {
		return NoGate()
	}
	n := float64(w.N)
	return gateFrom(w.MeanS, w.SS/n, w.LL/n, w.SL/n)
}
