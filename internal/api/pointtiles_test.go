package api_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/testkit"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

// report posts a point in the middle of a square and waits for nothing: the map looks by itself, here when told to.
func (s *service) report(t *testing.T, kind, id string, x, y int) {
	t.Helper()
	s.grid.Nets = s.nets
	p := picture.Centre(x, y)
	posted, err := s.grid.Post(testkit.Local(t), "450105", []grid.Location{{Kind: kind, ID: id, At: time.Now(), Lon: p.Lon(), Lat: p.Lat(), Datum: crs.CGCS2000}}, grid.PostOptions{By: "test"})
	if err != nil || posted[0].Fault != nil {
		t.Fatal(err, posted)
	}
	if err := s.drawn.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (s *service) revalidate(t *testing.T, path, tag string) (status int, etag, cache string, body []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if tag != "" {
		req.Header.Set("If-None-Match", tag)
	}
	resp, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header.Get("ETag"), resp.Header.Get("Cache-Control"), body
}

// Tiles of points show what was written, are asked for again each time, and answered with 304 where nothing changed in them.
func TestTilesOfPoints(t *testing.T) {
	s := furnished(t)
	at := maptile.At(picture.Centre(0, 3).Orb(), 14)
	path := fmt.Sprintf("/tiles/450105/points/current/%d/%d/%d.mvt", at.Z, at.X, at.Y)
	if status, _, _, _ := s.revalidate(t, path, ""); status != http.StatusNoContent {
		t.Fatalf("no points: %d", status)
	}
	s.report(t, "lamp", "L 1", 0, 3)
	status, tag, cache, body := s.revalidate(t, path, "")
	if status != 200 || cache != "no-cache" || tag == "" {
		t.Fatalf("%d, %q, %q", status, cache, tag)
	}
	layers, err := mvt.Unmarshal(body)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"kind": "lamp", "id": "L 1", "grid": "450105001001001", "how": "in"}
	if diff := cmp.Diff(want, map[string]any(layers[0].Features[0].Properties)); diff != "" || layers[0].Name != "points" {
		t.Errorf("%s (-want +got)\n%s", layers[0].Name, diff)
	}
	if status, _, _, _ := s.revalidate(t, path, tag); status != http.StatusNotModified {
		t.Errorf("the same again: %d", status)
	}
	if status, _, _, _ := s.revalidate(t, path+"?kind=noise,litter", ""); status != http.StatusNoContent {
		t.Errorf("of kinds that there are none of: %d", status)
	}
	if status, _, _, body := s.revalidate(t, path+"?kind=noise,lamp", ""); status != 200 || len(body) == 0 {
		t.Errorf("of some kinds: %d", status)
	}
	s.report(t, "noise", "far", 0, 900) // 100 km to the south: this tile is as it was
	if status, _, _, _ := s.revalidate(t, path, tag); status != http.StatusNotModified {
		t.Errorf("a change elsewhere: %d", status)
	}
	s.report(t, "noise", "near", 1, 3)
	if status, _, _, _ := s.revalidate(t, path, tag); status != 200 {
		t.Errorf("after a change: %d", status)
	}
}

// TileJSON of points says what there is to be drawn, and by its version that something changed.
func TestTileJSONOfPoints(t *testing.T) {
	s := furnished(t)
	describe := func(query string) (d struct {
		Version string
		Tiles   []string
		Kinds   []struct {
			Kind           string
			Count, Outside int
		}
	}) {
		status, _, _, body := s.revalidate(t, "/tiles/450105/points.json"+query, "")
		if err := json.Unmarshal(body, &d); err != nil || status != 200 {
			t.Fatalf("%d %v %s", status, err, body)
		}
		return d
	}
	s.report(t, "lamp", "1", 0, 3)
	before := describe("")
	s.report(t, "lamp", "2", 0, 9)
	s.report(t, "noise", "1", 1, 3)
	after := describe("?kind=noise,lamp&crs=gcj02")
	if before.Version == after.Version {
		t.Errorf("version %s before and after", before.Version)
	}
	if want := s.URL + "/tiles/450105/points/current/{z}/{x}/{y}.mvt"; before.Tiles[0] != want || after.Tiles[0] != want+"?crs=gcj02&kind=lamp%2Cnoise" {
		t.Errorf("tiles %s and %s", before.Tiles, after.Tiles)
	}
	if len(after.Kinds) != 2 || after.Kinds[0].Kind != "lamp" || after.Kinds[0].Count != 2 || after.Kinds[0].Outside != 1 || after.Kinds[1].Outside != 0 {
		t.Errorf("%+v", after.Kinds)
	}
}
