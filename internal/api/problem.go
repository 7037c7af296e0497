package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// status is the one table from kinds of fault to HTTP.
var status = map[fault.Kind]int{
	fault.Internal:    http.StatusInternalServerError,
	fault.Invalid:     http.StatusBadRequest,
	fault.Usage:       http.StatusBadRequest,
	fault.NotFound:    http.StatusNotFound,
	fault.Conflict:    http.StatusConflict,
	fault.Stale:       http.StatusPreconditionFailed,
	fault.Forbidden:   http.StatusForbidden,
	fault.Unavailable: http.StatusServiceUnavailable,
	fault.TooLarge:    http.StatusRequestEntityTooLarge,
	fault.NotAllowed:  http.StatusMethodNotAllowed,
	fault.Unsupported: http.StatusUnsupportedMediaType,
	fault.Unknown:     http.StatusUnauthorized,
	fault.TooMany:     http.StatusTooManyRequests,
}

// problemOf shapes a fault as RFC 9457 asks, in the request's language. The cause never leaves the server.
func problemOf(ctx context.Context, f *fault.Error) Problem {
	lang := langOf(ctx)
	p := Problem{
		Type:   "/docs/errors#" + f.Rule,
		Title:  f.Sentence(lang),
		Status: status[f.Kind],
		Rule:   f.Rule,
	}
	if where := f.PlaceText(lang); where != "" {
		p.Where = &where
	}
	detail := f.Report(lang)
	p.Detail = &detail
	if f.At != nil {
		p.At = &LonLat{f.At.Lon(), f.At.Lat()}
	}
	if id := requestID(ctx); id != "" {
		p.RequestId = &id
	}
	return p
}

// faultOf is an error as the client may see it.
func faultOf(err error) *fault.Error {
	f := fault.From(err)
	if f.Kind == fault.Internal && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)) {
		return fault.Wrap(fault.Unavailable, "took-too-long", err) // or the client has gone, and nobody reads this
	}
	return f
}

// note logs why a request failed or was refused.
func (s *Server) note(ctx context.Context, f *fault.Error) {
	switch {
	case f.Kind == fault.Internal:
		s.log.ErrorContext(ctx, "request failed", "error", f, "path", requestOf(ctx).URL.Path, "request_id", requestID(ctx))
	case f.Cause == nil, f.Kind == fault.Unavailable && s.away(): // that is said once for all
	default:
		s.log.InfoContext(ctx, "request refused", "rule", f.Rule, "cause", f.Cause, "request_id", requestID(ctx))
	}
}

// fail answers with a problem.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	f := faultOf(err)
	s.note(r.Context(), f)
	p := problemOf(r.Context(), f)
	h := w.Header()
	h.Del("ETag")
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	switch seconds, told := f.Args["seconds"].(int); {
	case f.Kind == fault.Unavailable:
		h.Set("Retry-After", "5")
	case f.Kind == fault.TooMany && told:
		h.Set("Retry-After", strconv.Itoa(seconds))
	case f.Kind == fault.Unknown:
		h.Set("WWW-Authenticate", `Bearer realm="zhuwang"`)
	}
	w.WriteHeader(p.Status)
	if r.Method != http.MethodHead {
		json.NewEncoder(w).Encode(p) // a failed write means that the client has gone
	}
}

// badParameter turns what the generated binding refuses into a fault that names the parameter.
func badParameter(err error) *fault.Error {
	name := ""
	if e, ok := errors.AsType[*InvalidParamFormatError](err); ok {
		name = e.ParamName
	} else if e, ok := errors.AsType[*RequiredParamError](err); ok {
		return fault.New(fault.Invalid, "missing-parameter", fault.Args{"name": e.ParamName}).In(fault.Place{Field: e.ParamName})
	} else if e, ok := errors.AsType[*TooManyValuesForParamError](err); ok {
		name = e.ParamName
	} else if e, ok := errors.AsType[*UnescapedCookieParamError](err); ok {
		name = e.ParamName
	}
	f := fault.New(fault.Invalid, "bad-parameter", fault.Args{"name": name}).In(fault.Place{Field: name})
	f.Cause = err
	return f
}
