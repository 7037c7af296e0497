package exchange

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"
)

// readJSON reads a whole text as one value, a byte at a time where slow.
func readJSON(text []byte, slow bool) (Value, error) {
	var r io.Reader = bytes.NewReader(text)
	if slow {
		r = iotest.OneByteReader(r)
	}
	s := newJSONStream(r)
	v := s.value()
	s.end()
	return v, s.err
}

// FuzzJSON holds the stream to encoding/json: the same texts are valid, and a valid one has the same content.
func FuzzJSON(f *testing.F) {
	for _, text := range []string{
		`{"a":[1,-2.5e3,0,true,false,null,"x\ny\u00e9\ud83d\ude00\ud800z"],"b":{},"c":[]}`, `[1,]`, `{"a":1,}`, `{"a" 1}`, `01`, `1.`, `.5`,
		`-`, `"a`, `"\u12"`, `"\x"`, `[1 2]`, ` 1 `, `nul`, `nullx`, `NaN`, `1e`, `"` + "\x01" + `"`, `[[[[]]]]`, `{`, ``, `1 2`, "\u2028", `"\u2028"`, `{"":{"":""}}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if !utf8.Valid(text) || bytes.Count(text, []byte("["))+bytes.Count(text, []byte("{")) > maxDepth {
			return // encoding/json lets both pass
		}
		v, err := readJSON(text, len(text) < 200)
		if (err == nil) != json.Valid(text) {
			t.Fatalf("%q: error %v, encoding/json says valid %v", text, err, json.Valid(text))
		}
		if err != nil {
			return
		}
		var want, got any
		decode := func(b []byte, to *any) {
			d := json.NewDecoder(bytes.NewReader(b))
			d.UseNumber()
			if err := d.Decode(to); err != nil {
				t.Fatalf("%q: %v", b, err)
			}
		}
		decode(text, &want)
		decode(v.appendJSON(nil), &got)
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%q was read as %q", text, v.appendJSON(nil))
		}
	})
}

func TestJSONFaultsSayWhereAndWhy(t *testing.T) {
	for _, c := range []struct {
		text string
		line int
		half bool
	}{
		{"{\n\"a\": [1, 2", 2, true},
		{"{\n\"a\": \"b", 2, true},
		{"{\n\"a\": \"b\\u12", 2, true},
		{"{\n\n\"a\": tru", 3, true},
		{"{\n\"a\": @}", 2, false},
		{"{\n\"a\": 1} x", 2, false},
		{"{\n\"a\"\n\n: 012}", 4, false},
	} {
		_, err := readJSON([]byte(c.text), false)
		e, ok := errors.AsType[*syntaxError](err)
		if !ok || e.Line != c.line || e.Half != c.half {
			t.Errorf("%q: %+v, want line %d, half %v", c.text, err, c.line, c.half)
		}
	}
}

func TestJSONNestingIsBounded(t *testing.T) {
	for _, open := range []string{"[", `{"a":`} {
		if _, err := readJSON([]byte(strings.Repeat(open, 1_000_000)), false); err == nil {
			t.Errorf("a million times %q was read", open)
		}
	}
}

func TestLongNumbersKeepTheirDigits(t *testing.T) {
	for in, want := range map[string]string{
		"45010500100100100123456":  "45010500100100100123456",
		"4.50105001001001e14":      "450105001001001",
		"450105001001001.0":        "450105001001001",
		"0.5":                      "0.5",
		"1e999999999":              "1e999999999",
		"-7.0":                     "-7",
		"100.00000000000000000001": "100.00000000000000000001",
	} {
		if got := (Value{Number, in}).String(); got != want {
			t.Errorf("%s was read as %s, want %s", in, got, want)
		}
	}
}
