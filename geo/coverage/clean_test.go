package coverage_test

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
	"pgregory.net/rapid"
)

func TestClean(t *testing.T) {
	type change = coverage.Change
	holed := square(0, 0, 900)
	holed[0] = append(holed[0], square(300, 300, 300)[0][0])
	for _, k := range []struct {
		name    string
		faces   []geo.MultiPolygon
		want    []geo.MultiPolygon
		changes []change // kind, face and losers
	}{
		{
			"nothing to do",
			[]geo.MultiPolygon{square(0, 0, 900), square(900, 0, 900)},
			[]geo.MultiPolygon{square(0, 0, 900), square(900, 0, 900)},
			nil,
		}, {
			"an overlap goes to the longest common border: the left one's is longer, as the right one is lower",
			[]geo.MultiPolygon{square(0, 0, 900), ring(880, 100, 1800, 100, 1800, 800, 880, 800)},
			[]geo.MultiPolygon{ring(0, 0, 900, 0, 900, 100, 900, 800, 900, 900, 0, 900), ring(900, 100, 1800, 100, 1800, 800, 900, 800)},
			[]change{{Kind: coverage.Overlap, Face: 0, From: []int{1}}},
		}, {
			"a face inside another keeps its place",
			[]geo.MultiPolygon{square(0, 0, 900), square(300, 300, 300)},
			[]geo.MultiPolygon{holed, square(300, 300, 300)},
			[]change{{Kind: coverage.Overlap, Face: 1, From: []int{0}}},
		}, {
			"of two equal faces the first stays",
			[]geo.MultiPolygon{square(0, 0, 900), square(0, 0, 900)},
			[]geo.MultiPolygon{square(0, 0, 900), nil},
			[]change{{Kind: coverage.Overlap, Face: 0, From: []int{1}}, {Kind: coverage.Emptied, Face: 1}},
		}, {
			"a narrow gap goes to the longest common border",
			[]geo.MultiPolygon{ring(0, 0, 900, 0, 900, 900, 0, 900), ring(900, 0, 1800, 0, 1800, 900, 900, 900, 920, 500)},
			[]geo.MultiPolygon{square(0, 0, 900), square(900, 0, 900)},
			[]change{{Kind: coverage.Gap, Face: 1}}, // its border with the gap is bent, so longer
		}, {
			"a wide gap stays a hole",
			[]geo.MultiPolygon{holed},
			[]geo.MultiPolygon{holed},
			nil,
		}, {
			"a vertex on the neighbour's edge",
			[]geo.MultiPolygon{square(0, 0, 900), ring(900, 0, 1800, 0, 1800, 900, 900, 900, 900, 400)},
			[]geo.MultiPolygon{ring(0, 0, 900, 0, 900, 400, 900, 900, 0, 900), ring(900, 0, 1800, 0, 1800, 900, 900, 900, 900, 400)},
			[]change{{Kind: coverage.Vertex, Face: 0}},
		}, {
			"a bow-tie becomes two parts",
			[]geo.MultiPolygon{ring(0, 0, 900, 900, 900, 0, 0, 900)},
			[]geo.MultiPolygon{{ring(0, 0, 450, 450, 0, 900)[0], ring(900, 0, 900, 900, 450, 450)[0]}},
			[]change{{Kind: coverage.Repaired, Face: 0}, {Kind: coverage.Vertex, Face: 0}},
		}, {
			"a spike falls away",
			[]geo.MultiPolygon{ring(0, 0, 900, 0, 900, 500, 1500, 500, 900, 500, 900, 900, 0, 900)},
			[]geo.MultiPolygon{ring(0, 0, 900, 0, 900, 500, 900, 900, 0, 900)},
			[]change{{Kind: coverage.Repaired, Face: 0}},
		}, {
			"a shell that touches itself gets a hole",
			[]geo.MultiPolygon{ring(0, 0, 900, 0, 900, 900, 450, 900, 600, 400, 300, 400, 450, 900, 0, 900)},
			[]geo.MultiPolygon{{append(ring(0, 0, 900, 0, 900, 900, 450, 900, 0, 900)[0], ring(450, 900, 300, 400, 600, 400)[0][0])}},
			[]change{{Kind: coverage.Repaired, Face: 0}},
		}, {
			"a piece cut off goes to the neighbour", // B lies across A's eastern end; what A has beyond B goes to it, the first of two
			[]geo.MultiPolygon{square(0, 0, 900), ring(800, 0, 880, 0, 880, 900, 800, 900), ring(900, 0, 1800, 0, 1800, 900, 900, 900)},
			[]geo.MultiPolygon{ring(0, 0, 800, 0, 800, 900, 0, 900), ring(800, 0, 880, 0, 900, 0, 900, 900, 880, 900, 800, 900), ring(900, 0, 1800, 0, 1800, 900, 900, 900)},
			[]change{{Kind: coverage.Overlap, Face: 1, From: []int{0}}, {Kind: coverage.Fragment, Face: 1, From: []int{0}}},
		},
	} {
		t.Run(k.name, func(t *testing.T) {
			got, changes, err := coverage.Clean(k.faces, coverage.CleanOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if c, report := coverage.Build(slices.DeleteFunc(slices.Clone(got), func(m geo.MultiPolygon) bool { return m == nil })); c == nil {
				t.Fatalf("not clean: %v", report.Defects)
			}
			for i, w := range k.want {
				if !geo.Equal(got[i], w) {
					t.Errorf("face %d: %v, want %v", i, got[i], w)
				}
			}
			same := slices.EqualFunc(changes, k.changes, func(a, b change) bool {
				return a.Kind == b.Kind && a.Face == b.Face && slices.Equal(a.From, b.From)
			})
			if !same {
				t.Errorf("changes %+v, want %+v", changes, k.changes)
			}
		})
	}
}

// A net whose vertices were each moved by up to 30 cm, every face for itself, becomes a coverage again: no face is lost, and none
// changes by more than its border can have moved.
func TestCleanOfAJitteredNet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		faces := coveragetest.Faces(rapid.Uint64().Draw(t, "seed"), coveragetest.Options{Faces: 6, Whole: true, Solid: true})
		const jitter = 30
		dirty := make([]geo.MultiPolygon, len(faces))
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "jitter"), 0))
		for i, f := range faces {
			for _, poly := range f {
				var q geo.Polygon
				for _, given := range poly {
					s := slices.Clone(given)
					for k := range s {
						s[k].X += r.Int32N(2*jitter+1) - jitter
						s[k].Y += r.Int32N(2*jitter+1) - jitter
					}
					q = append(q, s)
				}
				dirty[i] = append(dirty[i], q)
			}
		}
		out, changes, err := coverage.Clean(dirty, coverage.CleanOptions{})
		if err != nil {
			t.Fatal(err)
		}
		c, report := coverage.Build(out)
		if c == nil || report.Holes > 0 {
			t.Fatalf("%+v", report)
		}
		for i, f := range out {
			border := 0.0
			for _, r := range faces[i][0] {
				for k, p := range r {
					border += geo.Distance(p, r[(k+1)%len(r)])
				}
			}
			if got, want := f.AreaM2(), faces[i].AreaM2(); math.Abs(got-want) > border*jitter*0.012*1.5 {
				t.Fatalf("face %d: %v m², was %v", i, got, want)
			}
			if len(f) != 1 {
				t.Fatalf("face %d has %d parts", i, len(f))
			}
		}
		for _, ch := range changes {
			if ch.Width > 1 || ch.Kind == coverage.Emptied {
				t.Fatalf("%+v", ch)
			}
		}
		again, changes, err := coverage.Clean(out, coverage.CleanOptions{})
		if err != nil || len(changes) > 0 || !slices.EqualFunc(again, out, geo.Equal) {
			t.Fatalf("cleaning twice: %v %v", changes, err)
		}
	})
}

