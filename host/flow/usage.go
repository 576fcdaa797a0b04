package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/snnc/snnc/host/board"
	"github.com/snnc/snnc/internal/cache"
)

// Packed says what a design takes of a board after synthesis and packing, without place
// and route: the same figures in a fraction of the time, and no Fmax. The synthesis is that of
// Build, which later takes it from the cache. Of a board that no open tool places it is Synthesised.
func Packed(ctx context.Context, dir string, b *board.Board, o Options) ([]Usage, error) {
	if b.Export {
		return Synthesised(ctx, dir, b, o)
	}
	j, err := newJob(dir, b, o)
	if err != nil {
		return nil, err
	}
	if err := j.equip(ctx); err != nil {
		return nil, err
	}
	synthDir, key, err := j.synth(ctx)
	if err != nil {
		return nil, err
	}
	pins := constraints(b)
	key = cache.Key("packed", key, j.tools[1].Version, string(pins), b.Device, b.Package, b.Speed)
	packed, _, err := j.o.Cache.Entry(ctx, "packed-"+key, func(dir string) error {
		if err := os.WriteFile(filepath.Join(dir, constraintsName(b.Family)), pins, 0o644); err != nil {
			return err
		}
		if err := link(filepath.Join(synthDir, netlistJSON), filepath.Join(dir, netlistJSON)); err != nil {
			return err
		}
		var used []Usage
		ffs := 0
		err := runLogged(ctx, dir, pnrLog, j.paths[1], append(pnrArgs(b), "--pack-only"), func(line string) error {
			if n, ok := parseFFs(line); ok {
				ffs += n
			}
			if u, ok := parseUsage(line); ok {
				used = append(used, u)
			}
			return nil
		})
		if err != nil {
			return j.keepLog(ctx, dir, pnrLog, err)
		}
		if len(used) == 0 {
			return fmt.Errorf("%s printed no device utilisation, and did not say why", filepath.Base(j.paths[1]))
		}
		if b.Family == "ice40" {
			used = append(used, Usage{"FF", ffs, b.Memory.FF})
		}
		return keepUsage(dir, ordered(used), pnrLog)
	})
	if err != nil {
		return nil, err
	}
	return readUsage(packed)
}

// keepUsage writes a usage into a cached folder, of which else only some files stay.
func keepUsage(dir string, used []Usage, files ...string) error {
	text, err := json.Marshal(used)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, placedFile), text, 0o644); err != nil {
		return err
	}
	return keepOnly(dir, append(files, placedFile)...)
}

func readUsage(dir string) ([]Usage, error) {
	text, err := os.ReadFile(filepath.Join(dir, placedFile))
	if err != nil {
		return nil, err
	}
	var u []Usage
	return u, json.Unmarshal(text, &u)
}
