package link

import (
	"fmt"
	"time"
)

// SilentError says that nothing answers.
type SilentError struct {
	Port  string
	After time.Duration
	Begun bool // it had answered before
	Noise int  // bytes that came and were no frames
}

func (e *SilentError) Error() string {
	after := e.After.Round(time.Millisecond)
	switch {
	case e.Begun:
		return fmt.Sprintf("%s: the board answered and has been silent for %s: is it still connected and powered?", e.Port, after)
	case e.Noise > 0:
		return fmt.Sprintf("%s: %d bytes came in %s, and no frame of this link among them: another device or another baud rate (--baud)?", e.Port, e.Noise, after)
	}
	return fmt.Sprintf("%s: no answer in %s: is the board powered and configured (snnc deploy), and is this its port?", e.Port, after)
}

// ResetError says that the device has forgotten the session: what was loaded
// into it is gone.
type ResetError struct{ Port string }

func (e *ResetError) Error() string {
	return fmt.Sprintf("%s: the board was reset: what it held is lost; deploy again", e.Port)
}

// LineError says that the line itself broke.
type LineError struct {
	Port string
	Err  error
}

func (e *LineError) Error() string { return fmt.Sprintf("%s: %v", e.Port, e.Err) }

// Unwrap returns the cause.
func (e *LineError) Unwrap() error { return e.Err }
