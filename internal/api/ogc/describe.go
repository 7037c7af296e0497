package ogc

import (
	"net/url"
	"slices"

	"github.com/zhuwang/zhuwang/internal/cql"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/feature"
	"github.com/zhuwang/zhuwang/internal/scope"
)

type object = map[string]any

var title = fault.Text{Zh: "筑网要素服务", En: "Zhuwang features"}

// classes are the conformance classes that tests prove.
var classes = []string{
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
	"http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
	"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
	"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
	"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
	"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
	"http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/create-replace-delete",
	"http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/update",
	"http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/optimistic-locking-etags",
	"http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/features",
	"http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas",
	"http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
	"http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
	"http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
	"http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
	"http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
	"http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
	"http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions-plus",
	"http://www.opengis.net/spec/cql2/1.0/conf/spatial-functions",
	"http://www.opengis.net/spec/cql2/1.0/conf/temporal-functions",
	"http://www.opengis.net/spec/cql2/1.0/conf/property-property",
	"http://www.opengis.net/spec/cql2/1.0/conf/arithmetic",
}

func (s *Service) landing(q *question) (*page, error) {
	links := append(q.self(""),
		Link{q.address("/api", nil), "service-desc", "application/vnd.oai.openapi+json;version=3.0", "OpenAPI"},
		Link{q.address("/api", url.Values{"f": {"html"}}), "service-doc", "text/html", "API"},
		Link{q.address("/conformance", nil), "conformance", "application/json", ""},
		Link{q.address("/collections", nil), "data", "application/json", ""})
	for i := range links[:2] {
		if links[i].Type == "application/geo+json" {
			links[i].Type = "application/json"
		}
	}
	return &page{kind: "application/json", title: title.In(q.lang), links: links, json: object{"title": title.In(q.lang), "links": links}}, nil
}

func (s *Service) conformance(q *question) (*page, error) {
	var rows []row
	for _, c := range classes {
		rows = append(rows, row{Cells: []string{c}})
	}
	return &page{kind: "application/json", title: "Conformance", rows: rows, links: q.self("/conformance"), json: object{"conformsTo": classes}}, nil
}

// collections are those that the caller may see.
func (s *Service) collections(q *question) (*page, error) {
	all, rows := []object{}, []row{}
	for _, c := range feature.Collections {
		if !scope.Of(q.Context()).May(c.Needs) {
			continue
		}
		all = append(all, q.about(c))
		rows = append(rows, row{Href: q.address("/collections/"+c.Name, url.Values{"f": {"html"}}), Cells: []string{c.Title.In(q.lang)}})
	}
	links := q.self("/collections")
	return &page{kind: "application/json", title: "Collections", rows: rows, links: links, json: object{"links": links, "crs": q.uris(), "collections": all}}, nil
}

func (s *Service) collection(q *question) (*page, error) {
	o := q.about(q.collection)
	rows := []row{{Href: q.address("/collections/"+q.collection.Name+"/items", url.Values{"f": {"html"}}), Cells: []string{fault.Text{Zh: "浏览要素", En: "Browse the features"}.In(q.lang)}}}
	return &page{kind: "application/json", title: q.collection.Title.In(q.lang), rows: rows, links: o["links"].([]Link), json: o}, nil
}

// about describes a collection.
func (q *question) about(c *feature.Collection) object {
	path := "/collections/" + c.Name
	links := []Link{{q.address(path, nil), "self", "application/json", ""},
		{q.address(path+"/items", nil), "items", "application/geo+json", c.Title.In(q.lang)},
		{q.address(path+"/items", url.Values{"f": {"html"}}), "items", "text/html", c.Title.In(q.lang)},
		{q.address(path+"/queryables", nil), "http://www.opengis.net/def/rel/ogc/1.0/queryables", "application/schema+json", fault.Text{Zh: "可过滤的属性", En: "Queryables"}.In(q.lang)},
		{q.address(path+"/schema", nil), "http://www.opengis.net/def/rel/ogc/1.0/schema", "application/schema+json", fault.Text{Zh: "属性表", En: "Schema"}.In(q.lang)}}
	o := object{"id": c.Name, "title": c.Title.In(q.lang), "itemType": "feature", "links": links, "crs": q.uris(), "storageCrs": "http://www.opengis.net/def/crs/EPSG/0/4490"}
	extent := object{}
	if len(q.districts) > 0 {
		b := q.districts[0].Bounds
		for _, d := range q.districts[1:] {
			b = b.Extend(d.Bounds.Min).Extend(d.Bounds.Max)
		}
		extent["spatial"] = object{"bbox": [][]float64{{b.Min.Lon(), b.Min.Lat(), b.Max.Lon(), b.Max.Lat()}}, "crs": feature.CRS84.URI}
	}
	if c.History {
		extent["temporal"] = object{"interval": [][]any{{nil, nil}}, "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"}
	}
	o["extent"] = extent
	return o
}

func (s *Service) queryables(q *question) (*page, error) {
	o := q.shape(q.collection, "/queryables")
	o["additionalProperties"] = false
	return q.schemaPage(o, "/queryables"), nil
}

func (s *Service) schema(q *question) (*page, error) {
	o := q.shape(q.collection, "/schema")
	properties := o["properties"].(object)
	for i, p := range q.collection.Properties {
		property := properties[p.Name].(object)
		if p.Name == "id" {
			property["x-ogc-role"] = "id"
		}
		property["x-ogc-propertySeq"] = i + 1
		if p.Reads || !q.collection.Editable {
			property["readOnly"] = true
		}
	}
	properties[feature.GeometryName].(object)["x-ogc-role"] = "primary-geometry"
	return q.schemaPage(o, "/schema"), nil
}

