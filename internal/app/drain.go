package app

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"
)

// silence is how long a new connection may be without a request before it counts as idle: browsers open some in advance.
const silence = time.Second

// drain ends a server without losing a request. http.Server.Shutdown alone drops those it reads after it was called.
type drain struct {
	mu   sync.Mutex
	open map[net.Conn]time.Time // when a request is under way or awaited there: since when it is awaited, zero for under way
}

// drained prepares a server to be ended by stop.
func drained(srv *http.Server) *drain {
	d := &drain{open: map[net.Conn]time.Time{}}
	srv.ConnState = func(c net.Conn, s http.ConnState) {
		d.mu.Lock()
		defer d.mu.Unlock()
		switch s {
		case http.StateNew:
			d.open[c] = time.Now()
		case http.StateActive:
			d.open[c] = time.Time{}
		default:
			delete(d.open, c)
		}
	}
	return d
}

// stop answers everybody whom the listener let in, and then ends the server; what is still under way when ctx ends is cut off. ended is
// closed when the server has left its listener.
func (d *drain) stop(ctx context.Context, srv *http.Server, ln net.Listener, ended <-chan struct{}) {
	ln.Close()
	<-ended
	for tick := time.NewTicker(5 * time.Millisecond); d.busy() && ctx.Err() == nil; <-tick.C {
	}
	if err := srv.Shutdown(ctx); err != nil {
		srv.Close()
	}
}

// busy reports whether a request is under way or awaited.
func (d *drain) busy() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, since := range d.open {
		if since.IsZero() || time.Since(since) < silence {
			return true
		}
	}
	return false
}
