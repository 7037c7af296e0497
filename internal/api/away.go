package api

import (
	"context"
	"net/http"
	"time"
)

// How long a request waits for the database: one that asks, one that writes (a publication under way may keep it waiting), one that
// changes a whole batch, and any while the database is known to be away.
const (
	readPatience  = 30 * time.Second
	writePatience = 10 * time.Second
	batchPatience = 10 * time.Minute
	awayPatience  = 2 * time.Second
)

// away reports whether the database is known to be away.
func (s *Server) away() bool {
	_, away := s.Nets.Away()
	return away
}

// patient bounds the wait of a request.
func (s *Server) patient(ctx context.Context, wait time.Duration) (context.Context, context.CancelFunc) {
	if s.away() {
		wait = awayPatience
	}
	return context.WithTimeout(ctx, wait)
}

// awayHeader tells every client since when the server has answered from memory alone.
const awayHeader = "Zhuwang-Database-Away-Since"

// tellAway says in each answer since when the database has been away.
func (s *Server) tellAway(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if since, away := s.Nets.Away(); away {
			w.Header().Set(awayHeader, since.UTC().Format(time.RFC3339))
		}
		next.ServeHTTP(w, r)
	})
}
