//go:build !amd64

package dassdp

var hasVectors, hasWide = false, false

func addEightLanes(*float64, *[blockSamples]*float64, int) {
	panic("dassdp: no vector instructions here")
}

func gatedLanes(_, _ *float64, _ float64, _ *uint8, _ int) {
	panic("dassdp: no vector instructions here")
}
