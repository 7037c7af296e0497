package api

import (
	"context"
	"encoding/base32"
	"encoding/binary"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/scope"
)

// call is one request on its way through the server, and the writer of its answer: every part of the server finds what it needs of
// the other parts here, so that a request carries one value and one writer, however many parts there are.
type call struct {
	http.ResponseWriter
	request *http.Request // as it came
	id      string
	header  [1]string     // the id, as a header's values
	code    int           // with which status the answer has begun; 0: not yet
	tally   *tally        // of the route; nil while it is not known
	caller  *scope.Caller // who asks; nil while it is not known
	refused error         // the session of a browser that was shown does not hold; where nothing is asked, its caller is nobody
	query   url.Values    // once they were found right; nil for pages
	asked   sync.Once
	lang    fault.Lang // once asked for
}

type callKey struct{}

// callContext is the context of a call. It holds the caller too, for those who know of no calls.
type callContext struct {
	context.Context
	call *call
}

func (c callContext) Value(key any) any {
	switch key.(type) {
	case callKey:
		return c.call
	case scope.Key:
		return c.call.caller
	}
	return c.Context.Value(key)
}

func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

// identify makes a request a call. Its id is the one that a client or a proxy before this server gave it, so that the logs of all of them
// can be laid side by side, else a new one.
func identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{ResponseWriter: w, request: r}
		if given := r.Header["X-Request-Id"]; len(given) == 1 && wellFormedID(given[0]) {
			c.id = given[0]
		} else {
			c.id = newID()
		}
		c.header[0] = c.id
		w.Header()["X-Request-Id"] = c.header[:]
		next.ServeHTTP(c, r.WithContext(callContext{r.Context(), c}))
	})
}

var idEncoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// newID is 80 random bits as 16 letters and digits. Their source is seeded by the system, and no two requests of any server share one.
func newID() string {
	var bits [16]byte
	binary.BigEndian.PutUint64(bits[:], rand.Uint64())
	binary.BigEndian.PutUint64(bits[8:], rand.Uint64())
	var text [16]byte
	idEncoding.Encode(text[:], bits[:10])
	return string(text[:])
}

// wellFormedID reports whether an id may be taken over: 8 to 64 letters, digits, dots, dashes and underscores of ASCII, which mean nothing to a log or a page.
func wellFormedID(id string) bool {
	if len(id) < 8 || len(id) > 64 {
		return false
	}
	for _, b := range []byte(id) {
		switch {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9', b == '.', b == '-', b == '_':
		default:
			return false
		}
	}
	return true
}

// language is the one that the request asks for. Most answers have no words.
func (c *call) language() fault.Lang {
	c.asked.Do(func() {
		lang := c.request.URL.Query().Get("lang")
		if lang == "" {
			lang = c.request.Header.Get("Accept-Language")
		}
		c.lang = fault.ParseLang(lang)
	})
	return c.lang
}

func (c *call) WriteHeader(code int) {
	c.code = code
	c.ResponseWriter.WriteHeader(code)
}

func (c *call) Write(b []byte) (int, error) {
	if c.code == 0 {
		c.code = http.StatusOK
	}
	return c.ResponseWriter.Write(b)
}

// Flush is asked for by name, by the compression.
func (c *call) Flush() { _ = http.NewResponseController(c.ResponseWriter).Flush() }

// Unwrap lets http.ResponseController reach the connection (flush, deadlines).
func (c *call) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func langOf(ctx context.Context) fault.Lang {
	if c := callOf(ctx); c != nil {
		return c.language()
	}
	return fault.Chinese
}

// requestOf is the request that a context belongs to: the generated server hides it from handlers, and conditional
// requests and absolute addresses need it.
func requestOf(ctx context.Context) *http.Request { return callOf(ctx).request }

func requestID(ctx context.Context) string {
	if c := callOf(ctx); c != nil {
		return c.id
	}
	return ""
}

// clientTime is how long a client may take to send a question, and then to take the answer. Streams give more with each read.
const clientTime = time.Minute

// pace gives up clients that neither send nor take.
func pace(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		line, until := http.NewResponseController(w), time.Now().Add(clientTime)
		if r.Body != http.NoBody {
			_ = line.SetReadDeadline(until)
		}
		_ = line.SetWriteDeadline(until) // recorders of tests have no line
		next.ServeHTTP(w, r)
	})
}
