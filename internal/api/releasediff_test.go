package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/zhuwang/zhuwang/internal/api"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/testkit"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

// threeReleases is a server whose net lost a strip of E to D, then F to B, with a light in each of the two places.
func threeReleases(t *testing.T) *service {
	s := furnished(t)
	testkit.PutBuildings(t, s.store, "450105", []grid.Building{{ID: "b1", Code: "45010500100200001", Point: picture.Centre(2, 1), Households: 48, Area: "450105001002002"}})
	s.refresh(t)
	for i, p := range []string{light("1", picture.Centre(2, 1), ""), light("2", picture.Centre(4, 0), "")} {
		s.run(t, []scenario{{name: "light " + strconv.Itoa(i), method: "POST", path: "/api/v1/points", header: asJSON, body: p, status: 201}})
	}
	s.publish(t, `
		AABBB
		AABBB
		DDDFF
		DDEEF`, grid.Span{})
	s.publish(t, `
		AABBB
		AABBB
		DDDEE
		DDEEE`, grid.Span{})
	return s
}

func TestReleaseDiff(t *testing.T) {
	s := threeReleases(t)
	const xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	s.run(t, []scenario{
		{name: "a release", path: "/api/v1/releases/2", status: 200, want: []string{`"n":2`, `"counts":{"buildings":1`, `"grids":5`, `"in_force":[{"from":"`}, wantHeader: map[string]string{"ETag": `W/"`}},
		{name: "no such release", path: "/api/v1/releases/9", status: 404, want: []string{`"rule":"not-found"`}},
		{name: "release nought", path: "/api/v1/releases/0", status: 404},
		{name: "a release that is no number", path: "/api/v1/releases/x", status: 400, want: []string{`"rule":"bad-parameter"`}},
		{name: "against the one before", path: "/api/v1/releases/2/diff", status: 200,
			want: []string{`"since":1`, `"grid":{"born":0,"changed":2,"gone":0}`, `"town":{"born":0,"changed":0,"gone":0}`, `"shape":true`, `"attributes":[]`,
				`{"count":1,"from":"450105001002002","kind":"building","to":"450105001002001"}`, `{"count":1,"from":"450105001002002","kind":"light","to":"450105001002001"}`,
				`"households":48`, `"kind":"adjusted"`, `"kind":"transfer"`}, not: []string{`"fate":"born"`}, wantHeader: map[string]string{"Vary": "Accept", "Content-Type": "application/json"}},
		{name: "against an older one", path: "/api/v1/releases/3/diff?since=1", status: 200,
			want: []string{`"fate":"gone"`, `"kind":"merged"`, `{"count":1,"from":"450105001002003","kind":"light","to":"450105001002002"}`, `{"count":1,"from":"450105001002002","kind":"light","to":"450105001002001"}`}},
		{name: "against nothing", path: "/api/v1/releases/1/diff?since=0", status: 200,
			want: []string{`"grid":{"born":5,"changed":0,"gone":0}`, `"district":{"born":1,"changed":0,"gone":0}`, `{"name":"category","new":"school","old":""}`, `{"name":"source_id","new":"FJ","old":""}`, `"from":null`}},
		{name: "against a later one", path: "/api/v1/releases/1/diff?since=2", status: 400, want: []string{"parameter-range", "since"}},
		{name: "against itself", path: "/api/v1/releases/1/diff?since=1", status: 400, want: []string{"parameter-range"}},
		{name: "below nothing", path: "/api/v1/releases/1/diff?since=-1", status: 400, want: []string{"parameter-range"}},
		{name: "a form that is none", path: "/api/v1/releases/1/diff?f=pdf", status: 400, want: []string{"bad-parameter"}},
		{name: "a release that is not there", path: "/api/v1/releases/9/diff?since=1", status: 404},
		{name: "release 0", path: "/api/v1/releases/0/diff", status: 404, want: []string{"not-found"}},
		{name: "a release below 0", path: "/api/v1/releases/-1/diff", status: 404, want: []string{"not-found"}},
		{name: "a release beyond all releases", path: "/api/v1/releases/2147483648", status: 404, want: []string{"not-found"}},
		{name: "its difference", path: "/api/v1/releases/9223372036854775807/diff", status: 404, want: []string{"not-found"}},
		{name: "a workbook", path: "/api/v1/releases/2/diff?f=xlsx", status: 200, want: []string{"PK"}, wantHeader: map[string]string{"Content-Type": xlsx, "ETag": `W/"`}},
		{name: "a workbook by what is accepted", path: "/api/v1/releases/2/diff", header: map[string]string{"Accept": xlsx}, status: 200, want: []string{"PK"}},
		{name: "JSON by what is accepted", path: "/api/v1/releases/2/diff", header: map[string]string{"Accept": "application/json, " + xlsx + ";q=0.1"}, status: 200, want: []string{`"since":1`}},
	})
	res, err := http.Get(s.URL + "/api/v1/releases/2/diff?f=xlsx")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	s.run(t, []scenario{{name: "the same workbook", path: "/api/v1/releases/2/diff?f=xlsx", header: map[string]string{"If-None-Match": res.Header.Get("ETag")}, status: 304}})
	book, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if got := strings.Join(book.GetSheetList(), ", "); got != "概要 Summary, 变更 Changes, 换了归属的地方 Ground, 点和建筑物 Points, 沿革 Lineage" {
		t.Errorf("sheets %s", got)
	}
	for sheet, want := range map[string][]string{
		"概要 Summary":   {"级别 新增 撤销 变更 与第几版比 第几版", "level born gone changed since release", "网格 grid 0 0 2 1 2"},
		"变更 Changes":   {"网格 grid 450105001002001 D 网格 变更 changed 是 yes"},
		"点和建筑物 Points": {"building 450105001002002 450105001002001 1", "light 450105001002002 450105001002001 1"},
	} {
		rows, err := book.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, r := range rows {
			lines = append(lines, strings.Join(r, " "))
		}
		for _, w := range want {
			if !strings.Contains(strings.Join(lines, "\n"), w) {
				t.Errorf("%s lacks %q:\n%s", sheet, w, strings.Join(lines, "\n"))
			}
		}
	}
}

