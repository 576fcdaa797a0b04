package numerics

// Leak returns the membrane v after one step of decay by d/2^decayBits
// (section 3). The magnitude is multiplied and rounded and the sign put back,
// so that a membrane and its mirror image leak alike.
//
// d is 0..2^decayBits, decayBits 0..16; 2^decayBits leaves v as it is and 0
// clears it, in both roundings. toZero drops the fraction; otherwise it is
// rounded to nearest, ties away from zero.
func Leak(v, d int32, decayBits int, toZero bool) int32 {
	half := uint64(1) << decayBits >> 1
	if toZero {
		half = 0
	}
	sign := int64(v) >> 63
	magnitude := uint64((int64(v) ^ sign) - sign)
	leaked := int64((magnitude*uint64(d) + half) >> decayBits)
	return int32((leaked ^ sign) - sign)
}
