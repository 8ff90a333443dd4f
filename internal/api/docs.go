package api

import (
	"cmp"
	"embed"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/web/ui"
	"muster/internal/workspace"
)

//go:embed docs.html
var files embed.FS

// docsView is what docs.html shows.
type docsView struct {
	ui.Frame
	At       string // the address of this desk
	Limits   Limits
	Chapters []chapter
}

var docs = ui.Parse[docsView](files, "docs.html")

// endpoint is what the page for people shows of one operation.
type endpoint struct {
	Method, Path, Summary, ID string
	Parts                     []fields
}

// fields are what is sent in one part of a request, or comes back.
type fields struct {
	Caption string
	Rows    []field
}

type field struct{ Name, Is, Doc string }

type chapter struct {
	Name      string
	Endpoints []endpoint
}

// docsPage shows people what the API offers. It is made of the same
// description that programs read at /api/v1/openapi.json.
func (a *API) docsPage(h huma.API) http.Handler {
	scheme, _, _ := strings.Cut(cmp.Or(a.URL, "http://"), "://")
	return ui.Handler(func(w http.ResponseWriter, r *http.Request) error {
		f := ui.FrameOf(r, "API")
		at := workspace.From(r.Context())
		f.Shell, f.Workspace = ui.Portal, ui.Workspace{Name: at.Name, Hue: at.Settings.BrandHue}
		return docs.Render(w, r, docsView{f, scheme + "://" + r.Host, a.Limits.usual(), chapters(h.OpenAPI())})
	})
}

func chapters(o *huma.OpenAPI) []chapter {
	byTag := map[string][]endpoint{}
	for pattern, op := range operations(o) {
		method, path, _ := strings.Cut(pattern, " ")
		byTag[op.Tags[0]] = append(byTag[op.Tags[0]], endpoint{method, path, op.Summary, op.OperationID, parts(o.Components.Schemas, op)})
	}
	var all []chapter
	for tag, es := range byTag {
		slices.SortFunc(es, func(a, b endpoint) int {
			return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Method, b.Method))
		})
		all = append(all, chapter{tag, es})
	}
	slices.SortFunc(all, func(a, b chapter) int { return strings.Compare(a.Name, b.Name) })
	return all
}

func parts(r huma.Registry, op *huma.Operation) []fields {
	params := fields{Caption: "Parameters"}
	for _, p := range op.Parameters {
		params.Rows = append(params.Rows, field{p.Name, p.In + ", " + said(r, p.Schema), p.Description})
	}
	all := []fields{params}
	if op.RequestBody != nil {
		all = append(all, fields{"Body", rows(r, op.RequestBody.Content, true)})
	}
	for status, answer := range op.Responses {
		if strings.HasPrefix(status, "2") {
			all = append(all, fields{"Answer: " + status, rows(r, answer.Content, false)})
		}
	}
	return slices.DeleteFunc(all, func(f fields) bool { return f.Rows == nil && !strings.HasPrefix(f.Caption, "Answer") })
}

// rows are the fields of an object; of a list, those of its items.
func rows(r huma.Registry, content map[string]*huma.MediaType, sent bool) (all []field) {
	for _, media := range content {
		s := object(r, media.Schema)
		if items := s.Properties["items"]; items != nil && s.Properties["next"] != nil {
			s = object(r, items.Items)
		}
		for name, is := range s.Properties {
			if sent && is.ReadOnly {
				continue
			}
			what := said(r, is)
			if sent && slices.Contains(s.Required, name) {
				what += ", required"
			}
			all = append(all, field{name, what, is.Description})
		}
	}
	slices.SortFunc(all, func(a, b field) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// object follows a reference; nothing is an object without fields.
func object(r huma.Registry, s *huma.Schema) *huma.Schema {
	switch {
	case s == nil:
		return &huma.Schema{}
	case s.Ref != "":
		return r.SchemaFromRef(s.Ref)
	}
	return s
}

// said tells a person what a value is.
func said(r huma.Registry, s *huma.Schema) string {
	switch {
	case len(s.AnyOf) > 0:
		return said(r, s.AnyOf[0]) + " or null"
	case s.Nullable:
		bare := *s
		bare.Nullable = false
		return said(r, &bare) + " or null"
	case len(s.Enum) > 0:
		return strings.Trim(strings.Join(strings.Fields(fmt.Sprintf("%q", s.Enum)), ", "), "[]")
	case s.Type == huma.TypeArray:
		return "list of " + said(r, s.Items)
	case s.Format == "date-time":
		return "instant, as 2026-05-01T08:00:00Z"
	case s.Type == huma.TypeString:
		return "text"
	case s.Type == huma.TypeInteger:
		return "whole number"
	}
	of := object(r, s)
	if len(of.Properties) == 0 {
		return cmp.Or(of.Type, "any JSON")
	}
	var names []string
	for name := range of.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	return "{" + strings.Join(names, ", ") + "}"
}
