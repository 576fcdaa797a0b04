// Command gen writes the files that package regmap generates below the
// repository root given as its argument.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/snnc/snnc/host/regmap"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: gen REPOSITORY_ROOT")
		os.Exit(2)
	}
	for _, f := range regmap.Files() {
		if err := os.WriteFile(filepath.Join(os.Args[1], f.Path), f.Data, 0o644); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
