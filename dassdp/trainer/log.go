package trainer

import (
	"encoding/json"
	"fmt"
	"os"
)

// Log is a file of JSON lines: {"event": "start", …}, an "epoch" after every
// epoch, an "end". It is cut back to where a checkpoint left it, so that a
// resumed training's log reads as if it had not been interrupted.
type Log struct {
	f *os.File
	n int64
}

// OpenLog begins a log, or goes on with one after its first keep bytes.
func OpenLog(path string, keep int64) (*Log, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && info.Size() < keep {
		err = fmt.Errorf("%s: it has %d bytes, and the checkpoint was made when it had %d; give the log that belongs to it", path, info.Size(), keep)
	}
	if err == nil {
		err = f.Truncate(keep)
	}
	if err == nil {
		_, err = f.Seek(keep, 0)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return &Log{f: f, n: keep}, nil
}

// Write adds a line: the event's name and the fields of v.
func (l *Log) Write(event string, v any) error {
	if l == nil {
		return nil
	}
	fields, err := json.Marshal(v)
	if err != nil {
		return err
	}
	line := fmt.Sprintf("{\"event\":%q", event)
	if len(fields) > 2 {
		line += "," + string(fields[1:])
	} else {
		line += "}"
	}
	n, err := l.f.WriteString(line + "\n")
	l.n += int64(n)
	return err
}

// Len is how long the log is.
func (l *Log) Len() int64 {
	if l == nil {
		return 0
	}
	return l.n
}

// Close ends it.
func (l *Log) Close() error {
	if l == nil {
		return nil
	}
	return l.f.Close()
}
