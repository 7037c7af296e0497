package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/testkit"
)

// small is a district that is quick to publish.
var small = board{district: "990001", towns: 2, blocks: 2, side: 2, bends: 3, step: 100_000, seed: 7}

func TestPublish(t *testing.T) {
	url := testkit.DB(t)
	s := openURL(t, url)
	ctx := t.Context()
	first := small.net()
	publish(t, s, first)

	second := small.net()
	second.Grids[3].Name = "改名网格"
	second.Communities[1].Name = "新村"
	publish(t, s, second)

	t.Run("each release keeps its own net", func(t *testing.T) {
		for n, want := range map[int]*grid.Net{1: first, 2: second} {
			got, r, err := s.Net(ctx, "990001", n)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("release %d: %s", n, diff)
			}
			if r.N != n || r.By != "test" || r.District != "990001" {
				t.Errorf("release %+v", r)
			}
		}
		_, _, err := s.Net(ctx, "990001", 3)
		wantRule(t, err, "not-found")
	})

	t.Run("what did not change is stored once", func(t *testing.T) {
		conn := connect(t, url)
		for query, want := range map[string]string{
			"SELECT count(*)::text FROM sheet":                                                          "5", // four communities, one of them changed
			"SELECT count(*)::text FROM sheet_face":                                                     "20",
			"SELECT count(*)::text FROM outline":                                                        "7", // district, two towns, four communities
			"SELECT count(*)::text FROM release_division":                                               "14",
			"SELECT string_agg(name, '' ORDER BY code) FROM grid WHERE name LIKE '改%'":                  "改名网格",
			"SELECT string_agg(name, '' ORDER BY code) FROM division WHERE level = 'community'":         "1村新村1村2村",
			"SELECT string_agg(DISTINCT release::text, ',') FROM grid":                                  "2",
			"SELECT ST_SRID(geom) || ' ' || ST_NumGeometries(geom) FROM division WHERE code = '990001'": "4490 1",
		} {
			if got := strs(t, conn, query); len(got) != 1 || got[0] != want {
				t.Errorf("%s: %q, want %q", query, got, want)
			}
		}
	})

	t.Run("lists", func(t *testing.T) {
		releases, err := s.Releases(ctx, "990001")
		if err != nil || len(releases) != 2 || releases[0].N != 2 || releases[1].Note != "第1版" {
			t.Fatal(err, releases)
		}
		heads, err := s.Districts(ctx)
		made := releases[0].MadeAt
		if diff := cmp.Diff([]grid.Head{{District: "990001", Name: "棋盘区", Release: 2, MadeAt: made, Since: made}}, heads); err != nil || diff != "" {
			t.Error(err, diff)
		}
		codes, err := s.UsedCodes(ctx, "990001")
		if err != nil || len(codes) != 1+2+4+16 || codes[0] != "990001" || codes[len(codes)-1] != "990001002002004" {
			t.Error(err, codes)
		}
		divisions, err := s.Divisions(ctx, "990001", 2, []grid.Code{"990001001002", "990001", "990009"})
		if diff := cmp.Diff([]grid.Division{{Code: "990001", Name: "棋盘区", SourceID: "D"}, {Code: "990001001002", Name: "新村"}}, divisions); err != nil || diff != "" {
			t.Error(err, diff)
		}
	})

	t.Run("in force at a moment, as known at another", func(t *testing.T) {
		rows, err := s.Timeline(ctx, "990001")
		if err != nil || len(rows) != 3 {
			t.Fatal(err, rows)
		}
		one, two := rows[0].Recorded.From, rows[0].Recorded.To
		hour := time.Hour
		for _, c := range []struct {
			at, known time.Time
			want      int
		}{
			{one.Add(-hour), time.Time{}, 0},
			{one, time.Time{}, 1},
			{two.Add(-time.Microsecond), time.Time{}, 1},
			{two, time.Time{}, 2},
			{two.Add(hour), time.Time{}, 2},
			{two.Add(hour), one, 1},
			{two.Add(hour), one.Add(-time.Microsecond), 0},
		} {
			if got, err := s.InForce(ctx, "990001", c.at, c.known); err != nil || got != c.want {
				t.Errorf("at %v, known %v: release %d (%v), want %d", c.at, c.known, got, err, c.want)
			}
		}
	})

	t.Run("what fails leaves nothing", func(t *testing.T) {
		conn := connect(t, url)
		count := "SELECT (SELECT count(*) FROM release) || ' ' || (SELECT count(*) FROM sheet) || ' ' || (SELECT count(*) FROM event)"
		before := strs(t, conn, count)
		refused := errors.New("refused")
		err := s.Publish(ctx, "990001", func(tx grid.Tx) error {
			net := small.net()
			net.Grids[0].Name = "不会出现"
			if err := tx.PutRelease(ctx, grid.Release{District: "990001", N: 3, MadeAt: tx.Now()}, sheets(net), net); err != nil {
				return err
			}
			if err := tx.PutEvent(ctx, "release", 3, "990001", []byte(`{"n":3}`)); err != nil {
				return err
			}
			return refused
		})
		if err != refused { // the caller's own error, as it is
			t.Fatal(err)
		}
		if after := strs(t, conn, count); after[0] != before[0] {
			t.Errorf("before %v, after %v", before, after)
		}
	})

	t.Run("lineage and events", func(t *testing.T) {
		err := s.Publish(ctx, "990001", func(tx grid.Tx) error {
			err := tx.PutLineage(ctx, 2, []grid.Lineage{{From: "990001001001001", Kind: "died", AreaM2: 12.5, FromShare: 1}, {To: "990001001001999", Kind: "born"}})
			if err != nil {
				return err
			}
			return tx.PutEvent(ctx, "release", 2, "990001", []byte(`{"n":2}`))
		})
		if err != nil {
			t.Fatal(err)
		}
		conn := connect(t, url)
		if got := strs(t, conn, "SELECT topic || (data->>'n') || scope || (no IS NULL) FROM event"); len(got) != 1 || got[0] != "release2990001true" {
			t.Error(got)
		}
		codes, err := s.UsedCodes(ctx, "990001")
		if err != nil || !slices.Contains(codes, "990001001001999") {
			t.Error("a code of the lineage does not count as used", err, codes)
		}
	})
}

