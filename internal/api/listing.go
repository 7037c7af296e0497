package api

import (
	"context"
	"net/http"
	"time"

	"github.com/zhuwang/zhuwang/internal/snapshot"
)

// listChunk is how many bytes of a list are made before they are sent.
const listChunk = 32 << 10

// listing is a page of a collection. It may be many megabytes long, so it is sent while it is made: an answer holds one chunk
// in memory, and a client that hangs up ends the work.
type listing struct {
	kind       string
	tag        string
	head, tail string
	things     []thing
	item       func(dst []byte, t thing) ([]byte, error)
	r          *http.Request
}

// tagOf is a weak tag of what a request asks of some nets: they and the program are all that the answer is made of.
func (s *Server) tagOf(ctx context.Context, nets []*snapshot.Snapshot) string {
	text := s.Version + " " + requestOf(ctx).URL.RequestURI()
	for _, n := range nets {
		text += " " + n.Identity()
	}
	return etagOf([]byte(text))
}

func (l listing) serve(w http.ResponseWriter) error {
	if unchanged(w, l.r, []string{l.tag}, cacheAsk) {
		return nil
	}
	w.Header().Set("Content-Type", l.kind)
	if l.r.Method == http.MethodHead {
		return nil
	}
	out, line := append(make([]byte, 0, 2*listChunk), l.head...), http.NewResponseController(w)
	for i, t := range l.things {
		if i > 0 {
			out = append(out, ',')
		}
		var err error
		if out, err = l.item(out, t); err != nil {
			panic(err)
		}
		if len(out) < listChunk {
			continue
		}
		_ = line.SetWriteDeadline(time.Now().Add(clientTime))
		if _, err := w.Write(out); err != nil || l.r.Context().Err() != nil {
			panic(http.ErrAbortHandler) // the client has gone
		}
		out = out[:0]
	}
	w.Write(append(out, l.tail...))
	return nil
}

// VisitListCollectionResponse sends the list, or 304.
func (l listing) VisitListCollectionResponse(w http.ResponseWriter) error { return l.serve(w) }

// VisitListCollectionGeoJSONResponse sends the list, or 304.
func (l listing) VisitListCollectionGeoJSONResponse(w http.ResponseWriter) error { return l.serve(w) }
