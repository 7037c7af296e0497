package grid_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/testkit"
)

// manyPoints are so many reports that they are stored as a bulk, from a number on.
func manyPoints(from, to int) (points []grid.Location) {
	for i := from; i < to; i++ {
		points = append(points, at("report", fmt.Sprintf("%04d", i), i%4, 0))
	}
	return points
}

// outcomes counts what became of locations: the answers of post, each with how often it was given.
func outcomes(answer string) map[string]int {
	n := map[string]int{}
	for word := range strings.FieldsSeq(answer) {
		n[word]++
	}
	return n
}

// Thousands that come at once fare as they would have one by one, whatever was there before and whatever comes twice.
func TestPostOfMany(t *testing.T) {
	b := ready(t)
	b.must("AABB", 0, grid.Span{From: ago(2)})
	other := manyPoints(300, 301)
	other[0].Lon = at("report", "", 3, 0).Lon + 0.0001
	for _, c := range []struct {
		name   string
		points []grid.Location
		want   string
	}{
		{"all of them new", manyPoints(0, 600), "map[A:300 B:300]"},
		{"all of them again", manyPoints(0, 600), "map[A=:300 B=:300]"},
		{"some of them again", manyPoints(400, 1000), "map[A:200 A=:100 B:200 B=:100]"},
		{"some of them twice", append(manyPoints(1000, 1300), manyPoints(1100, 1200)...), "map[A:150 A=:50 B:150 B=:50]"},
		{"one of them different", append(manyPoints(1300, 1600), other...), "map[A:150 B:150 location-conflict:1]"},
	} {
		if got := fmt.Sprint(outcomes(b.post(grid.PostOptions{}, c.points...))); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	counts, err := b.CountLocations(testkit.Local(t), district, grid.LocationFilter{}, grid.CountTotal)
	if err != nil || len(counts) != 1 || counts[0].N != 1600 {
		t.Errorf("stored are %v (%v)", counts, err)
	}
}

// A writer that was quicker with one of them, and had not committed when it was looked for, takes nothing away from the others.
func TestPostOfManyBesideAnother(t *testing.T) {
	b := ready(t)
	b.must("AABB", 0, grid.Span{From: ago(2)})
	if got := b.post(grid.PostOptions{}, at("tree", "0", 0, 0)); got != "A" {
		t.Fatal(got)
	}
	conn, err := pgx.Connect(testkit.Local(t), b.url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(testkit.Local(t))
	tx, err := conn.Begin(testkit.Local(t))
	if err != nil {
		t.Fatal(err)
	}
	const quicker = `INSERT INTO zhuwang.location SELECT (jsonb_populate_record(l, '{"kind":"report","id":"0123"}')).* FROM zhuwang.location l WHERE l.kind = 'tree'`
	if _, err := tx.Exec(testkit.Local(t), quicker); err != nil {
		t.Fatal(err)
	}
	answer := make(chan string)
	go func() { answer <- b.post(grid.PostOptions{}, manyPoints(0, 300)...) }()
	waits := func() (n int) {
		if err := tx.QueryRow(testkit.Local(t), "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for deadline := time.Now().Add(30 * time.Second); waits() == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("nobody waits")
		}
	}
	if err := tx.Commit(testkit.Local(t)); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(outcomes(<-answer)); got != "map[A:150 B:149 location-conflict:1]" {
		t.Error(got)
	}
}
