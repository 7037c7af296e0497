package api_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/zhuwang/zhuwang/internal/grid"
)

// take asks for an address with header fields in pairs; nothing is decompressed.
func (s *service) take(t *testing.T, method, path string, fields ...string) (*http.Response, []byte) {
	t.Helper()
	ask := func() (*http.Response, []byte, error) {
		req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, nil)
		if err != nil {
			return nil, nil, err
		}
		for i := 0; i < len(fields); i += 2 {
			req.Header.Add(fields[i], fields[i+1])
		}
		res, err := plainly.RoundTrip(req)
		if err != nil {
			return nil, nil, err
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		return res, body, err
	}
	res, body, err := ask()
	if err != nil { // not fatal: it may be another goroutine's
		t.Error(err)
		return &http.Response{}, nil
	}
	return res, body
}

var plainly = &http.Transport{DisableCompression: true}

const someTile = "/tiles/450105/net/current/10/819/445.mvt"

// A tile has the same tag in every coding; HEAD, 200 and 304 agree on what may be kept and how; each coding is sent with its own length.
func TestTileInEveryCoding(t *testing.T) {
	s := furnished(t)
	whole, _ := s.take(t, "GET", someTile)
	sizes := map[int64]bool{}
	for accept, coding := range map[string]string{"": "", "identity": "", "gzip": "gzip", "br": "br", "zstd": "zstd", "gzip, deflate, br, zstd": "zstd", "gzip;q=0": "", "nonsense;q=x": ""} {
		got, body := s.take(t, "GET", someTile, "Accept-Encoding", accept)
		head, none := s.take(t, "HEAD", someTile, "Accept-Encoding", accept)
		if got.StatusCode != 200 || got.Header.Get("Content-Encoding") != coding || got.ContentLength != int64(len(body)) {
			t.Errorf("%q: %d, %q, %d of %d bytes", accept, got.StatusCode, got.Header.Get("Content-Encoding"), len(body), got.ContentLength)
		}
		if head.StatusCode != 200 || len(none) > 0 {
			t.Errorf("HEAD: %d, %d bytes", head.StatusCode, len(none))
		}
		sizes[got.ContentLength] = true
		tag := got.Header.Get("ETag")
		for _, list := range []string{"*", tag, strings.TrimPrefix(tag, "W/"), `"other", ` + tag + `, "more"`} {
			same, none := s.take(t, "GET", someTile, "Accept-Encoding", accept, "If-None-Match", list)
			if same.StatusCode != 304 || len(none) > 0 || same.Header.Get("Content-Encoding") != "" {
				t.Errorf("If-None-Match %s: %d, %d bytes", list, same.StatusCode, len(none))
			}
			for _, field := range []string{"ETag", "Cache-Control", "Vary"} {
				for _, res := range []*http.Response{got, head, same} {
					if fmt.Sprint(res.Header[http.CanonicalHeaderKey(field)]) != fmt.Sprint(whole.Header[http.CanonicalHeaderKey(field)]) {
						t.Errorf("%q, %d: %s is %q, want %q", accept, res.StatusCode, field, res.Header[http.CanonicalHeaderKey(field)], whole.Header[http.CanonicalHeaderKey(field)])
					}
				}
			}
		}
		if other, _ := s.take(t, "GET", someTile, "If-None-Match", `W/"other", "more"`, "If-None-Match", `"and more"`); other.StatusCode != 200 {
			t.Errorf("another tag: %d", other.StatusCode)
		}
		if same, _ := s.take(t, "GET", someTile, "If-None-Match", `"other"`, "If-None-Match", tag); same.StatusCode != 304 {
			t.Errorf("a tag on the second line: %d", same.StatusCode)
		}
	}
	if len(sizes) != 4 {
		t.Errorf("four codings have the lengths %v", sizes)
	}
}

// Addresses that are almost those of tiles are refused by the rule that they break.
func TestAddressesOfTiles(t *testing.T) {
	s := furnished(t)
	s.run(t, []scenario{
		{name: "no number", path: "/tiles/450105/net/current/a/0/0.mvt", status: 400, want: []string{"bad-parameter", "字段 z"}},
		{name: "a number beyond all", path: "/tiles/450105/net/current/1/99999999999/0.mvt", status: 400, want: []string{"bad-parameter", "字段 x"}},
		{name: "no row", path: "/tiles/450105/net/current/1/1/.mvt", status: 400, want: []string{"bad-parameter", "字段 y"}},
		{name: "a part too few", path: "/tiles/450105/net/1/1/1.mvt", status: 404, want: []string{"no-such-path"}},
		{name: "a part too many", path: "/tiles/450105/net/current/1/1/1/1.mvt", status: 404, want: []string{"no-such-path"}},
		{name: "a hidden slash", path: "/tiles/450105/net/current/1/1/1%2F1.mvt", status: 404, want: []string{"no-such-path"}},
		{name: "a parameter that there is not", path: someTile + "?scale=2", status: 400, want: []string{"unknown-parameter"}},
		{name: "twice", path: someTile + "?crs=gcj02&crs=gcj02", status: 400, want: []string{"repeated-parameter"}},
		{name: "a datum that there is not", path: someTile + "?crs=bd09", status: 400, want: []string{"unknown-crs"}},
		{name: "no query", path: someTile + "?%zz", status: 400, want: []string{"bad-query"}},
		{name: "a revision that is none", path: "/tiles/450105/net/latest/10/819/445.mvt", status: 404, want: []string{"release-gone"}},
		{name: "POST", method: "POST", path: someTile, status: 405, wantHeader: map[string]string{"Allow": "GET, HEAD"}},
	})
}

// After a release the tiles that were asked for are there in the new revision, with what the release says, and those where it changed
// nothing keep their tag.
func TestTilesFollowARelease(t *testing.T) {
	s := furnished(t)
	base := "/tiles/450105/base/current/10/819/445.mvt"
	before, old := s.take(t, "GET", someTile)
	_, roads := s.take(t, "GET", base)
	var asking sync.WaitGroup
	for range 4 { // who asks while it arrives has the one or the other, whole
		asking.Go(func() {
			for range 50 {
				if res, body := s.take(t, "GET", someTile, "If-None-Match", before.Header.Get("ETag")); res.StatusCode != 200 && res.StatusCode != 304 || res.StatusCode == 200 && len(body) == 0 {
					t.Errorf("%d, %d bytes", res.StatusCode, len(body))
				}
			}
		})
	}
	s.publish(t, "AABBB AABBB DDDFF DDEEF", grid.Span{})
	asking.Wait()
	after, now := s.take(t, "GET", someTile, "If-None-Match", before.Header.Get("ETag"))
	if after.StatusCode != 200 || string(now) == string(old) {
		t.Errorf("after the release: %d", after.StatusCode)
	}
	if _, same := s.take(t, "GET", base); string(same) != string(roads) {
		t.Error("the base map changed with a release")
	}
}
