package grid

import (
	"encoding/hex"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
)

// sheetOf is a partition of some faces of a random net.
func sheetOf(seed uint64) []Face {
	var faces []Face
	for i, shape := range coveragetest.Faces(seed, coveragetest.Options{Faces: 4}) {
		faces = append(faces, Face{Code: codeOf('A' + rune(i)), Name: "格", Kind: Basic, Category: Hamlet, SourceID: "7", Parts: len(shape), Shape: shape})
	}
	return faces
}

func TestTheHashOfASheetIsForEver(t *testing.T) {
	square := geo.MultiPolygon{{{{X: 0, Y: 0}, {X: 10, Y: 0}, {X: 10, Y: 10}, {X: 0, Y: 10}}}}
	hash := HashSheet([]Face{{Code: "990001001001001", Name: "一号", Kind: Basic, Category: School, SourceID: "s1", Parts: 1, Shape: square}})
	if got, want := hex.EncodeToString(hash[:]), "9c1c7ba961b7d508d41c47ca4e5dd33ca2e12c5fe19699b8159ef7525956b97d"; got != want {
		t.Errorf("hash %s, want %s: hashes of stored sheets would no longer hold", got, want)
	}
}

func TestTheHashDoesNotSeeTheWayOfWriting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		faces := sheetOf(rapid.Uint64().Draw(t, "seed"))
		want := HashSheet(faces)
		other := rapid.Permutation(faces).Draw(t, "faces")
		for i, f := range other {
			var shape geo.MultiPolygon
			for _, polygon := range rapid.Permutation(f.Shape).Draw(t, "parts") {
				var rings geo.Polygon
				for _, ring := range polygon {
					k := rapid.IntRange(0, len(ring)-1).Draw(t, "start")
					turned := append(slices.Clone(ring[k:]), ring[:k]...)
					if rapid.Bool().Draw(t, "reversed") {
						slices.Reverse(turned)
					}
					rings = append(rings, turned)
				}
				shape = append(shape, rings)
			}
			other[i].Shape = shape
		}
		if got := HashSheet(other); got != want {
			t.Fatal("the same partition has two hashes")
		}
	})
}

func TestTheHashSeesEveryChange(t *testing.T) {
	base := HashSheet(sheetOf(1))
	for name, change := range map[string]func(f *Face){
		"code":     func(f *Face) { f.Code = codeOf('Q') },
		"name":     func(f *Face) { f.Name += "x" },
		"kind":     func(f *Face) { f.Kind = Dedicated },
		"category": func(f *Face) { f.Category = Residential },
		"source":   func(f *Face) { f.SourceID = "" },
		"parts":    func(f *Face) { f.Parts++ },
		"vertex":   func(f *Face) { f.Shape[0][0][1].X++ },
		"ring":     func(f *Face) { f.Shape[0][0] = f.Shape[0][0][1:] },
		"moved between fields": func(f *Face) {
			f.Name, f.Kind = f.Name+string(f.Kind[:1]), f.Kind[1:]
		},
	} {
		faces := sheetOf(1)
		change(&faces[1])
		if HashSheet(faces) == base {
			t.Errorf("the hash does not see the %s", name)
		}
	}
}

func TestSheetsAreTheCommunities(t *testing.T) {
	net, _ := mustAssemble(t, input(table(four, "face id c t", "A a n t", "B b n t", "C c s t", "D d w t")))
	var got []int
	n := 0
	for i, s := range net.Sheets() {
		if s.Community != net.Communities[i].Code || s.Hash != HashSheet(s.Faces) {
			t.Errorf("sheet %d is of %s", i, s.Community)
		}
		got = append(got, len(s.Faces))
		n += len(s.Faces)
	}
	if !slices.Equal(got, []int{1, 2, 1}) || n != len(net.Grids) {
		t.Errorf("sheets of %v faces", got)
	}
}
