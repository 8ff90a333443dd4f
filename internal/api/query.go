package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// knowsQuery refuses a request whose query has a parameter that the endpoint
// does not know: one that is misspelt must not count as one that is not given.
func knowsQuery(h huma.API) func(huma.Context, func(huma.Context)) {
	return func(c huma.Context, next func(huma.Context)) {
		known := parameters(c.Operation())
		var wrong []error
		u := c.URL()
		for name := range u.Query() {
			if !slices.Contains(known, name) {
				wrong = append(wrong, &huma.ErrorDetail{Location: "query." + name, Message: noParameter(name, known)})
			}
		}
		if len(wrong) == 0 {
			next(c)
			return
		}
		slices.SortFunc(wrong, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
		// As the framework says it, so that it is told like all else that is wrong with a request.
		huma.WriteErr(h, c, http.StatusUnprocessableEntity, "validation failed", wrong...)
	}
}

// parameters are the names that an endpoint knows in a query.
func parameters(o *huma.Operation) (names []string) {
	for _, p := range o.Parameters {
		if p.In == "query" {
			names = append(names, p.Name)
		}
	}
	return names
}

func noParameter(name string, known []string) string {
	if len(known) == 0 {
		return fmt.Sprintf("There is no parameter “%.100s”: this address takes none. Leave it out.", name)
	}
	return fmt.Sprintf("There is no parameter “%.100s”. There are: %s.", name, strings.Join(known, ", "))
}
