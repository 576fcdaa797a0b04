//go:build !amd64

package trainer

var hasVectors, hasWide = false, false

func tile32(*tile)                                  { panic("trainer: no vector instructions here") }
func tile16(*tile)                                  { panic("trainer: no vector instructions here") }
func tile8(*tile)                                   { panic("trainer: no vector instructions here") }
func stepLanes(*lanes, int, bool)                   { panic("trainer: no vector instructions here") }
func backLanes(*lanes, int, float32, float32, bool) { panic("trainer: no vector instructions here") }
func addLanes(_, _ *float32, _ int)                 { panic("trainer: no vector instructions here") }

func classLanes(*uint8, *float32, int, int, int, bool) int {
	panic("trainer: no vector instructions here")
}
