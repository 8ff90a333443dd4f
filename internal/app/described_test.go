package app

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/api"
)

// description is what the API says of itself; routes finds the operation that a request is for.
type description struct {
	*huma.OpenAPI
	routes *http.ServeMux
}

var selfDescription = sync.OnceValue(func() description {
	mux := http.NewServeMux()
	return description{(&api.API{}).Routes(mux).OpenAPI(), mux}
})

// asDescribed fails unless an answer has a status and a body that the description tells of.
func asDescribed(t *testing.T, r *http.Request, a reaction) {
	t.Helper()
	d := selfDescription()
	_, pattern := d.routes.Handler(r)
	method, path, _ := strings.Cut(pattern, " ")
	item := d.Paths[path]
	if item == nil {
		return
	}
	op := map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete}[method]
	answer := op.Responses[strconv.Itoa(a.Status)]
	if answer == nil {
		t.Errorf("%s answered %d, which its description does not tell of: %.300s", pattern, a.Status, a.Body)
		return
	}
	media, _, _ := strings.Cut(a.Header.Get("Content-Type"), ";")
	if content := answer.Content[media]; content == nil && len(a.Body) > 0 {
		t.Errorf("%s answered %d with %q, which its description does not tell of", pattern, a.Status, media)
	} else if content != nil && content.Schema != nil {
		var body any
		if err := json.Unmarshal(a.Body, &body); err != nil {
			t.Errorf("%s answered no JSON: %v", pattern, err)
		}
		if list, _ := body.(map[string]any); list["next"] != nil && !slices.ContainsFunc(op.Parameters, func(p *huma.Param) bool { return p.Name == "cursor" }) {
			t.Errorf("%s has a next page, and takes no cursor", pattern)
		}
		var wrong huma.ValidateResult
		huma.Validate(d.Components.Schemas, content.Schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, body, &wrong)
		for _, err := range wrong.Errors {
			t.Errorf("%s answered %d other than it is described: %v", pattern, a.Status, err)
		}
	}
}
