package api_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

var (
	asJSON   = map[string]string{"Content-Type": "application/json"}
	asNDJSON = map[string]string{"Content-Type": "application/x-ndjson"}
	asCSV    = map[string]string{"Content-Type": "text/csv"}
)

// degrees writes a place as two numbers.
func degrees(p geo.Point) (lon, lat string) {
	lon, lat, _ = strings.Cut(strings.TrimPrefix(lonLat(p), "lon="), "&lat=")
	return lon, lat
}

// light writes a street light in JSON; more are further fields, with a comma before each.
func light(id string, p geo.Point, more string) string {
	lon, lat := degrees(p)
	return `{"kind":"light","id":"` + id + `","lon":` + lon + `,"lat":` + lat + `,"crs":"wgs84"` + more + `}`
}

// What is posted is stored once, in the grid that holds it; the same again changes nothing, other content is refused.
func TestPostPoints(t *testing.T) {
	s := furnished(t)
	inE, inD, inB := picture.Centre(2, 1), picture.Centre(0, 0), picture.Centre(3, 3)
	away := geo.Point{X: picture.Origin.X - picture.Step, Y: picture.Origin.Y}
	eLon, eLat := degrees(inE)
	s.run(t, []scenario{
		{name: "one", method: "POST", path: "/api/v1/points", header: asJSON, body: light("1", inE, `,"at":"2026-03-01T08:00:00+08:00","accuracy_m":5,"attributes":{"灯":"坏"}`), status: 201,
			want: []string{`"grid":"450105001002002"`, `"how":"in"`, `"release":1`, `"replayed":false`}, wantHeader: map[string]string{"ETag": `"1"`, "Location": "/api/v1/points/light/1?district=450105"}},
		{name: "the same again", method: "POST", path: "/api/v1/points", header: asJSON, body: light("1", inE, `,"at":"2026-03-01T00:00:00Z","accuracy_m":5.0,"attributes":{ "灯" : "坏" }`), status: 200, want: []string{`"replayed":true`}},
		{name: "the same without a time", method: "POST", path: "/api/v1/points", header: asJSON, body: light("1", inE, `,"accuracy_m":5,"attributes":{"灯":"坏"}`), status: 200, want: []string{`"replayed":true`}},
		{name: "other content", method: "POST", path: "/api/v1/points", header: asJSON, body: light("1", inD, ""), status: 409, want: []string{"location-conflict"}},
		{name: "other content, against another revision", method: "POST", path: "/api/v1/points", header: map[string]string{"Content-Type": "application/json", "If-Match": `"7"`}, body: light("1", inD, ""), status: 412, want: []string{"location-changed"}},
		{name: "other content, against this revision", method: "POST", path: "/api/v1/points", header: map[string]string{"Content-Type": "application/json", "If-Match": `"1"`}, body: light("1", inD, ""), status: 200,
			want: []string{`"replaced":true`, `"grid":"450105001002001"`, `"revision":2`}, wantHeader: map[string]string{"ETag": `"2"`}},
		{name: "other content, to replace", method: "POST", path: "/api/v1/points?replace=true", header: asJSON, body: light("1", inE, `,"at":"2026-03-01T00:00:00Z","attributes":{"灯":"好"}`), status: 200, want: []string{`"replaced":true`, `"revision":3`}},
		{name: "an id with a slash and a space", method: "POST", path: "/api/v1/points", header: asJSON, body: light("甲/1 号", inE, ""), status: 201,
			wantHeader: map[string]string{"Location": "/api/v1/points/light/%E7%94%B2%2F1%20%E5%8F%B7?"}},
		{name: "read by it", path: "/api/v1/points/light/%E7%94%B2%2F1%20%E5%8F%B7", status: 200, want: []string{`"id":"甲/1 号"`}},
		{name: "outside", method: "POST", path: "/api/v1/points", header: asJSON, body: light("2", away, ""), status: 201, want: []string{`"grid":null`, `"how":"outside"`}},

		{name: "an array: bad points never stop the good ones", method: "POST", path: "/api/v1/points?crs=wgs84&kind=report&batch=early", header: asJSON, status: 200,
			body: "[" + light("3", inB, "") + `,{"id":"4","lon":` + eLon + `,"lat":` + eLat + `},{"id":"5","lon":108},7,{"id":"6","lon":1,"lat":2,"colour":"red"},` + light("1", inD, "") + "]",
			want: []string{`"grid":"450105001001002","how":"in","id":"3","kind":"light"`, `"id":"4","kind":"report"`, `"rule":"missing-parameter"`, `"where":"第 3 行，字段 lat"`, `"rule":"bad-body"`, `"rule":"unknown-field"`, `"rule":"location-conflict"`}},
		{name: "no point", method: "POST", path: "/api/v1/points", header: asJSON, body: "[]", status: 200, want: []string{"[]"}},
		{name: "NDJSON", method: "POST", path: "/api/v1/points", header: asNDJSON, body: light("8", inE, "") + "\n{broken\n\n" + light("8", inE, "") + "\n" + light("9", inE, ""), status: 200,
			want: []string{`"replayed":false`, `"rule":"bad-body"`, `"where":"第 2 行"`, `"replayed":true`}, wantHeader: map[string]string{"Content-Type": "application/x-ndjson"}},
		{name: "CSV keeps its columns", method: "POST", path: "/api/v1/points?crs=wgs84&kind=light", header: asCSV, status: 200,
			body: "\ufeffid,lon,lat,名称,at\n10," + eLon + "," + eLat + ",\"灯, 高\",2026-03-02T00:00:00Z\n11,x,1,,\nshort\n12," + eLon + "," + eLat + ",,yesterday\n",
			want: []string{"id,lon,lat,名称,at,grid,how,release,replayed,error", `"灯, 高",2026-03-02T00:00:00Z,450105001002002,in,1,false,`, "bad-number", "bad-body", "bad-parameter"}},
		{name: "a CSV answer is sent again", method: "POST", path: "/api/v1/points?crs=wgs84&kind=light", header: asCSV, status: 200,
			body: "id,lon,lat,名称,at,grid,how,release,replayed,error\n10," + eLon + "," + eLat + ",\"灯, 高\",2026-03-02T00:00:00Z,450105001002002,in,1,false,\n",
			want: []string{"450105001002002,in,1,true,\n"}},
		{name: "a head alone", method: "POST", path: "/api/v1/points", header: asCSV, body: "id,lon,lat\n", status: 200, want: []string{"id,lon,lat,grid"}},

		{name: "an attribute of a column", path: "/api/v1/points/light/10", status: 200, want: []string{`"attributes":{"名称":"灯, 高"}`, `"grid":{"code":"450105001002002","name":"E 网格"}`}, wantHeader: map[string]string{"ETag": `"1"`}},
		{name: "list, the last observed first", path: "/api/v1/points?kind=light,report&until=2026-03-03T00:00:00Z", status: 200, want: []string{`"id":"10"`, `"id":"1"`, `"count":2`, `"next":null`}, not: []string{`"id":"8"`}},
		{name: "list what lies outside", path: "/api/v1/points?outside=true", status: 200, want: []string{`"count":1`, `"id":"2"`, `"grid":null`}},
		{name: "list of a batch", path: "/api/v1/points?batch=early", status: 200, want: []string{`"count":2`, `"kind":"report"`}},
		{name: "list in a community, by id", path: "/api/v1/points?within=450105001002&q=1&how=in,manual", status: 200, want: []string{`"count":2`, `"id":"10"`, `"id":"1"`}},
		{name: "list in a box", path: "/api/v1/points?bbox=108,22,108.1,22.5", status: 200, want: []string{`"count":0`, `"items":[]`}},
		{name: "a page", path: "/api/v1/points?limit=1", status: 200, want: []string{`"next":"`}},
		{name: "GeoJSON", path: "/api/v1/points.geojson?kind=light", status: 200, want: []string{`"type":"FeatureCollection"`, `"id":"light/10"`, `"coordinates":[` + eLon}, wantHeader: map[string]string{"Content-Type": "application/geo+json"}},
		{name: "GeoJSON in GCJ-02", path: "/api/v1/points.geojson?kind=light&q=10&crs=gcj02", status: 200, not: []string{`"coordinates":[` + eLon}},
		{name: "GeoJSON of nothing", path: "/api/v1/points.geojson?kind=nothing", status: 200, want: []string{`"features":[]}`}},
		{name: "counts by community", path: "/api/v1/points/counts?by=community", status: 200, want: []string{`"code":"450105001002","count":`, `"name":"富景社区"`, `{"code":"","count":1,"name":""}`, `"total":8`}},
		{name: "counts by kind", path: "/api/v1/points/counts?by=kind", status: 200, want: []string{`{"count":7,"kind":"light"}`, `{"count":1,"kind":"report"}`}},
		{name: "counts by day", path: "/api/v1/points/counts?by=day&until=2026-03-03T00:00:00Z", status: 200, want: []string{`{"count":1,"day":"2026-03-01"}`, `{"count":1,"day":"2026-03-02"}`}},
		{name: "batches", path: "/api/v1/points/batches", status: 200, want: []string{`"batch":"early"`, `"points":2`, `"crs":"wgs84"`, `"kinds":["light","report"]`}},
	})
}

