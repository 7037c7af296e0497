package api_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/testkit"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

// Release 1 held for two days and had no F; release 2, in force since yesterday, is the drawing.
const formerDrawing = `
	AAAAB
	AAAAB
	DDEEE
	DDEEE`

// twice is a server with two releases and a building that was imported after both.
func twice(t *testing.T) (s *service, before, between, now string) {
	s = start(t)
	at := func(hours time.Duration) time.Time { return time.Now().Add(-hours * time.Hour) }
	s.publish(t, formerDrawing, grid.Span{From: at(72)})
	s.publish(t, drawing, grid.Span{From: at(24)})
	testkit.PutBuildings(t, s.store, "450105", []grid.Building{
		{ID: "b1", Code: "45010500100200001", Name: "丽景阁", Point: picture.Centre(3, 2), Households: 48}})
	s.refresh(t)
	query := func(t time.Time) string { return "at=" + url.QueryEscape(t.UTC().Format(time.RFC3339)) }
	return s, query(at(100)), query(at(48)), query(at(1))
}

func TestTheNetOfAMoment(t *testing.T) {
	s, before, between, now := twice(t)
	place := lonLat(picture.Centre(3, 2)) // in B today, in A then
	s.run(t, []scenario{
		{name: "districts then", path: "/api/v1/districts?" + between, status: 200, want: []string{`"release":1`, `"grids":4`, `"net":"1.`}, not: []string{"valid_from"}},
		{name: "districts by release", path: "/api/v1/districts?release=1", status: 200, want: []string{`"release":1`, `"grids":4`}},
		{name: "districts of the release in force", path: "/api/v1/districts?release=2", status: 200, want: []string{`"release":2`, "valid_from"}},
		{name: "in force still", path: "/api/v1/districts?" + now, status: 200, want: []string{`"release":2`, `"grids":5`}},
		{name: "grids then", path: "/api/v1/grids?" + between, status: 200, want: []string{`"count":4`}, not: []string{codeOf('F')}},
		{name: "grids as GeoJSON", path: "/api/v1/grids.geojson?release=1", status: 200, want: []string{`"numberMatched":4`}},
		{name: "today's buildings lie in the grids of then", path: "/api/v1/buildings?release=1", status: 200, want: []string{"丽景阁", codeOf('A')}, not: []string{codeOf('B')}},
		{name: "households are today's", path: "/api/v1/grids/" + codeOf('A') + "?release=1", status: 200, want: []string{`"households":48`}},
		{name: "one grid then, and its neighbours", path: "/api/v1/grids/" + codeOf('E') + "?" + between, status: 200, want: []string{`"neighbours":[{`, `"name":"A 网格"`}},
		{name: "its Feature", path: "/api/v1/grids/" + codeOf('E') + ".geojson?release=1", status: 200, want: []string{`"type":"Feature"`}},
		{name: "a grid that was not born yet", path: "/api/v1/grids/" + codeOf('F') + "?release=1&lang=en", status: 404, want: []string{"no-such-code-then", "Release 1 has no"}},
		{name: "search then", path: "/api/v1/search?q=450105001002003&release=1", status: 200, want: []string{`"items":[]`}},
		{name: "search now", path: "/api/v1/search?q=450105001002003", status: 200, want: []string{codeOf('F')}},
		{name: "tiles then", path: "/tiles/450105/net.json?release=1", status: 200, want: []string{"/tiles/450105/net/1."}},
		{name: "tiles at a moment", path: "/tiles/450105/net.json?" + between, status: 200, want: []string{"/tiles/450105/net/1."}},
		{name: "locate by release", path: "/api/v1/locate?crs=cgcs2000&release=1&" + place, status: 200, want: []string{`"release":1`, codeOf('A')}},
		{name: "locate now", path: "/api/v1/locate?crs=cgcs2000&" + place, status: 200, want: []string{`"release":2`, codeOf('B')}},

		{name: "before there was a net", path: "/api/v1/districts?" + before, status: 404, want: []string{"not-in-force"}},
		{name: "grids before there was a net", path: "/api/v1/grids?" + before, status: 404, want: []string{"not-in-force"}},
		{name: "a release that is not there", path: "/api/v1/grids?release=9", status: 404, want: []string{"not-found"}},
		{name: "release 0", path: "/api/v1/grids?release=0", status: 400, want: []string{"parameter-range", "release"}},
		{name: "no number", path: "/api/v1/grids?release=one", status: 400, want: []string{"bad-parameter", "release"}},
		{name: "both", path: "/api/v1/grids?release=1&" + between, status: 400, want: []string{"at-and-release"}},
		{name: "both, of a place", path: "/api/v1/locate?crs=wgs84&release=1&" + between + "&" + place, status: 400, want: []string{"at-and-release"}},
		{name: "a date alone", path: "/api/v1/grids?at=2026-01-01", status: 400, want: []string{"bad-parameter", "at"}},
	})
}

// codeOf is the code of a letter of the drawings.
func codeOf(letter rune) string { return string(codes[letter]) }

// Of several districts those that had a net then are listed; a release is one district's.
func TestAMomentOfSeveralDistricts(t *testing.T) {
	s, before, between, _ := twice(t)
	elsewhere := &grid.Net{District: grid.Division{Code: "990003", Name: "邻区"}, Towns: []grid.Division{{Code: "990003001", Name: "镇"}},
		Communities: []grid.Division{{Code: "990003001001", Name: "村"}},
		Grids:       []grid.Face{{Code: "990003001001001", Name: "一", Kind: grid.Basic, Parts: 1, Shape: picture.Draw("A")['A']}}}
	if _, _, err := s.grid.Publish(t.Context(), grid.Publication{Net: elsewhere, Valid: grid.Span{From: time.Now().Add(-time.Hour)}, By: "test"}); err != nil {
		t.Fatal(err)
	}
	s.refresh(t)
	s.run(t, []scenario{
		{name: "one had a net", path: "/api/v1/districts?" + between, status: 200, want: []string{`"count":1`, `"code":"450105"`}, not: []string{"990003"}},
		{name: "none had", path: "/api/v1/districts?" + before, status: 200, want: []string{`"count":0`, `"items":[]`}},
		{name: "the one that had none", path: "/api/v1/districts?district=990003&" + between, status: 404, want: []string{"not-in-force"}},
		{name: "whose release?", path: "/api/v1/districts?release=1", status: 400, want: []string{"which-district"}},
		{name: "this one's", path: "/api/v1/districts?release=1&district=990003", status: 200, want: []string{`"code":"990003"`}},
	})
}
