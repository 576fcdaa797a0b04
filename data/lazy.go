package data

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"sync"

	"github.com/snnc/snnc/data/array"
)

// lazy is what a set keeps that is too large to hold: its samples stay in their
// files until they are read. All its sets share the first failure to do so.
type lazy struct {
	read   func(i int) ([]byte, error) // a sample's bytes; from several goroutines
	digest func() (string, error)

	lock sync.Mutex
	err  error
}

func (l *lazy) fail(err error) {
	l.lock.Lock()
	defer l.lock.Unlock()
	if l.err == nil {
		l.err = err
	}
}

// newLazySet makes a set of bytes that read gives, whose elements are 0 to most.
func newLazySet(name string, shape []int, labels []int32, classes int, scale, most float64, l *lazy) *Set {
	s := &Set{name: name, kind: array.Uint8, shape: shape, size: 1, n: len(labels), scale: scale, lazy: l, classes: classes}
	for _, d := range shape {
		s.size *= d
	}
	if classes > 0 {
		s.labels = labels
	}
	s.derived = &derived{
		digest: sync.OnceValue(s.computeDigest),
		bounds: func() (float64, float64) { return 0, most },
	}
	return s
}

// Err returns the first failure to read a sample of a set whose samples stay in
// their files ([Set.Lazy]); such a sample was given as zeros. Who takes samples asks
// after each, or before their result is used.
func (s *Set) Err() error {
	if s.lazy == nil {
		return nil
	}
	s.lazy.lock.Lock()
	defer s.lazy.lock.Unlock()
	return s.lazy.err
}

// Lazy tells whether the samples stay in their files, because they are more than
// 2 GiB.
func (s *Set) Lazy() bool { return s.lazy != nil }

// bytesOf returns a lazy set's sample.
func (s *Set) bytesOf(i int) []byte {
	b, err := s.lazy.read(i)
	if err == nil && len(b) != s.size {
		err = fmt.Errorf("%s: sample %d has %d values; expected %d", s.name, i, len(b), s.size)
	}
	if err != nil {
		s.lazy.fail(err)
		return make([]byte, s.size)
	}
	return b
}

// listDigest is the digest of a lazy set: of a text that says how samples are made
// of files, and of the files' names and sizes, without reading them.
func listDigest(how string, n int, path func(i int) string) func() (string, error) {
	return func() (string, error) {
		h := sha256.New()
		fmt.Fprintf(h, "snnc-files 1 %s %d\n", how, n)
		for i := range n {
			info, err := os.Stat(path(i))
			if err != nil {
				return "", err
			}
			fmt.Fprintf(h, "%s %d\n", info.Name(), info.Size())
		}
		return hex.EncodeToString(h.Sum(nil)), nil
	}
}

// Read writes the real values of sample i into dst.
func (s *Set) Read(i int, dst []float32) error {
	sample := s.Sample(i)
	if bytes := sample.Bytes(); bytes != nil {
		scale := float32(s.scale)
		for j, b := range bytes {
			dst[j] = float32(b) * scale
		}
		return s.Err()
	}
	for j := range dst {
		dst[j] = float32(sample.Real(j))
	}
	return nil
}
