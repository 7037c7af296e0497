package api_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/testkit"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

// Whatever is sent in place of a point is refused with a rule, stores nothing, and never is a fault of the server.
func TestBadPoints(t *testing.T) {
	s := furnished(t)
	inE := picture.Centre(2, 1)
	lon, lat := degrees(inE)
	point := func(fields string) string {
		return `{"lon":` + lon + `,"lat":` + lat + `,"crs":"wgs84",` + fields + `}`
	}
	with := func(more string) string { return light("1", inE, ","+more) }
	deep := strings.Repeat(`{"a":`, 17) + "1" + strings.Repeat("}", 17)
	long := strings.Repeat("长", 201)
	one := func(name, body string, status int, want ...string) scenario {
		return scenario{name: name, method: "POST", path: "/api/v1/points", header: asJSON, body: body, status: status, want: want}
	}
	rows := func(name string, header map[string]string, body string, want ...string) scenario {
		return scenario{name: name, method: "POST", path: "/api/v1/points?crs=wgs84&kind=light", header: header, body: body, status: 200, want: want, not: []string{`"replayed":true`, "true,\n"}}
	}
	get := func(path string, status int, want ...string) scenario {
		return scenario{name: path, path: "/api/v1/points" + path, status: status, want: want}
	}
	s.run(t, []scenario{
		one("nothing", "", 400, "bad-body"),
		one("white space", " \n", 400, "bad-body"),
		one("null", "null", 400, "missing-parameter", "kind"),
		one("a number", "7", 400, "bad-body"),
		one("cut off", `{"kind":"light"`, 400, "bad-body"),
		one("two at once", light("1", inE, "")+light("2", inE, ""), 400, "bad-body"),
		one("lists within lists", strings.Repeat("[", 100_000), 400, "bad-body"),
		one("objects within objects", strings.Repeat(`{"attributes":`, 100_000), 400, "bad-body"),
		one("not UTF-8", point("\"kind\":\"light\",\"id\":\"\xff\""), 400, "invalid-utf8"),
		one("no kind", point(`"id":"1"`), 400, "missing-parameter", "kind"),
		one("no id", point(`"kind":"light"`), 400, "missing-parameter", "id"),
		one("an id that is a number", point(`"kind":"light","id":1`), 400, "bad-parameter", `"where":"字段 id"`),
		one("an id with the character zero", point(`"kind":"light","id":"a\u0000"`), 400, "location-id"),
		one("an id of two lines", point(`"kind":"light","id":"a\nb"`), 400, "location-id"),
		one("an id with a space before it", point(`"kind":"light","id":" a"`), 400, "location-id"),
		one("a long id", point(`"kind":"light","id":"`+long+`"`), 400, "location-id"),
		one("a kind in capitals", point(`"kind":"Light","id":"1"`), 400, "location-kind"),
		one("a kind that is no word", point(`"kind":"路灯","id":"1"`), 400, "location-kind"),
		one("a building", point(`"kind":"building","id":"1"`), 400, "location-building"),
		one("a resident with attributes", point(`"kind":"resident","id":"1","attributes":{"name":"某某"}`), 400, "resident-attributes"),
		one("a longitude in words", `{"kind":"light","id":"1","lon":"108","lat":22,"crs":"wgs84"}`, 400, "bad-parameter", "lon"),
		one("a longitude beyond all numbers", `{"kind":"light","id":"1","lon":1e999,"lat":22,"crs":"wgs84"}`, 400, "bad-parameter", "lon"),
		one("latitude first", `{"kind":"light","id":"1","lon":22,"lat":108,"crs":"wgs84"}`, 400, "not-on-earth"),
		one("no datum", `{"kind":"light","id":"1","lon":108,"lat":22}`, 400, "missing-crs"),
		one("an unknown datum", `{"kind":"light","id":"1","lon":108,"lat":22,"crs":"beijing54"}`, 400, "unknown-crs"),
		one("a day is no moment", with(`"at":"2026-03-01"`), 400, "bad-parameter", `"where":"字段 at"`),
		one("a moment before all time", with(`"at":"0001-01-01T00:00:00Z"`), 400, "bad-parameter", `"where":"字段 at"`),
		one("a moment long ago", with(`"at":"1066-10-14T00:00:00Z"`), 400, "location-time"),
		one("an accuracy below zero", with(`"accuracy_m":-1`), 400, "location-accuracy"),
		one("attributes that are a list", with(`"attributes":[1]`), 400, "attributes-form"),
		one("attributes that are deep", with(`"attributes":`+deep), 400, "attributes-form"),
		one("attributes with the character zero", with(`"attributes":{"a":"\u0000"}`), 400, "attributes-form"),
		one("attributes beyond all numbers", with(`"attributes":{"a":1e999}`), 400, "attributes-form"),
		one("attributes that are large", with(`"attributes":{"a":"`+strings.Repeat("x", 20_000)+`"}`), 400, "attributes-too-large"),
		one("a long name of a batch", with(`"batch":"`+long+`"`), 400, "location-batch"),
		one("a field misspelt", with(`"acuracy_m":3`), 400, "unknown-field", "acuracy_m"),
		one("too large", `{"id":"`+strings.Repeat("x", 9<<20)+`"}`, 413, "body-too-large"),
		one("too many", "["+strings.Repeat("0,", 10_000)+"0]", 413, "too-many-points"),
		{name: "another form", method: "POST", path: "/api/v1/points", header: map[string]string{"Content-Type": "text/html"}, body: "x", status: 415, want: []string{"unsupported-media"}},
		{name: "no form", method: "POST", path: "/api/v1/points", body: light("1", inE, ""), status: 415, want: []string{"unsupported-media"}},
		{name: "compressed", method: "POST", path: "/api/v1/points", header: map[string]string{"Content-Type": "text/csv", "Content-Encoding": "gzip"}, body: "x", status: 415, want: []string{"encoded-body"}},
		{name: "If-Match of many", method: "POST", path: "/api/v1/points", header: map[string]string{"Content-Type": "application/json", "If-Match": `"1"`}, body: "[]", status: 400, want: []string{"if-match-one"}},
		{name: "If-Match that is none", method: "POST", path: "/api/v1/points", header: map[string]string{"Content-Type": "application/json", "If-Match": `"01"`}, body: light("1", inE, ""), status: 412, want: []string{"no-such-revision"}},
		{name: "replace by hearsay", method: "POST", path: "/api/v1/points?replace=maybe", header: asJSON, body: light("1", inE, ""), status: 400, want: []string{"bad-parameter", "replace"}},
		{name: "an unknown parameter", method: "POST", path: "/api/v1/points?at=now", header: asJSON, body: light("1", inE, ""), status: 400, want: []string{"unknown-parameter"}},
		{name: "an unknown district", method: "POST", path: "/api/v1/points?district=990001", header: asJSON, body: light("1", inE, ""), status: 404, want: []string{"no-such-district"}},
		{name: "an unknown datum for all", method: "POST", path: "/api/v1/points?crs=mars", header: asCSV, body: "id,lon,lat\n", status: 400, want: []string{"unknown-crs"}},
		{name: "CSV without a head", method: "POST", path: "/api/v1/points", header: asCSV, body: "", status: 400, want: []string{"bad-body"}},
		{name: "CSV without ids", method: "POST", path: "/api/v1/points", header: asCSV, body: "lon,lat\n1,2\n", status: 400, want: []string{"no-such-column", "id"}},
		{name: "CSV with a column twice", method: "POST", path: "/api/v1/points", header: asCSV, body: "id,lon,lat,a, a\n", status: 400, want: []string{"repeated-column"}},
		{name: "CSV of many columns", method: "POST", path: "/api/v1/points", header: asCSV, body: "id,lon,lat" + strings.Repeat(",a", 1000) + "\n", status: 400, want: []string{"too-many-columns"}},
		rows("CSV", asCSV, "id,lon,lat,attributes,a,\n1,NaN,22\n1,NaN,22,,,\n2,1e999,22,,,\n3,108,x,,,\n4,108,22,[],,\n5,108,22,\"{\"\"a\"\":1}\",2,\n6,108,22,,,7\n\xff,108,22,,,\n,108,22,,,\n",
			"bad-body", "not-on-earth", "bad-number", "bad-parameter", "repeated-column", "unnamed-column", "invalid-utf8", "missing-parameter"),
		rows("CSV with a quotation that never ends", asCSV, "id,lon,lat\n\""+strings.Repeat("x\n", 1<<17), "line-too-long"),
		rows("NDJSON", asNDJSON, "{\n[]\n\"x\"\n{} {}\n"+strings.Repeat("x", 1<<17)+"\n"+`{"id":"1","lon":1}`, "bad-body", "line-too-long", "missing-parameter"),

		get("?how=by-chance", 400, "bad-parameter", "how"),
		get("?outside=maybe", 400, "bad-parameter", "outside"),
		get("?since=yesterday", 400, "bad-parameter", "since"),
		get("?within=abc", 400, "bad-parameter", "within"),
		get("?bbox=1,2,3", 400, "bad-bbox"),
		get("?limit=0", 400, "parameter-range"),
		get("?limit=x", 400, "bad-parameter", "limit"),
		get("?after=bm9uZQ", 400, "bad-cursor"),
		get("?batch="+strings.Repeat("x", 201), 400, "bad-parameter", "batch"),
		get("?district=990001", 404, "no-such-district"),
		get(".csv?limit=1", 400, "unknown-parameter"),
		get(".geojson?crs=bd09", 400, "unknown-crs"),
		get("/counts", 400, "missing-parameter", "by"),
		get("/counts?by=colour", 400, "bad-parameter", "by"),
		get("/light/%FF", 404, "no-such-location"),
		get("/light/%00", 404, "no-such-location"),
		get("/%20/1", 404, "no-such-location"),
		get("?q=%00", 400, "bad-parameter", `"where":"字段 q"`),
		get("?batch=%FF", 400, "bad-parameter", "batch"),
		get("?kind=,", 400, "bad-parameter", "kind"),

		get("", 200, `"count":0`),
	})
}

