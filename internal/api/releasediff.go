package api

import (
	"bytes"
	"cmp"
	"context"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/scope"
)

const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// GetReleaseDiff tells what differs between two releases, as JSON or as a workbook.
func (s *Server) GetReleaseDiff(ctx context.Context, req GetReleaseDiffRequestObject) (GetReleaseDiffResponseObject, error) {
	since := max(req.N-1, 0) // of a release that cannot be, too, so that it is what is refused
	if req.Params.Since != nil {
		since = *req.Params.Since
	}
	if since < 0 || since >= req.N && req.N > 0 {
		return nil, fault.New(fault.Invalid, "parameter-range", fault.Args{"name": "since", "min": 0, "max": req.N - 1}).In(fault.Place{Field: "since"})
	}
	n, err := s.past(ctx).Named(grid.Code(value(req.Params.District)))
	if err != nil {
		return nil, err
	}
	diff, err := s.diff(ctx, n.Release.District, since, req.N)
	if err != nil {
		return nil, err
	}
	answer, err := jsonReply(ctx, "application/json", diff)
	if err != nil || !wantsWorkbook(requestOf(ctx), req.Params.F) {
		return varied{answer}, err
	}
	var book bytes.Buffer
	if err := diff.writeWorkbook(&book); err != nil {
		return nil, err
	}
	tag := etagOf(append(answer.body, "xlsx"...)) // a workbook tells when it was made, and what it says is what counts
	answer.blob = newBlob(book.Bytes(), plain, []string{xlsxType}, tag)
	return varied{answer}, nil
}

// wantsWorkbook reports whether a request is for a workbook: it says so, or it accepts one and no JSON.
func wantsWorkbook(r *http.Request, f *GetReleaseDiffParamsF) bool {
	if f != nil {
		return *f == Xlsx
	}
	accept := r.Header.Get("Accept")
	return strings.Contains(accept, xlsxType) && !strings.Contains(accept, "json")
}

// varied is a reply whose form Accept decides.
type varied struct{ reply }

// VisitGetReleaseDiffResponse writes the body, or 304.
func (v varied) VisitGetReleaseDiffResponse(w http.ResponseWriter) error {
	w.Header().Add("Vary", "Accept")
	v.serve(w, v.r, cacheAsk)
	return nil
}

// diff compares two releases of a district; since 0 is nothing.
func (s *Server) diff(ctx context.Context, district grid.Code, since, until int) (d ReleaseDiff, err error) {
	is, err := s.past(ctx).At(ctx, district, until)
	if err != nil {
		return d, err
	}
	var was *grid.Mesh
	if since > 0 {
		old, err := s.past(ctx).At(ctx, district, since)
		if err != nil {
			return d, err
		}
		was = old.Mesh
	}
	moved, err := s.Releases.Moves(ctx, district, since, until)
	if err != nil {
		return d, err
	}
	lineage, err := s.Releases.Lineage(ctx, district, since, until)
	if err != nil {
		return d, err
	}
	difference := grid.Diff(was, is.Mesh, is.Buildings)
	d = ReleaseDiff{District: string(district), Since: since, Release: until, Counts: map[string]FateCounts{},
		Changes: []Change{}, Moves: []AreaMove{}, Points: []PointMove{}, Lineage: []LineageRow{}}
	for l := grid.LevelDistrict; l <= grid.LevelGrid; l++ {
		d.Counts[string(levelName[l])] = FateCounts{Born: difference.Count(l, grid.Born), Gone: difference.Count(l, grid.Gone), Changed: difference.Count(l, grid.Changed)}
	}
	for _, c := range difference.Changes {
		d.Changes = append(d.Changes, changeOf(c, was, is.Mesh))
	}
	for _, m := range difference.Moves {
		d.Moves = append(d.Moves, AreaMove{From: codeOrNull(m.From), To: codeOrNull(m.To), AreaM2: tenth(m.AreaM2), Buildings: m.Buildings, Households: m.Households})
	}
	for _, m := range moved {
		d.Points = append(d.Points, PointMove{Kind: m.Kind, From: codeOrNull(m.From), To: codeOrNull(m.To), Count: m.Count})
	}
	if !scope.Of(ctx).Area(scope.SeeHistory).Covers(string(district)) {
		shareOutside(lineage)
	}
	for _, l := range lineage {
		d.Lineage = append(d.Lineage, LineageRow{Release: l.Release, Kind: l.Kind, From: codeOrNull(l.From), To: codeOrNull(l.To), AreaM2: tenth(l.AreaM2),
			Buildings: l.Buildings, Households: l.Households, FromShare: l.FromShare, ToShare: l.ToShare})
	}
	return d, nil
}

