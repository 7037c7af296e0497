package snapshot

import "testing"

func TestReadings(t *testing.T) {
	for _, c := range []struct {
		text, query string
		want        bool
	}{
		{"重庆路", "chongqinglu", true}, {"重庆路", "zhongqinglu", true}, {"重庆路", "cql", true}, {"重庆路", "zql", true},
		{"重庆路", "chongq", true}, {"重庆路", "cqingl", true}, {"重庆路", "cqlx", false}, {"重庆路", "qinglu", false},
		{"西安", "xian", true}, {"西安", "xa", true}, {"线", "xian", true}, {"西安", "x", true},
		{"女", "nv", true}, {"a座", "azuo", true}, {"a座", "a", true}, {"a座", "b", false},
		{"12号", "12h", true}, {"12号", "13h", false}, {"", "a", false}, {"路", "", true},
	} {
		r := newReadings()
		if got := r.starts(r.spell(c.text), c.query); got != c.want {
			t.Errorf("%s begins with %q: %v, want %v", c.text, c.query, got, c.want)
		}
	}
}

func TestHouseNumber(t *testing.T) {
	for address, want := range map[string]string{
		"福建路12号": "12", "福建路12号3栋": "12", "江边路8-2号": "8-2", "福建路": "", "": "", "号": "", "12 Main St": "12",
		"12-14 Main St": "12-14", "Main St 12": "", "三津大道4号2单元501号": "4",
		"甲12号": "甲12", "乙3-1号": "乙3-1", "12之3号": "12之3", "12甲号": "12甲", "１２－３号": "12-3", "A区12号": "12", "学校路—12号": "12",
		"12A MAIN ST": "12A", "9-11 BROOKFORD ST": "9-11", "13.5 CEDAR ST": "13.5", "394(390) WASHINGTON ST": "394", "68-70.5 HAMPSHIRE ST #1": "68-70.5",
		"1ST ST": "", "21世纪大道": "", "2ND AVE 5": "", " 7 ELM ST": "7", "12": "12",
	} {
		if got := houseNumber(address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

func TestFold(t *testing.T) {
	for s, want := range map[string]string{" Xi'an ": "xian", "８号（东）": "8号东", "Ａｂ": "ab", "坡(队、组)": "坡队、组"} {
		if got := fold(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}