// Whoever keeps a copy of the net by differences alone has what the server lists, attribute by attribute, after each release and
// however many it skipped.
func TestACopyFollowsByDifferences(t *testing.T) {
	s := threeReleases(t)
	get := func(path string, v any) {
		t.Helper()
		res, err := http.Get(s.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if err := json.NewDecoder(res.Body).Decode(v); err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d %v", path, res.StatusCode, err)
		}
	}
	type row struct{ name, kind, category string }
	for _, steps := range [][]int{{1, 2, 3}, {1, 3}, {2, 3}, {3}} {
		held, copied := 0, map[string]row{}
		for _, n := range steps {
			var d api.ReleaseDiff
			get("/api/v1/releases/"+strconv.Itoa(n)+"/diff?since="+strconv.Itoa(held), &d)
			for _, c := range d.Changes {
				if c.Level != api.LevelGrid {
					continue
				}
				if c.Fate == api.Gone {
					delete(copied, c.Code)
					continue
				}
				r := copied[c.Code]
				for _, a := range c.Attributes {
					switch a.Name {
					case "name":
						r.name = a.New
					case "kind":
						r.kind = a.New
					case "category":
						r.category = a.New
					}
				}
				copied[c.Code] = r
			}
			held = n
		}
		var page api.ItemPage
		get("/api/v1/grids?release=3", &page)
		listed := map[string]row{}
		for _, i := range page.Items {
			listed[i.Code] = row{i.Name, string(*i.Kind), *i.Category}
		}
		if !maps.Equal(copied, listed) {
			t.Errorf("%v: copied %v, listed %v", steps, slices.Sorted(maps.Keys(copied)), slices.Sorted(maps.Keys(listed)))
		}
	}
}
