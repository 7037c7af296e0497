package grid

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// Role is what a column of a file of points holds.
type Role string

// The roles, in the order in which people are shown them. A column without one is an attribute.
const (
	RoleKind     Role = "kind"
	RoleID       Role = "id"
	RoleAt       Role = "at"
	RoleLon      Role = "lon"
	RoleLat      Role = "lat"
	RoleCRS      Role = "crs"
	RoleAccuracy Role = "accuracy_m"
)

// roles in their order: what people call them, and the headers by which their columns are known, as plainHeader writes them.
var roles = []struct {
	role    Role
	text    fault.Text
	headers []string
}{
	{RoleKind, fault.Text{Zh: "种类", En: "kind"}, []string{"kind", "种类", "类型", "type", "类别"}},
	{RoleID, fault.Text{Zh: "编号", En: "id"}, []string{"id", "编号", "工单号", "工单编号", "案件编号", "事件编号", "uuid", "guid", "source_id"}},
	{RoleAt, fault.Text{Zh: "时间", En: "time"}, []string{"at", "时间", "time", "上报时间", "发生时间", "采集时间", "登记时间", "创建时间", "日期", "date", "datetime", "timestamp", "created_at", "reported_at"}},
	{RoleLon, fault.Text{Zh: "经度", En: "longitude"}, []string{"lon", "经度", "longitude", "lng", "long", "x"}},
	{RoleLat, fault.Text{Zh: "纬度", En: "latitude"}, []string{"lat", "纬度", "latitude", "y"}},
	{RoleCRS, fault.Text{Zh: "坐标系", En: "datum"}, []string{"crs", "坐标系", "datum", "坐标系统"}},
	{RoleAccuracy, fault.Text{Zh: "精度（米）", En: "accuracy in metres"}, []string{"accuracy_m", "精度(米)", "精度", "accuracy", "定位精度"}},
}

// Roles lists the roles.
func Roles() []Role {
	list := make([]Role, len(roles))
	for i, r := range roles {
		list[i] = r.role
	}
	return list
}

// Text names the role; a column without one holds an attribute.
func (r Role) Text() fault.Text {
	for _, w := range roles {
		if w.role == r {
			return w.text
		}
	}
	return fault.Text{Zh: "属性", En: "attribute"}
}

// Columns says which column of a file holds what; a role without a column is not in it.
type Columns map[Role]string

// Guess is a column that may hold something, and why.
type Guess struct {
	Role   Role
	Column string
	Sure   bool // by its header; else by its values, which a person has to confirm
	Reason fault.Text
}

// Proposal is how the columns of a file may be read, for a person to see before anything is written.
type Proposal struct {
	Guesses []Guess   // at most one a role, in the order of the roles
	Order   DateOrder // of the times in the guessed column, as far as their values tell
}

// Columns are the guesses that are sure.
func (p Proposal) Columns() Columns {
	c := Columns{}
	for _, g := range p.Guesses {
		if g.Sure {
			c[g.Role] = g.Column
		}
	}
	return c
}

// Guess finds the guess for a role.
func (p Proposal) Guess(r Role) (Guess, bool) {
	i := slices.IndexFunc(p.Guesses, func(g Guess) bool { return g.Role == r })
	if i < 0 {
		return Guess{}, false
	}
	return p.Guesses[i], true
}

