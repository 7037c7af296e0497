package grid

// These serve the tests that stand outside of the package, with a real store.
var (
	Drawn  = drawn
	CodeOf = codeOf
	House  = house

	SettleAttributes = settleAttributes
	SameAttributes   = sameAttributes
)