// A person overrules where a point belongs, takes that back, and corrects what it says; each change is made upon the revision at hand.
func TestPatchPoint(t *testing.T) {
	s := furnished(t)
	s.post(t, "/api/v1/points", "application/x-ndjson", light("1", picture.Centre(2, 1), `,"attributes":{"a":1},"accuracy_m":3`))
	dLon, dLat := degrees(picture.Centre(0, 0))
	patch := func(name, etag, body string, status int, want ...string) scenario {
		c := scenario{name: name, method: "PATCH", path: "/api/v1/points/light/1", header: map[string]string{"Content-Type": "application/json"}, body: body, status: status, want: want}
		if etag != "" {
			c.header["If-Match"] = etag
		}
		return c
	}
	s.run(t, []scenario{
		patch("overrule", `"1"`, `{"grid":"450105001001001","reason":"归院子管理"}`, 200, `"how":"manual"`, `"code":"450105001001001"`, `"reason":"归院子管理"`, `"revision":2`),
		patch("upon an older revision", `"1"`, `{"grid":null}`, 412, "location-changed"),
		patch("upon a tag that is none", `W/"2"`, `{"grid":null}`, 412, "no-such-revision"),
		patch("a place that is corrected stays overruled", "*", `{"lon":`+dLon+`,"lat":`+dLat+`,"crs":"wgs84"}`, 200, `"how":"manual"`, `"attributes":{"a":1}`, `"accuracy_m":3`, `"revision":3`),
		patch("taken back, it is where it lies", `"3"`, `{"grid":null}`, 200, `"how":"in"`, `"code":"450105001002001"`, `"reason":""`),
		patch("its datum was another one", "", `{"crs":"gcj02"}`, 200, `"how":"outside"`, `"grid":null`),
		patch("time and attributes", "", `{"at":"2026-03-01T00:00:00+08:00","attributes":null,"accuracy_m":0}`, 200, `"at":"2026-02-28T16:00:00Z"`, `"attributes":{}`, `"accuracy_m":0`),
		patch("the same again changes nothing", "", `{"accuracy_m":0}`, 200, `"revision":6`),

		patch("without a reason", "", `{"grid":"450105001001001"}`, 400, "overrule-reason"),
		patch("a grid that is none", "", `{"grid":"450105001001999","reason":"x"}`, 400, "overrule-grid"),
		patch("a grid that is a number", "", `{"grid":450105001001001,"reason":"x"}`, 400, "bad-parameter", "grid"),
		patch("two things at once", "", `{"grid":null,"accuracy_m":1}`, 400, "patch-one"),
		patch("nothing", "", `{}`, 400, "patch-one"),
		patch("a reason for nothing", "", `{"reason":"x"}`, 400, "patch-one"),
		patch("a place without a datum", "", `{"lon":1,"lat":2}`, 400, "missing-crs"),
		patch("half a place", "", `{"lon":1,"crs":"wgs84"}`, 400, "missing-parameter", "lat"),
		patch("not on the earth", "", `{"lon":1,"lat":92,"crs":"wgs84"}`, 400, "not-on-earth"),
		patch("a field misspelt", "", `{"acuracy_m":1}`, 400, "unknown-field", "acuracy_m"),
		patch("more than an object", "", `{"accuracy_m":1} {}`, 400, "bad-body"),
		patch("too large", "", `{"reason":"`+strings.Repeat("x", 9<<20)+`"}`, 413, "body-too-large"),
		{name: "in another form", method: "PATCH", path: "/api/v1/points/light/1", header: asCSV, body: "x", status: 415, want: []string{"unsupported-media", "application/json"}},
		{name: "no such point", method: "PATCH", path: "/api/v1/points/light/2", header: asJSON, body: `{"grid":null}`, status: 404, want: []string{"no-such-location"}},
		{name: "DELETE", method: "DELETE", path: "/api/v1/points/light/1", status: 405, wantHeader: map[string]string{"Allow": "GET, HEAD, PATCH"}},
	})
}