func (q *question) schemaPage(o object, path string) *page {
	var rows []row
	for _, p := range q.collection.Properties {
		rows = append(rows, row{Cells: []string{p.Name, p.Title.In(q.lang), string(p.Type)}})
	}
	return &page{kind: "application/schema+json", title: q.collection.Title.In(q.lang), rows: rows, links: q.self("/collections/" + q.collection.Name + path), json: o}
}

// shape is a collection's properties as a JSON Schema.
func (q *question) shape(c *feature.Collection, path string) object {
	format := "geometry-any"
	if c.Geometry != "" {
		format = map[string]string{"MultiPolygon": "geometry-multipolygon", "MultiLineString": "geometry-multilinestring"}[c.Geometry]
	}
	properties := object{feature.GeometryName: object{"title": fault.Text{Zh: "几何", En: "geometry"}.In(q.lang), "format": format}}
	for _, p := range c.Properties {
		o := object{"title": p.Title.In(q.lang), "type": "string"}
		switch {
		case p.Whole:
			o["type"] = "integer"
		case p.Type == cql.Instant:
			o["format"] = "date-time"
		}
		properties[p.Name] = o
	}
	return object{"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": q.address("/collections/"+c.Name+path, nil), "type": "object", "title": c.Title.In(q.lang), "properties": properties}
}

// description is the interface in OpenAPI 3.0.
func (s *Service) description(q *question) (*page, error) {
	ok := func(kind string) object {
		return object{"responses": object{"200": object{"description": "OK", "content": object{kind: object{"schema": object{"type": "object"}}}},
			"default": object{"description": "problem", "content": object{"application/problem+json": object{"schema": object{"type": "object"}}}}}}
	}
	get := func(kind, id string, parameters ...object) object {
		o := ok(kind)
		o["operationId"] = id
		parameters = append(parameters, parameter("f", object{"type": "string", "enum": []string{"json", "html"}}), parameter("lang", object{"type": "string"}))
		o["parameters"] = parameters
		return object{"get": o}
	}
	text, number := object{"type": "string"}, object{"type": "array", "minItems": 4, "maxItems": 6, "items": object{"type": "number"}}
	box := parameter("bbox", number)
	box["explode"], box["style"] = false, "form"
	paths := object{"/": get("application/json", "landing"), "/conformance": get("application/json", "conformance"), "/collections": get("application/json", "collections"), "/api": get("application/vnd.oai.openapi+json;version=3.0", "api")}
	for _, c := range feature.Collections {
		if !scope.Of(q.Context()).May(c.Needs) {
			continue
		}
		path := "/collections/" + c.Name
		parameters := []object{parameter("limit", object{"type": "integer", "minimum": 1, "maximum": maxLimit, "default": defaultLimit}), parameter("offset", object{"type": "integer", "minimum": 0, "default": 0}),
			parameter("after", text), box, parameter("bbox-crs", text), parameter("crs", text), parameter("datetime", text), parameter("filter", text),
			parameter("filter-lang", object{"type": "string", "enum": []string{"cql2-text", "cql2-json"}, "default": "cql2-text"}), parameter("filter-crs", text)}
		schemas := q.shape(c, "/schema")["properties"].(object)
		for _, p := range c.Properties {
			parameters = append(parameters, parameter(p.Name, object{"type": schemas[p.Name].(object)["type"]}))
		}
		id := object{"name": "id", "in": "path", "required": true, "schema": text}
		paths[path] = get("application/json", c.Name)
		paths[path+"/queryables"], paths[path+"/schema"] = get("application/schema+json", c.Name+"Queryables"), get("application/schema+json", c.Name+"Schema")
		paths[path+"/items"] = get("application/geo+json", c.Name+"Items", parameters...)
		paths[path+"/items/{id}"] = get("application/geo+json", c.Name+"Item", slices.Concat([]object{id}, []object{parameter("crs", text), parameter("datetime", text)})...)
		if !c.Editable || !scope.Of(q.Context()).May(scope.EditBuildings) {
			continue
		}
		edit := func(name, status string, parameters ...object) object {
			o := object{"operationId": name, "parameters": parameters, "responses": object{status: object{"description": "OK"}, "default": object{"description": "problem", "content": object{"application/problem+json": object{"schema": object{"type": "object"}}}}}}
			if status != "204" {
				o["requestBody"] = object{"required": true, "content": object{"application/geo+json": object{"schema": object{"type": "object"}}}}
			}
			return o
		}
		match := object{"name": "If-Match", "in": "header", "schema": text}
		paths[path+"/items"].(object)["post"] = edit("create", "201")
		one := paths[path+"/items/{id}"].(object)
		one["put"], one["patch"], one["delete"] = edit("replace", "200", id, match), edit("update", "200", id, match), edit("delete", "204", id, match)
	}
	return &page{kind: "application/vnd.oai.openapi+json;version=3.0", title: "OpenAPI", links: q.self("/api"),
		json: object{"openapi": "3.0.3", "info": object{"title": title.In(q.lang), "version": "1.0.0"}, "servers": []object{{"url": q.address("", nil)}}, "paths": paths}}, nil
}

func parameter(name string, schema object) object {
	return object{"name": name, "in": "query", "required": false, "schema": schema}
}
