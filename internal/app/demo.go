package app

import (
	"context"
	"time"

	"github.com/zhuwang/zhuwang/internal/account"
	"github.com/zhuwang/zhuwang/internal/demo"
	"github.com/zhuwang/zhuwang/internal/grid"
)

type demoCmd struct {
	Seed uint64 `default:"42" help:"随机种子；同一种子得到同样的城区 · Seed; the same seed gives the same district."`
}

// Run starts the server with the model district. A data folder that has the district already keeps it.
func (c demoCmd) Run(e *env) error {
	return e.serve(true, func(ctx context.Context, service *grid.Service, accounts *account.Service) error {
		if err := e.furnishDemo(ctx, service, c.Seed); err != nil {
			return err
		}
		return e.demoLogins(ctx, accounts)
	})
}

// furnishDemo fills an empty database with the model district. Base map and buildings come first, so that the release, once
// it is there, has everything but the reports, which need it: a start that was killed half-way does the rest.
func (e *env) furnishDemo(ctx context.Context, service *grid.Service, seed uint64) error {
	heads, err := service.Store.Districts(ctx)
	if err != nil {
		return err
	}
	if len(heads) > 0 {
		if lacks, err := lacksReports(ctx, service, heads); err != nil || !lacks {
			return err
		}
	}
	e.say("正在生成示例城区（江南区，全部为虚构数据）……", "Making the model district (Jiangnan; all data is invented) …")
	d := demo.Generate(seed)
	code := d.Net.District.Code
	if len(heads) > 0 {
		return postReports(ctx, service, d, seed)
	}
	if err := putDemo(ctx, service, d); err != nil {
		return err
	}
	if err := service.Store.PutNames(ctx, code, d.Names); err != nil {
		return err
	}
	if _, _, err = service.Publish(ctx, grid.Publication{Net: d.Net, By: grid.Inventor, Note: d.Note}); err != nil {
		return err
	}
	return postReports(ctx, service, d, seed)
}

// putDemo writes the base map and the buildings, in the place of what a start that was killed left of another seed.
func putDemo(ctx context.Context, service *grid.Service, d *demo.District) error {
	code := d.Net.District.Code
	base, buildings, err := service.Grounds(ctx, code)
	if err != nil {
		return err
	}
	for i := range d.Base {
		d.Base[i].Source = grid.Inventor
	}
	for i := range d.Buildings {
		d.Buildings[i].Source = grid.Inventor
	}
	features := grid.BaseChange{Ground: base, Put: d.Base}
	for f, err := range service.Store.Base(ctx, code) {
		if err != nil {
			return err
		}
		features.Remove = append(features.Remove, grid.FeatureKey{Layer: f.Layer, ID: f.ID})
	}
	if err := service.Store.ChangeBase(ctx, code, features); err != nil {
		return err
	}
	houses, stays := grid.BuildingChange{Ground: buildings, Put: d.Buildings}, map[string]bool{}
	for _, b := range d.Buildings {
		stays[b.ID] = true
	}
	for b, err := range service.Store.Buildings(ctx, code) {
		if err != nil {
			return err
		}
		if !stays[b.ID] {
			houses.Remove = append(houses.Remove, b.ID)
		}
	}
	return service.Store.ChangeBuildings(ctx, code, houses)
}

// lacksReports reports whether there is the model district as it was made, and nothing was reported in it: the start that made it was killed.
func lacksReports(ctx context.Context, service *grid.Service, heads []grid.Head) (bool, error) {
	if len(heads) != 1 || heads[0].Release != 1 {
		return false, nil
	}
	releases, err := service.Store.Releases(ctx, heads[0].District)
	if err != nil || len(releases) != 1 || releases[0].By != grid.Inventor {
		return false, err
	}
	_, _, n, err := service.Locations(ctx, heads[0].District, grid.LocationFilter{}, grid.Cursor{}, 1)
	return n == 0, err
}

// postReports posts invented reports of the last weeks.
func postReports(ctx context.Context, service *grid.Service, d *demo.District, seed uint64) error {
	posted, err := service.Post(ctx, d.Net.District.Code, d.Reports(seed, time.Now()), grid.PostOptions{By: grid.Inventor})
	for _, p := range posted {
		if p.Fault != nil && err == nil {
			err = p.Fault
		}
	}
	return err
}
