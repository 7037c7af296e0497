package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/zhuwang/zhuwang/internal/fault"
)

const (
	maxPoints = 10_000
	maxBody   = 8 << 20 // bytes of a JSON body; streams have no limit
)

// The forms of a body.
const (
	formJSON   = "application/json"
	formNDJSON = "application/x-ndjson"
	formCSV    = "text/csv"
	formBinary = "application/octet-stream"
)

// formOf is the form of a request's body, which is taken plain alone, as UTF-8, and refused before it comes where it says itself that it is too large.
func formOf(r *http.Request, taken ...string) (string, error) {
	if coding := r.Header.Get("Content-Encoding"); coding != "" {
		return "", fault.New(fault.Unsupported, "encoded-body", fault.Args{"encoding": coding})
	}
	form, more, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		form = r.Header.Get("Content-Type")
	}
	if set := more["charset"]; set != "" && !strings.EqualFold(set, "utf-8") && !strings.EqualFold(set, "us-ascii") {
		return "", fault.New(fault.Unsupported, "unsupported-media", fault.Args{"type": form + "; charset=" + set, "choices": "charset=utf-8"})
	}
	if form == formJSON && r.ContentLength > maxBody {
		return "", errBodyTooLarge()
	}
	if form == "application/jsonl" {
		form = formNDJSON
	}
	for _, t := range taken {
		if form == t {
			return form, nil
		}
	}
	return "", fault.New(fault.Unsupported, "unsupported-media", fault.Args{"type": form, "choices": strings.Join(taken, ", ")})
}

// strictJSON reads one JSON object; a field that is not known, or not what it should be, is named.
func strictJSON(text []byte, expected string, into any) error {
	if !utf8.Valid(text) { // or its reader would put other characters in their place
		return notUTF8()
	}
	in := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, byteOrderMark)))
	in.DisallowUnknownFields()
	err := in.Decode(into)
	if err == nil {
		if _, err = in.Token(); err == io.EOF {
			return nil
		}
		return badBody(err, expected)
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrong.Field != "" {
		return badField(wrong.Field)
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok { // the error has no type
		name = strings.Trim(name, `"`)
		return fault.New(fault.Invalid, "unknown-field", fault.Args{"name": name}).In(fault.Place{Field: name})
	}
	return badBody(err, expected)
}

// readArray reads a JSON array and calls each with every element while it is read, so that one of too many never lies in memory. Rows
// count from 1.
func readArray(body io.Reader, expected string, each func(text []byte, row int)) error {
	in := json.NewDecoder(body)
	if t, err := in.Token(); err != nil || t != json.Delim('[') {
		return badBody(err, expected)
	}
	for row := 1; in.More(); row++ {
		if row > maxPoints {
			return fault.New(fault.TooLarge, "too-many-points", fault.Args{"max": maxPoints})
		}
		var text json.RawMessage
		if err := in.Decode(&text); err != nil {
			return badBody(err, expected)
		}
		each(text, row)
	}
	if _, err := in.Token(); err != nil { // the bracket
		return badBody(err, expected)
	}
	if _, err := in.Token(); err != io.EOF {
		return badBody(err, expected)
	}
	return nil
}

// badBody says what was expected of a body that cannot be read, or that it is too large.
func badBody(cause error, expected string) error {
	if _, ok := errors.AsType[*http.MaxBytesError](cause); ok {
		return errBodyTooLarge()
	}
	f := fault.New(fault.Invalid, "bad-body", fault.Args{"expected": expected})
	f.Cause = cause
	return f
}

func errBodyTooLarge() *fault.Error {
	return fault.New(fault.TooLarge, "body-too-large", fault.Args{"max": maxBody >> 20})
}

// byteOrderMark is what some editors begin a text with.
var byteOrderMark = []byte("\ufeff")

func notUTF8() *fault.Error {
	return fault.New(fault.Invalid, "invalid-utf8", fault.Args{"hint": fault.Text{Zh: "请用 UTF-8 发送", En: "send it as UTF-8"}})
}

// badField names a field whose value cannot be understood.
func badField(name string) *fault.Error {
	return fault.New(fault.Invalid, "bad-parameter", fault.Args{"name": name}).In(fault.Place{Field: name})
}

// missingField names a field that is not there.
func missingField(name string) *fault.Error {
	return fault.New(fault.Invalid, "missing-parameter", fault.Args{"name": name}).In(fault.Place{Field: name})
}

// readObject reads a body that is one JSON object, no larger than maxBody.
func readObject(w http.ResponseWriter, r *http.Request, expected string, into any) error {
	if _, err := formOf(r, formJSON); err != nil {
		return err
	}
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return badBody(err, expected)
	}
	return strictJSON(text, expected, into)
}
