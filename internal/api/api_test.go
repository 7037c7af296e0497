package api_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/account"
	"github.com/zhuwang/zhuwang/internal/api"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/snapshot"
	"github.com/zhuwang/zhuwang/internal/store"
	"github.com/zhuwang/zhuwang/internal/testkit"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
	"github.com/zhuwang/zhuwang/internal/upload"
)

// The net of these tests: two communities of one town, five grids. One square is about 103 m × 111 m.
//
//	A 450105001001001   B 450105001001002   D 450105001002001   E 450105001002002   F 450105001002003
const drawing = `
	AABBB
	AABBB
	DDEFF
	DDEEF`

var codes = map[rune]grid.Code{
	'A': "450105001001001", 'B': "450105001001002", 'D': "450105001002001", 'E': "450105001002002", 'F': "450105001002003"}

// service is a running server over a real store.
type service struct {
	*httptest.Server
	grid  *grid.Service
	nets  *snapshot.Registry
	store *store.Store
	drawn *snapshot.Points

	accounts *account.Service
}

func start(t *testing.T) *service {
	t.Helper()
	return startOn(t, testkit.DB(t))
}

// startOn starts a server on a database.
func startOn(t *testing.T, url string) *service {
	t.Helper()
	return startWith(t, url, func(*api.Options) {})
}

