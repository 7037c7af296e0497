package bench

import (
	"bytes"
	"testing"
)

// tileOfTown is a tile of the net in the middle of the model district's city: some 6 KB compressed.
const tileOfTown = "/14/13121/7125.mvt"

func BenchmarkTileServing(b *testing.B) {
	about(b, section{Show: 5, Title: "Tiles over HTTP", Text: `The whole server (a process of its own, with all that it does for each request) sends a tile of the
net, compressed by gzip. Beside it a bare handler of net/http, a process too, sends the same bytes and the same header fields from memory, and nginx sends them from
a file that was compressed before. wrk asks, with one thread and 16 connections that stay open; all share one machine, by turns of a second. Cold is one connection
to a server that keeps no tile: each is drawn and compressed.`})
	p := populate(b, 0)
	s := serve(b, p)
	path := "/tiles/" + string(p.district()) + "/net/" + *s.tiles.Load() + tileOfTown
	gzip := []string{"Accept-Encoding", "gzip"}
	k := keptOf(b, s.address+path, gzip...)
	if k.Header["Content-Encoding"] != "gzip" || len(k.Body) < 1000 {
		b.Fatalf("%d bytes, %v", len(k.Body), k.Header)
	}
	bareAt, nginxAt := bare(b, k), nginx(b, k, path)
	other := keptOf(b, nginxAt+path, gzip...)
	if same := keptOf(b, bareAt+path, gzip...); !bytes.Equal(same.Body, k.Body) || !bytes.Equal(other.Body, k.Body) {
		b.Fatal("not the same bytes")
	}
	tagged := func(k kept) []string { return append([]string{"If-None-Match", k.Header["Etag"]}, gzip...) }
	measure(b, figure{name: "warm", op: "request", rate: true,
		ours: way{rate: wrk(b, 16, s.address+path, gzip...)},
		against: []way{
			{name: "net-http", rate: wrk(b, 16, bareAt+path, gzip...), want: atLeast(0.8)},
			{name: "nginx", rate: wrk(b, 16, nginxAt+path, gzip...)},
		}})
	measure(b, figure{name: "not-modified", op: "request", rate: true,
		ours: way{rate: wrk(b, 16, s.address+path, tagged(k)...)},
		against: []way{
			{name: "net-http", rate: wrk(b, 16, bareAt+path, tagged(k)...), want: atLeast(0.8)},
			{name: "nginx", rate: wrk(b, 16, nginxAt+path, tagged(other)...)},
		}})
	b.Setenv("ZHUWANG_TILE_CACHE", "0")
	cold := serve(b, p)
	measure(b, figure{name: "cold", op: "request", rate: true,
		ours:    way{rate: wrk(b, 1, cold.address+path, gzip...)},
		against: []way{{name: "net-http", rate: wrk(b, 1, bareAt+path, gzip...)}}})
}
