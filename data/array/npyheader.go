package array

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// npyHeader is the dictionary in front of an .npy file's elements.
type npyHeader struct {
	descr   string // NumPy's array-interface type string, such as "<f4"
	fortran bool   // column-major
	shape   []int
}

// parseNPYHeader reads the Python literal of the format's version 1 to 3: a
// dictionary with exactly the keys descr, fortran_order and shape, in any order
// and spacing, padded with blanks.
func parseNPYHeader(text string) (npyHeader, error) {
	var h npyHeader
	p := literal{rest: text}
	if !p.take("{") {
		return h, fmt.Errorf("npy header: %q is not a dictionary", clip(text))
	}
	seen := map[string]bool{}
	for !p.take("}") {
		key, err := p.quoted()
		if err != nil {
			return h, fmt.Errorf("npy header: key: %w", err)
		}
		if !p.take(":") {
			return h, fmt.Errorf("npy header: no ':' after key %q", clip(key))
		}
		if seen[key] {
			return h, fmt.Errorf("npy header: key %q twice", clip(key))
		}
		seen[key] = true
		switch key {
		case "descr":
			if p.peek("[") || p.peek("(") {
				return h, errors.New("npy header: the array has structured (named) fields; save each field as an array of its own")
			}
			h.descr, err = p.quoted()
		case "fortran_order":
			h.fortran, err = p.boolean()
		case "shape":
			h.shape, err = p.tuple()
		default:
			return h, fmt.Errorf("npy header: unknown key %q", clip(key))
		}
		if err != nil {
			return h, fmt.Errorf("npy header: %s: %w", key, err)
		}
		if !p.take(",") && !p.peek("}") {
			return h, fmt.Errorf("npy header: no ',' or '}' after %s", key)
		}
	}
	if p.skipSpace(); p.rest != "" {
		return h, fmt.Errorf("npy header: %q after the dictionary", clip(p.rest))
	}
	for _, key := range []string{"descr", "fortran_order", "shape"} {
		if !seen[key] {
			return h, fmt.Errorf("npy header: key %q is missing", key)
		}
	}
	return h, nil
}

// literal is the part of a Python literal not yet read.
type literal struct{ rest string }

func (p *literal) skipSpace() { p.rest = strings.TrimLeft(p.rest, " \t\r\n") }

func (p *literal) peek(token string) bool {
	p.skipSpace()
	return strings.HasPrefix(p.rest, token)
}

func (p *literal) take(token string) bool {
	if !p.peek(token) {
		return false
	}
	p.rest = p.rest[len(token):]
	return true
}

func (p *literal) quoted() (string, error) {
	p.skipSpace()
	if p.rest == "" || p.rest[0] != '\'' && p.rest[0] != '"' {
		return "", fmt.Errorf("expected a quoted string, found %q", clip(p.rest))
	}
	body := p.rest[1:]
	end := strings.IndexByte(body, p.rest[0])
	if end < 0 {
		return "", fmt.Errorf("string %q does not end", clip(body))
	}
	p.rest = body[end+1:]
	return body[:end], nil
}

func (p *literal) boolean() (bool, error) {
	switch {
	case p.take("True"):
		return true, nil
	case p.take("False"):
		return false, nil
	}
	return false, fmt.Errorf("expected True or False, found %q", clip(p.rest))
}

func (p *literal) tuple() ([]int, error) {
	if !p.take("(") {
		return nil, fmt.Errorf("expected a tuple, found %q", clip(p.rest))
	}
	shape := []int{}
	for !p.take(")") {
		p.skipSpace()
		end := strings.IndexFunc(p.rest, func(c rune) bool { return c < '0' || c > '9' })
		if end < 0 {
			end = len(p.rest)
		}
		if end == 0 {
			return nil, fmt.Errorf("expected a dimension, found %q", clip(p.rest))
		}
		d, err := strconv.Atoi(p.rest[:end])
		if err != nil {
			return nil, fmt.Errorf("dimension %s is out of range", clip(p.rest[:end]))
		}
		if shape = append(shape, d); len(shape) > maxRank {
			return nil, fmt.Errorf("more than %d dimensions", maxRank)
		}
		p.rest = strings.TrimPrefix(p.rest[end:], "L") // Python 2 wrote (3L, 4L)
		if !p.take(",") && !p.peek(")") {
			return nil, fmt.Errorf("expected ',' or ')', found %q", clip(p.rest))
		}
	}
	return shape, nil
}

// clip keeps a piece of a damaged file short enough for an error line.
func clip(s string) string {
	if len(s) > 24 {
		return s[:24] + "…"
	}
	return s
}
