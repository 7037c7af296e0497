package api

import (
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// tally counts and times the requests of one route, so that the number of time series does not grow with the traffic. Each series is
// looked up once.
type tally struct {
	name     string
	requests *prometheus.CounterVec
	latency  prometheus.Observer
	codes    [600]atomic.Pointer[prometheus.Counter] // by status
}

func (s *Server) newTally(name string) *tally {
	return &tally{name: name, requests: s.requests, latency: s.latency.WithLabelValues(name)}
}

func (t *tally) count(code int, took time.Duration) {
	if code == 0 {
		code = http.StatusOK
	}
	series := &t.codes[code]
	counter := series.Load()
	if counter == nil {
		c := t.requests.WithLabelValues(t.name, strconv.Itoa(code))
		counter = &c
		series.Store(counter)
	}
	(*counter).Inc()
	t.latency.Observe(took.Seconds())
}

// observe counts and times what has a route.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		s.inFlight.Inc()
		defer s.inFlight.Dec()
		next.ServeHTTP(w, r)
		if c := callOf(r.Context()); c.tally != nil {
			c.tally.count(c.code, time.Since(start))
		}
	})
}
