package api

import (
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// page is a text or file that is there as long as the server, compressed once in each form that is asked for.
type page [codings]func() *blob

// newPage takes over a body.
func newPage(body []byte, kind string) page {
	var p page
	kinds, etag := []string{kind}, etagOf(body)
	for c := range codings {
		p[c] = sync.OnceValue(func() *blob {
			if c == plain || kind == "font/woff2" || kind == "image/png" { // which are compressed in themselves
				return newBlob(body, plain, kinds, etag)
			}
			packed, made := compress(body, c)
			return newBlob(packed, made, kinds, etag)
		})
	}
	return p
}

func (p page) serve(w http.ResponseWriter, r *http.Request, cache []string) {
	p[codingOf(r)]().serve(w, r, cache)
}

// pages serves the built front end from memory.
type pages map[string]page

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
		kind := kinds[path.Ext(name)]
		if kind == "" {
			kind = mime.TypeByExtension(path.Ext(name))
		}
		ps["/"+name] = newPage(body, kind)
		return nil
	})
	if p, ok := ps["/index.html"]; ok {
		ps["/"] = p
	}
	if p, ok := ps["/admin.html"]; ok {
		ps["/admin"] = p
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
	cache := cacheAsk
	if strings.HasPrefix(r.URL.Path, "/assets/") {
		cache = cacheForEver // names carry a hash of the content
	}
	p.serve(w, r, cache)
}
