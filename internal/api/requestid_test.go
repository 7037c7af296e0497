package api_test

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/zhuwang/zhuwang/internal/api"
)

// An id that a client gave is the one of the answer and of the fault in it; what would not be safe in a log is replaced, and so are several.
func TestRequestID(t *testing.T) {
	for _, c := range []struct {
		name  string
		given []string
		taken bool
	}{
		{"none", nil, false},
		{"empty", []string{""}, false},
		{"a uuid", []string{"0b1f6c0e-6d0c-4b7e-9c50-0d1d0f6a4a11"}, true},
		{"shortest", []string{"a.b_c-12"}, true},
		{"too short", []string{"a.b_c-1"}, false},
		{"longest", []string{strings.Repeat("x", 64)}, true},
		{"too long", []string{strings.Repeat("x", 65)}, false},
		{"a line of its own", []string{"12345678\nlevel=ERROR"}, false},
		{"markup", []string{"<b>12345678"}, false},
		{"not ASCII", []string{"请求编号一"}, false},
		{"two", []string{"12345678", "87654321"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "http://127.0.0.1/readyz", nil)
			r.Header["X-Request-Id"] = c.given
			w := httptest.NewRecorder()
			api.Starting().ServeHTTP(w, r)
			var problem api.Problem
			if err := json.Unmarshal(w.Body.Bytes(), &problem); err != nil || problem.RequestId == nil {
				t.Fatalf("%s (%v)", w.Body, err)
			}
			id := *problem.RequestId
			if echoed := w.Result().Header.Values("X-Request-Id"); len(echoed) != 1 || echoed[0] != id {
				t.Errorf("the answer is %q, its header %q", id, echoed)
			}
			if taken := len(c.given) == 1 && id == c.given[0]; taken != c.taken {
				t.Errorf("%q is answered as %q", c.given, id)
			}
			if len(id) < 8 {
				t.Errorf("%q is no id", id)
			}
		})
	}
}