// Whatever comes in, a coverage comes out.
func FuzzClean(f *testing.F) {
	f.Add([]byte{0, 0, 9, 0, 9, 9, 255, 255, 3, 3, 12, 3, 12, 12})
	f.Fuzz(func(t *testing.T, data []byte) {
		faces := fuzzFaces(data)
		out, _, err := coverage.Clean(faces, coverage.CleanOptions{})
		if err != nil {
			t.Fatal(err)
		}
		var kept []geo.MultiPolygon
		for _, f := range out {
			if f != nil {
				kept = append(kept, f)
			}
		}
		if c, report := coverage.Build(kept); c == nil {
			t.Fatalf("%v: %v", faces, report.Defects)
		}
	})
}

// fuzzFaces reads pairs of bytes as points; 255 ends a ring, 254 a part and 253 a face. An even number of bytes may be spread by a
// factor in front, so that coordinates come out coarse and fine.
func fuzzFaces(data []byte) []geo.MultiPolygon {
	if len(data) > 400 {
		data = data[:400]
	}
	scale := int32(1)
	if len(data)%2 == 1 {
		scale, data = 1+int32(data[0]), data[1:]
	}
	faces := []geo.MultiPolygon{{{{}}}}
	for ; len(data) >= 2; data = data[2:] {
		f := &faces[len(faces)-1]
		part := &(*f)[len(*f)-1]
		switch data[0] {
		case 255:
			*part = append(*part, geo.Ring{})
		case 254:
			*f = append(*f, geo.Polygon{{}})
		case 253:
			faces = append(faces, geo.MultiPolygon{{{}}})
		default:
			r := &(*part)[len(*part)-1]
			*r = append(*r, pt(int32(data[0])*scale, int32(binary.BigEndian.Uint16(data)&0xff)*scale))
		}
	}
	return faces
}
