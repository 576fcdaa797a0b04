package learn_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// soakState are the networks that learned alike, kept in the file that
// SNNC_LEARN_STATE names, so that a soak goes on where it was interrupted.
// Another build of the test, or another number of updates, begins anew.
type soakState struct {
	Build   string          `json:"build"` // SHA-256 of the test binary, which holds compiler, simulator and Verilog
	Updates int             `json:"updates"`
	Done    map[uint64]bool `json:"done"` // seeds

	path string
	mu   sync.Mutex
}

func loadSoak(t *testing.T, path string, updates int) *soakState {
	s := &soakState{}
	if path != "" {
		binary, err := os.Executable()
		require.NoError(t, err)
		b, err := os.ReadFile(binary)
		require.NoError(t, err)
		sum := sha256.Sum256(b)
		build := hex.EncodeToString(sum[:])
		if b, err := os.ReadFile(path); err == nil {
			require.NoError(t, json.Unmarshal(b, s), "%s is no state of a soak: remove it", path)
		} else {
			require.ErrorIs(t, err, os.ErrNotExist)
		}
		if s.Build != build || s.Updates != updates {
			*s = soakState{Build: build, Updates: updates}
		}
	}
	s.path = path
	if s.Done == nil {
		s.Done = map[uint64]bool{}
	}
	return s
}

// done enters a network and replaces the file.
func (s *soakState) done(t *testing.T, seed uint64) {
	if s.path == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Done[seed] = true
	b, err := json.Marshal(s)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(s.path+".new", b, 0o644))
	require.NoError(t, os.Rename(s.path+".new", s.path))
}

// A soak goes on where it was; not with other updates, nor with another build.
func TestSoakGoesOn(t *testing.T) {
	path := t.TempDir() + "/soak.json"
	s := loadSoak(t, path, 10)
	s.done(t, 7)
	require.True(t, loadSoak(t, path, 10).Done[7])
	require.Empty(t, loadSoak(t, path, 11).Done)
	s.Build = "another"
	s.done(t, 8)
	require.Empty(t, loadSoak(t, path, 10).Done)
}