func TestTimelineHasNoTwoAnswers(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	publish(t, s, small.net())
	rows, err := s.Timeline(ctx, "990001")
	if err != nil {
		t.Fatal(err)
	}
	from := rows[0].Valid.From
	for name, set := range map[string]struct{ close, add []grid.Interval }{
		"a second row for the same time": {add: []grid.Interval{{Release: 1, Valid: grid.Span{From: from.Add(time.Hour)}, Recorded: grid.Span{From: from.Add(time.Hour)}}}},
		"a bounded row inside":           {add: []grid.Interval{{Release: 1, Valid: grid.Span{From: from, To: from.Add(time.Hour)}, Recorded: grid.Span{From: from, To: from.Add(time.Hour)}}}},
		"an unbounded past":              {add: []grid.Interval{{Release: 1, Recorded: grid.Span{From: from}}}},
		"a row that is not there":        {close: []grid.Interval{{Release: 1, Valid: grid.Span{From: from.Add(time.Hour)}, Recorded: rows[0].Recorded}}},
	} {
		err := s.Publish(ctx, "990001", func(tx grid.Tx) error { return tx.SetTimeline(ctx, set.close, set.add) })
		if err == nil {
			t.Errorf("%s was taken", name)
			continue
		}
		wantRule(t, err, "write-conflict")
	}
	other := grid.Interval{Release: 1, Valid: grid.Span{To: from}, Recorded: grid.Span{From: from}}
	if err := s.Publish(ctx, "990001", func(tx grid.Tx) error { return tx.SetTimeline(ctx, nil, []grid.Interval{other}) }); err != nil {
		t.Fatalf("the time before is free, yet: %v", err)
	}
	if n, err := s.InForce(ctx, "990001", from.AddDate(-100, 0, 0), time.Time{}); err != nil || n != 1 {
		t.Errorf("a hundred years ago: %d, %v", n, err)
	}
}

