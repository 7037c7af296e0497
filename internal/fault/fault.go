// Package fault holds the one error type of Zhuwang and the catalogue of its rules.
//
// An error that a person or a client may meet is a *Error: a kind (which HTTP status and exit code it maps to), a rule
// (a stable kebab-case id with one sentence in Chinese and in English), the place in the input and on the earth, and a
// cause that goes to the log and never to a client.
package fault

import (
	"errors"
	"math"
	"strconv"

	"github.com/zhuwang/zhuwang/geo"
)

// Kind says what sort of failure it is; one table in internal/api maps it to a status, one in internal/app to an exit code.
type Kind uint8

// Kinds. The zero value is Internal, so that an unclassified error is never shown as the client's own fault.
const (
	Internal Kind = iota
	Invalid
	NotFound
	Conflict
	Stale // what is to be changed is not as the client saw it
	Forbidden
	Unavailable
	TooLarge
	NotAllowed  // a method that the address does not take
	Unsupported // a form of body that is not read
	Usage       // a command line that cannot be understood
	Unknown     // it is not known who asks
	TooMany     // too often, too soon
)

// Args are the values of the {names} in a rule's sentence. Values are strings, numbers, or Text for words that have two languages.
type Args map[string]any

// Place is where in the input a fault lies. Zero fields are unknown.
type Place struct {
	File  string
	Layer string
	Row   int    // 1 = first row of data
	Line  int    // of a table: the line of the text or the row of the sheet, headers counted, as an editor or Excel shows it
	Field string // column, property, flag or parameter
}

// Error is the one error type.
type Error struct {
	Kind  Kind
	Rule  string
	Args  Args
	Where Place
	At    *geo.Point
	Cause error
}

// New makes an error of a rule; args may be nil.
func New(kind Kind, rule string, args Args) *Error {
	return &Error{Kind: kind, Rule: rule, Args: args}
}

// Wrap makes an internal or unavailable error of a cause that clients never see.
func Wrap(kind Kind, rule string, cause error) *Error {
	return &Error{Kind: kind, Rule: rule, Cause: cause}
}

// FromDefect makes an error of a geometric defect.
func FromDefect(d geo.Defect) *Error {
	at := d.At
	return &Error{Kind: Invalid, Rule: d.Rule, At: &at, Cause: d, Args: Args{"area": Amount(d.Area), "width": Amount(d.Width)}}
}

// Amount writes an area or a length, neither below zero, for people: two decimals, and of what is below a tenth two digits, so that nothing
// but zero reads as zero. How much less than 1e-7 it is tells nobody anything.
func Amount(v float64) string {
	if v != 0 && math.Abs(v) < 1e-7 {
		return "<0.0000001"
	}
	if v != 0 && math.Abs(v) < 0.1 {
		return strconv.FormatFloat(v, 'f', 1-int(math.Floor(math.Log10(math.Abs(v)))), 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

// In returns a copy that names the place in the input. Fields already known are kept.
func (e *Error) In(p Place) *Error {
	c := *e
	if c.Where.File == "" {
		c.Where.File = p.File
	}
	if c.Where.Layer == "" {
		c.Where.Layer = p.Layer
	}
	if c.Where.Row == 0 {
		c.Where.Row, c.Where.Line = p.Row, p.Line
	}
	if c.Where.Field == "" {
		c.Where.Field = p.Field
	}
	return &c
}

// Error is for logs: rule, place and cause, in English.
func (e *Error) Error() string {
	s := e.Rule + ": " + e.Sentence(English)
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Is reports whether target is an *Error of the same rule.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Rule == e.Rule
}

// From finds the *Error in err's chain; an error without one becomes an Internal one, so that its text stays in the log.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if d, ok := errors.AsType[geo.Defect](err); ok {
		return FromDefect(d)
	}
	return Wrap(Internal, "internal", err)
}
