package grid

import (
	"slices"
	"testing"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// names is a table without shapes.
func names(columns []string, rows ...[]string) Table {
	t := Table{File: "divisions.csv", Columns: columns}
	for i, values := range rows {
		r := Row{N: i + 1, Fields: map[string]string{}}
		for k, v := range values {
			r.Fields[columns[k]] = v
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

func TestReadRegister(t *testing.T) {
	for _, c := range []struct {
		name  string
		table Table
		want  []Named
		told  []string
	}{
		{"by code", names([]string{"code", "name", "level"}, []string{"450105001", "福建园街道", "town"}, []string{"450105", "江南区", "district"}),
			[]Named{{"450105", "江南区"}, {"450105001", "福建园街道"}}, nil},
		{"Chinese headers, no level", names([]string{"代码", "名称"}, []string{" 450105001001 ", "福建园社区居委会"}), []Named{{"450105001001", "福建园社区居委会"}}, nil},
		{"levels in Chinese", names([]string{"编码", "名称", "级别"}, []string{"450105001", "福建园街道", "街道"}, []string{"450105001001", "福建园社区居委会", "社区"}),
			[]Named{{"450105001", "福建园街道"}, {"450105001001", "福建园社区居委会"}}, nil},
		{"each bad row", names([]string{"code", "name", "level"},
			[]string{"45010", "x", ""}, []string{"450105001", "", ""}, []string{"450105001", "福建园街道", "社区"}, []string{"450105001001001", "格", ""}, []string{"450105", "江南区", ""}, []string{"450105", "江南区", ""}),
			nil, []string{"1 not-a-division", "2 missing-name", "3 duplicate-code", "4 not-a-division", "6 duplicate-code"}},
		{"codes filled up with zeros", names([]string{"code", "name"}, []string{"450105001000", "福建园街道"}, []string{"450105000", "江南区"}, []string{"450105001001", "福建园社区"}),
			nil, []string{"1 padded-code", "2 padded-code"}},
		{"another level", names([]string{"code", "name", "level"}, []string{"450105001", "福建园街道", "社区"}), nil, []string{"1 level-of-code"}},
		{"no column of names", names([]string{"code", "n"}, []string{"450105", "江南区"}), nil, []string{"0 field-missing"}},
		{"empty", names([]string{"code", "name"}), nil, []string{"0 no-rows"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := ReadRegister(c.table)
			refused, _ := err.(Refused)
			if !slices.Equal(got, c.want) || !slices.Equal(told(refused), c.told) {
				t.Errorf("%v and %q, want %v and %q", got, told(refused), c.want, c.told)
			}
			if err != nil && fault.From(err).Kind != fault.Invalid {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestNamesWithAndWithoutTheCommittee(t *testing.T) {
	r := newRegister([]Named{{"450105001001", "福建园社区居委会"}, {"450105105208", "扬美村委会"}, {"450105001009", "同名社区"}, {"450105105009", "同名社区居委会"}})
	for _, c := range []struct {
		name  string
		above Code
		want  Code
	}{
		{"福建园社区", "450105001", "450105001001"},
		{"福建园社区居民委员会", "450105", "450105001001"},
		{"扬美村", "450105105", "450105105208"},
		{"扬美村民委员会", "450105105", "450105105208"},
		{"扬美村", "450105001", ""}, // in another town
		{"同名社区", "450105", ""},   // two of them
		{"同名社区", "450105105", "450105105009"},
		{"村委会", "450105", ""},
	} {
		if got := r.within(c.name, LevelCommunity, c.above); got != c.want {
			t.Errorf("%s in %s: %q, want %q", c.name, c.above, got, c.want)
		}
	}
}
