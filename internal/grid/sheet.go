package grid

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"slices"

	"github.com/zhuwang/zhuwang/geo"
)

// sheetForm heads the canonical form, so that another form can never give the same hash.
const sheetForm = "zhuwang sheet 1\n"

// Sheets cuts the net into its sheets, one a community that has grids, by code.
func (n *Net) Sheets() []Sheet {
	var sheets []Sheet
	for i := 0; i < len(n.Grids); {
		community := n.Grids[i].Code.At(LevelCommunity)
		j := i
		for j < len(n.Grids) && n.Grids[j].Code.At(LevelCommunity) == community {
			j++
		}
		faces := n.Grids[i:j:j]
		sheets = append(sheets, Sheet{Community: community, Hash: HashSheet(faces), Faces: faces})
		i = j
	}
	return sheets
}

// HashSheet is SHA-256 of the canonical form of a partition: its faces by code, each as code, name, kind, category, source id
// (UTF-8, headed by their length), declared parts, and the normalized shape (geo.Normalize) as counts and vertices. Numbers
// are 32 bits, big-endian. Two partitions have the same hash iff they say the same of the same point sets with the same vertices.
func HashSheet(faces []Face) [sha256.Size]byte {
	byCode := slices.SortedFunc(slices.Values(faces), func(a, b Face) int { return compareCodes(a.Code, b.Code) })
	w := canonical{sha256.New()}
	w.Write([]byte(sheetForm))
	w.number(len(byCode))
	for _, f := range byCode {
		w.text(string(f.Code))
		w.text(f.Name)
		w.text(string(f.Kind))
		w.text(string(f.Category))
		w.text(f.SourceID)
		w.number(f.Parts)
		w.shape(geo.Normalize(f.Shape))
	}
	return [sha256.Size]byte(w.Sum(nil))
}

// canonical writes values into a hash; writing to a hash never fails.
type canonical struct{ hash.Hash }

func (w canonical) number(n int) {
	w.Write(binary.BigEndian.AppendUint32(nil, uint32(n)))
}

func (w canonical) text(s string) {
	w.number(len(s))
	w.Write([]byte(s))
}

func (w canonical) shape(m geo.MultiPolygon) {
	w.number(len(m))
	for _, polygon := range m {
		w.number(len(polygon))
		for _, ring := range polygon {
			w.number(len(ring))
			buf := make([]byte, 0, 8*len(ring))
			for _, p := range ring {
				buf = binary.BigEndian.AppendUint32(buf, uint32(p.X))
				buf = binary.BigEndian.AppendUint32(buf, uint32(p.Y))
			}
			w.Write(buf)
		}
	}
}
