package snapshot

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/tiles"
)

// Attribution is what maps say of where their tiles are from.
const Attribution = "筑网 Zhuwang"

// Tiles are the sources of a snapshot's vector tiles.
type Tiles struct {
	Net       *tiles.Net
	Base      *tiles.Base
	Buildings *tiles.Buildings
}

// Revisions of the tile sets, for their addresses: what a tile of a set says at one revision never changes. Tiles of the net
// say how many households a grid has, so theirs is the release, the revision of the buildings, and the moment at which the
// release was made: a database put back to an older state may give its number again.
func (s *Snapshot) Revisions() (net, base, buildings string) { return s.netName, s.baseName, s.netName }

// name makes the names of the revisions: each tile that is asked for needs one.
func (s *Snapshot) name() {
	s.netName = fmt.Sprintf("%d.%d.%d%s", s.Release.N, s.buildingsRev, s.Release.MadeAt.UnixMilli(), s.suffix)
	s.baseName = fmt.Sprint(s.baseRev)
}

// Identity names all that a snapshot says: snapshots of one identity answer alike.
func (s *Snapshot) Identity() string {
	net, base, _ := s.Revisions()
	return fmt.Sprintf("%s/%s/%s/%d", s.Release.District, net, base, s.Since.UnixMicro())
}

// draw makes the tile sources of a furnished snapshot.
func (s *Snapshot) draw(in contents) (err error) {
	s.Tiles.Base, s.Tiles.Buildings = in.base, in.drawn
	s.Tiles.Net, err = tiles.NewNet(tiles.NetInput{
		Districts:   s.level(grid.LevelDistrict, s.Mesh.District),
		Towns:       s.level(grid.LevelTown, s.Mesh.Towns),
		Communities: s.level(grid.LevelCommunity, s.Mesh.Communities),
		Grids:       s.level(grid.LevelGrid, s.Mesh.Grids),
	})
	return err
}

// level is a level of the net as the tiles want it.
func (s *Snapshot) level(l grid.Level, c *coverage.Coverage) tiles.Division {
	d := tiles.Division{Coverage: c}
	for i := range s.count(l) {
		named := s.division(l, i)
		face := tiles.Face{Code: string(named.Code), Name: named.Name, Households: s.households[l][i]}
		if l == grid.LevelGrid {
			face.Kind, face.Category = string(s.Mesh.Net.Grids[i].Kind), string(s.Mesh.Net.Grids[i].Category)
		}
		d.Faces, d.Labels = append(d.Faces, face), append(d.Labels, s.measures[l][i].label)
	}
	switch l {
	case grid.LevelCommunity:
		d.Of = s.Mesh.TownOf
	case grid.LevelGrid:
		d.Of = s.Mesh.CommunityOf
	}
	return d
}

// House numbers as plates have them: 12, 12-3, 12之3, 甲12, 12A before 号; 12, 12A, 12-14, 12.5 as the first word of other addresses.
var (
	numberBeforeHao = regexp.MustCompile(`[甲乙丙丁戊己庚辛]?[0-9]+(?:[-之][0-9]+)*[甲乙丙丁戊己庚辛A-Za-z]?$`)
	numberAtStart   = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?[A-Za-z]?(?:-[0-9]+(?:\.[0-9]+)?[A-Za-z]?)?)(?:[ ,(#]|$)`)
	plainDigits     = strings.NewReplacer("０", "0", "１", "1", "２", "2", "３", "3", "４", "4", "５", "5", "６", "6", "７", "7", "８", "8", "９", "9", "－", "-", "—", "-", "–", "-")
)

// houseNumber is the number of the house in an address: that before the first 号, else that with which the address begins; "" if
// there is none. “1st Street” and “21世纪大道” have none.
func houseNumber(address string) string {
	address = plainDigits.Replace(address)
	if before, _, found := strings.Cut(address, "号"); found {
		return numberBeforeHao.FindString(before)
	}
	if m := numberAtStart.FindStringSubmatch(strings.TrimSpace(address)); m != nil {
		return m[1]
	}
	return ""
}

// readBuildings reads a district's buildings, by code, then id, and makes a tile source of them.
func readBuildings(ctx context.Context, store grid.Store, district grid.Code) ([]grid.Building, *tiles.Buildings, error) {
	var list []grid.Building
	for b, err := range store.Buildings(ctx, district) {
		if err != nil {
			return nil, nil, err
		}
		list = append(list, b)
	}
	return list, drawBuildings(list), nil
}

// drawBuildings sorts buildings by code, then id, and makes a tile source of them, which keeps the list.
func drawBuildings(list []grid.Building) *tiles.Buildings {
	slices.SortFunc(list, func(a, b grid.Building) int { return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.ID, b.ID)) })
	return tiles.NewBuildings(tiles.BuildingsInput{
		Len: len(list),
		About: func(i int) tiles.Building {
			b := &list[i]
			return tiles.Building{Code: string(b.Code), Name: b.Name, Address: b.Address, Number: houseNumber(b.Address), Use: b.Use,
				Households: b.Households, Storeys: b.Storeys}
		},
		Where: func(i int) (geo.MultiPolygon, geo.Point) { return list[i].Footprint, list[i].Point },
	})
}

// readBase sorts a district's base features into a tile source.
func readBase(ctx context.Context, store grid.Store, district grid.Code) (*tiles.Base, error) {
	var in tiles.BaseInput
	for f, err := range store.Base(ctx, district) {
		if err != nil {
			return nil, err
		}
		drawn := tiles.Feature{Class: f.Class, Name: f.Name, Lines: f.Lines, Shape: f.Shape}
		switch f.Layer {
		case grid.Street:
			in.Streets = append(in.Streets, drawn)
		case grid.Water:
			in.Water = append(in.Water, drawn)
		case grid.Bridge:
			in.Bridges = append(in.Bridges, drawn)
		case grid.Block:
			in.Blocks = append(in.Blocks, drawn)
		}
	}
	return tiles.NewBase(in), nil
}
