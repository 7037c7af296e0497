package api_test

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb/maptile"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/account"
	"github.com/zhuwang/zhuwang/internal/api"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/scope"
	"github.com/zhuwang/zhuwang/internal/testkit"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

// scopedService is a server that takes the word of a request for who asks: header Role, on the prefix of header Area.
func scopedService(t *testing.T, drawn string, public scope.Set) *service {
	t.Helper()
	s := startWith(t, testkit.DB(t), func(o *api.Options) {
		o.Public = public
		o.Identify = func(r *http.Request) (*scope.Caller, error) {
			role := scope.Role(r.Header.Get("Role"))
			if role == "" {
				return nil, nil
			}
			return &scope.Caller{Account: "somebody", Via: scope.ViaKey, Grants: []scope.Grant{{Role: role, Prefix: r.Header.Get("Area")}}}, nil
		}
	})
	for name, prefix := range map[string]grid.Code{"somebody": mine, "a-" + mine: mine, "a-" + string(outside["community"]): outside["community"], "a-" + string(above["community"]): above["community"]} {
		g := scope.Grant{Role: scope.Member, Prefix: string(prefix)}
		if name == "somebody" {
			g.Role = scope.Administrator
		}
		if _, _, err := s.accounts.Create(testkit.Local(t), account.Draft{Name: name, Grants: []scope.Grant{g}}); err != nil {
			t.Fatal(err)
		}
	}
	s.publish(t, drawn, grid.Span{From: time.Now().Add(-24 * time.Hour)})
	houses := []grid.Building{{ID: "b0", Code: inside["building"], Name: "淡村大楼", Address: "星光大道1号", Point: picture.Centre(1, 3), Households: 5, Storeys: 3, Area: inside["grid"]}}
	s.report(t, "report", string(inside["point"]), 0, 3)
	s.report(t, "report", "second", 3, 2)
	if drawn == drawing {
		houses = append(houses, grid.Building{ID: "b1", Code: outside["building"], Name: "丽景阁", Address: "壮锦大道21号", Point: picture.Centre(2, 1), Households: 48, Storeys: 12, Area: outside["grid"]})
		s.report(t, "report", string(outside["point"]), 4, 0)
		s.report(t, "report", string(above["point"]), 9, 9)
	}
	testkit.PutBuildings(t, s.store, "450105", houses)
	s.refresh(t)
	if err := s.drawn.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// mine is the area of those who ask: one of the two communities.
const mine = "450105001001"

// What the addresses of the matrix name: what lies in the area, beside it, above it, and what is nowhere.
type named map[string]grid.Code

var (
	inside  = named{"community": mine, "grid": "450105001001001", "building": "45010500100100001", "point": "P-in"}
	outside = named{"community": "450105001002", "grid": "450105001002002", "building": "45010500100200001", "point": "P-out"}
	above   = named{"community": "450105001", "grid": "450105", "building": "450105001", "point": "P-net-out"}
	absent  = named{"community": "450105001009", "grid": "450105001009009", "building": "45010500100999999", "point": "P-none"}
	spots   = map[string]geo.Point{"P-in": picture.Centre(0, 3), "P-out": picture.Centre(4, 0), "P-net-out": picture.Centre(9, 9), "P-none": picture.Centre(9, 9)}
)

func (n named) fill(text string, serial int) string {
	pairs := []string{"{at}", lonLat(spots[string(n["point"])]), "{serial}", fmt.Sprint(serial),
		"{lon}", fmt.Sprint(spots[string(n["point"])].Lon()), "{lat}", fmt.Sprint(spots[string(n["point"])].Lat())}
	for name, code := range n {
		pairs = append(pairs, "{"+name+"}", string(code))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// past stands for whatever status is neither 401 nor 403: what is sent is not what the route is about.
const past = 0

// rows is the matrix: of each route a request, and how who may take the route is answered inside, outside and above the area.
var rows = map[string]struct {
	path, kind, body       string
	inside, outside, above int
}{
	"locate":                {"/api/v1/locate?crs=cgcs2000&{at}", "", "", 200, 200, 200},
	"locateMany":            {"/api/v1/locate", "application/json", `[{"lon":{lon},"lat":{lat},"crs":"cgcs2000"}]`, 200, 200, 200},
	"listPointsGeoJSON":     {"/api/v1/points.geojson?within={community}", "", "", 200, 200, 200},
	"listPointsCSV":         {"/api/v1/points.csv?within={community}", "", "", 200, 200, 200},
	"listPoints":            {"/api/v1/points?within={community}", "", "", 200, 200, 200},
	"postPoints":            {"/api/v1/points", "application/json", `{"kind":"tree","id":"{serial}","lon":{lon},"lat":{lat},"crs":"cgcs2000"}`, 201, 403, 403},
	"countPoints":           {"/api/v1/points/counts?by=grid&within={community}", "", "", 200, 200, 200},
	"listBatches":           {"/api/v1/points/batches", "", "", 200, 200, 200},
	"redeclareBatch":        {"/api/v1/points/batches/none/crs", "application/json", `{"crs":"wgs84"}`, 403, 403, 403}, // takes a whole district
	"getPoint":              {"/api/v1/points/report/{point}", "", "", 200, 404, 404},
	"patchPoint":            {"/api/v1/points/report/{point}", "application/json", `{"attributes":{"n":"{serial}"}}`, 200, 404, 404},
	"receiveUpload":         {"/api/v1/uploads", "text/csv", "id,lon,lat\n", past, past, past},
	"lookIntoUpload":        {"/api/v1/uploads/none/columns", "", "", 404, 404, 404},
	"previewUpload":         {"/api/v1/uploads/none/preview", "application/json", `{}`, 404, 404, 404},
	"importUpload":          {"/api/v1/uploads/none/import", "application/json", `{}`, 404, 404, 404},
	"cancelUpload":          {"/api/v1/uploads/none/cancel", "application/json", `{}`, 404, 404, 404},
	"getUploadRejects":      {"/api/v1/uploads/none/rejects.csv", "", "", 404, 404, 404},
	"getUpload":             {"/api/v1/uploads/none", "", "", 404, 404, 404},
	"removeUpload":          {"/api/v1/uploads/none", "", "", 404, 404, 404},
	"search":                {"/api/v1/search?q={community}", "", "", 200, 200, 200},
	"listReleases":          {"/api/v1/releases", "", "", 200, 200, 200},
	"getRelease":            {"/api/v1/releases/1", "", "", 200, 200, 200},
	"getReleaseDiff":        {"/api/v1/releases/1/diff", "", "", 200, 200, 200},
	"listCollectionGeoJSON": {"/api/v1/grids.geojson?within={community}", "", "", 200, 200, 200},
	"listCollection":        {"/api/v1/buildings?within={community}", "", "", 200, 200, 200},
	"getItemGeoJSON":        {"/api/v1/grids/{grid}.geojson", "", "", 200, 404, 404},
	"getItem":               {"/api/v1/buildings/{building}", "", "", 200, 404, 404},
	"getTileJSON":           {"/tiles/450105/points.json", "", "", 200, 200, 200},
	"getTile":               {"/tiles/450105/buildings/current/14/13111/7132.mvt", "", "", past, past, past},
	"getSession":            {"/api/v1/session", "", "", 200, 200, 200},
	"beginSession":          {"/api/v1/session", "application/json", `{"token":"none"}`, 401, 401, 401},
	"endSession":            {"/api/v1/session", "", "", 204, 204, 204},
	"changePassword":        {"/api/v1/session/password", "application/json", `{"old":"x","new":"晚饭后总要绕南湖走两圈"}`, 403, 403, 403}, // by a session alone
	"offerFactor":           {"/api/v1/session/factor/offer", "", "", 403, 403, 403},
	"setFactor":             {"/api/v1/session/factor", "application/json", `{"password":"x","secret":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","code":"0"}`, 403, 403, 403},
	"endFactor":             {"/api/v1/session/factor/end", "application/json", `{"password":"x","code":"0"}`, 403, 403, 403},
	"beginAtProvider":       {"/api/v1/session/oidc", "", "", 404, 404, 404}, // there is none
	"endAtProvider":         {"/api/v1/session/oidc/callback?state=x", "", "", 404, 404, 404},
	"listSessions":          {"/api/v1/sessions", "", "", 200, 200, 200},
	"endOtherSession":       {"/api/v1/sessions/none", "", "", 404, 404, 404},
	"listAccounts":          {"/api/v1/accounts", "", "", 200, 200, 200},
	"makeAccount":           {"/api/v1/accounts", "application/json", `{"account":"x{serial}","grants":[{"role":"member","prefix":"{community}"}]}`, 201, 403, 403},
	"importAccounts":        {"/api/v1/accounts/import?name=m.csv", "text/csv", "staff_no,full_name,role,prefix\nm{serial},张三,member,{community}\n", 200, 200, 200},
	"getAccount":            {"/api/v1/accounts/a-{community}", "", "", 200, 404, 404},
	"patchAccount":          {"/api/v1/accounts/a-{community}", "application/json", `{"phone":"{serial}"}`, 200, 404, 404},
	"makeGrant":             {"/api/v1/accounts/a-{community}/grants", "application/json", `{"role":"member","prefix":"` + mine + `"}`, 201, 404, 404},
	"endGrant":              {"/api/v1/accounts/a-{community}/grants/none", "", "", 404, 404, 404},
	"resetPassword":         {"/api/v1/accounts/a-{community}/password", "application/json", `{}`, 200, 404, 404},
	"endSessionsOf":         {"/api/v1/accounts/a-{community}/sessions", "", "", 204, 404, 404},
	"listKeys":              {"/api/v1/keys", "", "", 200, 200, 200},
	"makeKey":               {"/api/v1/keys", "application/json", `{"role":"member","prefix":"{community}"}`, 403, 403, 403}, // by a session alone
	"revokeKey":             {"/api/v1/keys/none", "", "", 404, 404, 404},
	"listScreens":           {"/api/v1/screens", "", "", 200, 200, 200},
	"makeScreen":            {"/api/v1/screens", "application/json", `{"name":"墙","prefix":"{community}"}`, 201, 403, 403},
	"listAudit":             {"/api/v1/audit?district=450105", "", "", 200, 200, 200},
	"livez":                 {"/livez", "", "", 200, 200, 200},
	"readyz":                {"/readyz", "", "", 200, 200, 200},
	"docsErrors":            {"/docs/errors", "", "", 200, 200, 200},
	"docsOpenAPI":           {"/docs/openapi.yaml", "", "", 200, 200, 200},
	"ogcLanding":            {"/ogc", "", "", 200, 200, 200},
	"ogcLandingSlash":       {"/ogc/", "", "", 200, 200, 200},
	"ogcConformance":        {"/ogc/conformance", "", "", 200, 200, 200},
	"ogcAPI":                {"/ogc/api", "", "", 200, 200, 200},
	"ogcStyle":              {"/ogc/style.css", "", "", 200, 200, 200},
	"ogcCollections":        {"/ogc/collections", "", "", 200, 200, 200},
	"ogcCollection":         {"/ogc/collections/buildings", "", "", 200, 200, 200},
	"ogcQueryables":         {"/ogc/collections/streets/queryables", "", "", 200, 200, 200},
	"ogcSchema":             {"/ogc/collections/grids/schema", "", "", 200, 200, 200},
	"ogcItems":              {"/ogc/collections/grids/items?community={community}", "", "", 200, 200, 200},
	"ogcCreate":             {"/ogc/collections/buildings/items", "application/geo+json", `{"type":"Feature","properties":{"name":"x{serial}"},"geometry":{"type":"Point","coordinates":[{lon},{lat}]}}`, 201, 403, 403},
	"ogcReplace":            {"/ogc/collections/buildings/items/{building}", "application/geo+json", `{"type":"Feature","properties":{"name":"淡村大楼","households":5,"storeys":3},"geometry":{"type":"Point","coordinates":[{lon},{lat}]}}`, 200, 404, 404},
	"ogcUpdate":             {"/ogc/collections/buildings/items/{building}", "application/merge-patch+json", `{"properties":{"households":5}}`, 200, 404, 404},
	"ogcDelete":             {"/ogc/collections/buildings/items/{building}9", "", "", 404, 404, 404},
	"ogcItemsOptions":       {"/ogc/collections/buildings/items", "", "", 204, 204, 204},
	"ogcItemOptions":        {"/ogc/collections/grids/items/{grid}", "", "", 204, 204, 204},
	"ogcItem":               {"/ogc/collections/grids/items/{grid}", "", "", 200, 404, 404},
}

func (s *service) askAs(t *testing.T, method, path, kind, body, role, area string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]string{"Role": role, "Area": area, "Content-Type": kind, "Accept-Encoding": "identity"} {
		if v != "" {
			req.Header.Set(name, v)
		}
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// Every route × every role × inside, outside and above the area × method: who may not take a route is refused, who may sees what lies in the area, and what
// lies beside it is answered as what is nowhere. Nothing is public here.
func TestMatrix(t *testing.T) {
	s := scopedService(t, drawing, 0)
	serial := 0
	routes := api.Routes()
	if len(routes) != len(rows) {
		t.Errorf("%d routes and %d rows", len(routes), len(rows))
	}
	for _, route := range routes {
		row, ok := rows[route.Name]
		if !ok {
			t.Fatalf("the route %s has no row", route.Name)
		}
		for _, role := range append(scope.Roles(), "") {
			for _, place := range []struct {
				named
				name string
				want int
			}{{inside, "inside", row.inside}, {outside, "outside", row.outside}, {above, "above", row.above}} {
				serial++
				path := place.fill(row.path, serial)
				permission := route.Needs(strings.SplitN(path, "?", 2)[0])
				want, body := place.want, place.fill(row.body, serial)
				switch {
				case permission == scope.Anyone:
				case role == "":
					want = 401
				case permission != scope.SignedIn && !role.May().Has(permission):
					want = 403
				}
				what := fmt.Sprintf("%s as %q %s", route.Name, role, place.name)
				status, answer := s.askAs(t, route.Method, path, row.kind, body, string(role), mine)
				if want == past && (status == 401 || status == 403 || status >= 500) || want != past && status != want {
					t.Errorf("%s: %d, want %d: %s", what, status, want, answer)
				}
				if route.Method == "GET" {
					if head, empty := s.askAs(t, "HEAD", path, "", "", string(role), mine); head != status || empty != "" {
						t.Errorf("%s: HEAD %d, GET %d", what, head, status)
					}
				}
				if strings.HasPrefix(path, "/ogc/collections/buildings/items/") { // which takes PUT
				} else if other, _ := s.askAs(t, "PUT", path, row.kind, body, string(role), mine); other != 405 {
					t.Errorf("%s: PUT %d", what, other)
				}
				if permission != scope.Anyone && place.name != "outside" && (strings.Contains(answer, string(outside["community"])) || strings.Contains(answer, "丽景阁")) {
					t.Errorf("%s tells of what lies outside: %s", what, answer)
				}
				if place.name == "outside" && route.Method != "POST" {
					nowhere, none := s.askAs(t, route.Method, absent.fill(row.path, serial), row.kind, absent.fill(row.body, serial), string(role), mine)
					if got, want := alike(answer, outside), alike(none, absent); nowhere != status || row.outside == 404 && got != want {
						t.Errorf("%s: %d %s; what is nowhere: %d %s", what, status, got, nowhere, want)
					}
				}
			}
		}
	}
}

var changing = regexp.MustCompile(`"(request_id|at|made_at|changed|valid_from|from|version|next)":"[^"]*"|http://127\.0\.0\.1:[0-9]+|"tiles":(\{[^}]*\}|\[[^\]]*\])`)

// alike is an answer without what differs from one request and one database to the next, and without the names that were asked for.
func alike(answer string, n named) string {
	answer = changing.ReplaceAllString(answer, "")
	for _, name := range []string{"building", "grid", "community", "point"} { // the longest first: one begins with another
		if code := string(n[name]); code != "" {
			answer = strings.ReplaceAll(answer, code, name)
		}
	}
	return answer
}

// Lists, counts, tiles, searches and exports are those of a database that holds the area and nothing else.
func TestAnAreaIsADatabaseOfItsOwn(t *testing.T) {
	all, part := scopedService(t, drawing, 0), scopedService(t, `
		AABBB
		AABBB
		.....
		.....`, 0)
	paths := []string{"/api/v1/search?q=45", "/api/v1/search?q=wangge", "/api/v1/search?q=1", "/api/v1/points", "/api/v1/points?limit=1", "/api/v1/points.csv", "/api/v1/points.geojson",
		"/api/v1/points?outside=true", "/api/v1/points/counts?by=kind", "/api/v1/points/counts?by=town", "/api/v1/points/counts?by=day", "/api/v1/points/batches",
		"/tiles/450105/net.json", "/tiles/450105/buildings.json", "/tiles/450105/base.json", "/api/v1/releases/1/diff", "/api/v1/releases/1",
		"/ogc/collections/grids/items", "/ogc/collections/buildings/items", "/ogc/collections/buildings/items?filter=households%3E1", "/ogc/collections/grids/items?bbox=108,22,109,23&limit=1",
		"/ogc/collections/communities", "/api/v1/grids/450105001001002", "/api/v1/towns/450105001", "/api/v1/districts/450105", "/api/v1/communities/450105001001.geojson"}
	for _, c := range []string{"districts", "towns", "communities", "grids", "buildings"} {
		paths = append(paths, "/api/v1/"+c, "/api/v1/"+c+".geojson", "/api/v1/"+c+"?release=1", "/api/v1/"+c+"?within=450105001", "/api/v1/"+c+"?limit=1", "/api/v1/"+c+"?bbox=108,22,109,23")
	}
	for x := range 6 {
		for y := range 5 {
			paths = append(paths, "/api/v1/locate?crs=cgcs2000&accuracy=90&"+lonLat(picture.Centre(x-1, y)), "/api/v1/locate?crs=cgcs2000&release=1&"+lonLat(picture.Centre(x-1, y)))
		}
	}
	for _, z := range []int{0, 9, 12, 14, 16, 17} {
		at := tileOf(picture.Centre(1, 2), z)
		for _, set := range []string{"net", "buildings", "points"} {
			paths = append(paths, "/tiles/450105/"+set+"/current/"+at+".mvt", "/tiles/450105/"+set+"/current/"+at+".mvt?crs=gcj02")
		}
	}
	for _, path := range paths {
		status, got := all.askAs(t, "GET", path, "", "", "planner", mine)
		other, want := part.askAs(t, "GET", path, "", "", "administrator", "")
		want = descent.ReplaceAllString(want, "")
		got, want = times.ReplaceAllString(alike(got, nil), ""), times.ReplaceAllString(alike(want, nil), "")
		if status != other || got != want {
			t.Errorf("%s: %d %s\nwant %d %s", path, status, got, other, want)
		}
	}
	// And whoever sees more is not answered from what was kept for them.
	for _, path := range paths {
		_, first := all.askAs(t, "GET", path, "", "", "administrator", "")
		all.askAs(t, "GET", path, "", "", "planner", mine)
		if _, again := all.askAs(t, "GET", path, "", "", "administrator", "450105"); changing.ReplaceAllString(first, "") != changing.ReplaceAllString(again, "") {
			t.Errorf("%s: after another's question: %s, before: %s", path, again, first)
		}
	}
}

// descent of what lies above an area is not told: it is made of more than the area.
var descent = regexp.MustCompile(`\{[^{}]*"to":"450105001","to_share":1\},`)

var times = regexp.MustCompile(`\d{4}-\d\d-\d\dT[0-9:.]+Z`)

// What is configured to be public is seen by everybody, whole; the rest by those who may.
func TestPublicLayers(t *testing.T) {
	public, err := scope.ParsePublic(scope.PublicDefault)
	if err != nil {
		t.Fatal(err)
	}
	s := scopedService(t, drawing, public)
	for _, c := range []struct {
		path, role string
		status     int
		has, not   string
	}{
		{"/api/v1/grids", "", 200, `"count":5`, "households"},
		{"/api/v1/grids", "member", 200, `"count":5`, `"households":48`},
		{"/api/v1/buildings", "", 401, "sign-in-first", ""},
		{"/api/v1/buildings", "member", 200, `"count":1`, "丽景阁"},
		{"/api/v1/points", "", 401, "sign-in-first", ""},
		{"/api/v1/search?q=lijingge", "", 200, `"count":0`, ""},
		{"/api/v1/locate?crs=cgcs2000&" + lonLat(picture.Centre(4, 0)), "", 200, `"inside":true`, ""},
		{"/api/v1/releases", "", 401, "sign-in-first", ""},
		{"/tiles/450105/points.json", "", 401, "sign-in-first", ""},
		{"/tiles/450105/points.json", "member", 200, `"count":2,"outside":0`, ""},
	} {
		status, answer := s.askAs(t, "GET", c.path, "", "", c.role, mine)
		if status != c.status || !strings.Contains(answer, c.has) || c.not != "" && strings.Contains(answer, c.not) {
			t.Errorf("%s as %q: %d %s", c.path, c.role, status, answer)
		}
	}
}

// tileOf is the tile of a zoom in which a place lies, as z/x/y.
func tileOf(p geo.Point, z int) string {
	at := maptile.At(p.Orb(), maptile.Zoom(z))
	return fmt.Sprintf("%d/%d/%d", at.Z, at.X, at.Y)
}
