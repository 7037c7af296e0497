package grid

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// cell is one field of a row made for a test.
type cell struct {
	column, text string
	isJSON       bool
}

// row is a row made for a test, the first of its file.
type row struct {
	cells   []cell
	id      string
	refused *fault.Error
}

func (r row) Refusal() *fault.Error                   { return r.refused }
func (r row) Place() fault.Place                      { return fault.Place{File: "points.csv", Row: 1, Line: 2} }
func (r row) FeatureID() string                       { return r.id }
func (r row) LonLat() (lon, lat float64, d crs.Datum) { return 108.3, 22.8, crs.GCJ02 }
func (r row) Cells(yield func(column, text string, isJSON bool) bool) {
	for _, c := range r.cells {
		if !yield(c.column, c.text, c.isJSON) {
			return
		}
	}
}

// rowOf makes a row of pairs of column and text.
func rowOf(pairs ...string) (r row) {
	for i := 0; i < len(pairs); i += 2 {
		r.cells = append(r.cells, cell{column: pairs[i], text: pairs[i+1]})
	}
	return r
}

// A row becomes a location with its coordinate and datum as they stand; what has no role is kept as attributes.
func TestIntake(t *testing.T) {
	in := &Intake{Kind: "report", Zone: china, Columns: Columns{RoleID: "编号", RoleAt: "时间", RoleLon: "经度", RoleLat: "纬度", RoleCRS: "坐标系", RoleAccuracy: "精度"}}
	r := rowOf("编号", " R-1 ", "时间", "2015/1/2", "经度", "108.3", "纬度", "22.8", "坐标系", "gcj02", "精度", "15", "说明", "路灯\"坏\"\n", "空", "")
	r.cells = append(r.cells, cell{"件数", "3", true}, cell{"图", `["a.jpg"]`, true})
	l, f := in.Location(r)
	if f != nil {
		t.Fatal(f)
	}
	if l.Kind != "report" || l.ID != "R-1" || l.Lon != 108.3 || l.Lat != 22.8 || l.Datum != crs.GCJ02 || l.AccuracyM != 15 || l.At.Format("2006-01-02 15:04 -0700") != "2015-01-02 00:00 +0800" {
		t.Errorf("%+v", l)
	}
	if want := `{"说明":"路灯\"坏\"\u000a","件数":3,"图":["a.jpg"]}`; string(l.Attributes) != want {
		t.Errorf("attributes %s, want %s", l.Attributes, want)
	}
	before := string(l.Attributes)
	in.Renew()
	if second, f := in.Location(rowOf("编号", "R-2", "说明", "井盖")); f != nil || string(second.Attributes) != `{"说明":"井盖"}` || string(l.Attributes) != before || !second.At.IsZero() {
		t.Errorf("the second row: %v %+v", f, second)
	}
	in = &Intake{Columns: Columns{RoleKind: "种类"}, Attributes: []string{"a"}}
	l, f = in.Location(row{id: "7", cells: []cell{{"种类", "lamp", false}, {"a", "1", false}, {"b", "2", false}}})
	if f != nil || l.ID != "7" || l.Kind != "lamp" || string(l.Attributes) != `{"a":"1"}` {
		t.Errorf("%v %+v %s", f, l, l.Attributes)
	}
	in = &Intake{Kind: "resident", Columns: Columns{RoleID: "id"}, Attributes: []string{}}
	if l, f = in.Location(rowOf("id", "1", "name", "张三")); f != nil || l.Attributes != nil {
		t.Errorf("%v %s", f, l.Attributes)
	}
}

// A row that cannot be used says by which rule, in which row and column.
func TestIntakeRefuses(t *testing.T) {
	columns := Columns{RoleKind: "kind", RoleID: "id", RoleAt: "at", RoleAccuracy: "acc"}
	for _, c := range []struct {
		name        string
		row         row
		rule, field string
	}{
		{"no id", rowOf("kind", "a", "id", " "), "point-without-id", "id"},
		{"no kind", rowOf("id", "1"), "point-without-kind", "kind"},
		{"no time", rowOf("kind", "a", "id", "1", "at", "gestern"), "bad-point-time", "at"},
		{"a date of two readings", rowOf("kind", "a", "id", "1", "at", "1/2/2015"), "date-order", "at"},
		{"less than nothing", rowOf("kind", "a", "id", "1", "acc", "-3"), "bad-accuracy", "acc"},
		{"not a number of metres", rowOf("kind", "a", "id", "1", "acc", "nan"), "bad-accuracy", "acc"},
		{"hexadecimal metres", rowOf("kind", "a", "id", "1", "acc", "0x10"), "bad-accuracy", "acc"},
		{"a NUL", rowOf("kind", "a", "id", "1", "text", "a\x00b"), "nul-character", "text"},
		{"a NUL in an object", row{cells: []cell{{"kind", "a", false}, {"id", "1", false}, {"o", `{"a":"\u0000"}`, true}}}, "nul-character", "o"},
		{"what the reader refused", row{refused: fault.New(fault.Invalid, "no-coordinate", nil)}, "no-coordinate", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := &Intake{Columns: columns, Zone: china}
			_, f := in.Location(c.row)
			if f == nil || f.Rule != c.rule || f.Where.Field != c.field || c.rule != "no-coordinate" && f.Where.Line != 2 {
				t.Fatalf("%v", f)
			}
			if s := f.Report(fault.Chinese) + f.Report(fault.English); strings.ContainsAny(s, "{}") || strings.Contains(s, "内部错误") {
				t.Error(s)
			}
			if l, f := in.Location(rowOf("kind", "a", "id", "2", "b", "c")); f != nil || string(l.Attributes) != `{"b":"c"}` {
				t.Errorf("the next row: %v %s", f, l.Attributes)
			}
		})
	}
}

