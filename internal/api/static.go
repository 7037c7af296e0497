package api

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"mime"
	"net/http"
	"path"
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
