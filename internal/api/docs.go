package api

import (
	"embed"
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
	Chapters []chapter
}

var docs = ui.Parse[docsView](files, "docs.html")

// endpoint is what the page for people shows of one operation.
type endpoint struct {
	Method, Path, Summary, ID string
	Params                    []param
	Body                      []param
}

type param struct{ Name, In, Doc string }

type chapter struct {
	Name      string
	Endpoints []endpoint
}

// docsPage shows people what the API offers. It is made of the same
// description that programs read at /api/v1/openapi.json.
func docsPage(h huma.API) http.Handler {
	return ui.Handler(func(w http.ResponseWriter, r *http.Request) error {
		f := ui.FrameOf(r, "API")
		at := workspace.From(r.Context())
		f.Shell, f.Workspace = ui.Portal, ui.Workspace{Name: at.Name, Hue: at.Settings.BrandHue}
		return docs.Render(w, r, docsView{f, chapters(h.OpenAPI())})
	})
}

func chapters(o *huma.OpenAPI) []chapter {
	byTag := map[string][]endpoint{}
	for pattern, op := range operations(o) {
		method, path, _ := strings.Cut(pattern, " ")
		byTag[op.Tags[0]] = append(byTag[op.Tags[0]], describe(o, method, path, op))
	}
	var all []chapter
	for tag, es := range byTag {
		slices.SortFunc(es, func(a, b endpoint) int { return strings.Compare(a.Path+a.Method, b.Path+b.Method) })
		all = append(all, chapter{tag, es})
	}
	slices.SortFunc(all, func(a, b chapter) int { return strings.Compare(a.Name, b.Name) })
	return all
}

func describe(o *huma.OpenAPI, method, path string, op *huma.Operation) endpoint {
	e := endpoint{Method: method, Path: path, Summary: op.Summary, ID: op.OperationID}
	for _, p := range op.Parameters {
		e.Params = append(e.Params, param{p.Name, p.In, p.Description})
	}
	if op.RequestBody == nil || op.RequestBody.Content["application/json"] == nil {
		return e
	}
	schema := op.RequestBody.Content["application/json"].Schema
	if schema.Ref != "" {
		schema = o.Components.Schemas.SchemaFromRef(schema.Ref)
	}
	for name, field := range schema.Properties {
		need := field.Type
		if slices.Contains(schema.Required, name) {
			need += ", required"
		}
		e.Body = append(e.Body, param{name, need, field.Description})
	}
	slices.SortFunc(e.Body, func(a, b param) int { return strings.Compare(a.Name, b.Name) })
	return e
}
