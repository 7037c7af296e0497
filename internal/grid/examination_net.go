package grid

import (
	"context"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// toProve are the releases whose coverage is to be proven: the one in force, and with Past every one that was ever in force.
func (x *districtExamination) toProve() []int {
	releases := map[int]bool{}
	if x.Release != 0 {
		releases[x.Release] = true
	}
	if x.Past && x.history != nil {
		for _, r := range x.history.stored {
			releases[r.Release] = true
		}
	}
	return slices.Sorted(maps.Keys(releases))
}

// sheets checks that every sheet and outline has the content whose hash it is stored under, and that a sheet's codes are of its community.
func (x *districtExamination) sheets(ctx context.Context) error {
	for s, err := range x.Records.Sheets(ctx, x.District) {
		if err != nil {
			return err
		}
		x.count()
		x.Seen.Sheets++
		row := "sheet " + hex.EncodeToString(s.Hash[:])
		if HashSheet(s.Faces) != s.Hash {
			x.wrong(row, "sheet-damaged", fault.Args{"community": s.Community})
		}
		for _, f := range s.Faces {
			if f.Code.At(LevelCommunity) != s.Community || !f.Code.Obeys(LevelGrid, s.Community) {
				x.wrong(row, "code-elsewhere", fault.Args{"code": f.Code, "community": s.Community})
			}
		}
	}
	for hash, err := range x.Records.TornOutlines(ctx, x.District) {
		if err != nil {
			return err
		}
		x.wrong("outline "+hash, "outline-damaged", nil)
	}
	return nil
}

// net proves a release in Go: codes and nesting, the coverage, and each division's outline as the dissolve of what lies in it.
func (x *districtExamination) net(ctx context.Context, n int) error {
	stored, err := x.Records.Content(ctx, x.District, n)
	if err != nil {
		return err
	}
	mesh, faults := Weave(stored)
	for _, f := range faults {
		x.Found(Finding{District: x.District, Row: fmt.Sprint("release ", n), Fault: f})
	}
	if mesh == nil {
		return nil
	}
	if n == x.Release {
		x.mesh = mesh
	}
	outlines := map[Code]geo.MultiPolygon{mesh.Net.District.Code: mesh.Net.District.Outline}
	for _, d := range slices.Concat(mesh.Net.Towns, mesh.Net.Communities) {
		outlines[d.Code] = d.Outline
	}
	for _, d := range slices.Concat([]Division{stored.District}, stored.Towns, stored.Communities) {
		if !geo.Identical(geo.Normalize(d.Outline), outlines[d.Code]) {
			x.wrong(fmt.Sprintf("release_division %d %s", n, d.Code), "outline-astray", fault.Args{"code": d.Code, "release": n})
		}
	}
	return nil
}

// gate proves a release in PostGIS.
func (x *districtExamination) gate(ctx context.Context, n int) error {
	defects, err := x.Records.Gate(ctx, x.District, n)
	for _, d := range defects {
		x.Found(Finding{District: x.District, Row: fmt.Sprint("release ", n), Fault: fault.FromDefect(d)})
	}
	return err
}