// A batch that was sent with the wrong datum is declared anew in one request.
func TestRedeclareBatch(t *testing.T) {
	s := furnished(t)
	s.post(t, "/api/v1/points?batch=三月/上", "application/x-ndjson", light("1", picture.Centre(2, 1), "")+"\n"+light("2", picture.Centre(0, 0), ""))
	path := "/api/v1/points/batches/%E4%B8%89%E6%9C%88%2F%E4%B8%8A/crs"
	s.run(t, []scenario{
		{name: "a point of it in another datum", method: "POST", path: "/api/v1/points?batch=三月/上", header: asJSON, body: strings.Replace(light("3", picture.Centre(0, 0), ""), "wgs84", "bd09", 1), status: 409, want: []string{"batch-datum"}},
		{name: "declared anew", method: "POST", path: path, header: asJSON, body: `{"crs":"gcj02"}`, status: 200, want: []string{`"points":2`, `"moved":2`, `{"count":1,"from":"450105001002001","kind":"light","to":null}`}},
		{name: "its points", path: "/api/v1/points?batch=三月/上", status: 200, want: []string{`"count":2`, `"crs":"gcj02"`, `"how":"outside"`}, not: []string{"wgs84"}},
		{name: "the same again", method: "POST", path: path, header: asJSON, body: `{"crs":"gcj02"}`, status: 200, want: []string{`"moved":0`}},
		{name: "no datum", method: "POST", path: path, header: asJSON, body: `{}`, status: 400, want: []string{"missing-crs"}},
		{name: "no such datum", method: "POST", path: path, header: asJSON, body: `{"crs":"mars"}`, status: 400, want: []string{"unknown-crs"}},
		{name: "no such batch", method: "POST", path: "/api/v1/points/batches/x/crs", header: asJSON, body: `{"crs":"wgs84"}`, status: 404, want: []string{"no-such-batch"}},
	})
}

