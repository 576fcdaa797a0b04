// Command snnc takes a trained spiking neural network to an FPGA and checks
// that what runs there is what was trained. Each verb parses, calls packages
// and prints; all that it does can be called from Go.
//
// Results go to stdout; progress, notes and errors to stderr, progress only on
// a terminal. Exit codes: 0 fine, 1 a comparison failed, 2 bad input or usage,
// 3 a fault of snnc itself, 130 interrupted.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/snnc/snnc/compiler"
)

// errDiffers says that a comparison ran and failed; it has been printed.
var errDiffers = errors.New("the executions differ")

func main() {
	os.Exit(guard(os.Stderr, func() int { return run(os.Args[1:]) }))
}

// guard makes an exit code and a line of a panic.
func guard(stderr io.Writer, f func() int) (code int) {
	defer func() {
		if fault := recover(); fault != nil {
			fmt.Fprintln(stderr, "snnc:", faultLine(fault, debug.Stack()))
			code = 3
		}
	}()
	return f()
}

func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the process at once
	root := command()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errDiffers):
		return 1
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "snnc: interrupted")
		return 130
	}
	for line := range strings.Lines(err.Error()) { // several faults of a model come as one error
		fmt.Fprintln(os.Stderr, "snnc:", strings.TrimSuffix(line, "\n"))
	}
	return 2
}

// faultLine asks for a report. Every panic that user input can cause is a bug;
// where it happened goes into a file, since the line is for the user.
func faultLine(fault any, stack []byte) string {
	line := fmt.Sprintf("internal error: %v; this is a bug in snnc, please report it with the command line and the model", fault)
	f, err := os.CreateTemp("", "snnc-fault-*.txt")
	if err != nil {
		return line
	}
	_, err = fmt.Fprintf(f, "%s\n%v\n\n%s", compiler.Version, fault, stack)
	if errors.Join(err, f.Close()) != nil {
		return line
	}
	return line + " and " + f.Name()
}

func command() *cobra.Command {
	cobra.EnableCommandSorting = false // the order in which they are used
	root := &cobra.Command{
		Use:   "snnc",
		Short: "Take a trained spiking neural network to an FPGA and prove that it runs there as trained",
		Long: `snnc compiles trained spiking neural networks (NIR, model.json) to neuron cores in Verilog,
simulates them cycle by cycle, and checks every spike and cycle against the Verilated RTL.

A MODEL is a .nir or model.json file, or "demo" for the embedded Fashion-MNIST network.
A data set is mnist, fashion-mnist, demo, or the path of an idx, .npy or .npz file.
Named sets are looked up in the folders of $SNNC_DATA and in Debian's dataset-fashion-mnist.`,
		Example:       "  snnc compile net.nir -o build/net\n  snnc verify build/net --data mnist\n  snnc compare net.nir --data mnist --backends float,fixed,sim,rtl",
		Version:       compiler.Version,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				var names []string
				for _, c := range cmd.Commands() {
					if c.IsAvailableCommand() {
						names = append(names, c.Name())
					}
				}
				last := len(names) - 1
				return fmt.Errorf("%q is no command; the commands are %s and %s", args[0], strings.Join(names[:last], ", "), names[last])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w; %s --help lists the options", err, cmd.CommandPath())
	})
	root.AddCommand(
		compileCommand(),
		simCommand(),
		verifyCommand(),
		buildCommand(),
		deployCommand(),
		runCommand(),
		serveCommand(),
		compareCommand(),
		trainCommand(),
		learnCommand(),
		convertCommand(),
		doctorCommand(),
	)
	const codes = "\nExit codes: 0 fine, 1 a comparison failed, 2 bad input or usage, 3 a bug of snnc, 130 interrupted.\n"
	root.SetUsageTemplate(root.UsageTemplate() + codes)
	return root
}

// takes is the argument check of a verb, by the names of its arguments.
func takes(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(names) == 0 && len(args) > 0 {
			return fmt.Errorf("%s takes no arguments, and %d were given; see %[1]s --help", cmd.CommandPath(), len(args))
		}
		if len(args) != len(names) {
			return fmt.Errorf("%s takes %s, and %d arguments were given; see %[1]s --help", cmd.CommandPath(), strings.Join(names, " and "), len(args))
		}
		return nil
	}
}
