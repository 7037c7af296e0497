package scope

import "github.com/zhuwang/zhuwang/internal/fault"

// Role is what a person does here.
type Role string

// The roles.
const (
	Administrator Role = "administrator"
	Planner       Role = "planner"
	Reviewer      Role = "reviewer"
	Dispatcher    Role = "dispatcher" // of the centre, a sub-centre or a station: by the prefix of the grant
	Instructor    Role = "instructor"
	Leader        Role = "leader"
	Member        Role = "member"
	Analyst       Role = "analyst"
	Screen        Role = "screen" // a wall, which nobody sits at
	Public        Role = "public" // may what is configured for everybody, see Caller.Public
)

// String is the word of the role.
func (r Role) String() string { return string(r) }

const (
	see   = Set(1<<SeeDivisions | 1<<SeeGrids | 1<<SeeBase | 1<<SeeBuildings | 1<<SeePoints | 1<<SeeHistory)
	work  = see | 1<<WritePoints
	every = Set(1<<permissions-1) &^ (1<<Anyone | 1<<SignedIn | 1)
)

// roles is the one table of roles and permissions.
var roles = []struct {
	role Role
	name fault.Text
	may  Set
}{
	{Administrator, fault.Text{Zh: "管理员", En: "administrator"}, every},
	{Planner, fault.Text{Zh: "规划员", En: "planner"}, see | 1<<ExportPoints | 1<<EditBuildings | 1<<Plan},
	{Reviewer, fault.Text{Zh: "审核员", En: "reviewer"}, see | 1<<ExportPoints | 1<<Plan | 1<<Review | 1<<EditNet},
	{Dispatcher, fault.Text{Zh: "调度员", En: "dispatcher"}, work | 1<<ExportPoints | 1<<ImportPoints},
	{Instructor, fault.Text{Zh: "指导员", En: "instructor"}, work | 1<<ExportPoints},
	{Leader, fault.Text{Zh: "网格长", En: "grid leader"}, work},
	{Member, fault.Text{Zh: "网格员", En: "grid member"}, work},
	{Analyst, fault.Text{Zh: "分析员", En: "analyst"}, see | 1<<ExportPoints},
	{Screen, fault.Text{Zh: "大屏", En: "screen"}, see},
	{Public, fault.Text{Zh: "公众", En: "public"}, 0},
}

// Roles lists all roles, the one that may most first.
func Roles() (all []Role) {
	for _, r := range roles {
		all = append(all, r.role)
	}
	return all
}

// May is what the role may within its area; of an unknown role, nothing.
func (r Role) May() Set {
	for _, row := range roles {
		if row.role == r {
			return row.may
		}
	}
	return 0
}

// Name is what people call the role.
func (r Role) Name() fault.Text {
	for _, row := range roles {
		if row.role == r {
			return row.name
		}
	}
	return fault.Text{}
}

// ParseRole reads the word of a role. fault unknown-role.
func ParseRole(word string) (Role, error) {
	for _, row := range roles {
		if string(row.role) == word {
			return row.role, nil
		}
	}
	return "", fault.New(fault.Invalid, "unknown-role", fault.Args{"role": word, "choices": choices(Roles())}).In(fault.Place{Field: "role"})
}
