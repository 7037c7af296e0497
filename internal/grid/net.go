// Package grid is the domain: the divisions of a district, its grids, buildings and base layers, their codes, and the
// releases by which the published net changes. It knows neither SQL nor HTTP; it defines the Store that it needs.
package grid

import (
	"time"

	"github.com/zhuwang/zhuwang/geo"
)

// Kind of a grid: basic 基础 or dedicated 专属.
type Kind string

// The two kinds.
const (
	Basic     Kind = "basic"
	Dedicated Kind = "dedicated"
)

// Category of a grid: one of nine (domain term in the comment). "" is unknown.
type Category string

// The nine categories; the first two are basic, the others dedicated. The ids are those of the house style's patterns.
const (
	Hamlet      Category = "po"     // 坡(队、组)
	Residential Category = "resid"  // 居民小区(楼栋群)
	Industrial  Category = "indus"  // 工业园区
	Office      Category = "office" // 商务楼宇
	Mall        Category = "mall"   // 商圈
	School      Category = "school" // 学校
	Hospital    Category = "hosp"   // 医院
	Institution Category = "org"    // 企事业单位
	Security    Category = "secure" // 治安重点地区
)

// Division is a district, town or community of one release. Its outline is the dissolve of the grids in it.
type Division struct {
	Code     Code
	Name     string
	SourceID string // the source's own id; "" if it had none
	Outline  geo.MultiPolygon
}

// Face is one grid of one release.
type Face struct {
	Code     Code
	Name     string
	Kind     Kind
	Category Category
	SourceID string
	Parts    int // declared number of parts
	Shape    geo.MultiPolygon
}

// Net is the whole division of one district: its towns, communities and grids, each sorted by code.
// A Net is immutable once built; a grid's community is the first 12 digits of its code at birth.
type Net struct {
	District    Division
	Towns       []Division
	Communities []Division
	Grids       []Face
}

// Release is one immutable, numbered state of a district's net.
type Release struct {
	District Code
	N        int
	MadeAt   time.Time
	By       string
	Note     string
	Corrects int // the release that this one corrects for a span of the past; 0: none
}

// Inventor is the author (Release.By) of releases whose data is invented: people must be told.
const Inventor = "demo"

// Interval is one row of the timeline: the release that was in force over Valid, as known over Recorded.
// Both are half-open [from, to); a zero To is unbounded.
type Interval struct {
	Release  int
	Valid    Span
	Recorded Span
}

// Span is a half-open span of time [From, To); a zero To is unbounded.
type Span struct{ From, To time.Time }
