package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/snnc/snnc/compiler/modelfile"
	"github.com/snnc/snnc/ir"
)

func convertCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "convert MODEL OUT",
		Short:   "Turn NIR into model.json and back without loss",
		Example: "  snnc convert net.nir net.json\n  snnc convert net.json net.nir",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			g, hints, _, err := loadModel(args[0])
			if err != nil {
				return err
			}
			if !strings.EqualFold(filepath.Ext(args[1]), ".json") && hints != (ir.Hints{}) {
				fmt.Fprintf(cmd.ErrOrStderr(), "snnc: %s: NIR cannot hold the hints of %s; they are left out\n", args[1], args[0])
				hints = ir.Hints{}
			}
			return modelfile.Write(args[1], g, hints)
		},
	}
}
