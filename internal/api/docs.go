package api

import (
	_ "embed"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/zhuwang/zhuwang/internal/fault"
)

//go:embed openapi.yaml
var openAPI []byte

var openAPIPage = newPage(openAPI, "application/yaml; charset=utf-8")

func (s *Server) docsOpenAPI(w http.ResponseWriter, r *http.Request) {
	openAPIPage.serve(w, r, cacheAsk)
}

var errorsPage = template.Must(template.New("errors").Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{.Title}}</title></head><body><main><h1>{{.Title}}</h1><dl>
{{range .Rules}}<dt id="{{.ID}}"><code>{{.ID}}</code></dt><dd>{{.Text.In $.Lang}}<br><span lang="{{$.OtherLang}}">{{.Text.In $.OtherLang}}</span></dd>
{{end}}</dl></main></body></html>
`))

// docsErrors lists every rule: the page that a problem's `type` points to.
func (s *Server) docsErrors(w http.ResponseWriter, r *http.Request) {
	type row struct {
		ID   string
		Text fault.Text
	}
	rules := fault.Rules()
	data := struct {
		Lang, OtherLang fault.Lang
		Title           string
		Rules           []row
	}{Lang: langOf(r.Context()), OtherLang: fault.English, Title: fault.Text{Zh: "筑网的规则与提示", En: "Rules and messages of Zhuwang"}.In(langOf(r.Context()))}
	if data.Lang == fault.English {
		data.OtherLang = fault.Chinese
	}
	for _, id := range slices.Sorted(maps.Keys(rules)) {
		data.Rules = append(data.Rules, row{id, rules[id]})
	}
	var b strings.Builder
	if err := errorsPage.Execute(&b, data); err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Add("Vary", "Accept-Language")
	newPage([]byte(b.String()), "text/html; charset=utf-8").serve(w, r, cacheAsk)
}
