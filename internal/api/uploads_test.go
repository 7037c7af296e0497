package api_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

// answer asks and reads a JSON answer of a status.
func (s *service) answer(t *testing.T, status int, method, path string, body []byte, into any) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != status {
		t.Fatalf("%s %s: %d, want %d: %s", method, path, res.StatusCode, status, text)
	}
	if into != nil {
		if err := json.Unmarshal(text, into); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	return string(text)
}

// sent is a file on the server.
type sent struct {
	ID      string
	Look    *struct{ Columns []string }
	Problem *struct{ Rule, Detail string }
	Job     struct {
		State                                                           string
		Rows, In, Outside, Replayed, Conflicts, Rejected, Resumed, Size int
		Refused                                                         []struct {
			Rule  string
			Count int
			First []struct{ Line int }
		}
		Rejects bool
		Batch   string
		Crs     string
		Problem *struct{ Rule string }
		First   []struct {
			Line int
			ID   string
			At   string
			Grid *struct{ Code string }
		}
		Places []struct {
			Lon, Lat float64
			Inside   bool
		}
	}
}

// send sends a file.
func (s *service) send(t *testing.T, name string, body []byte) (f sent) {
	t.Helper()
	s.answer(t, http.StatusCreated, "POST", "/api/v1/uploads?lang=en&name="+url.QueryEscape(name), body, &f)
	return f
}

// job starts a job and waits for its end.
func (s *service) job(t *testing.T, f sent, what, plan string) (done sent) {
	t.Helper()
	s.answer(t, http.StatusOK, "POST", "/api/v1/uploads/"+f.ID+"/"+what, []byte(plan), &done)
	for done.Job.State == "running" || done.Job.State == "waiting" {
		s.answer(t, http.StatusOK, "GET", "/api/v1/uploads/"+f.ID, nil, &done)
	}
	return done
}

// reports is a CSV file of places: one in B, one in D, one outside, a bad longitude, a row without an id, a bad time.
func reports() string {
	row := func(id, at string, p geo.Point, words string) string {
		lon, lat := degrees(p)
		return id + "," + at + "," + lon + "," + lat + "," + words + "\n"
	}
	away := geo.Point{X: picture.Origin.X - 9*picture.Step, Y: picture.Origin.Y}
	return "编号,上报时间,经度,纬度,描述\n" +
		row("R1", "2026-03-01 08:00:00", picture.Centre(3, 3), "路灯不亮") +
		row("R2", "2026/3/2", picture.Centre(0, 0), "井盖松动") +
		row("R3", "2026-03-03", away, "邻区来的") +
		"R4,2026-03-04,东边,22.6,说不清\n" +
		row("", "2026-03-05", picture.Centre(0, 0), "没有编号") +
		row("R6", "昨天", picture.Centre(0, 0), "时间不明")
}

const reportPlan = `{"kind":"report","crs":"wgs84","columns":{"id":"编号","at":"上报时间","lon":"经度","lat":"纬度"}}`