// shareOutside makes shares of the ground outside of the net be those of what is seen of it: as stored they tell of the rest.
func shareOutside(lineage []grid.Lineage) {
	type group struct {
		release  int
		level    grid.Level
		outwards bool
	}
	of := func(l grid.Lineage) (g group, share bool) {
		return group{l.Release, cmp.Or(l.To, l.From).Level(), l.To == ""}, l.From == "" || l.To == ""
	}
	all := map[group]float64{}
	for _, l := range lineage {
		if g, share := of(l); share {
			all[g] += l.AreaM2
		}
	}
	for i := range lineage {
		l := &lineage[i]
		g, share := of(*l)
		switch {
		case !share || all[g] == 0:
		case g.outwards:
			l.ToShare = l.AreaM2 / all[g]
		default:
			l.FromShare = l.AreaM2 / all[g]
		}
	}
}

func tenth(v float64) float64 { return math.Round(v*10) / 10 }

// codeOrNull is a code for an answer; what lies in no grid has none.
func codeOrNull(c grid.Code) *string {
	if c == "" {
		return nil
	}
	return new(string(c))
}

func changeOf(c grid.Change, was, is *grid.Mesh) Change {
	change := Change{Level: levelName[c.Level], Code: string(c.Code), Name: c.Name, Fate: ChangeFate(c.Fate), Shape: c.Shape || c.Fate != grid.Changed,
		OldAreaM2: tenth(c.OldAreaM2), AreaM2: tenth(c.AreaM2), Attributes: []AttributeChange{}}
	old, new := attributesOf(was, c), attributesOf(is, c)
	for _, name := range attributeNames {
		if c.Fate == grid.Born && new[name] != "" || slices.Contains(c.Attributes, name) {
			change.Attributes = append(change.Attributes, AttributeChange{Name: AttributeChangeName(name), Old: old[name], New: new[name]})
		}
	}
	return change
}

var attributeNames = []string{"name", "kind", "category", "source_id", "parts"}

// attributesOf are the attributes, by name, that a net has for what changed; none where it does not have it.
func attributesOf(m *grid.Mesh, c grid.Change) map[string]string {
	if m == nil {
		return nil
	}
	divisions := map[grid.Level][]grid.Division{grid.LevelDistrict: {m.Net.District}, grid.LevelTown: m.Net.Towns, grid.LevelCommunity: m.Net.Communities}
	if c.Level != grid.LevelGrid {
		list := divisions[c.Level]
		i, found := slices.BinarySearchFunc(list, c.Code, func(d grid.Division, code grid.Code) int { return cmp.Compare(d.Code, code) })
		if !found {
			return nil
		}
		return map[string]string{"name": list[i].Name, "source_id": list[i].SourceID}
	}
	i, found := slices.BinarySearchFunc(m.Net.Grids, c.Code, func(f grid.Face, code grid.Code) int { return cmp.Compare(f.Code, code) })
	if !found {
		return nil
	}
	f := m.Net.Grids[i]
	return map[string]string{"name": f.Name, "kind": string(f.Kind), "category": string(f.Category), "source_id": f.SourceID, "parts": strconv.Itoa(f.Parts)}
}
