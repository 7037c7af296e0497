package tiles

import "testing"

// Shapes are drawn as letters in a raster; y grows downwards as in a tile.
func TestTraceDividesRingsThatTouch(t *testing.T) {
	for name, tt := range map[string]struct {
		raster []string
		rings  []int64 // areas in the order of MVT: shells, each with its holes (negative) behind it
	}{
		"square": {[]string{
			"##",
			"##"}, []int64{4}},
		"ring": {[]string{
			"###",
			"#.#",
			"###"}, []int64{9, -1}},
		"two parts touch in a point": {[]string{
			"#.",
			".#"}, []int64{1, 1}},
		"two holes touch in a point": {[]string{
			"####",
			"#.##",
			"##.#",
			"####"}, []int64{16, -1, -1}},
		"a hole touches the shell in a point": {[]string{
			".###",
			"#.##",
			"####"}, []int64{11, -1}},
		"holes and shell cut the inside in two": {[]string{
			"###.",
			"##.#",
			"#.##",
			".###"}, []int64{6, 6}},
		"an island in a hole": {[]string{
			"#####",
			"#...#",
			"#.#.#",
			"#...#",
			"#####"}, []int64{25, -9, 1}},
		"an island touches its hole": {[]string{
			"####",
			"#..#",
			"#.##",
			"####"}, []int64{16, -3}},
		"checkers": {[]string{
			"#.#",
			".#.",
			"#.#"}, []int64{1, 1, 1, 1, 1}},
		"a closed chain of parts": {[]string{
			".#.",
			"#.#",
			".#."}, []int64{1, 1, 1, 1}},
		"nothing": {nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			filled := func(x, y int) bool {
				return y >= 0 && y < len(tt.raster) && x >= 0 && x < len(tt.raster[y]) && tt.raster[y][x] == '#'
			}
			var tr tracer
			for y, row := range tt.raster {
				for x := range row {
					if !filled(x, y) {
						continue
					}
					corner := func(dx, dy int) pt { return pt{int32(x + dx), int32(y + dy)} }
					for _, s := range []struct {
						dx, dy int
						side   side
					}{
						{0, -1, side{corner(0, 0), corner(1, 0)}},
						{1, 0, side{corner(1, 0), corner(1, 1)}},
						{0, 1, side{corner(1, 1), corner(0, 1)}},
						{-1, 0, side{corner(0, 1), corner(0, 0)}},
					} {
						if !filled(x+s.dx, y+s.dy) {
							tr.sides = append(tr.sides, s.side)
						}
					}
				}
			}
			var got shape
			tr.trace(&got)
			checkShape(t, got)
			k := 0
			for ring := range got.all() {
				if k >= len(tt.rings) || area2(ring) != 2*tt.rings[k] {
					t.Fatalf("ring %d: area %d, want areas %v", k, area2(ring)/2, tt.rings)
				}
				k++
			}
			if k != len(tt.rings) {
				t.Fatalf("%d rings, want %v", k, tt.rings)
			}
		})
	}
}