// A file is looked into, previewed without a trace in the database, imported once, and not twice.
func TestUploadOfPoints(t *testing.T) {
	s := furnished(t)
	f := s.send(t, `C:\Users\王\上报.csv`, []byte(reports()))
	if f.Look == nil || strings.Join(f.Look.Columns, " ") != "编号 上报时间 经度 纬度 描述" {
		t.Fatalf("%+v", f)
	}
	text := s.answer(t, 200, "GET", "/api/v1/uploads/"+f.ID+"/columns", nil, nil)
	for _, want := range []string{`"role":"id"`, `"column":"上报时间"`, `"sure":true`, `"table":true`, "路灯不亮"} {
		if !strings.Contains(text, want) {
			t.Errorf("the look lacks %s: %s", want, text)
		}
	}

	p := s.job(t, f, "preview", reportPlan).Job
	if p.State != "done" || p.Rows != 6 || p.In != 2 || p.Outside != 1 || p.Rejected != 3 || p.Crs != "wgs84" || !p.Rejects {
		t.Fatalf("%+v", p)
	}
	if len(p.Refused) != 3 || len(p.First) != 6 || len(p.Places) != 3 {
		t.Errorf("%d rules, %d rows, %d places", len(p.Refused), len(p.First), len(p.Places))
	}
	lines := map[string]int{}
	for _, r := range p.Refused {
		lines[r.Rule] = r.First[0].Line
	}
	if lines["bad-number"]+lines["point-without-id"]+lines["bad-point-time"] != 5+6+7 {
		t.Errorf("refused: %v", lines)
	}
	if r := p.First[0]; r.Line != 2 || r.ID != "R1" || r.At != "2026-03-01T00:00:00Z" || r.Grid == nil || r.Grid.Code != codeOf('B') {
		t.Errorf("first row: %+v", r)
	}
	if r := p.First[2]; r.Grid != nil {
		t.Errorf("a row outside: %+v", r)
	}
	if list := s.answer(t, 200, "GET", "/api/v1/points", nil, nil); !strings.Contains(list, `"count":0`) {
		t.Errorf("a preview has stored: %s", list)
	}

	done := s.job(t, f, "import", reportPlan).Job
	if done.State != "done" || done.In != 2 || done.Outside != 1 || done.Rejected != 3 || done.Replayed != 0 {
		t.Fatalf("%+v", done)
	}
	rejects := s.answer(t, 200, "GET", "/api/v1/uploads/"+f.ID+"/rejects.csv", nil, nil)
	if lines := strings.Split(strings.TrimSpace(rejects), "\n"); len(lines) != 4 || !strings.HasPrefix(lines[1], "5,bad-number") || !strings.Contains(lines[1], "说不清") {
		t.Errorf("rejects: %s", rejects)
	}
	list := s.answer(t, 200, "GET", "/api/v1/points?batch="+done.Batch, nil, nil)
	for _, want := range []string{`"count":3`, `"id":"R1"`, codeOf('D'), "井盖松动", `"by":"page"`} {
		if !strings.Contains(list, want) {
			t.Errorf("stored: lacks %s: %s", want, list)
		}
	}

	again := s.job(t, s.send(t, "again.csv", []byte(reports())), "import", reportPlan).Job
	if again.Batch != done.Batch || again.In != 2 || again.Outside != 1 || again.Resumed+again.Replayed == 0 {
		t.Errorf("the same file again: %+v", again)
	}
	if list := s.answer(t, 200, "GET", "/api/v1/points", nil, nil); !strings.Contains(list, `"count":3`) {
		t.Errorf("stored twice: %s", list)
	}
	s.answer(t, 204, "DELETE", "/api/v1/uploads/"+f.ID, nil, nil)
	s.answer(t, 404, "GET", "/api/v1/uploads/"+f.ID, nil, nil)
}

// previewed is a file of which a preview has refused rows.
func (s *service) previewed(t *testing.T) sent {
	t.Helper()
	return s.job(t, s.send(t, "a.csv", []byte(reports())), "preview", reportPlan)
}

// Another datum is another place: none is guessed, and the one that was said is kept with the raw coordinates.
func TestUploadNeedsADatum(t *testing.T) {
	s := furnished(t)
	f := s.send(t, "a.csv", []byte(reports()))
	s.answer(t, 400, "POST", "/api/v1/uploads/"+f.ID+"/preview", []byte(strings.Replace(reportPlan, `"crs":"wgs84",`, "", 1)), nil)
	if p := s.job(t, f, "preview", strings.Replace(reportPlan, "wgs84", "gcj02", 1)).Job; p.In != 0 || p.Outside != 3 || p.Crs != "gcj02" {
		t.Errorf("read as GCJ-02: %+v", p)
	}
}