// Pages follow each other without a gap, and what is downloaded as CSV is taken back as the same.
func TestPointsComeOutAgain(t *testing.T) {
	s := furnished(t)
	var lines strings.Builder
	for i := range 250 {
		fmt.Fprintln(&lines, light(fmt.Sprint(i), picture.Centre(i%5, i%4), fmt.Sprintf(`,"at":"2026-03-%02dT00:00:00Z","attributes":{"n":%d,"note":"a \"quoted\", line"}`, 1+i%7, i)))
	}
	if got := s.post(t, "/api/v1/points?batch=b", "application/x-ndjson", lines.String()); strings.Count(got, `"replayed":false`) != 250 {
		t.Fatal(got)
	}
	seen := map[string]bool{}
	for after := ""; ; {
		var page struct {
			Items []struct{ ID string }
			Next  string
			Count int
		}
		if err := json.Unmarshal([]byte(s.fetch(t, "/api/v1/points?limit=60&after="+after)), &page); err != nil {
			t.Fatal(err)
		}
		for _, p := range page.Items {
			seen[p.ID] = true
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if len(seen) != 250 {
		t.Errorf("pages hold %d points", len(seen))
	}
	text := s.fetch(t, "/api/v1/points.csv")
	if got := s.post(t, "/api/v1/points", "text/csv", text); strings.Count(got, ",true,") != 250 {
		t.Errorf("not the same: %.1000s", got)
	}
}

func (s *service) fetch(t *testing.T, path string) string {
	t.Helper()
	res, err := http.Get(s.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	return body(t, res)
}

func (s *service) post(t *testing.T, path, form, text string) string {
	t.Helper()
	res, err := http.Post(s.URL+path, form, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return body(t, res)
}

func body(t *testing.T, res *http.Response) string {
	t.Helper()
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s %v: %.500s", res.Status, err, b)
	}
	return string(b)
}

// A point of a stream is stored and answered before the next one is sent.
func TestPointStreamsAnswerAtOnce(t *testing.T) {
	s := furnished(t)
	for form, head := range map[string]string{"application/x-ndjson": "", "text/csv": "kind,id,lon,lat,crs\n"} {
		conn := s.ask(t, "POST /api/v1/points HTTP/1.1\nContent-Type: "+form+"\nTransfer-Encoding: chunked")
		in := bufio.NewReader(conn)
		var res *http.Response
		for i := range 3 {
			line := light(fmt.Sprint("n", i), picture.Centre(2, 1), "") + "\n"
			if form == "text/csv" {
				lon, lat := degrees(picture.Centre(2, 1))
				line = fmt.Sprintf("%slight,c%d,%s,%s,wgs84\n", head, i, lon, lat)
				head = ""
			}
			fmt.Fprintf(conn, "%x\r\n%s\r\n", len(line), line)
			if res == nil {
				var err error
				if res, err = http.ReadResponse(in, nil); err != nil {
					t.Fatal(err)
				}
				in = bufio.NewReader(res.Body)
				if form == "text/csv" {
					if _, err := in.ReadString('\n'); err != nil {
						t.Fatal(err)
					}
				}
			}
			if text, err := in.ReadString('\n'); err != nil || !strings.Contains(text, "450105001002002") {
				t.Fatalf("%s: %q (%v)", form, text, err)
			}
		}
		if got := s.fetch(t, "/api/v1/points/counts?by=kind"); !bytes.Contains([]byte(got), []byte(`"total":`)) {
			t.Error(got)
		}
	}
	if got := s.fetch(t, "/api/v1/points"); !strings.Contains(got, `"count":6`) {
		t.Errorf("not all are stored: %.200s", got)
	}
}
