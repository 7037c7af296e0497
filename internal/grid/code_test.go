package grid

import "testing"

func TestCodeAt(t *testing.T) {
	for _, c := range []struct {
		code Code
		at   Level
		want Code
	}{
		{"450105", LevelDistrict, "450105"},
		{"450105001", LevelDistrict, "450105"},
		{"450105001", LevelCommunity, ""},
		{"450105001002003", LevelCommunity, "450105001002"},
		{"450105001002003", LevelGrid, "450105001002003"},
		{"45010500100200003", LevelCommunity, "450105001002"},
		{"45010500100200003", LevelGrid, ""}, // a building's code does not begin with a grid's
		{"450105001002003004", LevelGrid, "450105001002003"},
		{"450105001002003004", LevelBuilding, ""},
		{"4501050010020000301", LevelBuilding, "45010500100200003"},
		{"45010500100200003010001", LevelUnit, "4501050010020000301"},
		{"45010500100200003010001", LevelTown, "450105001"},
		{"45010x", LevelDistrict, ""},
		{"", LevelDistrict, ""},
	} {
		if got := c.code.At(c.at); got != c.want {
			t.Errorf("%q.At(%d) = %q, want %q", c.code, c.at, got, c.want)
		}
	}
}