// Columns are known by their usual headers; others are guessed from their values and have to be confirmed.
func TestPropose(t *testing.T) {
	boston := [][]string{{"101001240782", "01/01/2015 10:37:47 AM", "Graffiti Removal", "06", "42.3345", "-71.0398"}, {"101001240796", "01/31/2015 11:55:58 AM", "Graffiti Removal", "07", "42.3259", "-71.0589"}}
	for _, c := range []struct {
		name    string
		columns []string
		rows    [][]string
		table   bool
		said    Columns
		sure    Columns
		likely  Columns
		order   DateOrder
	}{
		{"a template", []string{"种类", "编号", "时间", "经度", "纬度", "坐标系", "精度（米）", "说明"}, [][]string{{"report", "1", "2026/1/2", "108", "22", "gcj02", "3", "路灯"}}, true, nil,
			Columns{RoleKind: "种类", RoleID: "编号", RoleAt: "时间", RoleLon: "经度", RoleLat: "纬度", RoleCRS: "坐标系", RoleAccuracy: "精度（米）"}, Columns{}, YearFirst},
		{"English headers", []string{"Kind", "ID", "At", "LON", "Lat", "crs", "Accuracy M"}, nil, true, nil,
			Columns{RoleKind: "Kind", RoleID: "ID", RoleAt: "At", RoleLon: "LON", RoleLat: "Lat", RoleCRS: "crs", RoleAccuracy: "Accuracy M"}, Columns{}, YearFirst},
		{"another city's", []string{"CASE_ENQUIRY_ID", "OPEN_DT", "TYPE", "ward", "LATITUDE", "LONGITUDE"}, boston, true, nil,
			Columns{RoleLon: "LONGITUDE", RoleLat: "LATITUDE"}, Columns{RoleID: "CASE_ENQUIRY_ID", RoleAt: "OPEN_DT"}, MonthFirst},
		{"what was said", []string{"CASE_ENQUIRY_ID", "OPEN_DT", "TYPE", "ward", "LATITUDE", "LONGITUDE"}, boston, true, Columns{RoleID: "ward", RoleAt: "OPEN_DT"},
			Columns{RoleLon: "LONGITUDE", RoleLat: "LATITUDE"}, Columns{}, MonthFirst},
		{"features have a place", []string{"id", "lon", "x"}, [][]string{{"1", "2", "3"}}, false, nil, Columns{RoleID: "id"}, Columns{}, YearFirst},
		{"days first", []string{"id", "date"}, [][]string{{"1", "1.2.2015"}, {"2", "31.1.2015"}}, false, nil, Columns{RoleID: "id", RoleAt: "date"}, Columns{}, DayFirst},
		{"numbers are no times, words twice no ids", []string{"code", "n"}, [][]string{{"a", "42006"}, {"a", "42007"}}, false, nil, Columns{}, Columns{}, YearFirst},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := Propose(c.columns, c.rows, c.table, c.said)
			likely := Columns{}
			for _, g := range p.Guesses {
				if !g.Sure {
					likely[g.Role] = g.Column
				}
				if g.Reason.Zh == "" || g.Reason.En == "" {
					t.Errorf("no reason for %+v", g)
				}
			}
			if !equal(p.Columns(), c.sure) || !equal(likely, c.likely) || p.Order != c.order {
				t.Errorf("sure %v, likely %v, order %q", p.Columns(), likely, p.Order)
			}
		})
	}
}

func equal(a, b Columns) bool {
	for _, r := range Roles() {
		if a[r] != b[r] {
			return false
		}
	}
	return true
}

// Whatever stands in a row, its attributes are a JSON object that holds it, and no column has two roles.
func FuzzIntake(f *testing.F) {
	f.Add("编号", "1", "说明", "a\"\\\n\u2028", "2015/1/2")
	f.Add("id", "id", "lon", "\xff\xfe", "")
	f.Fuzz(func(t *testing.T, a, b, c, d, e string) {
		columns := []string{a, c, "at"}
		p := Propose(columns, [][]string{{b, d, e}}, true, nil)
		var used []string
		for _, g := range p.Guesses {
			if slices.Contains(used, g.Column) {
				t.Fatalf("%q has two roles", g.Column)
			}
			used = append(used, g.Column)
		}
		in := &Intake{Kind: "k", Columns: p.Columns(), Zone: china, Order: p.Order}
		l, fail := in.Location(rowOf(a, b, c, d, "at", e))
		if fail != nil || l.Attributes == nil {
			return
		}
		if !utf8.Valid(l.Attributes) {
			t.Fatalf("%q is not UTF-8", l.Attributes)
		}
		var object map[string]string
		if err := json.Unmarshal(l.Attributes, &object); err != nil {
			t.Fatalf("%s: %v", l.Attributes, err)
		}
		if in.role(c) == attribute && c != a && c != "at" && d != "" && utf8.ValidString(c+d) && object[c] != d {
			t.Fatalf("%q is kept as %q", d, object[c])
		}
	})
}
