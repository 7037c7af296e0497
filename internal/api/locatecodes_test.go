package api_test

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

// codesOf asks for the codes of many places in JSON and in binary.
func (s *service) codesOf(t *testing.T, query string, places [][2]float64) (inJSON struct {
	Releases map[string]int
	Codes    []*string
	Errors   []struct {
		Row   int
		Error struct{ Rule, Where string }
	}
}, inBinary []uint64, releases []string) {
	t.Helper()
	post := func(query, kind string, body []byte) (*http.Response, []byte) {
		res, err := http.Post(s.URL+"/api/v1/locate?"+query, kind, strings.NewReader(string(body)))
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%s %s (%v)", res.Status, text, err)
		}
		return res, text
	}
	text, err := json.Marshal(places)
	if err != nil {
		t.Fatal(err)
	}
	_, answer := post("fields=code&"+query, "application/json", text)
	if err := json.Unmarshal(answer, &inJSON); err != nil {
		t.Fatal(err)
	}
	var pairs []byte
	for _, p := range places {
		pairs = binary.LittleEndian.AppendUint64(pairs, math.Float64bits(p[0]))
		pairs = binary.LittleEndian.AppendUint64(pairs, math.Float64bits(p[1]))
	}
	res, answer := post(query, "application/octet-stream", pairs)
	for ; len(answer) >= 8; answer = answer[8:] {
		inBinary = append(inBinary, binary.LittleEndian.Uint64(answer))
	}
	return inJSON, inBinary, res.Header["Zhuwang-Releases"]
}

// Codes alone are those of whole answers, point by point, in every form, whichever district holds a point; a bad one has its error in its place.
func TestCodesAlone(t *testing.T) {
	s := furnished(t)
	neighbour := &grid.Net{District: grid.Division{Code: "990003", Name: "邻区"}, Towns: []grid.Division{{Code: "990003001", Name: "镇"}},
		Communities: []grid.Division{{Code: "990003001001", Name: "村"}},
		Grids:       []grid.Face{{Code: "990003001001001", Name: "一", Kind: grid.Basic, Parts: 1, Shape: picture.Draw("....... ....... .....AA")['A']}}}
	if _, _, err := s.grid.Publish(t.Context(), grid.Publication{Net: neighbour, Valid: grid.Span{From: time.Now().Add(-time.Hour)}, By: "test"}); err != nil {
		t.Fatal(err)
	}
	s.refresh(t)
	var places [][2]float64
	low, high := picture.Centre(-1, -1), picture.Centre(8, 5)
	random := rand.New(rand.NewPCG(9, 9))
	for range 2000 {
		p := geo.Point{X: low.X + random.Int32N(high.X-low.X), Y: low.Y + random.Int32N(high.Y-low.Y)}
		places = append(places, [2]float64{p.Lon(), p.Lat()})
	}
	const bad = 700
	places[bad] = [2]float64{22.78, 108.3}
	for _, datum := range []string{"wgs84", "gcj02"} {
		for _, district := range []string{"", "&district=450105"} {
			inJSON, inBinary, releases := s.codesOf(t, "crs="+datum+district, places)
			named := map[string]int{"450105": 1, "990003": 1}
			if district != "" {
				delete(named, "990003")
			}
			if fmt.Sprint(inJSON.Releases) != fmt.Sprint(named) || len(releases) != len(named) || releases[0] != "450105=1" {
				t.Errorf("releases %v, %v", inJSON.Releases, releases)
			}
			if len(inJSON.Codes) != len(places) || len(inBinary) != len(places) {
				t.Fatalf("%d and %d answers", len(inJSON.Codes), len(inBinary))
			}
			if e := inJSON.Errors; len(e) != 1 || e[0].Row != bad+1 || e[0].Error.Rule != "not-on-earth" || inJSON.Codes[bad] != nil || inBinary[bad] != 1 {
				t.Errorf("the bad point: %+v, %d", e, inBinary[bad])
			}
			body, err := json.Marshal(places)
			if err != nil {
				t.Fatal(err)
			}
			res, err := http.Post(s.URL+"/api/v1/locate?crs="+datum+district, "application/json", strings.NewReader(string(body)))
			if err != nil {
				t.Fatal(err)
			}
			var whole []struct{ Grid *struct{ Code string } }
			if err := json.NewDecoder(res.Body).Decode(&whole); err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			held := map[string]int{}
			for i, w := range whole {
				want, number := "", uint64(0)
				if w.Grid != nil {
					want = w.Grid.Code
					fmt.Sscan(want, &number)
				}
				held[want]++
				if i == bad {
					continue
				}
				if got := inJSON.Codes[i]; (got == nil) != (want == "") || got != nil && *got != want || inBinary[i] != number {
					t.Errorf("%v lies in %q, in JSON %v, in binary %d", places[i], want, got, inBinary[i])
				}
			}
			if datum == "wgs84" && len(held) != 6+len(named)-1 {
				t.Errorf("points lie in %v", held)
			}
		}
	}
}

