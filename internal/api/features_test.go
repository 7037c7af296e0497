package api_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/testkit"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

// collection is an answer of /ogc.
type collection struct {
	NumberMatched, NumberReturned int
	Links                         []struct{ Href, Rel string }
	Features                      []struct {
		ID         string
		Properties map[string]any
		Geometry   struct {
			Type        string
			Coordinates json.RawMessage
		}
	}
}

func (c collection) ids() (all []string) {
	for _, f := range c.Features {
		all = append(all, f.ID)
	}
	return all
}

func (c collection) next() string {
	for _, l := range c.Links {
		if l.Rel == "next" {
			return l.Href
		}
	}
	return ""
}

// items asks for a page; address is a path, or what a link gave.
func (s *service) items(t *testing.T, address string) (c collection) {
	t.Helper()
	status, body := s.askAs(t, "GET", strings.TrimPrefix(address, s.URL), "", "", "administrator", "")
	if status != 200 {
		t.Fatalf("%s: %d %s", address, status, body)
	}
	if err := json.Unmarshal([]byte(body), &c); err != nil {
		t.Fatalf("%s: %v", address, err)
	}
	if c.NumberReturned != len(c.Features) {
		t.Errorf("%s: numberReturned %d of %d", address, c.NumberReturned, len(c.Features))
	}
	return c
}

// manyHouses is a server with more buildings than a page has, in two communities.
func manyHouses(t *testing.T) (*service, []grid.Building) {
	t.Helper()
	s := scopedService(t, drawing, 0)
	var all []grid.Building
	for i := range 2345 {
		x, y := i%5, i/5%4
		at := picture.Centre(x, y)
		at.X += int32(i)
		b := grid.Building{ID: fmt.Sprint("b", i), Point: at, Households: i % 50, Storeys: i % 30, Name: fmt.Sprint("楼", i%100)}
		b.Area = s.nets.Current("450105").Locate(at, 0).Grid.Code
		b.Code = b.Area.At(grid.LevelCommunity) + grid.Code(fmt.Sprintf("%05d", i+1))
		if i%2 == 0 {
			b.Footprint = geo.MultiPolygon{{{{X: at.X - 50, Y: at.Y - 50}, {X: at.X + 50, Y: at.Y - 50}, {X: at.X + 50, Y: at.Y + 50}, {X: at.X - 50, Y: at.Y + 50}}}}
		}
		all = append(all, b)
	}
	testkit.PutBuildings(t, s.store, "450105", all)
	s.refresh(t)
	slices.SortFunc(all, func(a, b grid.Building) int { return strings.Compare(string(a.Code), string(b.Code)) })
	return s, all
}

