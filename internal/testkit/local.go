package testkit

import (
	"context"

	"github.com/zhuwang/zhuwang/internal/scope"
)

// Local is the context of a test that does what the command line does: everything.
func Local(t interface{ Context() context.Context }) context.Context {
	return scope.With(t.Context(), scope.Local())
}
