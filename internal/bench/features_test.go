package bench

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/gorilla/mux"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/api/ogc"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/scope"
	"github.com/zhuwang/zhuwang/internal/store"
)

// The questions about features, and the SQL of their yardstick: PostgreSQL makes the whole collection, without count or scope.
var featureQuestions = []struct{ name, ask, sql string }{
	{"page-of-1000", "after=OTkwMDAxIDEwMDAwMDAgOTkwMDAxMDIwMDAxMDAwMDE", "SELECT code, name, address, use, households, storeys, id, district, area_code, point AS geom FROM building WHERE district = $1 AND code > '99000102000100001' ORDER BY code LIMIT 1000"},
	{"cql2-box-of-576", "filter=" + url.QueryEscape("S_INTERSECTS(geometry, BBOX(108.04995, 22.04755, 108.05235, 22.04995)) AND storeys >= 1"),
		"SELECT code, name, address, use, households, storeys, id, district, area_code, point AS geom FROM building WHERE district = $1 AND ST_Intersects(point, ST_MakeEnvelope(108.04995, 22.04755, 108.05235, 22.04995, 4490)) AND storeys >= 1 ORDER BY code LIMIT 1000"},
}

// featured serves the features of a guarded district.
func featured(t testing.TB) (*guarded, http.Handler) {
	g := newGuarded(t, 1_000_000)
	s, err := store.Open(t.Context(), store.Config{URL: g.conn.Config().ConnString(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	service := &ogc.Service{Store: s, Language: func(context.Context) fault.Lang { return fault.English }, Fail: func(_ http.ResponseWriter, _ *http.Request, err error) { t.Error(err) },
		Districts: func(context.Context, scope.Permission) ([]ogc.District, error) {
			return []ogc.District{{Code: "990001", Bounds: geo.Bounds{Min: geo.Point{X: 1_080_000_000, Y: 220_000_000}, Max: geo.Point{X: 1_081_000_000, Y: 221_000_000}}}}, nil
		}}
	r := mux.NewRouter()
	for _, route := range service.Routes() {
		r.HandleFunc(route.Path, route.Handle).Methods(route.Method)
	}
	return g, r
}

// featurePage asks for features as a planner of the district, and is how many came.
func featurePage(t testing.TB, h http.Handler, query string) int {
	caller := &scope.Caller{Account: "p", Via: scope.ViaKey, Grants: []scope.Grant{{Role: scope.Planner, Prefix: "990001"}}}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(scope.With(t.Context(), caller), "GET", "/ogc/collections/buildings/items?limit=1000&"+query, nil))
	_, rest, _ := strings.Cut(w.Body.String(), `"numberReturned":`)
	digits, _, _ := strings.Cut(rest, ",")
	n, err := strconv.Atoi(digits)
	if err != nil {
		t.Fatalf("%s: %d %.200s", query, w.Code, w.Body)
	}
	return n
}

func BenchmarkFeatures(b *testing.B) {
	about(b, section{Show: 7, Title: "Features", Text: `Of a district of 1,000,000 buildings, a page of 1,000 from the middle, and a filter in CQL2 that 576 of them pass, counted too. Ours is the whole answer of /ogc, made for
somebody who may see the district; beside it PostgreSQL makes GeoJSON of the same rows by a statement written by hand, which neither counts nor asks who may see them.`})
	g, h := featured(b)
	for i, q := range featureQuestions {
		sql := "SELECT json_build_object('type', 'FeatureCollection', 'features', json_agg(ST_AsGeoJSON(t.*, maxdecimaldigits => 7)::json))::text FROM (" + q.sql + ") t"
		if n, want := featurePage(b, h, q.ask), []int{1000, 576}[i]; n != want {
			b.Fatalf("%s: %d features, want %d", q.name, n, want)
		}
		measure(b, figure{name: q.name, op: "page", rounds: 9, ours: way{do: func(n int) {
			for range n {
				featurePage(b, h, q.ask)
			}
		}}, against: []way{{name: "sql-by-hand", do: func(n int) { g.ask(n, beginFree, sql, "990001") }}}})
	}
}
