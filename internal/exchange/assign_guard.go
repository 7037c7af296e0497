package exchange

import (
	"fmt"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// guarded turns a panic of the decoder, which trusts the numbers in a file too much, into an error.
func guarded(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return f()
}

// guardRows turns a panic over the rows of a block into the fault of its first row: what a reader took from a damaged file may show only when
// the values are used.
func (a *assigner) guardRows(b *block, f func() error) error {
	var err error
	if broken := guarded(func() error {
		err = f()
		return nil
	}); broken != nil {
		return a.located(&fault.Error{Kind: fault.Invalid, Rule: "broken-rows", Args: fault.Args{"format": string(a.from.format), "row": b.first}, Cause: broken})
	}
	return err
}
