// Package scope is the one rule of who may see and do what, and where: a person has roles, each on a prefix of the code set
// (`450105001` is that street and all below it), and the rule is tested on the code of the grid that a thing lies in now.
package scope

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// Permission is one thing that a person may see or do. The zero value is none of them: nobody has it.
type Permission uint8

// Anyone and SignedIn are asked for where no area is concerned; the others are held on an area.
const (
	_        Permission = iota
	Anyone              // nothing is asked: liveness, pages, signing in
	SignedIn            // whoever is known by name
	SeeDivisions
	SeeGrids // and ask which grid a point lies in
	SeeBase  // streets, water, blocks
	SeeBuildings
	SeePoints
	SeeHistory // the list of releases, who made them and what each of them changed
	ExportPoints
	WritePoints // post, correct and overrule single points
	ImportPoints
	EditBuildings
	EditNet // import and publish
	Plan
	Review
	ManageAccounts
	SeeAudit
	permissions // how many
)

// words are the permissions as they are written in configurations and answers, and as people read them.
var words = [permissions]struct {
	word string
	name fault.Text
}{
	Anyone:         {"anyone", fault.Text{Zh: "任何人", En: "anyone"}},
	SignedIn:       {"signed-in", fault.Text{Zh: "已登录", En: "signed in"}},
	SeeDivisions:   {"divisions", fault.Text{Zh: "查看区划", En: "see divisions"}},
	SeeGrids:       {"grids", fault.Text{Zh: "查看网格", En: "see grids"}},
	SeeBase:        {"base", fault.Text{Zh: "查看底图", En: "see the base map"}},
	SeeBuildings:   {"buildings", fault.Text{Zh: "查看建筑物", En: "see buildings"}},
	SeePoints:      {"points", fault.Text{Zh: "查看点位", En: "see points"}},
	SeeHistory:     {"releases", fault.Text{Zh: "查看版本历史", En: "see the history of releases"}},
	ExportPoints:   {"export-points", fault.Text{Zh: "导出点位", En: "export points"}},
	WritePoints:    {"write-points", fault.Text{Zh: "上报与更正点位", En: "report and correct points"}},
	ImportPoints:   {"import-points", fault.Text{Zh: "批量导入点位", En: "import points"}},
	EditBuildings:  {"edit-buildings", fault.Text{Zh: "编辑建筑物", En: "edit buildings"}},
	EditNet:        {"edit-net", fault.Text{Zh: "导入与发布网", En: "import and publish nets"}},
	Plan:           {"plan", fault.Text{Zh: "规划", En: "plan"}},
	Review:         {"review", fault.Text{Zh: "审核", En: "review"}},
	ManageAccounts: {"manage-accounts", fault.Text{Zh: "管理账号", En: "manage accounts"}},
	SeeAudit:       {"audit", fault.Text{Zh: "查看审计", En: "see the audit"}},
}

// String is the word of the permission; "" where there is none.
func (p Permission) String() string {
	if p >= permissions {
		return ""
	}
	return words[p].word
}

// Name is what people call it.
func (p Permission) Name() fault.Text {
	if p >= permissions {
		return fault.Text{}
	}
	return words[p].name
}

// Permissions lists all of them.
func Permissions() (all []Permission) {
	for p := Anyone; p < permissions; p++ {
		all = append(all, p)
	}
	return all
}

// Set is a set of permissions.
type Set uint32

// SetOf is the set of the permissions given.
func SetOf(all ...Permission) (s Set) {
	for _, p := range all {
		s |= 1 << p
	}
	return s
}

// Has reports whether the set holds p.
func (s Set) Has(p Permission) bool { return s&(1<<p) != 0 }

// publishable are the layers that a configuration may show to everybody.
var publishable = []Permission{SeeDivisions, SeeGrids, SeeBase, SeeBuildings, SeePoints, SeeHistory}

// PublicDefault is what everybody sees unless it is configured: divisions, grids, the base map.
const PublicDefault = "divisions,grids,base"

// ParsePublic reads which layers everybody sees, words parted by commas; "" is none. fault unknown-public-layer.
func ParsePublic(list string) (s Set, err error) {
	for word := range strings.SplitSeq(list, ",") {
		word = strings.TrimSpace(word)
		if word == "" {
			continue
		}
		i := slices.IndexFunc(publishable, func(p Permission) bool { return p.String() == word })
		if i < 0 {
			return 0, fault.New(fault.Usage, "unknown-public-layer", fault.Args{"layer": word, "choices": choices(publishable)}).In(fault.Place{Field: "public"})
		}
		s |= SetOf(publishable[i])
	}
	if s.Has(SeeGrids) { // the answer for a grid names the divisions that it lies in
		s |= SetOf(SeeDivisions)
	}
	return s, nil
}

func choices[T fmt.Stringer](all []T) string {
	var s []string
	for _, v := range all {
		s = append(s, v.String())
	}
	return strings.Join(s, ", ")
}
