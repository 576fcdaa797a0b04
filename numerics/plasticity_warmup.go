package numerics

// Bounds of the warm-up sums: with them no sum can leave its width.
const (
	WarmupMaxCount = 1<<16 - 1 // samples
	LossWidth      = 24        // signed bits of a loss
)

// WarmupSums are the exact integer sums over warm-up samples of n, the pairs
// that both fired, and L, the loss that the host wrote.
type WarmupSums struct {
	Count uint16 // 16 bits; further samples are refused when full
	N     uint64 // Σn, 40 bits
	L     int64  // ΣL, 40 bits signed
	NN    uint64 // Σn², 64 bits
	LL    uint64 // ΣL², 62 bits
	NL    int64  // Σn·L, 64 bits signed
}

// Add takes a sample in and reports whether there was room. n is 0..MaxPairs;
// loss is saturated to LossWidth bits.
func (s *WarmupSums) Add(n int, loss int64) bool {
	if s.Count == WarmupMaxCount {
		return false
	}
	l := Saturate(LossWidth, loss)
	s.Count++
	s.N += uint64(n)
	s.L += l
	s.NN += uint64(n) * uint64(n)
	s.LL += uint64(l * l)
	s.NL += int64(n) * l
	return true
}
