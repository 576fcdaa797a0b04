package sim

// Weight rows are kept packed: a uint64 holds the weights of 2 or 4 neurons as
// the plain integer Σ w[i]·2^(i·64/lanes), borrows and all. Sums and multiples
// of such integers, modulo 2^64, are the packed sums and multiples, so the inner
// loop is an ordinary 64-bit add. It is exact as long as each neuron's final
// sum fits its 32 or 16 bits, whatever the partial sums did; New chooses the
// lanes by the proven range of the sums. rows_test.go has the slow version.

// pack packs one row of int16 weights; out has ceil(len(w)/lanes) words.
func pack(out []uint64, w []int16, lanes int) {
	width := 64 / lanes
	clear(out)
	for i, x := range w {
		out[i/lanes] += uint64(int64(x)) << (i % lanes * width)
	}
}

// addRows adds rows of the packed matrix to acc, four at a time so that an
// accumulator is loaded and stored once for them.
func addRows(acc, matrix []uint64, rows []int32) {
	n := len(acc)
	for ; len(rows) >= 4; rows = rows[4:] {
		a, b := matrix[int(rows[0])*n:][:n], matrix[int(rows[1])*n:][:n]
		c, d := matrix[int(rows[2])*n:][:n], matrix[int(rows[3])*n:][:n]
		for i := range acc {
			acc[i] += a[i] + b[i] + c[i] + d[i]
		}
	}
	for _, r := range rows {
		for i, x := range matrix[int(r)*n:][:n] {
			acc[i] += x
		}
	}
}

// addScaledRows adds x[k] times row rows[k].
func addScaledRows(acc, matrix []uint64, rows []int32, x []int64) {
	n := len(acc)
	for ; len(rows) >= 4; rows, x = rows[4:], x[4:] {
		a, b := matrix[int(rows[0])*n:][:n], matrix[int(rows[1])*n:][:n]
		c, d := matrix[int(rows[2])*n:][:n], matrix[int(rows[3])*n:][:n]
		xa, xb, xc, xd := uint64(x[0]), uint64(x[1]), uint64(x[2]), uint64(x[3])
		for i := range acc {
			acc[i] += xa*a[i] + xb*b[i] + xc*c[i] + xd*d[i]
		}
	}
	for k, r := range rows {
		s := uint64(x[k])
		for i, w := range matrix[int(r)*n:][:n] {
			acc[i] += s * w
		}
	}
}

// unpack takes the sums of len(out) neurons out of their packed words. Each
// lane taken out is subtracted, which returns the borrow it had made.
func unpack(out []int32, acc []uint64, lanes int) {
	if lanes == 2 {
		for len(out) >= 2 {
			x := acc[0]
			lo := int32(x)
			out[0], out[1] = lo, int32((x-uint64(int64(lo)))>>32)
			out, acc = out[2:], acc[1:]
		}
		if len(out) == 1 {
			out[0] = int32(acc[0])
		}
		return
	}
	for len(out) >= 4 {
		x := acc[0]
		a := int16(x)
		x = (x - uint64(int64(a))) >> 16
		b := int16(x)
		x = (x - uint64(int64(b))) >> 16
		c := int16(x)
		x = (x - uint64(int64(c))) >> 16
		out[0], out[1], out[2], out[3] = int32(a), int32(b), int32(c), int32(int16(x))
		out, acc = out[4:], acc[1:]
	}
	for i := range out {
		x := acc[0]
		for range i {
			x = (x - uint64(int64(int16(x)))) >> 16
		}
		out[i] = int32(int16(x))
	}
}
