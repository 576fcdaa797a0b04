// Package cache keeps what is slow to make, Verilated models and builds of
// bitstreams, in folders under the hash of all that it was made from. An entry
// that can be seen is whole, and builders in several processes may share it.
package cache

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"
)

// Cache is a folder of entries. What names them in errors: "Verilated models".
type Cache struct{ Dir, What string }

// Default is snnc/NAME in the user's cache directory, or the folder that the
// environment variable names.
func Default(name, variable, what string) (*Cache, error) {
	if dir := os.Getenv(variable); dir != "" {
		return &Cache{dir, what}, nil
	}
	base, err := os.UserCacheDir()
	if err != nil {
		return nil, fmt.Errorf("no place for %s: %w; set %s to a folder", what, err, variable)
	}
	return &Cache{filepath.Join(base, "snnc", name), what}, nil
}

// Key hashes parts so that no two different lists give the same bytes.
func Key(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// Entry returns the folder of a key, making it with build if it is not there.
// build gets an empty folder that takes the key's place when it is complete,
// so that an entry that can be seen is whole.
func (c *Cache) Entry(ctx context.Context, key string, build func(dir string) error) (dir string, built bool, err error) {
	dir = filepath.Join(c.Dir, key)
	if seen(dir) {
		return dir, false, nil
	}
	if err := os.MkdirAll(c.Dir, 0o755); err != nil {
		return "", false, c.failed(err)
	}
	// The lock saves work, not correctness: two builders of one key would only
	// both pay for it.
	unlock, err := Lock(ctx, dir+".lock")
	if err != nil {
		return "", false, c.failed(err)
	}
	defer unlock()
	if seen(dir) {
		return dir, false, nil
	}
	tmp, err := os.MkdirTemp(c.Dir, "tmp-")
	if err != nil {
		return "", false, c.failed(err)
	}
	defer os.RemoveAll(tmp)
	if err := build(tmp); err != nil {
		return "", false, err
	}
	if err := os.Rename(tmp, dir); err != nil && !seen(dir) {
		return "", false, c.failed(err)
	}
	return dir, true, nil
}

func (c *Cache) failed(err error) error { return fmt.Errorf("cache of %s: %w", c.What, err) }

// seen tells whether an entry is there and marks it as used now, for Trim.
func seen(dir string) bool {
	now := time.Now()
	return os.Chtimes(dir, now, now) == nil
}

// Trim removes what has not been used longest until at most maxBytes are
// left, and folders that a killed builder left behind. Entries used in the
// last hour stay: a process may be about to start them.
func (c *Cache) Trim(maxBytes int64) error {
	entries, err := os.ReadDir(c.Dir)
	if err != nil {
		return err
	}
	type item struct {
		path string
		used time.Time
		size int64
	}
	var items []item
	var total int64
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !e.IsDir() {
			continue
		}
		it := item{filepath.Join(c.Dir, e.Name()), info.ModTime(), folderSize(filepath.Join(c.Dir, e.Name()))}
		if strings.HasPrefix(e.Name(), "tmp-") && time.Since(it.used) > time.Hour {
			it.used = time.Time{}
		}
		items = append(items, it)
		total += it.size
	}
	sort.Slice(items, func(i, j int) bool { return items[i].used.Before(items[j].used) })
	for _, it := range items {
		if !it.used.IsZero() && (total <= maxBytes || time.Since(it.used) < time.Hour) {
			break
		}
		if err := os.RemoveAll(it.path); err != nil {
			return err
		}
		os.Remove(it.path + ".lock")
		total -= it.size
	}
	return nil
}

func folderSize(dir string) int64 {
	var n int64
	filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil // removed by another process meanwhile
		}
		if info, err := d.Info(); err == nil && !d.IsDir() {
			n += info.Size()
		}
		return nil
	})
	return n
}
