package hdf5

import (
	"errors"
	"fmt"
)

var (
	// ErrFormat marks bytes that are not what the file format demands: not HDF5, truncated or damaged.
	ErrFormat = errors.New("not valid HDF5")
	// ErrUnsupported marks valid HDF5 that this package does not read; the message names the feature.
	ErrUnsupported = errors.New("unsupported HDF5 feature")
	// ErrNotFound marks a link that a group does not have.
	ErrNotFound = errors.New("not found")
	// ErrType marks a request for values of a kind that the dataset does not hold losslessly.
	ErrType = errors.New("type mismatch")
)

// Error is an ErrFormat or ErrUnsupported with the place in the file where it was seen.
type Error struct {
	Kind   error // ErrFormat or ErrUnsupported
	Offset int64 // absolute byte offset in the file
	Msg    string
}

func (e *Error) Error() string {
	return fmt.Sprintf("%v: at offset 0x%x: %s", e.Kind, e.Offset, e.Msg)
}

func (e *Error) Unwrap() error { return e.Kind }

func formatErr(offset int64, format string, args ...any) error {
	return &Error{Kind: ErrFormat, Offset: offset, Msg: fmt.Sprintf(format, args...)}
}

func unsupported(offset int64, format string, args ...any) error {
	return &Error{Kind: ErrUnsupported, Offset: offset, Msg: fmt.Sprintf(format, args...)}
}
