package reference

// The inner loops of both references: add rows of a transposed weight matrix,
// len(acc) wide, in ascending order of the source. Four rows are taken at once
// so that an accumulator is loaded and stored once for them; every element
// still sees its additions one after the other in source order, which the
// float reference promises. rows_test.go compares them with one row at a time.
//
// The conversions around the products forbid fusing them with the sums, which
// Go allows and does on some architectures.

func addFloat(acc, w []float64, active []int32) {
	n := len(acc)
	row := func(m int32) []float64 { return w[int(m)*n:][:n] }
	for ; len(active) >= 4; active = active[4:] {
		a, b, c, d := row(active[0]), row(active[1]), row(active[2]), row(active[3])
		for i, s := range acc {
			acc[i] = s + a[i] + b[i] + c[i] + d[i]
		}
	}
	for _, m := range active {
		for i, x := range row(m) {
			acc[i] += x
		}
	}
}

func addScaledFloat(acc, w []float64, active []int32, x []float64) {
	n := len(acc)
	row := func(m int32) []float64 { return w[int(m)*n:][:n] }
	for ; len(active) >= 4; active, x = active[4:], x[4:] {
		a, b, c, d := row(active[0]), row(active[1]), row(active[2]), row(active[3])
		xa, xb, xc, xd := x[0], x[1], x[2], x[3]
		for i, s := range acc {
			acc[i] = s + float64(xa*a[i]) + float64(xb*b[i]) + float64(xc*c[i]) + float64(xd*d[i])
		}
	}
	for k, m := range active {
		for i, y := range row(m) {
			acc[i] += float64(x[k] * y)
		}
	}
}

func addFixed(acc []int32, w []int16, active []int32) {
	n := len(acc)
	row := func(m int32) []int16 { return w[int(m)*n:][:n] }
	for ; len(active) >= 4; active = active[4:] {
		a, b, c, d := row(active[0]), row(active[1]), row(active[2]), row(active[3])
		for i, s := range acc {
			acc[i] = s + int32(a[i]) + int32(b[i]) + int32(c[i]) + int32(d[i])
		}
	}
	for _, m := range active {
		for i, x := range row(m) {
			acc[i] += int32(x)
		}
	}
}

func addScaledFixed(acc []int32, w []int16, active, x []int32) {
	n := len(acc)
	row := func(m int32) []int16 { return w[int(m)*n:][:n] }
	for ; len(active) >= 4; active, x = active[4:], x[4:] {
		a, b, c, d := row(active[0]), row(active[1]), row(active[2]), row(active[3])
		xa, xb, xc, xd := x[0], x[1], x[2], x[3]
		for i, s := range acc {
			acc[i] = s + xa*int32(a[i]) + xb*int32(b[i]) + xc*int32(c[i]) + xd*int32(d[i])
		}
	}
	for k, m := range active {
		for i, y := range row(m) {
			acc[i] += x[k] * int32(y)
		}
	}
}
