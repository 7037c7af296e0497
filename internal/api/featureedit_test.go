package api_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

// edit sends a feature as a planner of the area mine, and gives the answer.
func (s *service) edit(t *testing.T, method, path, tag, body string) (status int, h http.Header, text string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+"/ogc/collections/buildings/items"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]string{"Role": "planner", "Area": mine, "Content-Type": "application/geo+json", "If-Match": tag} {
		if v != "" {
			req.Header.Set(name, v)
		}
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(b)
}

// A building is made, read, changed, replaced and taken away; who changes what somebody else has changed meanwhile is refused, and the code names nothing else.
func TestBuildingsAreEdited(t *testing.T) {
	s := scopedService(t, drawing, 0)
	const shape = `"geometry":{"type":"Polygon","coordinates":[[[108.1012,22.6032],[108.1016,22.6032],[108.1016,22.6036],[108.1012,22.6036],[108.1012,22.6032]]]}`
	tile := "/tiles/450105/buildings/current/" + tileOf(picture.Centre(1, 3), 16) + ".mvt"
	_, before := s.askAs(t, "GET", tile, "", "", "planner", mine)
	status, h, body := s.edit(t, "POST", "", "", `{"type":"Feature","properties":{"name":"新楼","households":7,"storeys":3,"use":"office"},`+shape+`}`)
	code := "45010500100100002"
	if status != 201 || !strings.HasSuffix(h.Get("Location"), "/ogc/collections/buildings/items/"+code) || !strings.Contains(body, `"id":"`+code+`"`) || !strings.Contains(body, `"grid":"450105001001001"`) {
		t.Fatalf("made: %d %v %s", status, h, body)
	}
	if _, after := s.askAs(t, "GET", tile, "", "", "planner", mine); after == before || !strings.Contains(after, code) {
		t.Error("the next tile does not show it")
	}
	first := h.Get("ETag")
	if _, h, body := s.edit(t, "GET", "/"+code, "", ""); h.Get("ETag") != first || !strings.Contains(body, `"name":"新楼"`) {
		t.Errorf("read: %v %s", h, body)
	}
	status, h, body = s.edit(t, "PATCH", "/"+code, first, `{"properties":{"name":"旧楼"}}`)
	second := h.Get("ETag")
	if status != 200 || second == first || !strings.Contains(body, `"name":"旧楼"`) || !strings.Contains(body, `"households":7`) || !strings.Contains(body, "MultiPolygon") {
		t.Errorf("changed: %d %s", status, body)
	}
	for _, method := range []string{"PUT", "PATCH", "DELETE"} {
		if status, _, body := s.edit(t, method, "/"+code, first, `{"type":"Feature","properties":{},`+shape+`}`); status != 412 || !strings.Contains(body, "building-changed") {
			t.Errorf("%s of what was changed: %d %s", method, status, body)
		}
	}
	status, h, body = s.edit(t, "PUT", "/"+code, first+", "+second, `{"type":"Feature","properties":{"storeys":9},"geometry":{"type":"Point","coordinates":[108.1035,22.6035]}}`)
	if status != 200 || !strings.Contains(body, `"name":null`) || !strings.Contains(body, `"storeys":9`) || !strings.Contains(body, `"grid":"450105001001002"`) || !strings.Contains(body, `"Point"`) {
		t.Errorf("replaced: %d %s", status, body)
	}
	if status, _, body := s.edit(t, "DELETE", "/"+code, h.Get("ETag"), ""); status != 204 || body != "" {
		t.Errorf("taken away: %d %s", status, body)
	}
	if status, _, _ := s.edit(t, "GET", "/"+code, "", ""); status != 404 {
		t.Errorf("still there: %d", status)
	}
	if _, _, body := s.edit(t, "POST", "", "", `{"type":"Feature","properties":{},`+shape+`}`); !strings.Contains(body, `"id":"45010500100100003"`) {
		t.Errorf("a code is given again: %s", body)
	}
}

