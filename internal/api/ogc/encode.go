package ogc

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strconv"
	"time"

	"github.com/zhuwang/zhuwang/internal/feature"
)

// encode is a value as JSON.
func encode(v any) []byte {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err)
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
}

// appendFeature writes a feature as GeoJSON.
func appendFeature(dst []byte, c *feature.Collection, f *feature.Feature, links []Link) []byte {
	dst = appendText(append(dst, `{"type":"Feature","id":`...), f.ID)
	dst = append(dst, `,"properties":{`...)
	for i, p := range c.Properties {
		if p.Name == "id" { // it is the feature's
			continue
		}
		if i > 1 {
			dst = append(dst, ',')
		}
		dst = append(append(append(dst, '"'), p.Name...), '"', ':')
		dst = appendValue(dst, f.Values[i])
	}
	dst = append(dst, `},"geometry":`...)
	if f.Geometry == "" {
		dst = append(dst, "null"...)
	}
	dst = append(dst, f.Geometry...)
	if links != nil {
		dst = append(append(dst, `,"links":`...), encode(links)...)
	}
	return append(dst, '}')
}

func appendValue(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...)
	case string:
		return appendText(dst, v)
	case int32:
		return strconv.AppendInt(dst, int64(v), 10)
	case time.Time:
		return append(v.UTC().AppendFormat(append(dst, '"'), time.RFC3339Nano), '"')
	}
	return append(dst, encode(v)...)
}

// appendText writes a text as JSON. Most have nothing to escape.
func appendText(dst []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' {
			return append(dst, encode(s)...)
		}
	}
	return append(append(append(dst, '"'), s...), '"')
}

func nameOf(f *feature.Feature) string {
	name, _ := f.Values[1].(string)
	return name
}

// self are the links of a resource to itself, in both forms.
func (q *question) self(path string) []Link {
	form := func(f string) string {
		v := url.Values{}
		for name, values := range q.query {
			v[name] = values
		}
		v.Set("f", f)
		return q.address(path, v)
	}
	first := Link{q.address(path, q.query), "self", q.mediaType(), ""}
	if q.html {
		return []Link{first, {form("json"), "alternate", "application/json", "JSON"}}
	}
	return []Link{first, {form("html"), "alternate", "text/html", "HTML"}}
}

func (q *question) mediaType() string {
	if q.html {
		return "text/html"
	}
	return "application/geo+json"
}
