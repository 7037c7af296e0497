package store

// For tests of the package from outside.
var (
	RegisterGeometry = registerGeometry
	Explain          = explain
)