func TestCodesAloneOfBadQuestions(t *testing.T) {
	s := furnished(t)
	asJSON, asBinary := map[string]string{"Content-Type": "application/json"}, map[string]string{"Content-Type": "application/octet-stream"}
	lon, lat, _ := strings.Cut(strings.TrimPrefix(lonLat(picture.Centre(2, 1)), "lon="), "&lat=")
	const codes = "/api/v1/locate?fields=code&crs=wgs84"
	s.run(t, []scenario{
		{name: "none", method: "POST", path: codes, header: asJSON, body: " [ ] ", status: 200, want: []string{`{"releases":{"450105":1},"codes":[],"errors":[]}`}},
		{name: "each in its place", method: "POST", path: codes, header: asJSON, body: `[{"lat":1},7,[` + lon + "," + lat + `],[1],{"lon":1,"lat":2,"crs":"mars"},{"lat":` + lat + `,"lon":` + lon + `},[1,2]]`, status: 200,
			want: []string{`"codes":[null,null,"450105001002002",null,null,"450105001002002",null]`, `[{"row":1,`, `"rule":"missing-parameter"`, `{"row":2,`, `"rule":"bad-body"`, `{"row":4,`, `{"row":5,`, `"rule":"unknown-crs"`}, not: []string{`"row":7`}},
		{name: "nowhere says its datum", method: "POST", path: "/api/v1/locate?fields=code", header: asJSON, body: `[[1,2]]`, status: 200, want: []string{`"codes":[null]`, "missing-crs"}},
		{name: "too many", method: "POST", path: codes, header: asJSON, body: "[" + strings.Repeat(`[1,2],`, 10_000) + `[1,2]]`, status: 413, want: []string{"too-many-points"}},
		{name: "too large", method: "POST", path: codes, header: asJSON, body: "[" + strings.Repeat(" ", 9<<20) + "]", status: 413, want: []string{"body-too-large"}},
		{name: "broken", method: "POST", path: codes, header: asJSON, body: `[[1,2]`, status: 400, want: []string{"bad-body"}},
		{name: "other fields", method: "POST", path: "/api/v1/locate?fields=name", header: asJSON, body: `[]`, status: 400, want: []string{"bad-parameter", "fields"}},
		{name: "an unknown district", method: "POST", path: codes + "&district=110101", header: asJSON, body: `[]`, status: 404, want: []string{"no-such-district"}},
		{name: "a stream", method: "POST", path: codes, header: map[string]string{"Content-Type": "text/csv"}, body: "lon,lat\n", status: 415, want: []string{"no-codes-alone", "text/csv"}},
		{name: "binary without a datum", method: "POST", path: "/api/v1/locate", header: asBinary, body: strings.Repeat("x", 16), status: 400, want: []string{"missing-crs"}},
		{name: "binary of half a point", method: "POST", path: codes, header: asBinary, body: strings.Repeat("x", 24), status: 400, want: []string{"bad-body"}},
		{name: "binary too large", method: "POST", path: codes, header: asBinary, body: strings.Repeat("x", 8<<20+16), status: 413, want: []string{"body-too-large"}},
	})
	_, inBinary, _ := s.codesOf(t, "crs=wgs84", [][2]float64{})
	if len(inBinary) != 0 {
		t.Errorf("no points have the codes %v", inBinary)
	}
}
