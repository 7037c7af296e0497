package app

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/exchange"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/snapshot"
	"github.com/zhuwang/zhuwang/tiles"
)

// tileSets are the sets of the map, in the order in which their layers stand in a tile.
var tileSets = []string{"net", "base", "buildings"}

// checkTiles refuses flags of tiles where none are drawn, and other things to export as tiles.
func (c exportCmd) checkTiles(f exchange.Format) error {
	if f != exchange.PMTiles {
		for _, flag := range []struct{ name, value string }{{"--zoom", c.Zoom}, {"--sets", strings.Join(c.Sets, ",")}} {
			if flag.value != "" {
				return fault.New(fault.Usage, "export-flag", fault.Args{"flag": flag.name, "of": "net -f pmtiles", "what": string(f)})
			}
		}
		return nil
	}
	if c.What != "net" {
		return fault.New(fault.Usage, "tiles-of-net", fault.Args{"what": c.What})
	}
	for _, name := range c.Sets {
		if !slices.Contains(tileSets, name) {
			return fault.New(fault.Usage, "no-such-set", fault.Args{"set": name})
		}
	}
	_, _, err := c.zooms()
	return err
}

// zooms are those to draw: 0 to 16 if none are asked for, for maps enlarge the last of them.
func (c exportCmd) zooms() (from, to uint32, err error) {
	if c.Zoom == "" {
		return 0, 16, nil
	}
	first, last, isRange := strings.Cut(c.Zoom, "-")
	if !isRange {
		last = first
	}
	a, err1 := strconv.ParseUint(first, 10, 32)
	b, err2 := strconv.ParseUint(last, 10, 32)
	if err1 != nil || err2 != nil || a > b || b > tiles.MaxZoom {
		return 0, 0, fault.New(fault.Usage, "tiles-zoom", fault.Args{"zoom": c.Zoom, "highest": tiles.MaxZoom})
	}
	return uint32(a), uint32(b), nil
}

// bake draws the map of a release into a file of tiles.
func (c exportCmd) bake(e *env, db *database, out exchange.Output) error {
	if err := out.Check(e.ctx); err != nil { // before anything is read
		return err
	}
	district, head, err := db.district(e.ctx, c.District)
	if err != nil {
		return err
	}
	n, err := c.release(e.ctx, db, district, head)
	if err != nil {
		return err
	}
	s, err := snapshot.Load(e.ctx, db, district, n)
	if err != nil {
		return err
	}
	p, names := c.pyramid(s, out.CRS.Datum)
	p.Generator, p.Progress = "zhuwang "+e.version, e.bakeProgress()
	b, err := out.Bake(e.ctx, p)
	if err != nil {
		return err
	}
	return c.sayBaked(e, out, p, names, b, s.Release)
}

// pyramid is the map of a release in the sets asked for, all if none are.
func (c exportCmd) pyramid(s *snapshot.Snapshot, d crs.Datum) (p exchange.Pyramid, names []string) {
	net, base, buildings := s.Revisions()
	revisions := map[string]string{}
	for i, set := range []struct {
		exchange.TileSet
		revision string
	}{{s.Tiles.Net, net}, {s.Tiles.Base, base}, {s.Tiles.Buildings, buildings}} {
		if name := tileSets[i]; len(c.Sets) == 0 || slices.Contains(c.Sets, name) {
			p.Sets, names, revisions[name] = append(p.Sets, set.TileSet), append(names, name), set.revision
		}
	}
	p.From, p.To, _ = c.zooms()
	p.Name, p.Description = s.District().Name, noteOf(s.District(), s.Release.N)
	p.Attribution, p.Version = snapshot.Attribution, net
	p.About = map[string]any{"district": s.Release.District, "release": s.Release.N, "made_at": s.Release.MadeAt.UTC().Format(time.RFC3339), "crs": d.String(), "revisions": revisions}
	return p, names
}

// bakeProgress says once a second how far a file of tiles is.
func (e *env) bakeProgress() func(exchange.BakeProgress) {
	last := time.Now()
	return func(p exchange.BakeProgress) {
		if now := time.Now(); now.Sub(last) >= time.Second {
			last = now
			e.say("第 %d 级，已画 %d 块瓦片（%d%%）", "Zoom %d, %d tiles drawn (%d%%)", p.Zoom, p.Done, p.Done*100/p.Total)
		}
	}
}

// sayBaked says what was written.
func (c exportCmd) sayBaked(e *env, out exchange.Output, p exchange.Pyramid, names []string, b exchange.Baked, r grid.Release) error {
	e.say("已写入 %s", "Written to %s", b.File)
	e.say("第 %d 版，%s；第 %d 到 %d 级共 %d 块瓦片（不同的 %d 块），%.1f MB，坐标系 %s。", "Release %d, %s; zoom %d to %d: %d tiles (%d different ones), %.1f MB, in %s.",
		r.N, strings.Join(names, ", "), p.From, p.To, b.Tiles, b.Contents, float64(b.Bytes)/1e6, out.CRS)
	if out.CRS.Datum == crs.GCJ02 {
		e.say("这样的瓦片与高德、腾讯地图重合；QGIS 等软件会把它当成 WGS 84，差几百米。", "Such tiles lie true on maps of AMap and Tencent; QGIS and others take them for WGS 84, some hundred metres off.")
	}
	if !c.JSON {
		return nil
	}
	return e.printJSON(map[string]any{"what": c.What, "release": r.N, "sets": names, "minzoom": p.From, "maxzoom": p.To, "crs": out.CRS.String(),
		"tiles": b.Tiles, "different": b.Contents, "bytes": b.Bytes, "files": []string{filepath.Base(b.File)}})
}
