package grid

// Level is a level of the net, from the district down.
type Level uint8

// Levels, named in DESIGN terms; the value orders them from coarse to fine.
const (
	NoLevel Level = iota
	LevelDistrict
	LevelTown
	LevelCommunity
	LevelGrid
	LevelBuilding
	LevelCell
	LevelUnit
	LevelRoom
)

// codeLength is the number of digits of a code of each level.
var codeLength = [...]int{LevelDistrict: 6, LevelTown: 9, LevelCommunity: 12, LevelGrid: 15, LevelBuilding: 17, LevelCell: 18, LevelUnit: 19, LevelRoom: 23}

// Code is a code of the one code set (一套编码): its length says what it names, its prefix where it was born.
type Code string

// Level is the level that a code of this form names; NoLevel for anything that is no code.
func (c Code) Level() Level {
	for _, r := range c {
		if r < '0' || r > '9' {
			return NoLevel
		}
	}
	for l, n := range codeLength {
		if n == len(c) && n > 0 {
			return Level(l)
		}
	}
	return NoLevel
}

// within is the level whose code a code of each level begins with: a building's begins with its community's, not with a
// grid's, so that redrawing grids changes no building.
var within = [...]Level{
	LevelTown: LevelDistrict, LevelCommunity: LevelTown, LevelGrid: LevelCommunity, LevelBuilding: LevelCommunity,
	LevelCell: LevelGrid, LevelUnit: LevelBuilding, LevelRoom: LevelUnit,
}

// At is the prefix of the code that names its ancestor (or itself) at a level; "" where there is none.
func (c Code) At(l Level) Code {
	for k := c.Level(); k != NoLevel; k = within[k] {
		if k == l {
			return c[:codeLength[l]]
		}
	}
	return ""
}
