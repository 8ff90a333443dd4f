package app

import (
	"encoding/json"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"muster/internal/mustertest"
)

// described is what this test reads of the API's own description.
type described struct {
	Paths map[string]map[string]struct {
		Parameters []struct{ Name, In string }
		Body       struct {
			Content map[string]struct{ Schema schema }
		} `json:"requestBody"`
	}
	Components struct{ Schemas map[string]schema }
}

type schema struct {
	Ref        string `json:"$ref"`
	Type       any
	Enum       []any
	Required   []string
	Properties map[string]schema
	Items      *schema
	Minimum    *float64
}

// of follows a reference.
func (d described) of(s schema) schema {
	if s.Ref != "" {
		return d.Components.Schemas[s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]]
	}
	return s
}

// sample is the least that a schema lets through.
func (d described) sample(s schema) any {
	s = d.of(s)
	kind, _ := s.Type.(string)
	switch {
	case len(s.Enum) > 0:
		return s.Enum[0]
	case kind == "object":
		o := map[string]any{}
		for _, name := range s.Required {
			o[name] = d.sample(s.Properties[name])
		}
		return o
	case kind == "integer" || kind == "number":
		if s.Minimum != nil {
			return *s.Minimum
		}
		return 1
	case kind == "boolean":
		return true
	case kind == "string":
		return "Sample"
	}
	return []any{}
}

// wrongs are values that some field or other does not take, as they are sent.
var wrongs = []string{"null", "true", "-1", "1.5", "1e300", "9223372036854775808", `""`, `"  "`, `"` + strings.Repeat("é", 5000) + `"`, `"a\u0000b"`, `"\ud800"`, "\"\xff\"",
	`"<script>alert(1)</script>"`, `"a\r\nBcc: x@y.example"`, `"../../etc/passwd"`, "[]", "{}", "[null]", `["x"]`, `{"a":{"b":1}}`, "{", ""}

// theirWords are words of those who read JSON, queries and numbers for us.
var theirWords = regexp.MustCompile(`json:|unmarshal|strconv|Go struct|Go value|SQL|constraint|syntax|unexpected token|reflect|runtime`)

// Each endpoint refuses what is wrong, wherever it stands, with a sentence of ours, and never breaks.
func TestEveryEndpointRefusesInSentences(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, address string) {
		d := startDesk(t, address)
		d.hire("Ines Marrow", "admin")
		d.openOne("One")
		var api described
		d.must("GET", "/openapi.json", nil, &api)
		asked := 0
		try := func(what, method, path, body string) {
			a := d.ask(method, path, body)
			if asked++; a.Status < 400 {
				return
			}
			if p := a.problem(t); a.Status >= 500 || theirWords.Match(a.Body) {
				t.Errorf("%s: %d %+v", what, a.Status, p)
			}
		}
		for _, path := range slices.Sorted(maps.Keys(api.Paths)) {
			for method, o := range api.Paths[path] {
				method = strings.ToUpper(method)
				at := d.filled(path)
				content, takes := o.Body.Content["application/json"]
				sample, err := json.Marshal(api.sample(content.Schema))
				if err != nil {
					t.Fatal(err)
				}
				for _, p := range o.Parameters {
					for _, wrong := range []string{"", "-1", "1e5", "99999999999999999999", "x y", strings.Repeat("z", 3000), `"`, "%", "is:", "2026-13-45"} {
						what := method + " " + path + " with " + p.Name + "=" + wrong
						if p.In == "query" {
							try(what, method, at+"?"+p.Name+"="+url.QueryEscape(wrong), string(sample))
						} else if p.In == "path" && wrong != "" {
							try(what, method, strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(wrong)), string(sample))
						}
					}
				}
				if takes {
					api.wrongBodies(content.Schema, func(where, body string) { try(method+" "+path+" with "+where, method, at, body) })
				}
			}
		}
		if asked < 3000 {
			t.Errorf("%d requests were tried: the description was not read", asked)
		}
	})
}

// filled puts something into an address that is there, if anything is.
func (d *running) filled(path string) string {
	path = strings.ReplaceAll(path, "{number}", "1")
	above, below, found := strings.Cut(path, "/{")
	if !found {
		return path
	}
	var list wireList[struct{ ID string }]
	if a := d.ask("GET", above, ""); a.Status == 200 {
		json.Unmarshal(a.Body, &list) // what is no list has nothing in it
	}
	id := "nothing"
	if len(list.Items) > 0 {
		id = list.Items[0].ID
	}
	_, below, _ = strings.Cut(below, "}")
	return above + "/" + id + regexp.MustCompile(`\{\w+\}`).ReplaceAllString(below, "nothing")
}

// wrongBodies makes bodies that are right but for one field.
func (d described) wrongBodies(s schema, send func(where, body string)) {
	s = d.of(s)
	for _, wrong := range wrongs {
		send("the body "+wrong[:min(len(wrong), 30)], wrong)
	}
	right, _ := d.sample(s).(map[string]any)
	for name := range s.Properties {
		for _, wrong := range wrongs {
			var fields []string
			for _, other := range slices.Sorted(maps.Keys(right)) {
				if value, err := json.Marshal(right[other]); err == nil && other != name {
					fields = append(fields, `"`+other+`":`+string(value))
				}
			}
			send(name+" "+wrong[:min(len(wrong), 30)], "{"+strings.Join(append(fields, `"`+name+`":`+wrong), ",")+"}")
		}
	}
}
