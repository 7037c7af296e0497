package app

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/snapshot"
)

type locateCmd struct {
	Lon      string  `arg:"" help:"经度 · Longitude."`
	Lat      string  `arg:"" help:"纬度 · Latitude."`
	CRS      string  `name:"crs" placeholder:"C" help:"cgcs2000、wgs84、gcj02 或 bd09，必填 · Datum; required."`
	Accuracy float64 `placeholder:"M" help:"误差半径（米）：列出圆所触及的网格 · Radius in metres: lists the grids that the circle touches."`
	At       string  `placeholder:"T" help:"当时的网（日期或 RFC 3339）· The net in force then."`
	Known    string  `placeholder:"T" help:"当时所知 · As it was known then."`
	District string  `placeholder:"D" help:"城区 · District."`
	JSON     bool    `name:"json" help:"以 JSON 输出 · Print as JSON."`
}

// Run says which grid holds a point.
func (c locateCmd) Run(e *env) error {
	p, err := c.place()
	if err != nil {
		return err
	}
	at, err := moment("--at", c.At)
	if err != nil {
		return err
	}
	known, err := moment("--known", c.Known)
	if err != nil {
		return err
	}
	return e.with(func(_ *database, service *grid.Service) error {
		nets, err := e.nets(service)
		if err != nil {
			return err
		}
		n, err := nets.For(grid.Code(c.District), p)
		if err != nil {
			return err
		}
		a := n.Locate(p, c.Accuracy)
		if c.At != "" || c.Known != "" {
			if at.IsZero() {
				at = time.Now()
			}
			if a, err = nets.LocateAt(e.ctx, n.District().Code, p, c.Accuracy, at, known); err != nil {
				return err
			}
		}
		return e.printAnswer(a, c.JSON)
	})
}

func (c locateCmd) place() (geo.Point, error) {
	d, ok := crs.Parse(c.CRS)
	if !ok {
		rule := "unknown-crs"
		if c.CRS == "" {
			rule = "missing-crs"
		}
		return geo.Point{}, fault.New(fault.Usage, rule, fault.Args{"crs": c.CRS, "choices": "cgcs2000, wgs84, gcj02, bd09"})
	}
	lon, err1 := strconv.ParseFloat(strings.TrimSpace(c.Lon), 64)
	lat, err2 := strconv.ParseFloat(strings.TrimSpace(c.Lat), 64)
	if err := errors.Join(err1, err2); err != nil {
		return geo.Point{}, fault.New(fault.Usage, "bad-number", fault.Args{"value": c.Lon + " " + c.Lat})
	}
	_, ok = geo.FromDegrees(lon, lat)
	p, ok2 := geo.FromDegrees(crs.ToCGCS2000(d, lon, lat))
	if !ok || !ok2 {
		return p, fault.New(fault.Usage, "not-on-earth", fault.Args{"lon": c.Lon, "lat": c.Lat})
	}
	return p, nil
}

func (e *env) printAnswer(a snapshot.Answer, asJSON bool) error {
	if asJSON {
		return e.printJSON(answerJSON(a))
	}
	if a.Inside {
		fmt.Fprintf(e.Out, "%s\t%s\n", a.Grid.Code, a.Grid.Name)
		e.say("%s › %s › %s › %s，第 %d 版，距最近边界 %.1f 米", "%s › %s › %s › %s, release %d, %.1f m to the nearest border",
			a.District.Name, a.Town.Name, a.Community.Name, a.Grid.Name, a.Release, a.BorderM)
	} else {
		e.say("在网外；最近的网格是 %s %s，相距 %s（第 %d 版）", "Outside the net; the nearest grid is %s %s, %s away (release %d)",
			a.Nearest.Code, a.Nearest.Name, e.metres(a.NearestM), a.Release)
	}
	for _, s := range a.Circle {
		fmt.Fprintf(e.Out, "%s\t%.1f%%\n", outsideOr(e, s.Code), s.Share*100)
	}
	return nil
}

// metres writes a distance, in kilometres where that reads better.
func (e *env) metres(m float64) string {
	if m < 10_000 {
		return fmt.Sprintf(e.word(fault.Text{Zh: "%.1f 米", En: "%.1f m"}), m)
	}
	return fmt.Sprintf(e.word(fault.Text{Zh: "%.0f 公里", En: "%.0f km"}), m/1000)
}

// answerJSON is an answer for scripts; the members are those of GET /api/v1/locate.
func answerJSON(a snapshot.Answer) map[string]any {
	named := func(n grid.Named) any {
		if n.Code == "" {
			return nil
		}
		return map[string]any{"code": n.Code, "name": n.Name}
	}
	m := map[string]any{"release": a.Release, "inside": a.Inside, "district": named(a.District), "town": named(a.Town),
		"community": named(a.Community), "grid": nil, "border_m": a.BorderM, "nearest": named(a.Nearest), "nearest_m": nil}
	if a.Inside {
		m["grid"] = map[string]any{"code": a.Grid.Code, "name": a.Grid.Name, "kind": a.Grid.Kind, "category": a.Grid.Category}
	} else {
		m["nearest_m"] = a.NearestM
	}
	if a.Circle != nil {
		circle := []map[string]any{}
		for _, s := range a.Circle {
			var code any
			if s.Code != "" {
				code = s.Code
			}
			circle = append(circle, map[string]any{"code": code, "share": s.Share})
		}
		m["circle"] = circle
	}
	return m
}
