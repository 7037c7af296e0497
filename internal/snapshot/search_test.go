package snapshot_test

import (
	"strings"
	"testing"

	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

func TestSearch(t *testing.T) {
	b := open(t)
	b.houses(
		grid.Building{Point: picture.Centre(0, 3), Name: "富景花园1栋", Address: "福建路12号"},
		grid.Building{Point: picture.Centre(1, 3), Address: "长岗路8号"},
		grid.Building{Point: picture.Centre(1, 2), Address: "长岗路18号"})
	b.publish(net(t, "AABB AABB CCDD CCDD"), 1)
	b.refresh()
	s := b.Current(district)
	for _, c := range []struct {
		query string
		limit int
		want  string
	}{
		{"富景社区", 9, "富景社区居委会"},
		{"fjsq", 9, "富景社区居委会"},        // initials
		{"fujingshequ", 9, "富景社区居委会"}, // pinyin
		{"fujsq", 9, "富景社区居委会"},       // mixed
		{"FJ SQ", 9, "富景社区居委会"},
		{"fj", 9, "福建园街道|富景社区居委会|富景花园网格|富景花园1栋"}, // the larger division first
		{"fuj", 2, "福建园街道|富景社区居委会"},
		{"changgang", 9, "长岗路网格|长岗路8号|长岗路18号"},
		{"zhanggang", 9, "长岗路网格|长岗路8号|长岗路18号"}, // the other reading of 长
		{"cyxx", 9, "重阳学校"}, {"zyxx", 9, "重阳学校"},
		{"yangmei", 9, "扬美村委会"},
		{"学校", 9, "重阳学校"},
		{"xuexiao", 9, "重阳学校"},
		{"riverside2", 9, "Riverside 2"},
		{"side", 9, "Riverside 2"},
		{"990001001", 2, "福建园街道|富景社区居委会"},
		{"990001001001001", 9, "富景花园网格"},
		{"99000100100100002", 9, "长岗路8号"},
		{"990002", 9, ""},
		{"长岗路8", 9, "长岗路8号"},
		{"cgl18", 9, "长岗路18号"},
		{"８号", 9, "长岗路8号|长岗路18号"}, // full-width digit
		{"12号", 9, "富景花园1栋"},
		{"不存在", 9, ""}, {"qqqq", 9, ""}, {"", 9, ""}, {" ", 9, ""}, {"富景", 0, ""},
	} {
		t.Run(c.query, func(t *testing.T) {
			var got []string
			for _, h := range s.Search(c.query, c.limit) {
				name := h.Name
				if name == "" {
					name = h.Address
				}
				got = append(got, name)
				if h.Level < grid.LevelBuilding && !s.Shape(h.Level, 0).Bounds().Intersects(h.Bounds) {
					t.Errorf("%s has the bounds %v", name, h.Bounds)
				}
			}
			if s := strings.Join(got, "|"); s != c.want {
				t.Errorf("found %s, want %s", s, c.want)
			}
		})
	}
}
