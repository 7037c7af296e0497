package app

import (
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

// A server that is stopped while clients press it answers every request whose connection it took: on connections of their own and on kept
// ones alike. POST, because clients repeat a lost GET by themselves.
func TestStopUnderLoadDropsNoRequest(t *testing.T) {
	onDatabase(t)
	if r := zhuwang(t, "migrate"); r.code != exitDone {
		t.Fatalf("%+v", r)
	}
	var clients sync.WaitGroup
	var answers atomic.Int64
	t.Run("serve", func(server *testing.T) { // at its end the server is stopped
		address := serve(server)
		for i := range 8 {
			transport := &http.Transport{DisableKeepAlives: i%2 == 0}
			clients.Go(func() {
				defer transport.CloseIdleConnections()
				for {
					res, err := (&http.Client{Transport: transport}).Get(address + "/api/v1/districts")
					if errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ECONNRESET) {
						return // the server has gone: it took nothing of this request, and the client knows
					}
					if err != nil {
						t.Errorf("dropped after %d answers: %v", answers.Load(), err)
						return
					}
					if _, err := io.Copy(io.Discard, res.Body); err != nil {
						t.Error(err)
					}
					res.Body.Close()
					answers.Add(1)
				}
			})
		}
		eventually(t, "some load", func() bool { return answers.Load() > 200 })
	})
	clients.Wait()
}
