package grid_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage/coveragetest"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/testkit"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

// entry is one publication in the log that the test keeps.
type entry struct {
	release grid.Release
	valid   grid.Span
	net     *grid.Net
}

// Thirty releases with corrections, and then: which grid held this place at that moment, as known at another? The database
// must say what the log says, whose newest entry known by then and valid at the moment is looked through face by face.
func TestHistoryIsTheReplayedLog(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			b, r := open(t), rand.New(rand.NewPCG(seed, 1))
			var log []entry
			inForce := func(at, known time.Time) *entry {
				var found *entry
				for i, e := range log {
					if !e.release.MadeAt.After(known) && e.valid.Holds(at) {
						found = &log[i]
					}
				}
				return found
			}
			for len(log) < 30 {
				net := randomNet(r.Uint64())
				p := grid.Publication{Net: net, Valid: grid.Span{From: ago(1 + r.IntN(100))}, By: "tester"}
				correction := len(log) > 0 && r.IntN(2) == 0
				if correction {
					p.Valid.To = p.Valid.From.Add(time.Duration(1+r.IntN(20*24)) * time.Hour)
					if p.Valid.To.After(ago(0)) {
						continue
					}
					if base := inForce(p.Valid.From, time.Now()); base != nil {
						p.BaseRelease = base.release.N
					}
				} else if base := inForce(time.Now(), time.Now()); base != nil {
					p.BaseRelease = base.release.N
				}
				release, _, err := b.Publish(testkit.Local(t), p)
				if err != nil {
					t.Fatal(err)
				}
				log = append(log, entry{release, p.Valid, net})
			}
			if found := examine(t, b.url, true); len(found) > 0 {
				t.Errorf("doctor finds %q", found)
			}
			for range 200 {
				at := ago(r.IntN(120)).Add(time.Duration(r.IntN(48)-24) * time.Minute)
				known := log[r.IntN(len(log))].release.MadeAt.Add(time.Duration(r.IntN(3)-1) * time.Microsecond)
				want := 0
				e := inForce(at, known)
				if e != nil {
					want = e.release.N
				}
				n, err := b.Store.InForce(testkit.Local(t), district, at, known)
				if err != nil || n != want {
					t.Fatalf("at %v, known %v: release %d, want %d (%v)", at, known, n, want, err)
				}
				if e == nil {
					continue
				}
				p := geo.Point{X: picture.Origin.X + r.Int32N(50_000), Y: picture.Origin.Y + r.Int32N(50_000)}
				face, err := b.Owner(testkit.Local(t), district, n, p)
				if err != nil {
					t.Fatal(err)
				}
				if want := holder(e.net, p); (face == nil) != (want == nil) || face != nil && face.Code != want.Code {
					t.Fatalf("%v lies in %v, want %v", p, face, want)
				}
			}
		})
	}
}

// randomNet is a net without holes that fills the same square as any other.
func randomNet(seed uint64) *grid.Net {
	n := &grid.Net{District: grid.Division{Code: district}, Towns: []grid.Division{{Code: district + "001"}}, Communities: []grid.Division{{Code: district + "001001"}}}
	for i, shape := range coveragetest.Faces(seed, coveragetest.Options{Solid: true}) {
		n.Grids = append(n.Grids, grid.Face{Code: grid.CodeOf('A' + rune(i)), Kind: grid.Basic, Parts: len(shape), Shape: shape})
	}
	return n
}

// holder is the face that holds a place off the outer border.
func holder(n *grid.Net, p geo.Point) *grid.Face {
	for i := range n.Grids {
		if n.Grids[i].Shape.Contains(p) {
			return &n.Grids[i]
		}
	}
	return nil
}
