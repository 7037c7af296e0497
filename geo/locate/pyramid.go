package locate

// level says of each 4 × 4 cells of the level below, the directory at first, which of them hold borders: bit 4·row +
// column from the south-west.
type level struct {
	cols, rows uint32
	masks      []uint16
}

// pyramid builds all levels above the directory, up to a single block.
func pyramid(ix *Index) []level {
	holds := func(c, r uint32) bool { return ix.words[r*ix.cols+c] >= narrow }
	var levels []level
	for cols, rows := ix.cols, ix.rows; ; {
		l := level{cols: (cols + 3) / 4, rows: (rows + 3) / 4}
		l.masks = make([]uint16, l.cols*l.rows)
		for r := range rows {
			for c := range cols {
				if holds(c, r) {
					l.masks[r/4*l.cols+c/4] |= 1 << (r%4*4 + c%4)
				}
			}
		}
		levels = append(levels, l)
		if len(l.masks) == 1 {
			return levels
		}
		cols, rows = l.cols, l.rows
		holds = func(c, r uint32) bool { return l.masks[r*l.cols+c] != 0 }
	}
}
