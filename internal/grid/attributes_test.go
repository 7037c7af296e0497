package grid

import (
	"slices"
	"testing"
)

// A table filled in by hand gives names, kinds and categories to the grids of a file of shapes, whatever its columns are called.
func TestDescribe(t *testing.T) {
	in := input(table(four, "face id art c t", "A a 甲 n t", "B b 乙 n t", "C c 丙 s t", "D d 丁 s t"))
	in.Fields.Name = "art"
	attributes := names([]string{"网格编码", "网格名称", "网格类型", "网格类别", "所属村（社区）"},
		[]string{"b", "商圈网格", "专属", "商圈", "北社区"}, []string{"a", "", "", "坡", "北社区"}, []string{"c", "", "", "", "南社区"}, []string{"d", "丁二", "", "", "南社区"})
	if err := in.Describe(&attributes); err != nil {
		t.Fatal(err)
	}
	in.Community.Field = "所属村（社区）"
	net, _ := mustAssemble(t, in)
	var got []string
	for _, g := range net.Grids {
		got = append(got, g.SourceID+" "+g.Name+" "+string(g.Kind)+" "+string(g.Category))
	}
	if want := []string{"a 甲 basic po", "b 商圈网格 dedicated mall", "c 丙 basic ", "d 丁二 basic "}; !slices.Equal(got, want) {
		t.Errorf("grids %q, want %q", got, want)
	}
	if net.Communities[0].Name != "北社区" || net.Communities[1].Name != "南社区" {
		t.Errorf("communities %+v", net.Communities)
	}
}

func TestDescribeRefuses(t *testing.T) {
	for _, c := range []struct {
		name  string
		table Table
		want  []string
	}{
		{"a code that no grid has, and one twice", names([]string{"code", "name"}, []string{"a", "x"}, []string{"z", "x"}, []string{"a", "y"}, []string{"", "y"}),
			[]string{"2 no-such-grid", "3 duplicate-code", "4 no-such-grid"}},
		{"no codes", names([]string{"网格", "name"}, []string{"a", "x"}), []string{"0 field-missing"}},
	} {
		in := input(table(four, "face id c t", "A a n t", "B b n t", "C c s t", "D d s t"))
		err := in.Describe(&c.table)
		if refused, _ := err.(Refused); !slices.Equal(told(refused), c.want) {
			t.Errorf("%s: refused %q, want %q", c.name, told(refused), c.want)
		}
	}
}
