package dassdp

import (
	"math"
	"math/big"

	"github.com/snnc/snnc/numerics"
)

// Warmup records (S, loss) of every sample, as the released code does. The
// zero Warmup is empty.
type Warmup struct{ S, L []float64 }

// Record adds a batch with its loss: one value that all its samples share.
func (w *Warmup) Record(batch []Sample, loss float64) {
	for _, s := range batch {
		w.S, w.L = append(w.S, s.Synchrony()), append(w.L, loss)
	}
}

// Fit returns µ = mean S, σ = population deviation of S + 1e-8 and
// k = −mean of (S − µ)/σ · (L − mean L)/(deviation of L + 1e-8), which is
// −corr(S, L) but for the two small constants. No records give NoGate.
func (w *Warmup) Fit() Gate {
	if len(w.S) == 0 {
		return NoGate()
	}
	n := float64(len(w.S))
	ms, ml := mean(w.S), mean(w.L)
	var ss, ll, sl float64
	for i, s := range w.S {
		ds, dl := s-ms, w.L[i]-ml
		ss += float64(ds * ds)
		ll += float64(dl * dl)
		sl += float64(ds * dl)
	}
	return gateFrom(ms, ss/n, ll/n, sl/n)
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

func gateFrom(mean, varS, varL, cov float64) Gate {
	std := math.Sqrt(varS) + StdEpsilon
	return Gate{K: -cov / float64(std*(math.Sqrt(varL)+StdEpsilon)), Mean: mean, Std: std}
}

// FitSums fits the gate to the unit's exact sums, of one read-out or several,
// with pairs = N_pre·N_post and the real value of loss integer 1. Variances
// are formed in integers, so that nothing cancels before the last division.
func FitSums(sums []numerics.WarmupSums, pairs int, lossUnit float64) Gate {
	var n, x, y, xx, yy, xy big.Int
	for _, s := range sums {
		n.Add(&n, new(big.Int).SetUint64(uint64(s.Count)))
		x.Add(&x, new(big.Int).SetUint64(s.N))
		y.Add(&y, big.NewInt(s.L))
		xx.Add(&xx, new(big.Int).SetUint64(s.NN))
		yy.Add(&yy, new(big.Int).SetUint64(s.LL))
		xy.Add(&xy, big.NewInt(s.NL))
	}
	if n.Sign() == 0 {
		return NoGate()
	}
	count := toFloat(&n)
	central := func(sq, a, b *big.Int) float64 { // (n Σab − Σa Σb)/n²
		d := new(big.Int).Mul(&n, sq)
		return toFloat(d.Sub(d, new(big.Int).Mul(a, b))) / float64(count*count)
	}
	p := float64(pairs)
	return gateFrom(toFloat(&x)/count/p, central(&xx, &x, &x)/p/p,
		float64(float64(central(&yy, &y, &y)*lossUnit)*lossUnit), float64(central(&xy, &x, &y)/p*lossUnit))
}

func toFloat(x *big.Int) float64 { f, _ := new(big.Float).SetInt(x).Float64(); return f }
