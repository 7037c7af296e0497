package grid

// Drawn, CodeOf and House serve the tests that stand outside of the package, with a real store.
var (
	Drawn  = drawn
	CodeOf = codeOf
	House  = house
)
