package app

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

func TestConfigShowsNoSecret(t *testing.T) {
	for address, want := range map[string]string{
		"":                                       `database = "embedded"`,
		"postgres://me:secret@host/net":          `database = "postgres://me:xxxxx@host/net"`,
		"postgres://host/net?password=secret":    `database = "postgres://host/net?password=xxxxx"`,
		"host=/tmp user=me password=secret":      `database = "(set)"`,
		"postgres://host/%zz?sslpassword=secret": `database = "(set)"`,
	} {
		t.Setenv("ZHUWANG_DATABASE_URL", address)
		if r := zhuwang(t, "config", "--data", t.TempDir()); r.code != exitDone || !strings.Contains(r.out, want) || strings.Contains(r.out, "secret") {
			t.Errorf("%q: %+v", address, r)
		}
	}
}

// Profiles tell what is in memory: a page elsewhere must not reach them through the browser.
func TestProfilesAreForThisMachine(t *testing.T) {
	h := adminHandler(prometheus.NewRegistry())
	for host, want := range map[string]int{"127.0.0.1:8081": 200, "rebound.example:8081": 403} {
		r := httptest.NewRequest("GET", "/debug/pprof/cmdline", nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("host %s: %d", host, w.Code)
		}
	}
}