// What lies outside the area is not there; what would lie there is refused, and a body that is not understood too, and nothing changes.
func TestBuildingsThatCannotBeEdited(t *testing.T) {
	s := scopedService(t, drawing, 0)
	feature := func(properties, geometry string) string {
		return `{"type":"Feature","properties":` + properties + `,"geometry":` + geometry + `}`
	}
	const here, there, nowhere = `{"type":"Point","coordinates":[108.1015,22.6035]}`, `{"type":"Point","coordinates":[108.1035,22.6005]}`, `{"type":"Point","coordinates":[100,10]}`
	_, before := s.askAs(t, "GET", "/ogc/collections/buildings/items", "", "", "administrator", "")
	for _, c := range []struct {
		method, path, body string
		status             int
		rule               string
	}{
		{"PUT", "/" + string(outside["building"]), feature(`{}`, here), 404, "no-such-code"}, {"DELETE", "/" + string(outside["building"]), "", 404, "no-such-code"}, {"PATCH", "/" + string(outside["building"]), `{}`, 404, "no-such-code"},
		{"PUT", "/" + string(inside["building"]), feature(`{}`, there), 403, "outside-your-area"}, {"POST", "", feature(`{}`, there), 403, "outside-your-area"}, {"POST", "", feature(`{}`, nowhere), 403, "outside-your-area"},
		{"POST", "", `{`, 400, "bad-feature"}, {"POST", "", `{"type":"Feature"}`, 400, "bad-feature"}, {"POST", "", feature(`{}`, `{"type":"LineString","coordinates":[[1,2],[3,4]]}`), 400, "bad-feature"},
		{"POST", "", feature(`{}`, `{"type":"Point","coordinates":[200,10]}`), 400, "bad-feature"}, {"POST", "", feature(`{}`, `{"type":"Polygon","coordinates":[]}`), 400, "bad-feature"}, {"POST", "", feature(`{}`, `{"type":"Polygon","coordinates":[[[108,22],[108,22]]]}`), 400, "bad-feature"},
		{"POST", "", feature(`{}`, `{"type":"Polygon","coordinates":[[[108.1012,22.6032],[108.1016,22.6036],[108.1016,22.6032],[108.1012,22.6036],[108.1012,22.6032]]]}`), 400, ""},
		{"POST", "", feature(`{"colour":"red"}`, here), 400, "no-such-property"}, {"POST", "", feature(`{"name":5}`, here), 400, "bad-feature"}, {"POST", "", feature(`{"storeys":1.5}`, here), 400, "bad-feature"}, {"POST", "", feature(`{"storeys":-1}`, here), 400, "bad-count"},
		{"POST", "", feature(`{"name":"`+strings.Repeat("楼", 300)+`"}`, here), 400, "bad-text"}, {"POST", "", feature(`{"source_id":"b0"}`, here), 409, "write-conflict"}, {"POST", "", strings.Repeat(" ", 2<<20), 413, "body-too-large"},
		{"PUT", "/nonsense", feature(`{}`, here), 404, "no-such-code"}, {"DELETE", "/990001001001000017", "", 404, "no-such-code"},
	} {
		if status, _, body := s.edit(t, c.method, c.path, "", c.body); status != c.status || !strings.Contains(body, c.rule) {
			t.Errorf("%s %s %.80s: %d %s", c.method, c.path, c.body, status, body)
		}
	}
	if _, after := s.askAs(t, "GET", "/ogc/collections/buildings/items", "", "", "administrator", ""); times.ReplaceAllString(after, "") != times.ReplaceAllString(before, "") {
		t.Errorf("something changed: %s", after)
	}
	for _, c := range []struct{ role, path, allow string }{
		{"planner", "/buildings/items", "GET, HEAD, OPTIONS, POST"}, {"planner", "/buildings/items/" + string(inside["building"]), "GET, HEAD, OPTIONS, PUT, PATCH, DELETE"},
		{"analyst", "/buildings/items", "GET, HEAD, OPTIONS"}, {"planner", "/grids/items", "GET, HEAD, OPTIONS"},
	} {
		req, _ := http.NewRequestWithContext(t.Context(), "OPTIONS", s.URL+"/ogc/collections"+c.path, nil)
		req.Header.Set("Role", c.role)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != 204 || res.Header.Get("Allow") != c.allow {
			t.Errorf("%s as %s: %d, Allow %q", c.path, c.role, res.StatusCode, res.Header.Get("Allow"))
		}
	}
}