func workbook(t *testing.T, rows ...[]any) []byte {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	for i, row := range rows {
		if err := book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	b, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// bomb is a workbook whose sheet unpacks to so many megabytes of nothing.
func bomb(t *testing.T, megabytes int) []byte {
	t.Helper()
	whole := workbook(t, []any{"id", "lon", "lat"}, []any{"1", 108.1, 22.6})
	in, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, part := range in.File {
		w, err := z.Create(part.Name)
		if err != nil {
			t.Fatal(err)
		}
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(w, r); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(part.Name, "sheet1.xml") {
			for range megabytes {
				w.Write(bytes.Repeat([]byte(" "), 1<<20))
			}
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestUploadForms(t *testing.T) {
	s := furnished(t)
	lon, lat := degrees(picture.Centre(3, 3))
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(reports())
	if err != nil {
		t.Fatal(err)
	}
	point := `{"type":"Feature","id":7,"properties":{"什么":"树"},"geometry":{"type":"Point","coordinates":[` + lon + "," + lat + `]}}`
	stated := `"crs":{"type":"name","properties":{"name":"EPSG:4490"}},`
	plan := func(more string) string {
		return `{"kind":"tree"` + more + `,"columns":{"id":"id","lon":"lon","lat":"lat"}}`
	}
	for _, c := range []struct {
		name, file string
		body       []byte
		problem    string // of the first look
		columns    string // query by which the file is looked into then
		plan       string
		in         int
	}{
		{"GBK that is declared", "a.csv", []byte(gbk), "invalid-utf8", "?encoding=gbk", strings.Replace(reportPlan, "{", `{"encoding":"gbk",`, 1), 2},
		{"semicolons", "a.txt", []byte("id;lon;lat\n1;" + lon + ";" + lat + "\n"), "wrong-delimiter", "?delimiter=%3B", plan(`,"crs":"wgs84","delimiter":";"`), 1},
		{"a workbook", "a.xlsx", workbook(t, []any{"id", "lon", "lat"}, []any{"1", picture.Centre(3, 3).Lon(), picture.Centre(3, 3).Lat()}), "", "", plan(`,"crs":"cgcs2000"`), 1},
		{"a datum in each row", "a.csv", []byte("id,lon,lat,crs\n1," + lon + "," + lat + ",wgs84\n2," + lon + "," + lat + ",gcj02\n"), "", "",
			`{"kind":"tree","columns":{"id":"id","lon":"lon","lat":"lat","crs":"crs"}}`, 1},
		{"features with ids of their own, which state their datum", "a.geojson", []byte(`{"type":"FeatureCollection",` + stated + `"features":[` + point + `]}`), "", "", `{"kind":"tree","columns":{}}`, 1},
		{"features that do not", "a.geojson", []byte(`{"type":"FeatureCollection","features":[` + point + `]}`), "", "", `{"kind":"tree","crs":"wgs84","columns":{}}`, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := s.send(t, c.file, c.body)
			if problem := f.Problem; (problem == nil) != (c.problem == "") || problem != nil && problem.Rule != c.problem {
				t.Fatalf("%+v", problem)
			}
			s.answer(t, 200, "GET", "/api/v1/uploads/"+f.ID+"/columns"+c.columns, nil, nil)
			if p := s.job(t, f, "preview", c.plan).Job; p.State != "done" || p.In != c.in {
				t.Errorf("%+v", p)
			}
		})
	}
}

// What people may send by mistake or on purpose.
func TestHostileUploads(t *testing.T) {
	s := furnished(t)
	for _, c := range []struct {
		name, file string
		body       []byte
		rule       string
	}{
		{"a workbook that is none", "a.xlsx", []byte("id,lon,lat\n"), "broken-file"},
		{"a workbook called CSV", "a.csv", workbook(t, []any{"id"}), "wrong-extension"},
		{"a CSV file without a line", "a.csv", nil, "empty-file"},
		{"a quotation that never ends", "a.csv", []byte("id,lon,lat\n\"1," + strings.Repeat("x", 1<<20)), "unclosed-quote"},
		{"a column twice", "a.csv", []byte("id,id,lon,lat\n1,1,2,3\n"), "duplicate-column"},
		{"GeoJSON that breaks off", "a.geojson", []byte(`{"type":"FeatureCollection","features":[{"type":`), "half-a-file"},
		{"a GeoPackage that is none", "a.gpkg", []byte("SQLite format 3\x00" + strings.Repeat("x", 4096)), "gdal-cannot-read"},
		{"a program for GDAL", "a.gpkg", []byte(`<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>`), "gdal-cannot-read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := s.send(t, c.file, c.body)
			if f.Problem == nil || f.Problem.Rule != c.rule {
				t.Errorf("%+v, want %s", f.Problem, c.rule)
			} else if strings.Contains(f.Problem.Detail, "/") && !strings.Contains(f.Problem.Detail, c.file) {
				t.Errorf("the server's folders are told: %s", f.Problem.Detail)
			}
			s.answer(t, 204, "DELETE", "/api/v1/uploads/"+f.ID, nil, nil)
		})
	}
	for _, megabytes := range []int{2, 64} { // a text that is too long, a file that is too large
		s.answer(t, 400, "POST", "/api/v1/uploads?name=a.xlsx", bomb(t, megabytes), nil)
	}
	f := s.send(t, "a.csv", []byte(reports()))
	at := "/api/v1/uploads/" + f.ID
	s.run(t, []scenario{
		{name: "another format", method: "POST", path: "/api/v1/uploads?name=a.exe", body: "MZ", status: 415, want: []string{"upload-format", ".xlsx"}},
		{name: "a name without an ending", method: "POST", path: "/api/v1/uploads?name=csv", body: "a", status: 415, want: []string{"upload-format"}},
		{name: "no name", method: "POST", path: "/api/v1/uploads", body: "a", status: 400, want: []string{"missing-parameter"}},
		{name: "compressed", method: "POST", path: "/api/v1/uploads?name=a.csv", header: map[string]string{"Content-Encoding": "gzip"}, body: "a", status: 415, want: []string{"encoded-body"}},
		{name: "too large", method: "POST", path: "/api/v1/uploads?name=a.csv", body: strings.Repeat("x", 5<<20), status: 413, want: []string{"upload-too-large"}},
		{name: "from another page", method: "POST", path: "/api/v1/uploads?name=a.csv", header: map[string]string{"Origin": "http://evil.example"}, body: "a", status: 403},
		{name: "somebody else's, guessed", path: "/api/v1/uploads/1", status: 404, want: []string{"no-such-upload"}},
		{name: "a way out of the folder", path: "/api/v1/uploads/..%2F..%2Fetc/rejects.csv", status: 404, want: []string{"no-such-upload"}},
		{name: "rejects of nothing", path: at + "/rejects.csv", status: 404, want: []string{"no-rejects"}},
		{name: "a plan that is none", method: "POST", path: at + "/preview", header: asJSON, body: "[]", status: 400, want: []string{"bad-body"}},
		{name: "a role that is none", method: "POST", path: at + "/preview", header: asJSON, body: `{"kind":"a","crs":"wgs84","columns":{"colour":"描述"}}`, status: 400, want: []string{"mapping-unknown"}},
		{name: "a column that is not there", method: "POST", path: at + "/preview", header: asJSON, body: `{"kind":"a","crs":"wgs84","columns":{"id":"号"}}`, status: 400, want: []string{"field-missing"}},
		{name: "no kind", method: "POST", path: at + "/import", header: asJSON, body: strings.Replace(reportPlan, `"kind":"report",`, "", 1), status: 400, want: []string{"upload-without-kind"}},
		{name: "no id", method: "POST", path: at + "/import", header: asJSON, body: strings.Replace(reportPlan, `"id":"编号",`, "", 1), status: 400, want: []string{"upload-without-id"}},
		{name: "no place", method: "POST", path: at + "/import", header: asJSON, body: strings.Replace(reportPlan, `,"lat":"纬度"`, "", 1), status: 400, want: []string{"upload-without-place"}},
		{name: "a datum that is none", method: "POST", path: at + "/import", header: asJSON, body: strings.Replace(reportPlan, "wgs84", "mars", 1), status: 400, want: []string{"unknown-crs"}},
		{name: "an order that is none", method: "POST", path: at + "/import", header: asJSON, body: strings.Replace(reportPlan, "{", `{"dates":"ymd",`, 1), status: 400, want: []string{"bad-parameter", "dates"}},
		{name: "what residents are like", method: "POST", path: at + "/import", header: asJSON, body: strings.Replace(reportPlan, "report", "resident", 1), status: 400, want: []string{"resident-attributes"}},
		{name: "a district that is none", method: "POST", path: at + "/import", header: asJSON, body: strings.Replace(reportPlan, "{", `{"district":"110101",`, 1), status: 404, want: []string{"no-such-district"}},
	})
	for range 7 {
		s.send(t, "a.csv", []byte("id,lon,lat\n"))
	}
	s.answer(t, 503, "POST", "/api/v1/uploads?name=a.csv", []byte("id"), nil)
}
