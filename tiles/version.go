package tiles

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/zhuwang/zhuwang/geo/crs"
)

// Version names what tile z/x/y, which exists, is drawn from: while it stays, also from one set to the next, so does the tile. It costs a look at
// the leaves that the tile reads, not at their points. It means nothing to another process. ok is false where nothing is to be drawn.
func (t *PointTiles) Version(z, x, y uint32, d crs.Datum) (version [16]byte, ok bool) {
	drawn := len(t.drawn)
	for drawn > 0 && !t.drawn[drawn-1] {
		drawn--
	}
	if drawn == 0 {
		return version, false
	}
	// Leaves tell classes apart by number: the numbers that are drawn tell one selection from another.
	text := make([]byte, 0, 256)
	for _, is := range t.drawn[:drawn] {
		bit := byte(0)
		if is {
			bit = 1
		}
		text = append(text, bit)
	}
	text = append(text, 2) // ends them
	if !t.all {
		text = append(text, 3)
		for _, r := range t.within {
			text = binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(text, r.From), r.To)
		}
	}
	quads := []quad{tileQuad(z, x, y)}
	if d != crs.CGCS2000 {
		quads = t.around(quads[0])
	}
	for _, q := range quads {
		from, to := q.span()
		t.of.runs(from, to, func(l *leaf, from, to int) {
			if from < to {
				text, ok = binary.LittleEndian.AppendUint64(text, l.serial), true
			}
		})
	}
	sum := sha256.Sum256(text)
	return [16]byte(sum[:16]), ok
}
