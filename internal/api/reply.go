package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
)

// reply is a body with its tag, given to the generated server as the answer of any operation that knows If-None-Match.
type reply struct {
	blob
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
	return reply{blob{body: body, kind: kind, etag: etagOf(body), cache: cacheAsk}, requestOf(ctx)}
}

// The generated server asks for one method an operation.

// VisitGetTileResponse writes the body, or 304 or 204.
func (a reply) VisitGetTileResponse(w http.ResponseWriter) error { a.serve(w, a.r); return nil }

// VisitGetTileJSONResponse writes the body, or 304.
func (a reply) VisitGetTileJSONResponse(w http.ResponseWriter) error { a.serve(w, a.r); return nil }

// VisitGetItemResponse writes the body, or 304.
func (a reply) VisitGetItemResponse(w http.ResponseWriter) error { a.serve(w, a.r); return nil }

// VisitGetItemGeoJSONResponse writes the body, or 304.
func (a reply) VisitGetItemGeoJSONResponse(w http.ResponseWriter) error {
	a.serve(w, a.r)
	return nil
}

// VisitGetReleaseResponse writes the body, or 304.
func (a reply) VisitGetReleaseResponse(w http.ResponseWriter) error { a.serve(w, a.r); return nil }
