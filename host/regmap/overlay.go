package regmap

// Words of memory CONFIG: what is a parameter of a core in a design of one
// network and is written by the host in an overlay.
const (
	ConfigFlags = iota
	ConfigLevel
	ConfigSteps
	ConfigInterval
	ConfigLastBlock
	ConfigLastColumn
	ConfigLastLine
	ConfigLastGroup
	ConfigLastUpdate
	ConfigLastParam
	ConfigRows
	ConfigLastSegment
	ConfigHeld
	ConfigBlockBits
	ConfigNX
	ConfigNY
	ConfigInputBase
	ConfigRingMask
	ConfigRingShift
	ConfigLastRoute
	ConfigReset
	Configs // how many
)

// Bits of ConfigFlags.
const (
	ConfigEnable      = 1 << 0
	ConfigShared      = 1 << 1
	ConfigKeep        = 1 << 2
	ConfigKeepCurrent = 1 << 3
	ConfigAtLeast     = 1 << 4
	ConfigSomeHeld    = 1 << 5
	ConfigAllHeld     = 1 << 6
	ConfigSomeRoutes  = 1 << 7

	ConfigResetShift = 8
)

// ConfigWords documents memory CONFIG, in order. Only FLAGS.enable has a value
// after reset.
func ConfigWords() []Register {
	size := func(offset int, name string, high int, meaning string) Register {
		return Register{name, offset, WriteOnly, "-", []Field{{"value", high, 0, meaning}}, ""}
	}
	return []Register{
		{"FLAGS", ConfigFlags, WriteOnly, "0", []Field{
			{"reset_mode", ConfigResetShift + 1, ConfigResetShift, "after a spike: 0 nothing, 1 membrane = RESET, 2 minus threshold, 3 minus threshold a step later"},
			{"some_routes", 7, 7, "somebody reads the core's spikes"},
			{"all_held", 6, 6, "all segments are held"},
			{"some_held", 5, 5, "some segments are held"},
			{"at_least", 4, 4, "spike at v >= threshold, else at v > threshold"},
			{"keep_current", 3, 3, "currents do not decay, whatever their parameters say"},
			{"keep", 2, 2, "membranes do not leak, whatever their parameters say"},
			{"shared", 1, 1, "all pixels have one block's parameters"},
			{"enable", 0, 0, "the core takes part in ticks"},
		}, ""},
		size(ConfigLevel, "LEVEL", 15, "first active tick"),
		size(ConfigSteps, "STEPS", 15, "T"),
		size(ConfigInterval, "INTERVAL", 15, "II"),
		size(ConfigLastBlock, "LAST_BLOCK", 31, "B - 1"),
		size(ConfigLastColumn, "LAST_COLUMN", 31, "pixels of a line - 1"),
		size(ConfigLastLine, "LAST_LINE", 31, "lines of the part - 1"),
		size(ConfigLastGroup, "LAST_GROUP", 31, "G - 1"),
		size(ConfigLastUpdate, "LAST_UPDATE", 31, "G·P/U - 1"),
		size(ConfigLastParam, "LAST_PARAM", 31, "B·P/U - 1"),
		size(ConfigRows, "ROWS", 31, "weight rows of a block"),
		size(ConfigLastSegment, "LAST_SEGMENT", 31, "segments - 1"),
		size(ConfigHeld, "HELD", 31, "held segments"),
		size(ConfigBlockBits, "BLOCK_BITS", 31, "by which windows of grouped segments move from block to block"),
		size(ConfigNX, "NX", 31, "entries of a column"),
		size(ConfigNY, "NY", 31, "entries of a line"),
		size(ConfigInputBase, "INPUT_BASE", 22, "address of input word 0 in the input space"),
		size(ConfigRingMask, "RING_MASK", 15, "slots of the spike memory - 1"),
		size(ConfigRingShift, "RING_SHIFT", 4, "log2 of a slot's words"),
		size(ConfigLastRoute, "LAST_ROUTE", 31, "routes - 1"),
		size(ConfigReset, "RESET", 31, "membrane after a spike, signed"),
	}
}
