package api

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/snapshot"
)

// What is read at one glance is read by encoding/json in the same way, and an array holds what its elements are.
func FuzzQuestions(f *testing.F) {
	for _, text := range []string{`[{"lon":108.3031,"lat":22.7822,"crs":"wgs84"},[1,-2.5]]`, `[ { "lat" : -0 , "lon" : 1e2 } , null, 7 ]`, `[{"lon":01}]`, `[{"lon":1.}]`,
		`[{"LON":1,"lat":2},{"lon":1,"lon":null}]`, `[{"lon":123456789012345678901234567890.5,"lat":1e999}]`, `[[1],[1,2,3],[null,2],["1",2]]`, `[]`, `[1,]`, `[,1]`, `[1] 2`,
		"[{\"crs\":\"\xff\"}]", `[{"crs":"wg\u0073","accuracy":3}]`, `[{"lon":-}]`, `[{"lon":1 "lat":2}]`, `[[1,2}]`, `[]]`, `null`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var elements []json.RawMessage
		whole := json.Unmarshal(text, &elements) == nil && elements != nil // null is no array
		rows := 0
		err := readQuestions(text, func(q question, row int, err error) {
			rows++
			if !whole || row > len(elements) {
				return // what is wrong may come later
			}
			want, refused := slowly(elements[row-1])
			if refused != (err != nil) || !refused && q != want {
				t.Errorf("%s is read as %+v (%v), by encoding/json as %+v", elements[row-1], q, err, want)
			}
		})
		if (err == nil) != (whole && len(elements) <= maxPoints) {
			t.Errorf("%q: %v, whole: %t", text, err, whole)
		}
		if err == nil && rows != len(elements) {
			t.Errorf("%q: %d rows of %d", text, rows, len(elements))
		}
	})
}

// slowly reads a question by encoding/json alone.
func slowly(text []byte) (q question, refused bool) {
	var pair []*float64
	var p struct {
		Lon, Lat *float64
		Crs      string
		Accuracy float64
	}
	if text[0] == '[' {
		if json.Unmarshal(text, &pair) != nil || len(pair) != 2 {
			return q, true
		}
		p.Lon, p.Lat = pair[0], pair[1]
	} else if json.Unmarshal(text, &p) != nil {
		return q, true
	}
	return question{value(p.Lon), value(p.Lat), p.Lon != nil, p.Lat != nil, p.Crs, p.Accuracy}, false
}

// A number of a question is the float64 that is nearest to it, whichever way it is read.
func TestNumbersAreReadToTheLastBit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,10})?`).Draw(t, "number")
		var want float64
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatal(err)
		}
		if got, end := scanNumber([]byte(text), 0); end != len(text) || math.Float64bits(got) != math.Float64bits(want) {
			t.Errorf("%s is read as %v", text, got)
		}
	})
}

// An answer is written as encoding/json writes the Location of openapi.yaml, byte by byte.
func TestLocationsAreWrittenAsByEncodingJSON(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[一-鿿]{1,4}[0-9]{3}`), rapid.SampledFrom([]string{"<&>", "\u2028", "a\xffb", "\"\\\n\x00", "©"}))
	named := func(t *rapid.T, label string) grid.Named {
		return grid.Named{Code: grid.Code(text.Draw(t, label+" code")), Name: text.Draw(t, label+" name")}
	}
	rapid.Check(t, func(t *rapid.T) {
		metres := rapid.OneOf(rapid.Float64Range(0, 1e7), rapid.Float64Range(0, 1e300), rapid.Just(0.0))
		a := located{Answer: snapshot.Answer{Release: rapid.Int().Draw(t, "release"), Inside: rapid.Bool().Draw(t, "inside"), District: named(t, "district"), BorderM: metres.Draw(t, "border")}}
		ref := func(n grid.Named) *Ref { return &Ref{string(n.Code), n.Name} }
		want := Location{Release: a.Release, Inside: a.Inside, District: ref(a.District), BorderM: new(round(a.BorderM, 100))}
		if a.Inside {
			a.Town, a.Community = named(t, "town"), named(t, "community")
			a.Grid = snapshot.Grid{Named: named(t, "grid"), Kind: grid.Kind(text.Draw(t, "kind")), Category: grid.Category(text.Draw(t, "category"))}
			want.Town, want.Community = ref(a.Town), ref(a.Community)
			want.Grid = &GridRef{Code: string(a.Grid.Code), Name: a.Grid.Name, Kind: string(a.Grid.Kind), Category: string(a.Grid.Category)}
		} else {
			a.Nearest, a.NearestM = named(t, "nearest"), metres.Draw(t, "nearest")
			want.Nearest, want.NearestM = ref(a.Nearest), new(round(a.NearestM, 100))
		}
		if rapid.Bool().Draw(t, "circle") {
			share := rapid.Float64Range(0, 1).Draw(t, "share")
			a.Circle, want.Circle = []snapshot.Share{{Share: share}}, &[]Share{{Share: round(share, 1e4)}}
		}
		if rapid.Bool().Draw(t, "refused") {
			p := Problem{Rule: text.Draw(t, "rule"), Title: text.Draw(t, "title"), Status: 400}
			a.problem, want = &p, Location{Error: &p}
		}
		b, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if got := a.appendJSON(nil); !bytes.Equal(got, b) {
			t.Errorf("%s\nwant %s", got, b)
		}
	})
}
