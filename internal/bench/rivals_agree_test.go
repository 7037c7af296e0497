package bench

import (
	"math/rand/v2"
	"testing"

	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/locate"
	"github.com/zhuwang/zhuwang/internal/testkit/nets"
)

// Whoever is measured does the same work: all give the owner of points away from borders, and those that test exactly give it along borders
// too. On borders, the ones that count a border to both of its faces are seen to differ from the tie rule.
func TestRivalsGiveTheSameOwners(t *testing.T) {
	net := nets.New(24, 24, 3, 30_000)
	index, r := locate.New(net.Coverage()), rand.New(rand.NewPCG(1, 2))
	plain, db := nets.NewPlain(net.Faces, 4), newPostGIS(t, net.Faces)
	pts := append(net.Uniform(r, 2000), net.Along(r, 1000)...)
	vertices := len(pts)
	for _, a := range net.Arcs[:500] {
		pts = append(pts, a.Points[1:len(a.Points)-1]...)
	}
	contenders := map[string]func(i int) int32{
		"plain":   func(i int) int32 { return plain.Face(pts[i]) },
		"postgis": func(i int) int32 { return db.face(pts[i]) },
	}
	for _, rival := range rivals(9) {
		contenders[rival.name] = rival.build(net.Faces)(pts)()
	}
	exact := map[string]bool{"plain": true, "h3-exact": true}
	for name, look := range contenders {
		compared, differ := 0, 0
		for i, p := range pts {
			want := index.Face(p)
			if want == coverage.Outside || i >= vertices && exact[name] {
				continue // on the outer border the exact tests say outside where the tie rule finds an owner
			}
			metres := 0.05 // of S2's geodesics from straight edges, many times over
			if exact[name] {
				metres = 0
			}
			got := look(i)
			switch {
			case i >= vertices:
				if got != want {
					differ++
				}
			case index.Border(p) >= metres:
				compared++
				if got != want {
					t.Errorf("%s: %v lies in %d, not in %d", name, p, want, got)
				}
			}
		}
		if compared < 2500 {
			t.Errorf("%s: %d points were compared", name, compared)
		}
		if !exact[name] && differ == 0 {
			t.Errorf("%s: no vertex of a border is given to another face than by the tie rule", name)
		}
	}
}

// The join finds as many owners as there are points inside.
func TestJoinFindsAll(t *testing.T) {
	net := nets.New(5, 4, 3, 30_000)
	db, r := newPostGIS(t, net.Faces), rand.New(rand.NewPCG(3, 4))
	pts, index := net.Uniform(r, 500), locate.New(net.Coverage())
	db.join(pts)(len(pts))
	for _, p := range pts {
		want := index.Face(p)
		if got := db.face(p); got != want && index.Border(p) > 0.05 {
			t.Errorf("%v lies in %d, not in %d", p, want, got)
		}
	}
	inside, found := 0, 0
	for _, p := range pts {
		if index.Face(p) != coverage.Outside {
			inside++
		}
	}
	if err := db.conn.QueryRow(t.Context(), "SELECT count(DISTINCT point.id) FROM point JOIN face ON ST_Covers(face.geom, point.geom)").Scan(&found); err != nil || found != inside {
		t.Errorf("%d of %d points are found: %v", found, inside, err)
	}
}

// No lookup allocates, at any size of net.
func TestLookupsDoNotAllocate(t *testing.T) {
	for _, size := range nets.Sizes[:2] {
		net := size.Net()
		index, pts := locate.New(net.Coverage()), net.Along(rand.New(rand.NewPCG(5, 6)), 1000)
		faces := make([]int32, len(pts))
		if n := testing.AllocsPerRun(10, func() {
			index.Faces(faces, pts)
			for _, p := range pts {
				index.Face(p)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations", size.Name, n)
		}
	}
}
