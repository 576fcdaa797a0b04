package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/snnc/snnc/compiler"
	"github.com/snnc/snnc/host/board"
	"github.com/snnc/snnc/host/flow"
	"github.com/snnc/snnc/internal/table"
)

// health is what doctor finds.
type health struct {
	Version string        `json:"snnc"`
	Tools   []flow.Found  `json:"tools"`
	Boards  []boardHealth `json:"boards"`
	Ports   []flow.Port   `json:"ports"`
	Error   string        `json:"ports_error,omitempty"`
}

type boardHealth struct {
	Board   string   `json:"board"`
	Title   string   `json:"title"`
	Device  string   `json:"device"`
	MHz     float64  `json:"clock_mhz"`
	Builds  string   `json:"builds"` // "yes", "project", or "no"
	Missing []string `json:"missing,omitempty"`
	Ports   []string `json:"ports,omitempty"`
}

func doctorCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Tell which tools and boards are there, what is missing, and the command that installs it",
		Long: `Looks for every program that snnc uses on the way to a board, with its version; lists the boards that it knows and
what each lacks to be built for; and lists the serial ports with the boards that they may belong to. A missing tool
is no error: exit code 0.`,
		Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			h := examine(cmd)
			if asJSON {
				return printJSON(cmd.OutOrStdout(), h)
			}
			return printHealth(cmd.OutOrStdout(), h)
		},
	}
	f := group("Output")
	jsonFlag(f, &asJSON)
	addGroups(c, f)
	return c
}

func examine(cmd *cobra.Command) health {
	h := health{Version: compiler.Version, Tools: flow.Doctor(cmd.Context())}
	var err error
	if h.Ports, err = flow.Ports(); err != nil {
		h.Error = err.Error()
	}
	for _, b := range board.All() {
		k := boardHealth{Board: b.Name, Title: b.Title, Device: b.Device, MHz: b.Clock.CoreMHz, Builds: "yes"}
		for _, m := range flow.Missing(b) {
			k.Missing = append(k.Missing, m.Tool)
			k.Builds = "no"
		}
		if b.Export {
			k.Builds = "project"
		}
		for _, p := range h.Ports {
			for _, name := range p.Boards {
				if name == b.Name {
					k.Ports = append(k.Ports, p.Name)
				}
			}
		}
		h.Boards = append(h.Boards, k)
	}
	return h
}

func printHealth(w io.Writer, h health) error {
	fmt.Fprintf(w, "%s\n\n", h.Version)
	var rows [][]any
	missing := map[string][]string{}
	var commands []string
	for _, t := range h.Tools {
		if t.Path != "" {
			version := t.Version
			if version == "" {
				version = "?"
			}
			rows = append(rows, []any{t.Tool, version, t.Path})
			continue
		}
		rows = append(rows, []any{t.Tool, "missing", "–"})
		if missing[t.Install] == nil {
			commands = append(commands, t.Install)
		}
		missing[t.Install] = append(missing[t.Install], fmt.Sprintf("%s (%s)", t.Tool, t.Need))
	}
	if err := table.Write(w, []table.Column{{Name: "tool", Text: true}, {Name: "version", Text: true}, {Name: "where", Text: true}}, rows); err != nil {
		return err
	}
	fmt.Fprintln(w)
	rows = nil
	for _, b := range h.Boards {
		builds := b.Builds
		if len(b.Missing) > 0 {
			builds += ": " + strings.Join(b.Missing, ", ")
		}
		at := strings.Join(b.Ports, ", ")
		if at == "" {
			at = "–"
		}
		rows = append(rows, []any{b.Board, b.Device, fmt.Sprintf("%g", b.MHz), builds, at})
	}
	if err := table.Write(w, []table.Column{{Name: "board", Text: true}, {Name: "device", Text: true}, {Name: "clock", Unit: "MHz"}, {Name: "can be built for", Text: true}, {Name: "may be at", Text: true}}, rows); err != nil {
		return err
	}
	fmt.Fprintln(w)
	switch {
	case h.Error != "":
		fmt.Fprintf(w, "serial ports cannot be listed: %s\n", h.Error)
	case len(h.Ports) == 0:
		fmt.Fprintln(w, "no serial port: no board is attached, or this user may not see it")
	}
	for _, p := range h.Ports {
		fmt.Fprintf(w, "serial port %s %s %s\n", p.Name, p.USB, p.Serial)
	}
	if len(commands) == 0 {
		fmt.Fprintln(w, "nothing is missing")
	}
	for _, c := range commands {
		fmt.Fprintf(w, "missing: %s: %s\n", strings.Join(missing[c], ", "), c)
	}
	return nil
}
