package grid

// Named is one entry of the register of official names: what the division with this code is called.
type Named struct {
	Code Code
	Name string
}
