package event

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhuwang/zhuwang/geo"
)

func box(x0, y0, x1, y1 int32) geo.Bounds {
	return geo.Bounds{Min: geo.Point{X: x0, Y: y0}, Max: geo.Point{X: x1, Y: y1}}
}

func TestGather(t *testing.T) {
	many := func(n int, code func(int) string) (parts []Part) {
		for i := range n {
			parts = append(parts, Part{code(i), box(int32(i), 0, int32(i), 1)})
		}
		return parts
	}
	for name, c := range map[string]struct {
		parts []Part
		want  []string
	}{
		"none":                       {nil, nil},
		"twice the same grid":        {many(3, func(int) string { return "450105001001001" }), []string{"450105001001001"}},
		"in order":                   {many(2, func(i int) string { return fmt.Sprintf("45010500100100%d", 2-i) }), []string{"450105001001001", "450105001001002"}},
		"the district holds it all":  {append(many(2, func(i int) string { return fmt.Sprintf("45010500100100%d", i) }), Part{"450105", box(9, 9, 9, 9)}), []string{"450105"}},
		"more grids than are told":   {many(MaxParts+1, func(i int) string { return fmt.Sprintf("450105001%03d001", i%2) }), []string{"450105001000001", "450105001001001"}},
		"by community":               {many(100, func(i int) string { return fmt.Sprintf("450105001%03d%03d", i%2, i) }), []string{"450105001000", "450105001001"}},
		"by town":                    {many(100, func(i int) string { return fmt.Sprintf("450105%03d%03d001", i%2, i) }), []string{"450105000", "450105001"}},
		"of the district altogether": {many(100, func(i int) string { return fmt.Sprintf("450105%03d001001", i) }), []string{"450105"}},
	} {
		t.Run(name, func(t *testing.T) {
			all := geo.EmptyBounds()
			for _, p := range c.parts {
				all = all.Union(p.Box)
			}
			var codes []string
			told := geo.EmptyBounds()
			for _, p := range Gather(c.parts) {
				codes, told = append(codes, p.Code), told.Union(p.Box)
			}
			if !reflect.DeepEqual(codes, c.want) || told != all {
				t.Errorf("%v in %v, want %v in %v", codes, told, c.want, all)
			}
		})
	}
}

func TestScopeOf(t *testing.T) {
	for _, c := range []struct{ codes, want string }{
		{"", "450105"},
		{"450105001001001", "450105001001001"},
		{"450105001001001 450105001001002", "450105001001"},
		{"450105001001001 450105001002001", "450105001"},
		{"450105001001001 450105002001001", "450105"},
		{"450105001001001 450105", "450105"},
	} {
		var parts []Part
		for _, code := range strings.Fields(c.codes) {
			parts = append(parts, Part{Code: code})
		}
		if got := ScopeOf("450105", parts); got != c.want {
			t.Errorf("%s: %s, want %s", c.codes, got, c.want)
		}
	}
}

func TestChangeAsJSON(t *testing.T) {
	was := Change{Set: "points", Parts: []Part{{"450105001001001", box(1083000001, 227000000, 1083000002, 228000000)}}}
	text, err := json.Marshal(was)
	if want := `{"set":"points","parts":[{"code":"450105001001001","bbox":[108.3000001,22.7,108.3000002,22.8]}]}`; err != nil || string(text) != want {
		t.Errorf("%s, %v, want %s", text, err, want)
	}
	var is Change
	if err := json.Unmarshal(text, &is); err != nil || !reflect.DeepEqual(is, was) {
		t.Errorf("%+v, %v", is, err)
	}
	if err := json.Unmarshal([]byte(`{"code":"450105","bbox":[1,2,300,4]}`), &Part{}); err == nil {
		t.Error("a box off the earth was read")
	}
}

func TestCursor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Cursor(rapid.MapOfN(rapid.StringMatching(`[0-9]{6}`), rapid.Int64Min(0), 1, 20).Draw(t, "cursor"))
		if got, err := ParseCursor(c.String()); err != nil || !reflect.DeepEqual(got, c) {
			t.Fatalf("%s: %v, %v", c, got, err)
		}
	})
	if c, err := ParseCursor(""); c != nil || err != nil {
		t.Error(c, err)
	}
	for _, bad := range []string{"1", "450105", "450105:", "450105:-1", "450105:+1", "450105:1,", ",", "45010:1", "45010a:1", "450105:1,450105:2", "450105:9223372036854775808",
		"450105:1 ", "450105:1\n", strings.Repeat("450105:1,", 1000)} {
		if c, err := ParseCursor(bad); err == nil {
			t.Errorf("%.40q was read as %v", bad, c)
		}
	}
}

func FuzzParseCursor(f *testing.F) {
	f.Add("450105:17,450106:3")
	f.Fuzz(func(t *testing.T, s string) {
		if c, err := ParseCursor(s); err == nil {
			if again, err := ParseCursor(c.String()); err != nil || !reflect.DeepEqual(again, c) {
				t.Errorf("%q: %v became %v, %v", s, c, again, err)
			}
		}
	})
}
