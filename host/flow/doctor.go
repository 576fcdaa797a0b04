package flow

import (
	"context"
	"errors"
	"sort"

	"go.bug.st/serial/enumerator"

	"github.com/snnc/snnc/host/board"
)

// Found is what doctor knows of a program.
type Found struct {
	Tool    string `json:"tool"`
	Path    string `json:"path,omitempty"`
	Version string `json:"version,omitempty"`
	Need    string `json:"needed_for"`
	Install string `json:"install"` // the command; for a program that is there, too
}

// Port is a serial port, and the boards whose USB chip it may be.
type Port struct {
	Name   string   `json:"port"`
	USB    string   `json:"usb,omitempty"` // vendor:product
	Serial string   `json:"serial,omitempty"`
	Boards []string `json:"boards,omitempty"`
}

// Doctor looks for every program that the way to a board uses.
func Doctor(ctx context.Context) []Found {
	var all []Found
	for _, t := range AllTools() {
		f := Found{Tool: t.Name, Need: t.Need, Install: t.Install}
		if p, err := t.Find(); err == nil {
			f.Path, f.Version = p, t.VersionOf(ctx, p)
		}
		all = append(all, f)
	}
	return all
}

// Missing lists what a board's flow lacks; nil where all is there.
func Missing(b *board.Board) []*MissingToolError {
	var list []*MissingToolError
	for _, t := range ToolsOf(b) {
		var m *MissingToolError
		if _, err := t.Find(); errors.As(err, &m) {
			list = append(list, m)
		}
	}
	return list
}

// Ports lists the serial ports of the machine, with the boards that each may be.
func Ports() ([]Port, error) {
	details, err := enumerator.GetDetailedPortsList()
	if err != nil {
		return nil, err
	}
	var ports []Port
	for _, d := range details {
		p := Port{Name: d.Name, Serial: d.SerialNumber}
		if d.IsUSB {
			p.USB = lower(d.VID) + ":" + lower(d.PID)
			for _, b := range board.All() {
				for _, u := range b.UART.USB {
					if u == p.USB {
						p.Boards = append(p.Boards, b.Name)
					}
				}
			}
		}
		ports = append(ports, p)
	}
	sort.Slice(ports, func(i, j int) bool { return ports[i].Name < ports[j].Name })
	return ports, nil
}

func lower(hex string) string {
	out := []byte(hex)
	for i, c := range out {
		if c >= 'A' && c <= 'F' {
			out[i] = c + 'a' - 'A'
		}
	}
	return string(out)
}
