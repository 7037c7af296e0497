package app

import (
	"encoding/json"
	"strings"
	"testing"
)

// reports brings five reports into a net of four grids: two in A, one in B, one in E, one outside.
func reports(t *testing.T) (batch string) {
	t.Helper()
	withNet(t, "AB\nDE")
	file := write(t, "reports.csv", "id,at,lon,lat,说明\n"+
		"1,2026-01-01 23:59,108.1005,22.6015,路灯\n"+
		"2,2026-01-02 00:00,108.1006,22.6015,井盖\n"+
		"3,2026-01-02 08:00,108.1015,22.6015,\n"+
		"4,2026-01-03,108.1015,22.6005,\n"+
		"5,2026-01-03,109.5,22.6005,\n")
	done, r := importPoints(t, file, "--kind", "report", "--crs", "wgs84")
	if done.In != 4 || done.Outside != 1 {
		t.Fatalf("%+v %+v", done, r)
	}
	return done.Batch
}

// item is a point as commands print it for scripts.
type item struct {
	Kind, ID, CRS, How, Reason, Batch string
	Lon, Lat                          float64
	AccuracyM                         float64 `json:"accuracy_m"`
	Attributes                        map[string]any
	Grid                              *struct{ Code, Name string }
	Revision                          int
}

// gridOf is the name of the point's grid, "-" for none.
func (i item) gridOf() string {
	if i.Grid == nil {
		return "-"
	}
	return i.Grid.Name
}

// listed are the points that a list prints, as id and grid.
func listed(t *testing.T, args ...string) string {
	t.Helper()
	r := zhuwang(t, append(append([]string{"points"}, args...), "--json")...)
	if r.code != exitDone {
		t.Errorf("%v: %+v", args, r)
	}
	var all []string
	for line := range strings.Lines(r.out) {
		var i item
		if err := json.Unmarshal([]byte(line), &i); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		all = append(all, i.ID+i.gridOf())
	}
	return strings.Join(all, " ")
}

// Points are listed, the latest first, and counted.
func TestPointsAreListedAndCounted(t *testing.T) {
	batch := reports(t)
	t.Setenv("ZHUWANG_TZ", "Asia/Shanghai")
	for _, c := range []struct{ args, want string }{
		{"list", "5- 4E 3B 2A 1A"},
		{"list --limit 2", "5- 4E"},
		{"list --limit 0", "5- 4E 3B 2A 1A"},
		{"list --kind tree", ""},
		{"list --since 2026-01-02 --until 2026-01-03", "3B 2A"},
		{"list --batch " + batch + " --how in --id 4", "4E"},
		{"outside", "5-"},
	} {
		if got := listed(t, strings.Fields(c.args)...); got != c.want {
			t.Errorf("%s: %q, want %q", c.args, got, c.want)
		}
	}
	if r := zhuwang(t, "points", "list", "--limit", "1"); r.out != "report\t5\t2026-01-03T00:00:00+08:00\toutside\toutside\t109.5,22.6005\twgs84\n" || !strings.Contains(r.err, "5 points, 1 of them listed") {
		t.Errorf("%+v", r)
	}
	for by, want := range map[string]string{
		"kind": "report\t5\n", "day": "2026-01-01\t1\n2026-01-02\t2\n2026-01-03\t2\n",
		"grid":      "outside\t\t1\n450105001001002\tE\t1\n450105001002001\tA\t2\n450105001002002\tB\t1\n",
		"community": "outside\t\t1\n450105001001\t乙社区\t1\n450105001002\t甲社区\t3\n", "town": "outside\t\t1\n450105001\t江南街道\t4\n",
	} {
		if r := zhuwang(t, "points", "counts", "--by", by); r.out != want || !strings.Contains(r.err, "5 points") {
			t.Errorf("by %s: %+v", by, r)
		}
	}
	var counts struct {
		Items []struct {
			Code, Name string
			Count      int
		}
		Total int
	}
	r := zhuwang(t, "points", "counts", "--by", "grid", "--within", "450105001002", "--json")
	if err := json.Unmarshal([]byte(r.out), &counts); err != nil || counts.Total != 3 || len(counts.Items) != 2 || counts.Items[0].Name != "A" || counts.Items[0].Count != 2 {
		t.Errorf("%v %+v", err, r)
	}
}

