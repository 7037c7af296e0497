package api_test

import (
	"bufio"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/zhuwang/zhuwang/internal/testkit"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

// A stream outlives the database's absence: what cannot be stored is answered so in its place, what comes after is stored again, and what was
// stored without anybody's knowing is known when it is sent again.
func TestPointStreamWhileTheDatabaseIsAway(t *testing.T) {
	line := testkit.NewLine(t, testkit.DB(t))
	s := furnishedOn(t, line.URL)
	conn := s.ask(t, "POST /api/v1/points HTTP/1.1\nContent-Type: application/x-ndjson\nTransfer-Encoding: chunked")
	in := bufio.NewReader(conn)
	var res *http.Response
	send := func(id, want string) {
		t.Helper()
		text := light(id, picture.Centre(2, 1), "") + "\n"
		fmt.Fprintf(conn, "%x\r\n%s\r\n", len(text), text)
		if res == nil {
			var err error
			if res, err = http.ReadResponse(in, nil); err != nil {
				t.Fatal(err)
			}
			in = bufio.NewReader(res.Body)
		}
		if answer, err := in.ReadString('\n'); err != nil || !strings.Contains(answer, want) {
			t.Errorf("%s: want %s, got %s (%v)", id, want, answer, err)
		}
	}
	send("1", `"replayed":false`)
	line.Down()
	send("2", `"rule":"database-away"`)
	send("2", `"status":503`)
	line.Up()
	send("2", `"replayed":false`)
	line.CutCommit(testkit.CutBefore, false)
	send("3", `"rule":"commit-unknown"`)
	send("3", `"replayed":false`)
	line.CutCommit(testkit.CutAfter, false)
	send("4", `"rule":"commit-unknown"`)
	send("4", `"replayed":true`)
	if got := s.fetch(t, "/api/v1/points"); !strings.Contains(got, `"count":4`) {
		t.Error(got)
	}
}

// While the database is away every answer says since when; what needs it is a 503 that says when to come again.
func TestEveryAnswerSaysThatTheDatabaseIsAway(t *testing.T) {
	line := testkit.NewLine(t, testkit.DB(t))
	s := furnishedOn(t, line.URL)
	here := "/api/v1/locate?crs=wgs84&" + lonLat(picture.Centre(2, 1))
	s.run(t, []scenario{{name: "not away", path: here, status: 200, wantHeader: map[string]string{"Zhuwang-Database-Away-Since": ""}}})
	line.Down()
	if err := s.nets.Refresh(t.Context()); err == nil {
		t.Fatal("not away")
	}
	since, again := map[string]string{"Zhuwang-Database-Away-Since": "20"}, map[string]string{"Zhuwang-Database-Away-Since": "20", "Retry-After": "5"}
	s.run(t, []scenario{
		{name: "lookup", path: here, status: 200, want: []string{"450105001002002"}, wantHeader: since},
		{name: "lookups", method: "POST", path: "/api/v1/locate", header: asNDJSON, body: "{}", status: 200, wantHeader: since},
		{name: "tile", path: "/tiles/450105/net/current/10/819/445.mvt", status: 200, wantHeader: since},
		{name: "list of grids", path: "/api/v1/grids", status: 200, wantHeader: since},
		{name: "ready", path: "/readyz", status: 200, want: []string{`"database_away_since":"20`}},
		{name: "not ready to write", path: "/readyz?write=1", status: 503, want: []string{"database-away"}, wantHeader: again},
		{name: "one point", method: "POST", path: "/api/v1/points", header: asJSON, body: light("1", picture.Centre(2, 1), ""), status: 503, want: []string{"database-away"}, wantHeader: again},
		{name: "points", method: "POST", path: "/api/v1/points", header: asJSON, body: "[" + light("1", picture.Centre(2, 1), "") + "]", status: 503, wantHeader: again},
		{name: "a stream whose first points cannot be stored", method: "POST", path: "/api/v1/points", header: asNDJSON, body: light("1", picture.Centre(2, 1), ""), status: 503, wantHeader: again},
		{name: "points as CSV", method: "POST", path: "/api/v1/points", header: asCSV, body: "kind,id,lon,lat,crs\nlight,1,108,22,wgs84\n", status: 503, wantHeader: again},
		{name: "a bad point", method: "POST", path: "/api/v1/points", header: asJSON, body: "{}", status: 400},
		{name: "list of points", path: "/api/v1/points", status: 503, wantHeader: again},
		{name: "download", path: "/api/v1/points.csv", status: 503, wantHeader: again},
		{name: "counts", path: "/api/v1/points/counts?by=kind", status: 503, wantHeader: again},
		{name: "a point", path: "/api/v1/points/light/1", status: 503, wantHeader: again},
		{name: "a change", method: "PATCH", path: "/api/v1/points/light/1", header: asJSON, body: `{"grid":null}`, status: 503, wantHeader: again},
		{name: "batches", path: "/api/v1/points/batches", status: 503, wantHeader: again},
		{name: "releases", path: "/api/v1/releases", status: 503, wantHeader: again},
		{name: "the net of yesterday", path: here + "&known=2026-01-01T00:00:00Z", status: 503, wantHeader: again},
	})
	line.Up()
	s.refresh(t)
	s.run(t, []scenario{
		{name: "back", path: here, status: 200, wantHeader: map[string]string{"Zhuwang-Database-Away-Since": ""}},
		{name: "stored", method: "POST", path: "/api/v1/points", header: asJSON, body: light("1", picture.Centre(2, 1), ""), status: 201},
	})
}