// TestPublicationsTakeTurns: of writers at once, each sees the release of the one before, and a later moment.
func TestPublicationsTakeTurns(t *testing.T) {
	s := open(t)
	const writers = 6
	var wait sync.WaitGroup
	var mu sync.Mutex
	moments := map[int]time.Time{}
	for range writers {
		wait.Go(func() {
			err := s.Publish(t.Context(), "990001", func(tx grid.Tx) error {
				n := tx.Last() + 1
				net := small.net()
				if err := tx.PutRelease(t.Context(), grid.Release{District: "990001", N: n, MadeAt: tx.Now()}, sheets(net), net); err != nil {
					return err
				}
				rows, err := tx.Timeline(t.Context())
				if err != nil {
					return err
				}
				var close []grid.Interval
				for _, r := range rows {
					if r.Recorded.To.IsZero() {
						close = append(close, r)
					}
				}
				mu.Lock()
				moments[n] = tx.Now()
				mu.Unlock()
				return tx.SetTimeline(t.Context(), close, []grid.Interval{{Release: n, Recorded: grid.Span{From: tx.Now()}}})
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if len(moments) != writers {
		t.Fatalf("%d writers made the releases %v", writers, moments)
	}
	for n := 2; n <= writers; n++ {
		if !moments[n].After(moments[n-1]) {
			t.Errorf("release %d was made at %v, release %d at %v", n, moments[n], n-1, moments[n-1])
		}
	}
}

// TestClockSetBack: a publication's moment lies after everything recorded, even what a wrong clock recorded.
func TestClockSetBack(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	publish(t, s, small.net())
	ahead := time.Now().Add(time.Hour).Truncate(time.Microsecond).UTC()
	err := s.Publish(ctx, "990001", func(tx grid.Tx) error {
		return tx.SetTimeline(ctx, nil, []grid.Interval{{Release: 1, Valid: grid.Span{To: time.Unix(0, 0)}, Recorded: grid.Span{From: ahead}}})
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Publish(ctx, "990001", func(tx grid.Tx) error {
		if !tx.Now().Equal(ahead.Add(time.Microsecond)) {
			t.Errorf("now is %v, want a microsecond after %v", tx.Now(), ahead)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestLostCommit breaks the connection at the COMMIT of a publication.
func TestLostCommit(t *testing.T) {
	t.Parallel()
	url := testkit.DB(t)
	direct := openURL(t, url)
	for name, c := range map[string]struct {
		cut  testkit.Cut
		stay bool
		rule string // "" for success
		made int    // releases afterwards
	}{
		"before the server had it": {testkit.CutBefore, false, "database-away", 0},
		"before the answer":        {testkit.CutAfter, false, "", 1},
		"and the database is away": {testkit.CutAfter, true, "commit-unknown", 1},
	} {
		t.Run(name, func(t *testing.T) {
			line := testkit.NewLine(t, url)
			s := openURL(t, line.URL)
			b := small
			b.district = map[string]grid.Code{"before the server had it": "990001", "before the answer": "990002", "and the database is away": "990003"}[name]
			line.CutCommit(c.cut, c.stay)
			err := s.Publish(t.Context(), b.district, func(tx grid.Tx) error {
				net := b.net()
				return tx.PutRelease(t.Context(), grid.Release{District: b.district, N: 1, MadeAt: tx.Now()}, sheets(net), net)
			})
			if c.rule != "" {
				wantRule(t, err, c.rule)
			} else if err != nil {
				t.Fatal(err)
			}
			releases, err := direct.Releases(t.Context(), b.district)
			if err != nil || len(releases) != c.made {
				t.Errorf("%d releases (%v), want %d", len(releases), err, c.made)
			}
		})
	}
}

// TestKilledInTheMiddle kills every process of PostgreSQL at several points of a publication.
func TestKilledInTheMiddle(t *testing.T) {
	server := testkit.OwnServer(t)
	migrate(t, server.URL())
	s := openURL(t, server.URL())
	publish(t, s, small.net())
	for _, at := range []string{"start", "release", "timeline", "head"} {
		err := s.Publish(t.Context(), "990001", func(tx grid.Tx) error {
			kill := func(here string) {
				if here == at {
					server.Kill(t)
				}
			}
			kill("start")
			net := small.net()
			net.Grids[0].Name = "不会出现"
			if err := tx.PutRelease(t.Context(), grid.Release{District: "990001", N: 2, MadeAt: tx.Now()}, sheets(net), net); err != nil {
				return err
			}
			kill("release")
			rows, err := tx.Timeline(t.Context())
			if err != nil {
				return err
			}
			if err := tx.SetTimeline(t.Context(), rows, []grid.Interval{{Release: 2, Recorded: grid.Span{From: tx.Now()}}}); err != nil {
				return err
			}
			kill("timeline")
			if err := tx.SetHead(t.Context(), 2); err != nil {
				return err
			}
			kill("head")
			return nil
		})
		wantRule(t, err, "database-away")
		awaitDatabase(t, s)
		heads, err := s.Districts(t.Context())
		if err != nil || len(heads) != 1 || heads[0].Release != 1 {
			t.Fatalf("killed at %s: %v %v", at, heads, err)
		}
		net, _, err := s.Net(t.Context(), "990001", 1)
		if diff := cmp.Diff(small.net(), net); err != nil || diff != "" {
			t.Fatal(err, diff)
		}
	}
	if n := publish(t, s, small.net()); n != 2 {
		t.Fatalf("the next publication made release %d", n)
	}
}

func TestCandidates(t *testing.T) {
	s := open(t)
	b := board{district: "990001", towns: 2, blocks: 2, side: 2, bends: 4, step: 90_001, seed: 3}
	net := b.net()
	n := publish(t, s, net)
	at := func(x, y int) geo.Point { return b.line(x, y, false)[0] }
	crooked := b.line(1, 1, false)[2]
	for name, c := range map[string]struct {
		p    geo.Point
		want int
	}{
		"where four meet":   {at(1, 1), 4},
		"on the outer side": {at(1, 0), 2},
		"the corner":        {at(0, 0), 1},
		"a border's vertex": {crooked, 2},
		"an inside":         {geo.Point{X: at(0, 0).X + int32(b.step)/2, Y: at(0, 0).Y + int32(b.step)/2}, 1},
		"outside":           {geo.Point{X: at(0, 0).X - 1000, Y: at(0, 0).Y}, 0},
	} {
		got, err := s.Candidates(t.Context(), "990001", n, c.p)
		if err != nil || len(got) != c.want {
			t.Errorf("%s: %d candidates (%v), want %d", name, len(got), err, c.want)
		}
	}
	// Against all faces of the net, at points of the lattice that lie exactly on slanted edges: floating point puts some of them beside.
	asked := 0
	for _, f := range net.Grids {
		ring := f.Shape[0][0]
		for i, a := range ring {
			z := ring[(i+1)%len(ring)]
			for _, part := range []int32{2, 3, 5, 7} {
				dx, dy := z.X-a.X, z.Y-a.Y
				if dx == 0 || dy == 0 || dx%part != 0 || dy%part != 0 {
					continue
				}
				p := geo.Point{X: a.X + dx/part, Y: a.Y + dy/part}
				got, err := s.Candidates(t.Context(), "990001", n, p)
				if err != nil {
					t.Fatal(err)
				}
				want := slices.DeleteFunc(slices.Clone(net.Grids), func(f grid.Face) bool { return f.Shape.Locate(p) == geo.Outside })
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("at %v: %s", p, diff)
				}
				asked++
			}
		}
	}
	if asked < 10 {
		t.Fatalf("only %d such points", asked)
	}
}

// awaitDatabase waits until the database answers again.
func awaitDatabase(t testing.TB, s interface {
	Ping(context.Context, bool) error
}) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); s.Ping(t.Context(), true) != nil; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the database does not come back")
		}
	}
}

func BenchmarkPublish(b *testing.B) {
	s := open(b)
	net := district.net()
	for i := 0; b.Loop(); i++ {
		for j := range net.Grids { // every sheet is new
			net.Grids[j].Name = fmt.Sprint(i)
		}
		publish(b, s, net)
	}
}

func BenchmarkNet(b *testing.B) {
	s := open(b)
	publish(b, s, district.net())
	for b.Loop() {
		if _, _, err := s.Net(b.Context(), "990001", 1); err != nil {
			b.Fatal(err)
		}
	}
}
