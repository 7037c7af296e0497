package ogc

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"time"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/feature"
)

//go:embed style.css
var style []byte

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

func serveStyle(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	if r.Method != http.MethodHead {
		w.Write(style)
	}
}

// row of a table of a page: the first may lead somewhere.
type row struct {
	Href  string
	Head  bool
	Cells []string
}

// html writes the page for people.
func (p *page) html(q *question) []byte {
	var buf bytes.Buffer
	lang := "zh-CN"
	if q.lang == fault.English {
		lang = "en"
	}
	err := pageTemplate.Execute(&buf, map[string]any{"Lang": lang, "Title": p.title, "Note": p.note, "Links": p.links, "Rows": p.rows, "Root": Root,
		"Home": fault.Text{Zh: "筑网 · 要素服务", En: "Zhuwang · Features"}.In(q.lang), "More": fault.Text{Zh: "相关地址", En: "Links"}.In(q.lang)})
	if err != nil {
		panic(err)
	}
	return buf.Bytes()
}

// shown is a value as people read it.
func shown(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case time.Time:
		return v.UTC().Format(time.RFC3339)
	}
	return fmt.Sprint(v)
}

// table lists features.
func (q *question) table(found []feature.Feature) []row {
	head := row{Head: true}
	for _, p := range q.collection.Properties {
		head.Cells = append(head.Cells, p.Title.In(q.lang))
	}
	rows := []row{head}
	for i := range found {
		r := row{Href: q.address("/collections/"+q.collection.Name+"/items/"+url.PathEscape(found[i].ID), url.Values{"f": {"html"}})}
		for _, v := range found[i].Values {
			r.Cells = append(r.Cells, shown(v))
		}
		rows = append(rows, r)
	}
	return rows
}

// fields lists one feature.
func (q *question) fields(f *feature.Feature) (rows []row) {
	for i, p := range q.collection.Properties {
		rows = append(rows, row{Cells: []string{p.Title.In(q.lang), shown(f.Values[i])}})
	}
	return rows
}
