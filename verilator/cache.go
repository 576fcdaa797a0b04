package verilator

import content "github.com/snnc/snnc/internal/cache"

// Cache is a folder of built models and precompiled runtimes.
type Cache = content.Cache

// DefaultCache is snnc/verilated in the user's cache directory, or the folder
// that the environment variable SNNC_VERILATED names.
func DefaultCache() (*Cache, error) {
	return content.Default("verilated", "SNNC_VERILATED", "Verilated models")
}
