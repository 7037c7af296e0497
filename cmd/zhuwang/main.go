// Command zhuwang keeps a district's one net of grids, draws it, and says which grid holds a point.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/zhuwang/zhuwang/internal/app"
)

// version is set by the build.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := app.Run(ctx, os.Args[1:], app.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, version)
	stop()
	os.Exit(code)
}