// startWith is startOn with other options.
func startWith(t *testing.T, url string, change func(*api.Options)) *service {
	t.Helper()
	ctx := t.Context()
	st, err := store.Open(ctx, store.Config{URL: url, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.Close)
	s := &service{grid: &grid.Service{Store: st}, store: st}
	s.nets = snapshot.NewRegistry(s.grid)
	s.drawn = snapshot.NewPoints(s.nets)
	s.grid.Nets = s.nets
	uploads, err := upload.Open(upload.Options{Dir: t.TempDir(), Importer: s.grid, Zone: time.FixedZone("UTC+8", 8*60*60),
		Locate: func(district grid.Code, p geo.Point) grid.Named {
			return s.nets.Current(district).Locate(p, 0).Grid.Named
		},
		Limits: upload.Limits{File: 4 << 20, Unpacked: 8 << 20, All: 16 << 20, Files: 8, Jobs: 2, Keep: time.Hour}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := uploads.Close(); err != nil {
			t.Error(err)
		}
	})
	s.accounts = account.New(account.Options{Store: st, Cost: account.Cost{Memory: 64, Passes: 1, Threads: 1}, Log: slog.New(slog.DiscardHandler)})
	options := api.Options{Accounts: s.accounts, Uploads: uploads, Nets: s.nets, Releases: st, Features: st, Audit: st, Editor: s.grid, Points: s.grid, Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(),
		Pages:     fstest.MapFS{"index.html": {Data: []byte("<!doctype html><title>筑网</title>")}, "assets/a-1234.js": {Data: []byte(strings.Repeat("let a=1;", 50))}},
		PointMap:  s.drawn,
		TileCache: 1 << 20, Ping: func(ctx context.Context) error { return st.Ping(ctx, true) }}
	change(&options)
	h, err := api.New(options)
	if err != nil {
		t.Fatal(err)
	}
	s.Server = httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// furnished is a server with the net above, published a day ago, and a building.
func furnished(t *testing.T) *service {
	t.Helper()
	return furnishedOn(t, testkit.DB(t))
}

func furnishedOn(t *testing.T, url string) *service {
	t.Helper()
	s := startOn(t, url)
	s.publish(t, drawing, grid.Span{From: time.Now().Add(-24 * time.Hour)})
	testkit.PutBuildings(t, s.store, "450105", []grid.Building{{
		ID: "b1", Code: "45010500100200001", Name: "丽景阁", Address: "壮锦大道21号", Point: picture.Centre(2, 1), Households: 48, Storeys: 12, Use: "residential"}})
	s.refresh(t)
	return s
}

// publish makes a drawing the next release, and loads it.
func (s *service) publish(t *testing.T, drawn string, valid grid.Span) {
	t.Helper()
	s.release(t, drawn, valid)
	s.refresh(t)
}

func (s *service) release(t *testing.T, drawn string, valid grid.Span) {
	t.Helper()
	n := &grid.Net{District: grid.Division{Code: "450105", Name: "江南区"},
		Towns:       []grid.Division{{Code: "450105001", Name: "福建园街道"}},
		Communities: []grid.Division{{Code: "450105001001", Name: "淡村社区"}, {Code: "450105001002", Name: "富景社区", SourceID: "FJ"}}}
	drawnOnes := picture.Draw(drawn)
	n.Communities = slices.DeleteFunc(n.Communities, func(d grid.Division) bool {
		for letter := range drawnOnes {
			if codes[letter].At(grid.LevelCommunity) == d.Code {
				return false
			}
		}
		return true
	})
	for letter, shape := range drawnOnes {
		kind, category := grid.Basic, grid.Residential
		if letter == 'F' {
			kind, category = grid.Dedicated, grid.School
		}
		n.Grids = append(n.Grids, grid.Face{Code: codes[letter], Name: string(letter) + " 网格", Kind: kind, Category: category, Parts: len(shape), Shape: shape})
	}
	basis, err := s.grid.Basis(t.Context(), "450105", valid)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.grid.Publish(t.Context(), grid.Publication{Net: n, BaseRelease: basis.Release, Valid: valid, By: "test"}); err != nil {
		t.Fatal(err)
	}
}

func (s *service) refresh(t *testing.T) {
	t.Helper()
	if err := s.nets.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// lonLat writes a place as a query.
func lonLat(p geo.Point) string {
	b, _ := json.Marshal([2]float64{p.Lon(), p.Lat()})
	lon, lat, _ := strings.Cut(strings.Trim(string(b), "[]"), ",")
	return "lon=" + lon + "&lat=" + lat
}

// scenario is one request and what its answer must hold.
type scenario struct {
	name, method, path, body string
	header                   map[string]string
	status                   int
	want, not                []string          // parts of the body that must, and must not, be there
	wantHeader               map[string]string // header → part of its value; "" = absent
}

func (s *service) run(t *testing.T, all []scenario) {
	for _, c := range all {
		t.Run(c.name, func(t *testing.T) {
			method := c.method
			if method == "" {
				method = "GET"
			}
			req, err := http.NewRequestWithContext(t.Context(), method, s.URL+c.path, strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			for k, v := range c.header {
				if k == "Host" {
					req.Host = v
				}
				req.Header.Set(k, v)
			}
			res, err := (&http.Transport{DisableCompression: true}).RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			var r io.Reader = res.Body
			if res.Header.Get("Content-Encoding") == "gzip" && method != "HEAD" {
				if r, err = gzip.NewReader(res.Body); err != nil {
					t.Fatal(err)
				}
			}
			b, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			body := string(b)
			if res.StatusCode != c.status {
				t.Fatalf("status %d, want %d: %s", res.StatusCode, c.status, body)
			}
			for _, w := range c.want {
				if !strings.Contains(body, w) {
					t.Errorf("body lacks %q: %.2000s", w, body)
				}
			}
			for _, n := range c.not {
				if strings.Contains(body, n) {
					t.Errorf("body holds %q: %.2000s", n, body)
				}
			}
			for k, v := range c.wantHeader {
				if got := res.Header.Get(k); v == "" && got != "" || !strings.Contains(got, v) {
					t.Errorf("%s is %q, want %q", k, got, v)
				}
			}
		})
	}
}

func TestEmptyDatabase(t *testing.T) {
	s := start(t)
	s.run(t, []scenario{
		{name: "ready", path: "/readyz", status: 200, want: []string{`"districts":[]`}},
		{name: "ready to write", path: "/readyz?write=1", status: 200},
		{name: "no district", path: "/api/v1/districts", status: 200, want: []string{`"items":[]`, `"next":null`, `"count":0`}},
		{name: "locate", path: "/api/v1/locate?lon=108.1&lat=22.6&crs=wgs84", status: 404, want: []string{`"rule":"no-net"`}},
		{name: "search", path: "/api/v1/search?q=x", status: 200, want: []string{`"items":[]`}},
		{name: "tiles", path: "/tiles/450105/net/1/0/0/0.mvt", status: 404, want: []string{"no-such-district"}},
	})
}

func TestLocate(t *testing.T) {
	s := furnished(t)
	inE, onBorder := picture.Centre(2, 1), geo.Point{X: picture.Origin.X + 2*picture.Step, Y: picture.Origin.Y + picture.Step/2}
	outside := geo.Point{X: picture.Origin.X - picture.Step, Y: picture.Origin.Y + picture.Step/2}
	s.run(t, []scenario{
		{name: "inside", path: "/api/v1/locate?crs=cgcs2000&" + lonLat(inE), status: 200,
			want: []string{`"inside":true`, `"code":"450105001002002"`, `"name":"富景社区"`, `"name":"福建园街道"`, `"name":"江南区"`, `"release":1`, `"nearest":null`, `"kind":"basic"`}},
		{name: "on a border the tie rule decides: east", path: "/api/v1/locate?crs=cgcs2000&" + lonLat(onBorder), status: 200, want: []string{`"code":"450105001002002"`, `"border_m":0`}},
		{name: "outside", path: "/api/v1/locate?crs=cgcs2000&" + lonLat(outside), status: 200, want: []string{`"inside":false`, `"grid":null`, `"nearest":{"code":"450105001002001"`, `"nearest_m":102`}},
		{name: "with an accuracy", path: "/api/v1/locate?crs=cgcs2000&accuracy=80&" + lonLat(inE), status: 200, want: []string{`"circle":[{"code":"450105001002002"`, `"share":`}},
		{name: "another datum is another grid", path: "/api/v1/locate?crs=gcj02&" + lonLat(inE), status: 200, want: []string{`"inside":false`}},
		{name: "yesterday", path: "/api/v1/locate?crs=wgs84&at=" + time.Now().Add(-time.Hour).UTC().Format(time.RFC3339) + "&" + lonLat(inE), status: 200, want: []string{`"release":1`}},
		{name: "before there was a net", path: "/api/v1/locate?crs=wgs84&at=2001-01-01T00:00:00Z&" + lonLat(inE), status: 404, want: []string{"not-in-force"}},

		{name: "no crs", path: "/api/v1/locate?lon=1&lat=2", status: 400, want: []string{`"rule":"missing-crs"`, `"type":"/docs/errors#missing-crs"`, "坐标系", `"request_id"`}},
		{name: "no crs, in English", path: "/api/v1/locate?lon=1&lat=2&lang=en", status: 400, want: []string{"The datum is not stated"}, not: []string{"坐标系"}},
		{name: "language of the browser", path: "/api/v1/locate?lon=1&lat=2", header: map[string]string{"Accept-Language": "en-GB,en;q=0.9"}, status: 400, want: []string{"The datum is not stated"}},
		{name: "unknown crs", path: "/api/v1/locate?lon=1&lat=2&crs=mars", status: 400, want: []string{"unknown-crs"}},
		{name: "no lon", path: "/api/v1/locate?lat=2&crs=wgs84", status: 400, want: []string{"missing-parameter", "lon"}},
		{name: "lon is no number", path: "/api/v1/locate?lon=x&lat=2&crs=wgs84", status: 400, want: []string{"bad-parameter", "lon"}, not: []string{"strconv"}},
		{name: "NaN", path: "/api/v1/locate?lon=NaN&lat=2&crs=wgs84", status: 400, want: []string{"not-on-earth"}},
		{name: "beyond the pole", path: "/api/v1/locate?lon=22&lat=108&crs=wgs84", status: 400, want: []string{"not-on-earth"}},
		{name: "accuracy below 0", path: "/api/v1/locate?lon=1&lat=2&crs=wgs84&accuracy=-1", status: 400, want: []string{"parameter-range"}},
		{name: "unknown district", path: "/api/v1/locate?lon=1&lat=2&crs=wgs84&district=110101", status: 404, want: []string{"no-such-district"}},
		{name: "a moment that is none", path: "/api/v1/locate?lon=1&lat=2&crs=wgs84&at=yesterday", status: 400, want: []string{"bad-parameter", "at"}},
		{name: "a date without a zone", path: "/api/v1/locate?lon=1&lat=2&crs=wgs84&at=2026-01-01", status: 400, want: []string{"bad-parameter", "at"}},
		{name: "no moment", path: "/api/v1/locate?lon=1&lat=2&crs=wgs84&at=", status: 400, want: []string{"bad-parameter", "at"}},
		{name: "known before all time", path: "/api/v1/locate?lon=1&lat=2&crs=wgs84&known=0001-01-01T00:00:00Z", status: 400, want: []string{"bad-parameter", "known"}},
		{name: "a moment that cannot be decoded is not passed over", path: "/api/v1/locate?lon=1&lat=2&crs=wgs84&at=%zz", status: 400, want: []string{"bad-query"}},
		{name: "a parameter misspelt is not passed over", path: "/api/v1/locate?lon=1&lat=2&crs=wgs84&AT=2001-01-01T00:00:00Z", status: 400, want: []string{"unknown-parameter", "AT", "accuracy, at, crs"}},
		{name: "a parameter twice", path: "/api/v1/locate?lon=1&lat=2&crs=wgs84&crs=gcj02", status: 400, want: []string{"repeated-parameter", "crs"}},
		{name: "a value that reads like a name", path: "/api/v1/locate?lon=1&lat=2&crs={choices}&lang=en", status: 400, want: []string{"The datum {choices} is unknown"}},
		{name: "not to be kept", path: "/api/v1/locate?crs=wgs84&" + lonLat(inE), status: 200, wantHeader: map[string]string{"Cache-Control": "no-store"}},
		{name: "HEAD", method: "HEAD", path: "/api/v1/locate?crs=wgs84&" + lonLat(inE), status: 200},
	})
}

func TestLocateMany(t *testing.T) {
	s := furnished(t)
	e, d := picture.Centre(2, 1), picture.Centre(0, 0)
	pair := func(p geo.Point) (string, string) {
		b, _ := json.Marshal([]float64{p.Lon(), p.Lat()})
		lon, lat, _ := strings.Cut(strings.Trim(string(b), "[]"), ",")
		return lon, lat
	}
	elon, elat := pair(e)
	dlon, dlat := pair(d)
	object := func(lon, lat string) string { return `{"lon":` + lon + `,"lat":` + lat + `,"crs":"wgs84"}` }
	s.run(t, []scenario{
		{name: "JSON", method: "POST", path: "/api/v1/locate", header: map[string]string{"Content-Type": "application/json"},
			body: "[" + object(elon, elat) + "," + object(dlon, dlat) + `,{"lon":1,"lat":2}]`, status: 200,
			want: []string{`"code":"450105001002002"`, `"code":"450105001002001"`, `"rule":"missing-crs"`}},
		{name: "NDJSON keeps order and goes on after a bad line", method: "POST", path: "/api/v1/locate", header: map[string]string{"Content-Type": "application/x-ndjson"},
			body: object(elon, elat) + "\n{broken\n" + object(dlon, dlat) + "\n", status: 200, want: []string{"450105001002002", `"rule":"bad-body"`, "450105001002001"}},
		{name: "CSV keeps columns", method: "POST", path: "/api/v1/locate?crs=wgs84", header: map[string]string{"Content-Type": "text/csv"},
			body: "\ufeffname,lon,lat\n\"a, b\"," + elon + "," + elat + "\nbad,x,1\nshort\nd," + dlon + "," + dlat + "\n", status: 200,
			want: []string{"name,lon,lat,release,grid,inside,border_m,nearest,nearest_m,error", `"a, b",`, ",1,450105001002002,true,", "bad-number", "bad-body", ",1,450105001002001,true,"}},
		{name: "CSV without lat", method: "POST", path: "/api/v1/locate?crs=wgs84", header: map[string]string{"Content-Type": "text/csv"}, body: "lon\n1\n", status: 400, want: []string{"no-such-column", "lat"}},
		{name: "a bad point never stops the good ones", method: "POST", path: "/api/v1/locate?crs=wgs84", header: map[string]string{"Content-Type": "application/json"},
			body: `[{"lat":22},{"lon":"1","lat":22},null,7,` + object(dlon, dlat) + "]", status: 200,
			want: []string{`"rule":"missing-parameter"`, `"where":"第 1 行，字段 lon"`, `"rule":"bad-body"`, `"where":"第 4 行"`, `"code":"450105001002001"`}, not: []string{`"nearest":{`}},
		{name: "more after the end", method: "POST", path: "/api/v1/locate?crs=wgs84", header: map[string]string{"Content-Type": "application/json"}, body: "[] []", status: 400, want: []string{"bad-body"}},
		{name: "NDJSON with a mark, and with a line that is too long", method: "POST", path: "/api/v1/locate", header: map[string]string{"Content-Type": "application/x-ndjson"},
			body: "\ufeff" + object(elon, elat) + "\n" + strings.Repeat("x", 1<<17) + "\n\n" + object(dlon, dlat), status: 200, want: []string{"450105001002002", "line-too-long", "450105001002001"}},
		{name: "CSV with a quotation that never ends", method: "POST", path: "/api/v1/locate?crs=wgs84", header: map[string]string{"Content-Type": "text/csv"},
			body: "lon,lat\n" + elon + "," + elat + "\n\"" + strings.Repeat("x\n", 1<<17), status: 200, want: []string{"450105001002002", "line-too-long"}, not: []string{"xx"}},
		{name: "CSV of many columns", method: "POST", path: "/api/v1/locate?crs=wgs84", header: map[string]string{"Content-Type": "text/csv"},
			body: "lon,lat" + strings.Repeat(",a", 1000) + "\nx\n", status: 400, want: []string{"too-many-columns"}},
		{name: "a moment is not passed over", method: "POST", path: "/api/v1/locate?crs=wgs84&at=2001-01-01T00:00:00Z", header: map[string]string{"Content-Type": "application/json"}, body: "[]", status: 400, want: []string{"unknown-parameter"}},
		{name: "compressed", method: "POST", path: "/api/v1/locate", header: map[string]string{"Content-Type": "application/json", "Content-Encoding": "gzip"}, body: "x", status: 415, want: []string{"encoded-body", "gzip"}},
		{name: "not JSON", method: "POST", path: "/api/v1/locate", header: map[string]string{"Content-Type": "application/json"}, body: `{"lon":1}`, status: 400, want: []string{"bad-body"}, not: []string{"Go value"}},
		{name: "too many", method: "POST", path: "/api/v1/locate", header: map[string]string{"Content-Type": "application/json"}, body: "[" + strings.Repeat(`{"lon":1,"lat":2},`, 10_000) + `{"lon":1,"lat":2}]`, status: 413, want: []string{"too-many-points"}},
		{name: "too large", method: "POST", path: "/api/v1/locate", header: map[string]string{"Content-Type": "application/json"}, body: "[" + strings.Repeat(" ", 9<<20) + "]", status: 413, want: []string{"body-too-large"}},
		{name: "some other type", method: "POST", path: "/api/v1/locate", header: map[string]string{"Content-Type": "text/html"}, body: "x", status: 415, want: []string{"unsupported-media"}},
	})
}

func TestCollections(t *testing.T) {
	s := furnished(t)
	s.run(t, []scenario{
		{name: "districts", path: "/api/v1/districts", status: 200, want: []string{`"count":1`, `"name":"江南区"`, `"grids":5`, `"communities":2`, `"towns":1`, `"buildings":1`, `"release":1`, `"demo":false`, `"net":"1.`}},
		{name: "grids", path: "/api/v1/grids", status: 200, want: []string{`"count":5`, `"next":null`, `"households":48`}},
		{name: "one page", path: "/api/v1/grids?limit=2", status: 200, want: []string{`"count":5`, `"next":"`, "450105001001002"}, not: []string{"450105001002001"}},
		{name: "the next", path: "/api/v1/grids?limit=2&after=NDUwMTA1MDAxMDAxMDAy", status: 200, want: []string{`"count":5`, "450105001002001", "450105001002002"}, not: []string{`"450105001001002"`}},
		{name: "below a community", path: "/api/v1/grids?within=450105001002", status: 200, want: []string{`"count":3`}},
		{name: "by kind", path: "/api/v1/grids?kind=dedicated", status: 200, want: []string{`"count":1`, `"category":"school"`}},
		{name: "in a box", path: "/api/v1/grids?bbox=108.1001,22.6001,108.1002,22.6002", status: 200, want: []string{`"count":1`, "450105001002001"}},
		{name: "by initials", path: "/api/v1/communities?q=fjsq", status: 200, want: []string{`"count":1`, "富景社区", `"source_id":"FJ"`}},
		{name: "buildings", path: "/api/v1/buildings", status: 200, want: []string{"壮锦大道21号", `"storeys":12`, "450105001002002"}},
		{name: "buildings in a grid", path: "/api/v1/buildings?within=450105001002002", status: 200, want: []string{`"count":1`, "壮锦大道21号"}},
		{name: "a building's code is no grid's", path: "/api/v1/buildings?within=450105001002000", status: 200, want: []string{`"count":0`}},
		{name: "one grid with its neighbours", path: "/api/v1/grids/450105001002002", status: 200, want: []string{`"neighbours":[`, `"direction":"e"`, `"code":"450105001002001"`}},
		{name: "GeoJSON", path: "/api/v1/communities.geojson", status: 200, want: []string{`"type":"FeatureCollection"`, `"name":"urn:ogc:def:crs:EPSG::4490"`, `"numberMatched":2`, `[108.1`}, wantHeader: map[string]string{"Content-Type": "application/geo+json"}},
		{name: "a Feature", path: "/api/v1/grids/450105001002002.geojson", status: 200, want: []string{`"type":"Feature"`, `"type":"MultiPolygon"`, `"id":"450105001002002"`}},
		{name: "a Feature in GCJ-02", path: "/api/v1/grids/450105001002002.geojson?crs=gcj02", status: 200, want: []string{`LOCAL_CS[\"GCJ-02\"`}, not: []string{"[108.12,"}},
		{name: "search", path: "/api/v1/search?q=danc", status: 200, want: []string{"淡村社区", `"level":"community"`}},
		{name: "search an address", path: "/api/v1/search?q=" + "%E5%A3%AE%E9%94%A6", status: 200, want: []string{"丽景阁", `"level":"building"`}},
		{name: "releases", path: "/api/v1/releases", status: 200, want: []string{`"n":1`, `"by":"test"`, `"in_force":[{"from":`, `"to":null`}},

		{name: "no such code", path: "/api/v1/grids/450105001002999", status: 404, want: []string{"no-such-code", "网格"}},
		{name: "a code of another level", path: "/api/v1/grids/450105001002", status: 404, want: []string{"no-such-code"}},
		{name: "no such collection", path: "/api/v1/cities", status: 404, want: []string{"no-such-path"}},
		{name: "limit 0", path: "/api/v1/grids?limit=0", status: 400, want: []string{"parameter-range", "limit"}},
		{name: "a cursor of nobody's", path: "/api/v1/grids?after=%21%21", status: 400, want: []string{"bad-cursor"}},
		{name: "a cursor of another collection", path: "/api/v1/grids?after=NDUwMTA1MDAxMDAx", status: 400, want: []string{"bad-cursor"}},
		{name: "a kind that is none", path: "/api/v1/grids?kind=evil", status: 400, want: []string{"bad-parameter", "kind"}},
		{name: "a long query", path: "/api/v1/search?q=" + strings.Repeat("a", 101), status: 400, want: []string{"bad-parameter", "q"}},
		{name: "half a box", path: "/api/v1/grids?bbox=1,2,3", status: 400, want: []string{"bad-bbox"}},
		{name: "nothing to search", path: "/api/v1/search", status: 400, want: []string{"missing-parameter", "q"}},
		{name: "DELETE", method: "DELETE", path: "/api/v1/grids", status: 405, want: []string{"method-not-allowed"}, wantHeader: map[string]string{"Allow": "GET, HEAD"}},
		{name: "DELETE where POST is taken", method: "DELETE", path: "/api/v1/locate", status: 405, wantHeader: map[string]string{"Allow": "GET, HEAD, POST"}},
	})
}

func TestTiles(t *testing.T) {
	s := furnished(t)
	current := "/tiles/450105/net/current/10/819/445.mvt"
	rev, _, _ := s.nets.Current("450105").Revisions()
	s.run(t, []scenario{
		{name: "TileJSON", path: "/tiles/450105/net.json", status: 200, want: []string{`"tilejson":"3.0.0"`, "/tiles/450105/net/" + rev + "/{z}/{x}/{y}.mvt", `"id":"grids"`, `"id":"borders"`}},
		{name: "TileJSON in GCJ-02", path: "/tiles/450105/net.json?crs=gcj02", status: 200, want: []string{"?crs=gcj02"}},
		{name: "current is asked for again", path: current, status: 200, want: []string{"450105001002002", "福建园街道"}, wantHeader: map[string]string{"Cache-Control": "no-cache", "ETag": `W/"`, "Vary": "Accept-Encoding", "Content-Type": "application/vnd.mapbox-vector-tile"}},
		{name: "a revision is for ever", path: "/tiles/450105/net/" + rev + "/10/819/445.mvt", status: 200, wantHeader: map[string]string{"Cache-Control": "immutable"}},
		{name: "compressed", path: current, header: map[string]string{"Accept-Encoding": "gzip"}, status: 200, want: []string{"450105001002002"}, wantHeader: map[string]string{"Content-Encoding": "gzip", "ETag": `W/"`}},
		{name: "not compressed", path: current, header: map[string]string{"Accept-Encoding": "gzip;q=0, deflate"}, status: 200, wantHeader: map[string]string{"Content-Encoding": ""}},
		{name: "compressed as the client likes best", path: current, header: map[string]string{"Accept-Encoding": "gzip, deflate, br, zstd"}, status: 200, wantHeader: map[string]string{"Content-Encoding": "zstd", "Vary": "Accept-Encoding"}},
		{name: "buildings", path: "/tiles/450105/buildings/current/16/52443/28546.mvt", status: 204},
		{name: "empty", path: "/tiles/450105/net/current/10/0/0.mvt", status: 204, wantHeader: map[string]string{"ETag": `W/"`}},
		{name: "base", path: "/tiles/450105/base.json", status: 200, want: []string{`"id":"streets"`}},
		{name: "zoom 19", path: "/tiles/450105/net/current/19/0/0.mvt", status: 404, want: []string{"no-such-tile"}},
		{name: "column beyond the zoom", path: "/tiles/450105/net/current/1/2/0.mvt", status: 404, want: []string{"no-such-tile"}},
		{name: "below zero", path: "/tiles/450105/net/current/1/-1/0.mvt", status: 404, want: []string{"no-such-tile"}},
		{name: "no such set", path: "/tiles/450105/parcels/current/1/0/0.mvt", status: 404, want: []string{"no-such-set"}},
		{name: "a revision that is not in force is not to be kept", path: "/tiles/450105/net/1.0.1/10/819/445.mvt", status: 200, wantHeader: map[string]string{"Cache-Control": "no-cache"}},
		{name: "no such release", path: "/tiles/450105/net/99/1/0/0.mvt", status: 404},
		{name: "a release beyond all numbers", path: "/tiles/450105/net/99999999999/1/0/0.mvt", status: 404},
	})
	res, err := http.Get(s.URL + current)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	s.run(t, []scenario{
		{name: "unchanged", path: current, header: map[string]string{"If-None-Match": `"x", ` + res.Header.Get("ETag")}, status: 304, wantHeader: map[string]string{"ETag": res.Header.Get("ETag")}},
	})
}

// A release that lands changes what current says, and leaves the old revision's tiles what they were.
func TestRelease(t *testing.T) {
	s := furnished(t)
	inE := picture.Centre(2, 1)
	before := "/api/v1/locate?crs=wgs84&at=" + time.Now().UTC().Format(time.RFC3339Nano) + "&" + lonLat(inE)
	s.publish(t, `
		AABBB
		AABBB
		DDDFF
		DDEEF`, grid.Span{})
	s.run(t, []scenario{
		{name: "now", path: "/api/v1/locate?crs=wgs84&" + lonLat(inE), status: 200, want: []string{`"release":2`, `"code":"450105001002001"`}},
		{name: "before", path: before, status: 200, want: []string{`"release":1`, `"code":"450105001002002"`}},
		{name: "the building moved", path: "/api/v1/grids/450105001002001", status: 200, want: []string{`"buildings":1`}},
		{name: "tile of the old revision", path: "/tiles/450105/net/1.1/10/819/445.mvt", status: 200},
		{name: "district", path: "/api/v1/districts/450105", status: 200, want: []string{`"release":2`}},
		{name: "releases", path: "/api/v1/releases?district=450105", status: 200, want: []string{`"n":2`, `"n":1`}},
	})
}

// damaged is a store whose nets cannot be read any more.
type damaged struct{ grid.Store }

func (damaged) Net(context.Context, grid.Code, int) (*grid.Net, *grid.Release, error) {
	return nil, nil, fault.New(fault.Internal, "net-damaged", nil)
}

// A node that cannot load the release in force goes on with the one before, and says so.
func TestADamagedReleaseIsSaid(t *testing.T) {
	s := furnished(t)
	s.release(t, "AABBB AABBB DDDFF DDEEF", grid.Span{})
	s.grid.Store = damaged{s.store}
	if err := s.nets.Refresh(t.Context()); err == nil {
		t.Fatal("loaded")
	}
	s.run(t, []scenario{{name: "readyz", path: "/readyz", status: 200, want: []string{`"districts":[{"code":"450105","refused":2,"release":1}]`}}})
}

func TestServiceAndPages(t *testing.T) {
	s := start(t)
	s.run(t, []scenario{
		{name: "alive", path: "/livez", status: 200, want: []string{`"ok"`}},
		{name: "page", path: "/", status: 200, want: []string{"筑网"}, wantHeader: map[string]string{"Content-Security-Policy": "default-src 'none'", "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}},
		{name: "asset", path: "/assets/a-1234.js", header: map[string]string{"Accept-Encoding": "gzip"}, status: 200, wantHeader: map[string]string{"Cache-Control": "immutable", "Content-Encoding": "gzip", "Content-Type": "javascript"}},
		{name: "nothing there", path: "/assets/../../etc/passwd", status: 301, not: []string{"root:"}},
		{name: "no such page", path: "/nowhere", status: 404, want: []string{"no-such-path"}},
		{name: "rules", path: "/docs/errors", status: 200, want: []string{`id="missing-crs"`, "坐标系", "The datum is not stated"}},
		{name: "interface", path: "/docs/openapi.yaml", status: 200, want: []string{"openapi: 3.0.3"}},
		{name: "foreign host", path: "/livez", header: map[string]string{"Host": "zhuwang.example"}, status: 403, want: []string{"foreign-host"}},
		{name: "foreign origin", path: "/livez", header: map[string]string{"Origin": "https://evil.example"}, status: 403, want: []string{"foreign-origin"}},
		{name: "upper case", path: "/livez", header: map[string]string{"Host": "LOCALHOST:8080"}, status: 200},
		{name: "IPv6 loopback", path: "/livez", header: map[string]string{"Host": "[::1]:8080"}, status: 200},
	})
}

// Every path of the interface has its line in the list of routes: whatever is described answers something but "no such path".
func TestEveryDescribedPathIsServed(t *testing.T) {
	s := furnished(t)
	s.post(t, "/api/v1/points", "application/x-ndjson", light("1", picture.Centre(2, 1), ""))
	spec, err := api.GetSwagger()
	if err != nil {
		t.Fatal(err)
	}
	fill := strings.NewReplacer("{collection}", "grids", "{code}", "450105001002002", "{district}", "450105", "{set}", "net", "{n}", "1", "{kind}", "light", "{id}", "1", "{batch}", "none", "{rev}", "current", "{z}", "0", "{x}", "0", "{y}", "0", "{upload}", s.previewed(t).ID)
	for path, item := range spec.Paths.Map() {
		for method := range item.Operations() {
			s.run(t, []scenario{{name: method + " " + path, method: method, path: fill.Replace(path) + "?nonsense=1", status: 400, want: []string{"unknown-parameter"}}})
		}
		if item.Get == nil {
			continue
		}
		query := ""
		switch path {
		case "/api/v1/locate":
			query = "?lon=1&lat=1&crs=wgs84"
		case "/api/v1/points/counts":
			query = "?by=kind"
		case "/api/v1/search":
			query = "?q=x"
		}
		res, err := http.Get(s.URL + fill.Replace(path) + query)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusOK && res.StatusCode != http.StatusNoContent {
			t.Errorf("%s: %s", path, res.Status)
		}
	}
}