// A person overrules where a point belongs and takes it back, corrects what its source told, and declares a batch anew.
func TestPointsAreCorrected(t *testing.T) {
	batch := reports(t)
	change := func(args ...string) item {
		t.Helper()
		r := zhuwang(t, append(append([]string{"points"}, args...), "--json")...)
		var i item
		if err := json.Unmarshal([]byte(r.out), &i); err != nil || r.code != exitDone {
			t.Fatalf("%v: %v %+v", args, err, r)
		}
		return i
	}
	const b = "450105001002002"
	if i := change("overrule", "report", "1", "--grid", b, "--reason", "路口由 B 管"); i.gridOf() != "B" || i.How != "manual" || i.Reason != "路口由 B 管" || i.Revision != 2 {
		t.Errorf("overruled: %+v", i)
	}
	if i := change("overrule", "report", "1", "--grid", b, "--reason", "路口由 B 管"); i.Revision != 2 {
		t.Errorf("again: %+v", i)
	}
	if i := change("correct", "report", "1", "--accuracy", "12.5", "--at", "2026/2/1"); i.gridOf() != "B" || i.AccuracyM != 12.5 || i.Attributes["说明"] != "路灯" || i.Batch != batch {
		t.Errorf("corrected: %+v", i)
	}
	if i := change("reassign", "report", "1"); i.gridOf() != "A" || i.How != "in" || i.Reason != "" {
		t.Errorf("reassigned: %+v", i)
	}
	if i := change("correct", "report", "5", "--lon", "108.1015", "--lat", "22.6015", "--crs", "cgcs2000", "--attributes", `{"a":1}`); i.gridOf() != "B" || i.CRS != "cgcs2000" || i.Attributes["a"] != 1.0 || i.Batch != "" {
		t.Errorf("moved: %+v", i)
	}
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"overrule", "report", "1", "--grid", "450105001002009", "--reason", "x"}, exitFailed, "[overrule-grid]"},
		{[]string{"overrule", "report", "1", "--grid", b}, exitUsage, "--reason"},
		{[]string{"overrule", "report", "99", "--grid", b, "--reason", "x"}, exitFailed, "[no-such-location]"},
		{[]string{"reassign", "report", "1", "--revision", "1"}, exitFailed, "[location-changed]"},
		{[]string{"correct", "report", "1"}, exitUsage, "[nothing-to-correct]"},
		{[]string{"correct", "report", "1", "--lon", "-71.1", "--lat", "42"}, exitUsage, "[place-incomplete]"},
		{[]string{"correct", "report", "1", "--lon", "-71.1", "--lat", "north", "--crs", "wgs84"}, exitUsage, "[bad-number]"},
		{[]string{"correct", "report", "1", "--lon", "-71.1", "--lat", "42", "--crs", "mars"}, exitUsage, "[unknown-crs]"},
		{[]string{"correct", "report", "1", "--at", "soon"}, exitUsage, "[bad-point-time]"},
		{[]string{"correct", "report", "1", "--accuracy", "far"}, exitUsage, "[bad-accuracy]"},
		{[]string{"correct", "report", "1", "--attributes", "[1]"}, exitFailed, "[attributes-form]"},
		{[]string{"correct", "report", "1", "--accuracy", "3", "--by", "\xff"}, exitUsage, "[argument-utf8]"},
		{[]string{"redeclare", "nothing", "--crs", "gcj02"}, exitFailed, "[no-such-batch]"},
		{[]string{"list", "--within", "4501"}, exitUsage, "[bad-within]"},
		{[]string{"list", "--how", "guess"}, exitUsage, "[bad-how]"},
		{[]string{"list", "--since", "soon"}, exitUsage, "[bad-time]"},
		{[]string{"list", "--district", "990009"}, exitFailed, "[no-such-district]"},
		{[]string{"counts", "--by", "moon"}, exitFailed, "[count-by]"},
	} {
		if r := zhuwang(t, append([]string{"points"}, c.args...)...); r.code != c.code || !strings.Contains(r.err, c.want) {
			t.Errorf("%v: %+v", c.args, r)
		}
	}
	var redeclared struct {
		Points, Moved int
		Moves         []struct {
			From, To *string
			Count    int
		}
	}
	r := zhuwang(t, "points", "redeclare", batch, "--crs", "gcj02", "--json")
	if err := json.Unmarshal([]byte(r.out), &redeclared); err != nil || redeclared.Points != 4 || redeclared.Moved != 4 || len(redeclared.Moves) != 3 || redeclared.Moves[0].To != nil {
		t.Errorf("%v %+v", err, r)
	}
	if got := listed(t, "outside"); got != "1- 4- 3- 2-" {
		t.Errorf("then outside: %s", got)
	}
	if r := zhuwang(t, "points", "redeclare", batch, "--crs", "wgs84"); r.code != exitDone || !strings.Contains(r.err, "report: outside → 450105001002001, 2") {
		t.Errorf("and back: %+v", r)
	}
	if r := zhuwang(t, "points", "batches"); r.code != exitDone || !strings.HasPrefix(r.out, batch+"\treports.csv\twgs84\treport\t4\tcli\t") {
		t.Errorf("%+v", r)
	}
	if r := zhuwang(t, "points", "batches", "--json"); r.code != exitDone || !strings.Contains(r.out, `"points": 4`) {
		t.Errorf("%+v", r)
	}
}
