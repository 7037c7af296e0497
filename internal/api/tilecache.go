package api

import (
	"fmt"

	"github.com/maypok86/otter/v2"
	"golang.org/x/sync/singleflight"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// tileKey names one drawn tile. The revision is part of it, so a new release never finds an old tile.
type tileKey struct {
	district grid.Code
	set, rev string
	datum    crs.Datum
	z, x, y  uint32
}

// tileCache holds tiles in the two forms that clients take, within a budget of bytes. Each tile is drawn once, however
// many ask for it at the same time.
type tileCache struct {
	tiles  *otter.Cache[tileKey, *blob]
	flight singleflight.Group
}

// tileOverhead is what the cache takes for a tile beside its bytes, as measured.
const tileOverhead = 320

func newTileCache(budget uint64) (*tileCache, error) {
	c, err := otter.New(&otter.Options[tileKey, *blob]{
		MaximumWeight: budget,
		Weigher: func(_ tileKey, b *blob) uint32 {
			return uint32(len(b.body) + len(b.gzip) + tileOverhead)
		},
	})
	return &tileCache{tiles: c}, err
}

// get finds a tile or draws it; an empty body is a tile on which nothing is drawn.
func (c *tileCache) get(k tileKey, draw func() ([]byte, error)) (*blob, error) {
	if b, ok := c.tiles.GetIfPresent(k); ok {
		return b, nil
	}
	v, err, _ := c.flight.Do(fmt.Sprint(k), func() (any, error) {
		body, err := draw()
		if err != nil {
			return nil, err
		}
		b := &blob{body: body, kind: "application/vnd.mapbox-vector-tile", etag: etagOf(body)}
		if len(body) > 0 {
			b.gzip = compress(body)
		}
		c.tiles.Set(k, b)
		return b, nil
	})
	if err != nil {
		return nil, err
	}
	return v.(*blob), nil
}