// plainHeader is a header without what people write differently: case, spaces around it, hyphens, full-width brackets.
func plainHeader(s string) string {
	return strings.NewReplacer("（", "(", "）", ")", " ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(s)))
}

// Propose guesses which columns hold what, from their headers and some rows, each with the cells of the columns in their order ("" for none).
// Said are the columns that a person named: they keep their roles. In a table longitude and latitude are columns; elsewhere each row has a geometry.
func Propose(columns []string, rows [][]string, table bool, said Columns) Proposal {
	var p Proposal
	taken := map[string]bool{}
	for _, c := range said {
		taken[c] = true
	}
	for _, r := range roles {
		if !table && (r.role == RoleLon || r.role == RoleLat || r.role == RoleCRS) || said[r.role] != "" {
			continue
		}
		g, ok := byHeader(r.role, r.headers, columns, rows, taken)
		if !ok {
			g, ok = byValues(r.role, columns, rows, taken)
		}
		if ok {
			g.Role = r.role
			taken[g.Column] = true
			p.Guesses = append(p.Guesses, g)
		}
	}
	at := said[RoleAt]
	if g, ok := p.Guess(RoleAt); ok {
		at = g.Column
	}
	if i := slices.Index(columns, at); i >= 0 && at != "" {
		p.Order = orderOf(column(rows, i))
	}
	return p
}

// byHeader finds the column that has a usual header and values that the role can hold.
func byHeader(role Role, headers, columns []string, rows [][]string, taken map[string]bool) (Guess, bool) {
	for _, h := range headers {
		for i, c := range columns {
			if plainHeader(c) == h && !taken[c] && fits(role, column(rows, i)) {
				return Guess{Column: c, Sure: true, Reason: fault.Text{Zh: "表头是常用的“" + c + "”", En: "its header “" + c + "” is a usual one"}}, true
			}
		}
	}
	return Guess{}, false
}

// fits reports whether a column of that header can be meant: “type” is often the subject of a report, not its kind.
func fits(role Role, values []string) bool {
	return role != RoleKind || !slices.ContainsFunc(values, func(v string) bool { return !kebab(v) })
}

// byValues finds the column whose values look like what the role holds.
func byValues(role Role, columns []string, rows [][]string, taken map[string]bool) (Guess, bool) {
	for i, c := range columns {
		values := column(rows, i)
		if taken[c] || len(values) == 0 {
			continue
		}
		switch h := plainHeader(c); {
		case role == RoleID && len(values) == len(rows) && distinct(values) && namesID(h):
			return Guess{Column: c, Reason: fault.Text{
				Zh: "每行都有值，互不相同（看了 " + strconv.Itoa(len(rows)) + " 行）", En: "each of " + strconv.Itoa(len(rows)) + " rows has a value of its own"}}, true
		case role == RoleAt && readAsTimes(values):
			return Guess{Column: c, Reason: fault.Text{Zh: "值都是时间，如 " + values[0], En: "its values are times, as " + values[0]}}, true
		case role == RoleLon && (strings.Contains(h, "lon") || strings.Contains(h, "lng") || strings.Contains(h, "经度")) && inRange(values, 180),
			role == RoleLat && (strings.Contains(h, "lat") || strings.Contains(h, "纬度")) && inRange(values, 90):
			return Guess{Column: c, Reason: fault.Text{Zh: "表头像，值也在范围内", En: "its header and the range of its values"}}, true
		}
	}
	return Guess{}, false
}

// column are the values of a column, without empty cells.
func column(rows [][]string, i int) (values []string) {
	for _, r := range rows {
		if i < len(r) {
			if v := strings.TrimSpace(r[i]); v != "" {
				values = append(values, v)
			}
		}
	}
	return values
}

func distinct(values []string) bool {
	seen := make(map[string]bool, len(values))
	for _, v := range values {
		if seen[v] {
			return false
		}
		seen[v] = true
	}
	return true
}

// namesID reports whether a header speaks of an identity.
func namesID(header string) bool {
	return slices.ContainsFunc([]string{"id", "_no", "code", "number", "编号", "编码", "单号", "号码"}, func(end string) bool { return strings.HasSuffix(header, end) })
}

// readAsTimes reports whether all values are times. Bare numbers are not taken for any.
func readAsTimes(values []string) bool {
	for _, v := range values {
		if _, rule := ParseTime(v, MonthFirst, time.UTC); rule != "" {
			if _, rule = ParseTime(v, DayFirst, time.UTC); rule != "" {
				return false
			}
		}
		if isDecimal(v) {
			return false
		}
	}
	return true
}

// orderOf tells the order of dates whose year comes last from those that have a day above 12.
func orderOf(values []string) DateOrder {
	month, day := true, true
	for _, v := range values {
		_, rule := ParseTime(v, MonthFirst, time.UTC)
		month = month && rule == ""
		_, rule = ParseTime(v, DayFirst, time.UTC)
		day = day && rule == ""
	}
	switch {
	case month && !day:
		return MonthFirst
	case day && !month:
		return DayFirst
	}
	return YearFirst
}

func inRange(values []string, limit float64) bool {
	for _, v := range values {
		f, err := strconv.ParseFloat(v, 64)
		if err != nil || f < -limit || f > limit {
			return false
		}
	}
	return true
}
