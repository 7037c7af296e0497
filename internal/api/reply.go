package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"github.com/klauspost/compress/gzhttp"
)

// reply is a body with its tag, given to the generated server as the answer of any operation that knows If-None-Match.
type reply struct {
	*blob
	r *http.Request
}

// jsonReply is a value as JSON. gzhttp compresses it on the way out.
func jsonReply(ctx context.Context, kind string, v any) (reply, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return reply{}, err
	}
	return bytesReply(ctx, kind, buf.Bytes()), nil
}

func bytesReply(ctx context.Context, kind string, body []byte) reply {
	return reply{newBlob(body, plain, []string{kind}, etagOf(body)), requestOf(ctx)}
}

// The generated server asks for one method an operation.

// VisitGetTileJSONResponse writes the body, or 304.
func (a reply) VisitGetTileJSONResponse(w http.ResponseWriter) error {
	a.serve(w, a.r, cacheAsk)
	return nil
}

// VisitGetItemResponse writes the body, or 304.
func (a reply) VisitGetItemResponse(w http.ResponseWriter) error {
	a.serve(w, a.r, cacheAsk)
	return nil
}

// VisitGetItemGeoJSONResponse writes the body, or 304.
func (a reply) VisitGetItemGeoJSONResponse(w http.ResponseWriter) error {
	a.serve(w, a.r, cacheAsk)
	return nil
}

// VisitGetReleaseResponse writes the body, or 304.
func (a reply) VisitGetReleaseResponse(w http.ResponseWriter) error {
	a.serve(w, a.r, cacheAsk)
	return nil
}

var jsonKind = []string{"application/json"} // shared by answers: to be replaced, not written to

// sendJSON answers with a body of JSON that is not to be kept, compressed where that is worth it.
func (s *Server) sendJSON(w http.ResponseWriter, r *http.Request, body []byte) {
	if len(body) >= gzhttp.DefaultMinSize {
		s.zip(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = jsonKind
			w.Write(body)
		})).ServeHTTP(w, r)
		return
	}
	h := w.Header()
	h["Content-Type"], h["Vary"] = jsonKind, varyCoding
	w.Write(body) // a failed write means that the client has gone
}
