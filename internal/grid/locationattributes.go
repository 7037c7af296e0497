package grid

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// Bounds of the attributes of a location.
const (
	maxAttributes = 16_000 // bytes of JSON, as settled
	maxDepth      = 16     // objects and lists within each other
)

// settleAttributes brings attributes into one form: keys sorted, each once, no space between, numbers written out. None, null and {}
// are nil. What PostgreSQL could not keep is refused: the character zero, and numbers that no float64 holds. The size is that of this
// form, so that what is read back, as the database writes it, is as large as what was sent.
func settleAttributes(text []byte) ([]byte, *fault.Error) {
	if len(text) == 0 || string(text) == "{}" {
		return nil, nil
	}
	form := func() ([]byte, *fault.Error) {
		return nil, fault.New(fault.Invalid, "attributes-form", fault.Args{"depth": maxDepth})
	}
	if !utf8.Valid(text) {
		return form()
	}
	v, err := readJSON(text)
	if err != nil {
		return form()
	}
	object, isObject := v.(map[string]any)
	if v == nil || isObject && len(object) == 0 {
		return nil, nil
	}
	if !isObject || !keepable(v, maxDepth) {
		return form()
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(writtenOut(v)); err != nil {
		return form()
	}
	if text = bytes.TrimSuffix(out.Bytes(), []byte("\n")); len(text) > maxAttributes {
		return nil, fault.New(fault.Invalid, "attributes-too-large", fault.Args{"max": maxAttributes / 1000})
	}
	return text, nil
}

// writtenOut writes the numbers of a JSON value without exponents, as PostgreSQL does: a short 1e300 takes 301 digits there.
func writtenOut(v any) any {
	switch v := v.(type) {
	case json.Number:
		return withoutExponent(v)
	case []any:
		for i := range v {
			v[i] = writtenOut(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = writtenOut(v[k])
		}
	}
	return v
}

// withoutExponent writes a number that is keepable out.
func withoutExponent(n json.Number) json.Number {
	mantissa, exponent, scientific := strings.Cut(strings.ToLower(string(n)), "e")
	if !scientific {
		return n
	}
	sign := ""
	if mantissa[0] == '-' {
		sign, mantissa = "-", mantissa[1:]
	}
	whole, part, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+part, "0")
	if digits == "" {
		return "0" // whatever the exponent, which may be beyond all numbers
	}
	shift, _ := strconv.Atoi(exponent) // few enough, or it would be no float64
	switch point := len(digits) - len(part) + shift; {
	case point <= 0:
		digits = "0." + strings.Repeat("0", -point) + digits
	case point >= len(digits):
		digits += strings.Repeat("0", point-len(digits))
	default:
		digits = digits[:point] + "." + digits[point:]
	}
	return json.Number(sign + digits)
}

// readJSON reads one value and nothing after it; numbers keep their digits.
func readJSON(text []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err = d.Decode(&v); err == nil {
		if _, more := d.Token(); more != io.EOF {
			err = io.ErrUnexpectedEOF
		}
	}
	return v, err
}

// keepable reports whether PostgreSQL can keep a JSON value, which has at most so many objects and lists within each other.
func keepable(v any, depth int) bool {
	switch v := v.(type) {
	case string:
		return !strings.ContainsRune(v, 0)
	case json.Number:
		f, err := strconv.ParseFloat(string(v), 64)
		digits, _, _ := strings.Cut(strings.ToLower(string(v)), "e")
		return err == nil && (f != 0 || strings.Trim(digits, "-0.") == "") // neither too large nor too small
	case []any:
		return depth > 0 && !slices.ContainsFunc(v, func(e any) bool { return !keepable(e, depth-1) })
	case map[string]any:
		for k, e := range v {
			if depth == 0 || !keepable(k, 0) || !keepable(e, depth-1) {
				return false
			}
		}
	}
	return true
}

// sameAttributes compares by meaning: the database writes 1e2 as 100, and puts spaces and keys as it likes.
func sameAttributes(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	v, err := readJSON(a)
	w, err2 := readJSON(b)
	return err == nil && err2 == nil && sameJSON(v, w)
}

func sameJSON(a, b any) bool {
	switch a := a.(type) {
	case json.Number:
		n, ok := b.(json.Number)
		if !ok {
			return false
		}
		x, okX := new(big.Rat).SetString(string(a))
		y, okY := new(big.Rat).SetString(string(n))
		return okX && okY && x.Cmp(y) == 0
	case []any:
		list, ok := b.([]any)
		return ok && slices.EqualFunc(a, list, sameJSON)
	case map[string]any:
		object, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, object, sameJSON)
	}
	return a == b
}
