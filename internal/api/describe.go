package api

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// operations are those of a description, by method and path.
func operations(o *huma.OpenAPI) map[string]*huma.Operation {
	all := map[string]*huma.Operation{}
	for path, item := range o.Paths {
		for method, op := range map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete} {
			if op != nil {
				all[method+" "+path] = op
			}
		}
	}
	return all
}

// complete adds to a description what no type of an endpoint says.
func complete(o *huma.OpenAPI) {
	for pattern, op := range operations(o) {
		for _, status := range refusals(pattern, op) {
			op.Responses[strconv.Itoa(status)] = &huma.Response{Description: refusal[status], Content: op.Responses["default"].Content}
		}
		if takes(op, "If-None-Match") {
			op.Responses["304"] = &huma.Response{Description: "It still is as you have it."}
		}
	}
	schemas := o.Components.Schemas.Map()
	for name, s := range schemas {
		neverNull(s)
		if record := schemas[strings.TrimSuffix(strings.TrimPrefix(name, "Change"), "Body")]; record != nil {
			explain(s, record)
		}
	}
}

// refusal is what each status of a problem means, whatever is asked.
var refusal = map[int]string{
	400: "The request cannot be read.", 401: "There is no valid token.", 403: "The token lacks a right; the answer names it.",
	404: "There is no such record, or the token may not see it.", 409: "It does not go with what there is, or an Idempotency-Key was used for another request.",
	412: "Others changed it since the version in If-Match.", 413: "The request is too large.", 415: "The body is not what the endpoint takes.",
	422: "Something in the request is wrong; errors names each field.", 429: "There were too many requests; Retry-After says how many seconds to wait.",
}

// refusals are the statuses with which an operation may be refused.
func refusals(pattern string, op *huma.Operation) []int {
	impossible := map[int]bool{404: len(op.Parameters) == 0 && op.RequestBody == nil, 409: strings.HasPrefix(pattern, "GET "), 412: !takes(op, "If-Match"),
		413: op.RequestBody == nil, 415: op.RequestBody == nil}
	return slices.DeleteFunc(slices.Collect(maps.Keys(refusal)), func(status int) bool { return impossible[status] })
}

func takes(op *huma.Operation, header string) bool {
	return slices.ContainsFunc(op.Parameters, func(p *huma.Param) bool { return p.Name == header })
}

// neverNull says of the lists in a schema that they are lists also when they are empty.
func neverNull(s *huma.Schema) {
	if s == nil {
		return
	}
	if s.Type == huma.TypeArray {
		s.Nullable = false
	}
	neverNull(s.Items)
	for _, field := range s.Properties {
		neverNull(field)
	}
}

// explain describes the fields of a change as those of the record that it changes, where it says nothing else.
func explain(change, record *huma.Schema) {
	for name, field := range change.Properties {
		if as := record.Properties[name]; as != nil && field.Description == "" {
			field.Description = as.Description
		}
	}
}
