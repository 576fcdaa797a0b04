package cache

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// However many builders want an entry at once, one makes it and all get it.
func TestCacheBuildsOnce(t *testing.T) {
	c := &Cache{t.TempDir(), "models"}
	var builds atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			dir, _, err := c.Entry(context.Background(), "key", func(dir string) error {
				builds.Add(1)
				time.Sleep(30 * time.Millisecond)
				return os.WriteFile(filepath.Join(dir, "model"), []byte("x"), 0o755)
			})
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := os.Stat(filepath.Join(dir, "model")); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, builds.Load())
}

func TestCacheForgetsFailedBuilds(t *testing.T) {
	c := &Cache{t.TempDir(), "models"}
	_, _, err := c.Entry(t.Context(), "key", func(string) error { return os.ErrInvalid })
	require.ErrorIs(t, err, os.ErrInvalid)
	_, built, err := c.Entry(t.Context(), "key", func(string) error { return nil })
	require.NoError(t, err)
	require.True(t, built)
}

func TestCacheWaitsNoLongerThanItsContext(t *testing.T) {
	c := &Cache{t.TempDir(), "models"}
	unlock, err := Lock(t.Context(), filepath.Join(c.Dir, "key.lock"))
	require.NoError(t, err)
	defer unlock()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, _, err = c.Entry(ctx, "key", func(string) error { return nil })
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestTrimRemovesTheLeastUsed(t *testing.T) {
	c := &Cache{t.TempDir(), "models"}
	for i, name := range []string{"tmp-1", "old", "less-old", "new"} {
		dir := filepath.Join(c.Dir, name)
		require.NoError(t, os.Mkdir(dir, 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "model"), make([]byte, 1000), 0o644))
		when := time.Now().Add(time.Duration(i-3) * 24 * time.Hour)
		require.NoError(t, os.Chtimes(dir, when, when))
	}
	require.NoError(t, c.Trim(2000))
	for name, there := range map[string]bool{"tmp-1": false, "old": false, "less-old": true, "new": true} {
		_, err := os.Stat(filepath.Join(c.Dir, name))
		require.Equal(t, there, err == nil, name)
	}
}

func TestKeyTellsPartsApart(t *testing.T) {
	require.NotEqual(t, Key("ab", "c"), Key("a", "bc"))
}
