package api

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/maypok86/otter/v2"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/snapshot"
)

// tileKey names one drawn tile in one coding: all that it depends on. The revision is part of it, so a new release never finds an old tile.
type tileKey struct {
	district grid.Code
	set, rev string
	coding   coding
	datum    crs.Datum
	z        uint8
	x, y     uint32
}

// drawing is what a tile is drawn from.
type drawing interface {
	AppendTile(dst []byte, z, x, y uint32, d crs.Datum) ([]byte, error)
}

// tileCache holds tiles in the codings that clients took, within a budget of bytes: one that is asked for often stays, however many are
// asked for once. Tiles on which nothing is drawn are not held: they are drawn faster than found.
type tileCache struct {
	tiles *otter.Cache[tileKey, *blob]
	pens  chan struct{} // one for each tile that is being drawn: as many as there are processors
	drawn atomic.Uint64 // tiles, and those that turned out empty
}

// tileOverhead is what the cache takes for a tile beside its bytes, as measured.
const tileOverhead = 420

func newTileCache(budget uint64) (*tileCache, error) {
	tiles, err := otter.New(&otter.Options[tileKey, *blob]{
		MaximumWeight: max(budget, 1), // 0 is no bound
		Weigher:       func(_ tileKey, b *blob) uint32 { return uint32(cap(b.body) + tileOverhead) },
	})
	return &tileCache{tiles: tiles, pens: make(chan struct{}, runtime.GOMAXPROCS(0))}, err
}

// collectors tell what the cache holds and how often it was not enough.
func (c *tileCache) collectors() []prometheus.Collector {
	return []prometheus.Collector{
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "zhuwang_tile_cache_bytes", Help: "Memory taken by drawn tiles."},
			func() float64 { return float64(c.tiles.WeightedSize()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "zhuwang_tiles_drawn_total", Help: "Tiles that were not in memory and were drawn, by request or because a release arrived."},
			func() float64 { return float64(c.drawn.Load()) }),
	}
}

// find is a tile that is held, else nil.
func (c *tileCache) find(k tileKey) *blob {
	b, _ := c.tiles.GetIfPresent(k)
	return b
}

// draw makes a tile that was not found. However many ask for it at the same time, it is drawn once, and for all of them also when the one
// for whom it is drawn hangs up; an error is told to all and not held, nor is a panic, which is an error here.
func (c *tileCache) draw(ctx context.Context, k tileKey, from drawing) (*blob, error) {
	b, err := c.tiles.Get(ctx, k, otter.LoaderFunc[tileKey, *blob](func(context.Context, tileKey) (b *blob, err error) {
		c.pens <- struct{}{}
		defer func() {
			<-c.pens
			if v := recover(); v != nil {
				err = fmt.Errorf("panic: %v: %s", v, debug.Stack())
			}
		}()
		c.drawn.Add(1)
		return k.draw(from)
	}))
	if errors.Is(err, otter.ErrNotFound) {
		return nothingDrawn, nil
	}
	return b, err
}

// sheets are what tiles are drawn upon before they are compressed.
var sheets = sync.Pool{New: func() any { return new([]byte) }}

// mvtType is the media type of tiles.
var mvtType = []string{"application/vnd.mapbox-vector-tile"}

// draw draws the tile. otter.ErrNotFound where it is empty.
func (k tileKey) draw(from drawing) (*blob, error) {
	sheet := sheets.Get().(*[]byte)
	defer sheets.Put(sheet)
	body, err := from.AppendTile((*sheet)[:0], uint32(k.z), k.x, k.y, k.datum)
	if err != nil {
		return nil, err
	}
	if len(body) == 0 {
		return nil, otter.ErrNotFound
	}
	*sheet = body
	packed, made := compress(body, k.coding)
	return newBlob(packed, made, mvtType, etagOf(body)), nil
}

// renewed is how many tiles are drawn anew when a release arrives.
const renewed = 128

// renew follows a release: of the tiles of its district those asked for most are drawn as they are now, so that maps that follow do not wait for
// them, and those of other revisions leave, so that they take no room from the new ones. It gives up where another release arrives.
func (c *tileCache) renew(n *snapshot.Snapshot, inForce func() bool) {
	district := n.Release.District
	type place struct {
		tileKey
		from drawing
	}
	var places []place
	seen := map[tileKey]bool{}
	for e := range c.tiles.Hottest() {
		k := e.Key
		set, err := editionOf(n, k.set)
		if k.district != district || err != nil || k.rev == set.rev {
			continue
		}
		if k.rev = set.rev; !seen[k] {
			seen[k] = true
			places = append(places, place{k, set.tileSet})
		}
		if len(places) == renewed {
			break
		}
	}
	for _, p := range places {
		if !inForce() {
			return
		}
		if c.find(p.tileKey) == nil {
			c.draw(context.Background(), p.tileKey, p.from) // an error is told to who asks for the tile
		}
	}
	for k := range c.tiles.Keys() {
		if set, err := editionOf(n, k.set); k.district == district && err == nil && k.rev != set.rev {
			c.tiles.Invalidate(k)
		}
	}
}
