package api

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
)

// blob is a body in memory with its tag, perhaps compressed too.
type blob struct {
	body, gzip  []byte
	kind, cache string
	etag        string
}

// serve answers with the form that the client takes, or 304 where it has the body already (RFC 9110, 13.1.2).
func (b blob) serve(w http.ResponseWriter, r *http.Request) {
	if unchanged(w, r, b.etag, b.cache) {
		return
	}
	h := w.Header()
	if len(b.body) == 0 {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	body := b.body
	if b.gzip != nil && acceptsGzip(r.Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		body = b.gzip
	}
	h.Set("Content-Type", b.kind)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		w.Write(body) // a failed write means that the client has gone
	}
}

// unchanged tags an answer, and ends it with 304 where the client has it already.
func unchanged(w http.ResponseWriter, r *http.Request, etag, cache string) bool {
	h := w.Header()
	h.Set("ETag", etag)
	h.Set("Cache-Control", cache)
	h.Add("Vary", "Accept-Encoding")
	if !matches(r.Header.Get("If-None-Match"), etag) {
		return false
	}
	w.WriteHeader(http.StatusNotModified)
	return true
}

// etagOf is a weak tag of the content: the same for the plain and the compressed form.
func etagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

func matches(header, etag string) bool {
	if header == "*" {
		return true
	}
	opaque := strings.TrimPrefix(etag, "W/")
	for tag := range strings.SplitSeq(header, ",") {
		if strings.TrimPrefix(strings.TrimSpace(tag), "W/") == opaque {
			return true
		}
	}
	return false
}

// acceptsGzip reads an Accept-Encoding list: gzip or * with a weight above 0.
func acceptsGzip(header string) bool {
	star := false
	for item := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(item), ";")
		q := 1.0
		if v, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			if f, err := strconv.ParseFloat(v, 64); err == nil {
				q = f
			}
		}
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "gzip":
			return q > 0
		case "*":
			star = q > 0
		}
	}
	return star
}