// A stream that breaks off keeps what was answered, and takes no half of a record for one.
func TestPointStreamBreaksOff(t *testing.T) {
	s := furnished(t)
	lon, lat := degrees(picture.Centre(2, 1))
	for form, text := range map[string][2]string{
		"text/csv":             {"kind,id,crs,lat,lon\nlight,csv,wgs84," + lat + "," + lon + "\n", "light,half,wgs84," + lat + "," + lon[:6]},
		"application/x-ndjson": {light("ndjson", picture.Centre(2, 1), "") + "\n", light("half", picture.Centre(2, 1), "")[:40]},
	} {
		conn := s.ask(t, fmt.Sprintf("POST /api/v1/points HTTP/1.1\nContent-Type: %s\nContent-Length: %d", form, len(text[0])+len(text[1])+10))
		io.WriteString(conn, text[0])
		in := bufio.NewReader(conn)
		for line := ""; !strings.Contains(line, "450105001002002"); {
			var err error
			if line, err = in.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
		}
		io.WriteString(conn, text[1])
		conn.Close()
	}
	s.Close() // waits for the handlers
	items, _, _, err := s.grid.Locations(testkit.Local(t), "450105", grid.LocationFilter{}, grid.Cursor{}, 10)
	if err != nil || len(items) != 2 || items[0].ID == "half" || items[1].ID == "half" {
		t.Errorf("stored: %v %v", items, err)
	}
}

// Many clients that send streams and never end them do not keep others from writing.
func TestOpenStreamsKeepNobodyWaiting(t *testing.T) {
	s := furnished(t)
	for i := range 30 {
		line := light(fmt.Sprint("s", i), picture.Centre(2, 1), "") + "\n"
		conn := s.ask(t, "POST /api/v1/points HTTP/1.1\nContent-Type: application/x-ndjson\nTransfer-Encoding: chunked")
		fmt.Fprintf(conn, "%x\r\n%s\r\n", len(line), line)
		if _, err := io.ReadFull(conn, make([]byte, 100)); err != nil {
			t.Fatal(err)
		}
	}
	res, err := http.Post(s.URL+"/api/v1/points", "application/json", strings.NewReader(light("one", picture.Centre(2, 1), "")))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusCreated {
		t.Error(res.Status)
	}
}
