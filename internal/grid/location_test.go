package grid_test

import (
	"strings"
	"testing"
	"time"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/snapshot"
	"github.com/zhuwang/zhuwang/internal/testkit"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

// ready is a bench whose service can assign locations.
func ready(t *testing.T) bench {
	b := open(t)
	b.Nets = snapshot.NewRegistry(b.Service)
	return b
}

// at is a location in the middle of a square of a picture.
func at(kind, id string, x, y int) grid.Location {
	p := picture.Centre(x, y)
	return grid.Location{Kind: kind, ID: id, At: time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC), Lon: p.Lon(), Lat: p.Lat(), Datum: crs.WGS84}
}

// post posts locations and says of each what became of it: its grid, or the rule that refused it, and = for a replay, > for a replacement.
func (b bench) post(o grid.PostOptions, points ...grid.Location) string {
	b.Helper()
	posted, err := b.Post(testkit.Local(b), district, points, o)
	if err != nil {
		return rule(err)
	}
	var said []string
	for _, p := range posted {
		switch {
		case p.Fault != nil:
			said = append(said, p.Fault.Rule)
		case p.Replayed:
			said = append(said, letterOf(p.Area)+"=")
		case p.Replaced:
			said = append(said, letterOf(p.Area)+">")
		default:
			said = append(said, letterOf(p.Area))
		}
	}
	return strings.Join(said, " ")
}

// letterOf is the letter of a grid of a picture, "-" for none.
func letterOf(c grid.Code) string {
	for l := 'A'; l <= 'Z'; l++ {
		if grid.CodeOf(l) == c {
			return string(l)
		}
	}
	return "-"
}

func TestPostIsIdempotent(t *testing.T) {
	b := ready(t)
	one, other := at("report", "1", 0, 0), at("report", "1", 3, 0)
	if got := b.post(grid.PostOptions{}, one); got != "no-net-in-district" {
		t.Errorf("without a net: %s", got)
	}
	b.must("AABB", 0, grid.Span{From: ago(2)})
	for _, c := range []struct {
		name   string
		o      grid.PostOptions
		points []grid.Location
		want   string
	}{
		{"a new one", grid.PostOptions{}, []grid.Location{one}, "A"},
		{"again", grid.PostOptions{}, []grid.Location{one}, "A="},
		{"with another content", grid.PostOptions{}, []grid.Location{other}, "location-conflict"},
		{"to replace, at a revision that is past", grid.PostOptions{Revisions: map[grid.Key]int{one.Key(): 7}}, []grid.Location{other}, "location-changed"},
		{"to replace, at its revision", grid.PostOptions{Revisions: map[grid.Key]int{one.Key(): 1}}, []grid.Location{other}, "B>"},
		{"to replace", grid.PostOptions{Replace: true}, []grid.Location{one}, "A>"},
		{"several, some of them twice", grid.PostOptions{}, []grid.Location{at("report", "2", 1, 0), one, at("report", "2", 1, 0), at("report", "2", 2, 0), at("tree", "1", 9, 9)},
			"A A= A= location-conflict -"},
		{"several, twice, to replace", grid.PostOptions{Replace: true}, []grid.Location{at("report", "3", 1, 0), at("report", "3", 2, 0), at("report", "3", 2, 0)}, "A B> B="},
	} {
		if got := b.post(c.o, c.points...); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	l, err := b.Location(testkit.Local(t), district, "report", "1")
	if err != nil || l.Revision != 3 || l.Area != grid.CodeOf('A') || l.How != grid.In || l.Release != 1 {
		t.Errorf("%+v (%v)", l, err)
	}
	items, next, count, err := b.Locations(testkit.Local(t), district, grid.LocationFilter{}, grid.Cursor{}, 2)
	if err != nil || len(items) != 2 || count != 4 || items[0].Kind != "tree" {
		t.Fatalf("%+v of %d (%v)", items, count, err)
	}
	next, err = grid.ParseCursor(next.String())
	if err != nil {
		t.Fatal(err)
	}
	if items, next, _, err = b.Locations(testkit.Local(t), district, grid.LocationFilter{}, next, 2); err != nil || len(items) != 2 || items[1].ID != "1" || next.String() != "" {
		t.Errorf("then %+v, next %v (%v)", items, next, err)
	}
}
