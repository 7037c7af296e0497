package api

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// page is one file of the front end, compressed once when it is first asked for.
type page struct {
	body []byte
	kind string
	etag string
	gzip func() []byte
}

// pages serves the built front end from memory.
type pages map[string]*page

// types that Go's table lacks on a plain Debian.
var kinds = map[string]string{
	".webmanifest": "application/manifest+json",
	".mjs":         "text/javascript; charset=utf-8",
	".woff2":       "font/woff2",
}

func newPages(dist fs.FS) (pages, error) {
	ps := pages{}
	err := fs.WalkDir(dist, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path.Base(name), ".") {
			return err
		}
		body, err := fs.ReadFile(dist, name)
		if err != nil {
			return err
		}
		p := &page{body: body, etag: etagOf(body), kind: kinds[path.Ext(name)]}
		if p.kind == "" {
			p.kind = mime.TypeByExtension(path.Ext(name))
		}
		p.gzip = sync.OnceValue(func() []byte {
			if p.kind == "font/woff2" || strings.HasPrefix(p.kind, "image/png") {
				return nil
			}
			return compress(body)
		})
		ps["/"+name] = p
		return nil
	})
	if p, ok := ps["/index.html"]; ok {
		ps["/"] = p
	}
	return ps, err
}

func (s *Server) static(w http.ResponseWriter, r *http.Request) {
	p, ok := s.pages[r.URL.Path]
	if !ok {
		if r.URL.Path == "/" {
			http.Error(w, "This build has no page: build it with `make build`. 此构建不含页面，请用 make build 构建。", http.StatusNotFound)
			return
		}
		s.fail(w, r, fault.New(fault.NotFound, "no-such-path", fault.Args{"path": r.URL.Path}))
		return
	}
	cache := "no-cache"
	if strings.HasPrefix(r.URL.Path, "/assets/") {
		cache = "public, max-age=31536000, immutable" // names carry a hash of the content
	}
	blob{body: p.body, gzip: p.gzip(), kind: p.kind, etag: p.etag, cache: cache}.serve(w, r)
}

// blob is a body in memory with its tag, perhaps compressed too.
type blob struct {
	body, gzip  []byte
	kind, cache string
	etag        string
}

// serve answers with the form that the client takes, or 304 where it has the body already (RFC 9110, 13.1.2).
func (b blob) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("ETag", b.etag)
	h.Set("Cache-Control", b.cache)
	h.Add("Vary", "Accept-Encoding")
	if matches(r.Header.Get("If-None-Match"), b.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
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

func compress(body []byte) []byte {
	var buf bytes.Buffer
	z, _ := gzip.NewWriterLevel(&buf, gzip.BestSpeed+3)
	z.Write(body)
	z.Close()
	if buf.Len() >= len(body) {
		return nil
	}
	return buf.Bytes()
}
