package ir

// WindowTaps are those of a window that slides over n values padded with
// before and after zeros: target i meets kernel element j at source
// i·stride − before + j·dilation. It is nil where the window does not fit.
func WindowTaps(n, size, stride, before, after, dilation int) [][]Tap {
	span := dilation*(size-1) + 1
	if n+before+after < span {
		return nil
	}
	taps := make([][]Tap, (n+before+after-span)/stride+1)
	for i := range taps {
		for j := range size {
			if at := i*stride - before + j*dilation; at >= 0 && at < n {
				taps[i] = append(taps[i], Tap{Source: at, Kernel: j})
			}
		}
	}
	return taps
}