// gdal runs a program of GDAL's, which signs in by a header.
func gdal(t *testing.T, role, area, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(cmd.Environ(), "GDAL_HTTP_HEADERS=Role: "+role+",Area: "+area)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// GDAL, with its default options, copies whole collections, each feature once; with a filter, a box or an id, what they ask for.
func TestGDALReadsFeatures(t *testing.T) {
	s, all := manyHouses(t)
	source, file := "OAPIF:"+s.URL+"/ogc", filepath.Join(t.TempDir(), "o.gpkg")
	count := func(sql string) string {
		out := gdal(t, "", "", "ogrinfo", "-q", file, "-sql", sql)
		return regexp.MustCompile(`= (\d+)`).FindStringSubmatch(out)[1]
	}
	for _, c := range []struct {
		role, area, layer string
		options           []string
		want              int
	}{
		{"administrator", "", "grids", nil, 5}, {"administrator", "", "communities", nil, 2}, {"administrator", "", "towns", nil, 1}, {"administrator", "", "districts", nil, 1},
		{"administrator", "", "buildings", nil, len(all)}, {"planner", mine, "grids", nil, 2},
		{"planner", mine, "buildings", nil, among(all, func(b grid.Building) bool { return b.Area.At(grid.LevelCommunity) == mine })},
		{"analyst", "", "buildings", []string{"-where", "storeys = 7"}, among(all, func(b grid.Building) bool { return b.Storeys == 7 })},
		{"analyst", "", "buildings", []string{"-where", "name LIKE '楼1%' AND households > 20"}, among(all, func(b grid.Building) bool { return strings.HasPrefix(b.Name, "楼1") && b.Households > 20 })},
		{"analyst", "", "buildings", []string{"-spat", "108.1", "22.6", "108.101", "22.601"}, among(all, func(b grid.Building) bool {
			return geo.Bounds{Min: picture.Origin, Max: geo.Point{X: picture.Origin.X + picture.Step, Y: picture.Origin.Y + picture.Step}}.Intersects(b.Footprint.Bounds().Extend(b.Point))
		})},
		{"analyst", "", "grids", []string{"-where", "id = '450105001001001'"}, 1},
	} {
		args := append([]string{"-f", "GPKG", "-overwrite", file, source, c.layer}, c.options...)
		gdal(t, c.role, c.area, "ogr2ogr", args...)
		if got := count(`SELECT count(*) AS n FROM ` + c.layer); got != fmt.Sprint(c.want) {
			t.Errorf("%s: %s features, want %d", args, got, c.want)
		}
		if got := count(`SELECT count(DISTINCT id) AS n FROM ` + c.layer); got != fmt.Sprint(c.want) {
			t.Errorf("%s: %s ids, want %d", args, got, c.want)
		}
	}
	// By id, it asks for that one alone.
	out := gdal(t, "analyst", "", "ogrinfo", "-q", "--debug", "on", "-where", "id = '"+string(all[9].Code)+"'", source, "buildings")
	if strings.Count(out, "OGRFeature(") != 1 || !strings.Contains(out, "/items/"+string(all[9].Code)) || strings.Contains(out, "after=") {
		t.Errorf("by id: %s", out)
	}
}

func among(all []grid.Building, keep func(grid.Building) bool) (n int) {
	for _, b := range all {
		if keep(b) {
			n++
		}
	}
	return n
}

// Pages make up the whole, by links and by offsets, and each tells how many there are.
func TestPagesMakeTheWhole(t *testing.T) {
	s, all := manyHouses(t)
	var want []string
	for _, b := range all {
		want = append(want, string(b.Code))
	}
	const path = "/ogc/collections/buildings/items"
	var linked, shifted []string
	for address := path + "?limit=700"; address != ""; {
		p := s.items(t, address)
		if p.NumberMatched != len(all) {
			t.Errorf("%s: numberMatched %d", address, p.NumberMatched)
		}
		linked, address = append(linked, p.ids()...), p.next()
	}
	for offset := 0; offset < len(all)+700; offset += 700 {
		p := s.items(t, fmt.Sprintf("%s?limit=700&offset=%d", path, offset))
		if p.NumberMatched != len(all) {
			t.Errorf("offset %d: numberMatched %d", offset, p.NumberMatched)
		}
		shifted = append(shifted, p.ids()...)
	}
	if !slices.Equal(linked, want) || !slices.Equal(shifted, want) {
		t.Errorf("%d by links, %d by offsets, want %d", len(linked), len(shifted), len(want))
	}
	for query, want := range map[string]int{
		"storeys=7": among(all, func(b grid.Building) bool { return b.Storeys == 7 }), "storeys=7&households=7": among(all, func(b grid.Building) bool { return b.Storeys == 7 && b.Households == 7 }), "limit=100000": len(all),
		"filter=" + url.QueryEscape(`{"op":"=","args":[{"property":"storeys"},7]}`) + "&filter-lang=cql2-json&limit=1": among(all, func(b grid.Building) bool { return b.Storeys == 7 }),
		"bbox=108.1,22.6,0,108.101,22.601,9&limit=1": among(all, func(b grid.Building) bool {
			return b.Point.X < picture.Origin.X+picture.Step+51 && b.Point.Y < picture.Origin.Y+picture.Step
		}),
		"bbox=108.2,-90,-10,90": 0, "bbox=100,-90,-10,90&limit=1": len(all),
	} {
		if got := s.items(t, path+"?"+query); got.NumberMatched != want {
			t.Errorf("%s: %d, want %d", query, got.NumberMatched, want)
		}
	}
}

// What PROJ 9.1 (Debian 12's gdaltransform, from OGC:CRS84) says of the place 108.1015, 22.6035, in the order of each system's axes.
var projected = map[string][2]float64{
	"OGC/1.3/CRS84": {108.1015, 22.6035}, "EPSG/0/4490": {22.6035, 108.1015}, "EPSG/0/4326": {22.6035, 108.1015}, "EPSG/0/3857": {12033803.9339891, 2584138.57647657},
	"EPSG/0/4497": {2503528.57681872, 19201887.3842887}, "EPSG/0/4508": {2503528.57681872, 201887.384288691}, "EPSG/0/4524": {2500632.22551744, 36510436.1863037}, "EPSG/0/4545": {2500632.22551744, 510436.186303701},
}

// Features are told and asked for in every system that is offered, with the axes in its order.
func TestReferenceSystems(t *testing.T) {
	s := scopedService(t, drawing, 0)
	path := "/ogc/collections/buildings/items"
	var offered struct{ Crs []string }
	_, body := s.askAs(t, "GET", "/ogc/collections/buildings", "", "", "planner", "")
	if err := json.Unmarshal([]byte(body), &offered); err != nil || len(offered.Crs) != len(projected) {
		t.Errorf("%q are offered", offered.Crs)
	}
	for name, want := range projected {
		uri := "http://www.opengis.net/def/crs/" + name
		if !slices.Contains(offered.Crs, uri) {
			t.Errorf("%s is not offered", uri)
		}
		p := s.items(t, path+"?id="+string(inside["building"])+"&crs="+url.QueryEscape(uri))
		var at [2]float64
		if err := json.Unmarshal(p.Features[0].Geometry.Coordinates, &at); err != nil {
			t.Fatal(err)
		}
		if math.Abs(at[0]-want[0]) > 1e-4 || math.Abs(at[1]-want[1]) > 1e-4 {
			t.Errorf("%s: %v, want %v", name, at, want)
		}
		size := 2.0 // metres
		if math.Abs(want[0]) < 200 {
			size = 2e-5
		}
		box := fmt.Sprintf("%f,%f,%f,%f", want[0]-size, want[1]-size, want[0]+size, want[1]+size)
		for _, query := range []string{"bbox-crs=" + url.QueryEscape(uri) + "&bbox=" + box, "filter-crs=" + url.QueryEscape(uri) + "&filter=" + url.QueryEscape("S_INTERSECTS(geometry, BBOX("+box+"))")} {
			if got := s.items(t, path+"?"+query); !slices.Equal(got.ids(), []string{string(inside["building"])}) {
				t.Errorf("%s: %q", query, got.ids())
			}
		}
		req, _ := http.NewRequestWithContext(t.Context(), "GET", s.URL+path+"?crs="+url.QueryEscape(uri), nil)
		req.Header.Set("Role", "planner")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if got := res.Header.Get("Content-Crs"); got != "<"+uri+">" {
			t.Errorf("Content-Crs %s, want %s", got, uri)
		}
	}
}

// A net is told as it was at a moment; over a span, each grid as it was last.
func TestFeaturesOfThePast(t *testing.T) {
	s := furnished(t)
	before := time.Now().UTC().Format(time.RFC3339Nano)
	s.publish(t, "AABBB AABBB DDDFF DDDFF", grid.Span{})
	const path = "/ogc/collections/grids/items"
	for query, want := range map[string]string{
		"": "2222", "?datetime=" + before: "11111", "?datetime=../..": "22212", "?datetime=2020-01-01/" + before: "11111", "?datetime=2020-01-01T00:00:00Z": "", "?datetime=" + before + "/..": "22212",
		"?filter=" + url.QueryEscape("T_INTERSECTS(INTERVAL(valid_from, valid_to), INTERVAL('"+before+"', '..'))"): "2222", "?datetime=../..&release=1": "1",
	} {
		got := ""
		for _, f := range s.items(t, path+query).Features {
			got += fmt.Sprint(f.Properties["release"])
		}
		if got != want {
			t.Errorf("%s: releases %q, want %q", query, got, want)
		}
	}
}

// Of a division one sees what of its grids one sees, whatever one asks.
func TestDivisionsOfAPart(t *testing.T) {
	s := scopedService(t, drawing, 0)
	filter := "?filter=" + url.QueryEscape("S_EQUALS(geometry, BBOX(108.1, 22.602, 108.105, 22.604))")
	for layer, want := range map[string]int{"towns": 1, "districts": 1, "communities": 1} {
		status, body := s.askAs(t, "GET", "/ogc/collections/"+layer+"/items"+filter, "", "", "planner", mine)
		if !strings.Contains(body, fmt.Sprintf(`"numberMatched":%d,`, want)) {
			t.Errorf("%s: %d %s", layer, status, body)
		}
	}
}

func TestFeaturesAreDescribed(t *testing.T) {
	s := furnished(t)
	s.run(t, []scenario{
		{name: "landing", path: "/ogc", status: 200, want: []string{`"rel":"service-desc"`, `"rel":"conformance"`, `"rel":"data"`}},
		{name: "landing as a page", path: "/ogc/", header: map[string]string{"Accept": "text/html,*/*"}, status: 200, want: []string{"<h1>筑网要素服务"}, wantHeader: map[string]string{"Content-Type": "text/html"}},
		{name: "conformance", path: "/ogc/conformance", status: 200, want: []string{"ogcapi-features-1/1.0/conf/core", "cql2/1.0/conf/cql2-text"}},
		{name: "collections", path: "/ogc/collections", status: 200, want: []string{`"id":"streets"`, `"storageCrs"`, `"bbox":[[108.1,22.6,108.105,22.604]]`}},
		{name: "queryables", path: "/ogc/collections/grids/queryables", status: 200, want: []string{`"additionalProperties":false`, `"geometry-multipolygon"`, `"valid_from":{"format":"date-time"`}, wantHeader: map[string]string{"Content-Type": "application/schema+json"}},
		{name: "schema", path: "/ogc/collections/buildings/schema", status: 200, want: []string{`"x-ogc-role":"id"`, `"x-ogc-role":"primary-geometry"`}},
		{name: "items as a page", path: "/ogc/collections/grids/items?f=html&lang=en", status: 200, want: []string{"5 in all, 5 on this page", "450105001001001"}},
		{name: "item", path: "/ogc/collections/grids/items/450105001001001", status: 200, want: []string{`"type":"Feature","id":"450105001001001"`, `"rel":"collection"`}, wantHeader: map[string]string{"Content-Type": "application/geo+json"}},
		{name: "item as a page", path: "/ogc/collections/buildings/items/45010500100200001?f=html", status: 200, want: []string{"<h1>丽景阁"}},
		{name: "style", path: "/ogc/style.css", status: 200, wantHeader: map[string]string{"Content-Type": "text/css"}},
		{name: "no such collection", path: "/ogc/collections/trees", status: 404, want: []string{"no-such-features"}},
		{name: "no such item", path: "/ogc/collections/grids/items/450105001001009", status: 404, want: []string{"no-such-code"}},
		{name: "unknown parameter", path: "/ogc/collections/grids/items?colour=red", status: 400, want: []string{"unknown-parameter", "category"}},
		{name: "twice", path: "/ogc/collections/grids/items?limit=1&limit=2", status: 400, want: []string{"repeated-parameter"}},
		{name: "no limit", path: "/ogc/collections/grids/items?limit=0", status: 400, want: []string{"parameter-range"}},
		{name: "bad box", path: "/ogc/collections/grids/items?bbox=1,2,3", status: 400, want: []string{"bad-box"}},
		{name: "bad system", path: "/ogc/collections/grids/items?crs=EPSG:2056", status: 400, want: []string{"crs-not-served"}},
		{name: "bad time", path: "/ogc/collections/grids/items?datetime=yesterday", status: 400, want: []string{"bad-datetime"}},
		{name: "bad cursor", path: "/ogc/collections/grids/items?after=x", status: 400, want: []string{"bad-cursor"}},
		{name: "bad number", path: "/ogc/collections/grids/items?parts=many", status: 400, want: []string{"bad-parameter"}},
		{name: "bad form", path: "/ogc?f=xml", status: 400, want: []string{"bad-parameter"}},
		{name: "bad filter", path: "/ogc/collections/grids/items?lang=en&filter=" + url.QueryEscape("name = 'A' AND colour = 1"), status: 400, want: []string{"cql-property", "column 16"}},
		{name: "bad language", path: "/ogc/collections/grids/items?filter-lang=sql&filter=1", status: 400, want: []string{"bad-parameter"}},
		{name: "what cannot be worked out", path: "/ogc/collections/grids/items?filter=" + url.QueryEscape("parts * 1e308 * 10 > 1"), status: 400, want: []string{"cql-value"}},
		{name: "an attempt at SQL", path: "/ogc/collections/grids/items?name=" + url.QueryEscape("' OR 1=1 --"), status: 200, want: []string{`"numberMatched":0`}},
	})
	_, body := s.askAs(t, "GET", "/ogc/api", "", "", "", "")
	spec, err := openapi3.NewLoader().LoadFromData([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	if err := spec.Validate(t.Context()); err != nil {
		t.Error(err)
	}
	if one := spec.Paths.Find("/collections/buildings/items/{id}"); one == nil || one.Put == nil || one.Patch == nil || one.Delete == nil || spec.Paths.Find("/collections/grids/items").Post != nil {
		t.Errorf("what may be edited: %s", body)
	}
}
