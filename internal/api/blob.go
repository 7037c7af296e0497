package api

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
)

// blob is a body in one coding with the header fields that go with it, ready to be sent any number of times. An empty body is sent as 204.
type blob struct {
	body         []byte
	kind, coding []string // Content-Type and, unless nil, Content-Encoding
	etag, length [1]string
}

// newBlob takes over a body that is in a coding.
func newBlob(body []byte, c coding, kind []string, etag string) *blob {
	return &blob{body: body, kind: kind, coding: codingNames[c], etag: [1]string{etag}, length: [1]string{strconv.Itoa(len(body))}}
}

// Header values that many answers share: net/http only reads them.
var (
	varyCoding   = []string{"Accept-Encoding"}
	cacheForEver = []string{"public, max-age=31536000, immutable"}
	cacheAsk     = []string{"no-cache"}
)

// serve answers with the body, or 304 where the client has it already (RFC 9110, 13.1.2).
func (b *blob) serve(w http.ResponseWriter, r *http.Request, cache []string) {
	if unchanged(w, r, b.etag[:], cache) {
		return
	}
	if len(b.body) == 0 {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	h := w.Header()
	if b.coding != nil {
		h["Content-Encoding"] = b.coding
	}
	h["Content-Type"] = b.kind
	h["Content-Length"] = b.length[:]
	if r.Method != http.MethodHead {
		w.Write(b.body) // a failed write means that the client has gone
	}
}

// unchanged tags an answer, and ends it with 304 where the client has it already.
func unchanged(w http.ResponseWriter, r *http.Request, etag, cache []string) bool {
	h := w.Header()
	h["Etag"] = etag
	h["Cache-Control"] = cache
	if vary := h["Vary"]; len(vary) == 0 {
		h["Vary"] = varyCoding
	} else {
		h["Vary"] = append(vary, varyCoding...)
	}
	if !matches(r.Header["If-None-Match"], etag[0]) {
		return false
	}
	w.WriteHeader(http.StatusNotModified)
	return true
}

// etagOf is a weak tag of the content: the same in every coding.
func etagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

// matches reports whether a list of tags names one of ours, compared as weak ones. Ours have no comma: a list may be cut at each.
func matches(lines []string, etag string) bool {
	opaque := strings.TrimPrefix(etag, "W/")
	for _, line := range lines {
		if line == etag || line == "*" {
			return true
		}
		for line != "" {
			var tag string
			tag, line, _ = strings.Cut(line, ",")
			if strings.TrimPrefix(strings.TrimSpace(tag), "W/") == opaque {
				return true
			}
		}
	}
	return false
}
