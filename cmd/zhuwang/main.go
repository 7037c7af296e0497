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
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) // a reader of our words that has gone must not end us out of order
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // a closed terminal; nohup keeps the program
		ends = append(ends, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	code := app.Run(ctx, os.Args[1:], app.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, version)
	stop()
	os.Exit(code)
}
