// Command snnc takes a trained spiking neural network to an FPGA and checks
// that what runs there is what was trained. Each verb parses, calls packages
// and prints; all that it does can be called from Go.
//
// Exit codes: 0 fine, 1 a comparison failed, 2 bad input or usage, 130 interrupted.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/snnc/snnc/compiler"
)

// errDiffers says that a comparison ran and failed; it has been printed.
var errDiffers = errors.New("the executions differ")

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := command()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errDiffers):
		return 1
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "snnc: interrupted")
		return 130
	}
	fmt.Fprintln(os.Stderr, "snnc:", err)
	return 2
}

func command() *cobra.Command {
	root := &cobra.Command{
		Use:   "snnc",
		Short: "Take a trained spiking neural network to an FPGA and prove that it runs there as trained",
		Long: `snnc compiles trained spiking neural networks (NIR, model.json) to neuron cores in Verilog,
simulates them cycle by cycle, and checks every spike and cycle against the Verilated RTL.

A MODEL is a .nir or model.json file, or "demo" for the embedded Fashion-MNIST network.
A data set is mnist, fashion-mnist, demo, or the path of an idx, .npy or .npz file.`,
		Version:       compiler.Version,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.AddCommand(compileCommand(), simCommand(), verifyCommand(), compareCommand(), convertCommand())
	return root
}
