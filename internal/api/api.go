// Package api offers the desk to other programs: JSON over the same functions that the pages use.
package api

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"muster/internal/api/desk"
	"muster/internal/api/directory"
	"muster/internal/api/job"
	"muster/internal/api/mail"
	"muster/internal/api/promise"
	"muster/internal/api/rehearse"
	"muster/internal/api/report"
	"muster/internal/api/route"
	"muster/internal/api/rule"
	"muster/internal/api/tell"
	"muster/internal/automation"
	"muster/internal/blob"
	"muster/internal/clock"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/mailbox"
	"muster/internal/people"
	"muster/internal/routing"
	"muster/internal/survey"
	"muster/internal/ticket"
	"muster/internal/webhook"
)

// API is what the endpoints work with.
type API struct {
	DB      *db.DB
	Bus     *event.Bus
	Desk    *ticket.Desk
	Blobs   blob.Store
	Office  *mailbox.Office
	Hooks   *webhook.Hooks
	Asker   *survey.Asker
	Keys    *people.Keyring
	Router  *routing.Router
	Clerk   *automation.Clerk
	Works   *clock.Works
	Limits  Limits
	URL     string // where people reach the desk
	Version string
}

// Routes adds the endpoints to mux. The workspace must be in a request's context before it comes here.
func (a *API) Routes(mux *http.ServeMux) huma.API {
	config := huma.DefaultConfig("Muster", a.Version)
	config.OpenAPIPath = "/api/v1/openapi"
	config.DocsPath, config.SchemasPath = "", "/api/v1/schemas"
	config.CreateHooks = nil // no $schema in every answer
	config.Formats, config.Transformers = formats(), []huma.Transformer{inSentences}
	config.Info.Description = "Everything that the desk's pages do. Lists come as {items, next}; next is the cursor of the next page, or null."
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "A token made by `muster token create`, or under Settings."},
	}
	config.Security = []map[string][]string{{"token": {}}}
	h := humago.New(bounded{mux}, config)
	h.UseMiddleware(guard(h, a.Keys, a.Limits), knowsQuery(h))
	(&desk.API{DB: a.DB, Bus: a.Bus, Desk: a.Desk, Blobs: a.Blobs}).Routes(h)
	(&directory.API{DB: a.DB, Desk: a.Desk}).Routes(h)
	(&promise.API{DB: a.DB, Works: a.Works}).Routes(h)
	(&mail.API{DB: a.DB, Office: a.Office}).Routes(h)
	(&tell.API{DB: a.DB, Asker: a.Asker, Hooks: a.Hooks}).Routes(h)
	(&report.API{DB: a.DB}).Routes(h)
	(&job.API{DB: a.DB, Bus: a.Bus}).Routes(h)
	(&rule.API{DB: a.DB, Clerk: a.Clerk}).Routes(h)
	(&route.API{DB: a.DB, Router: a.Router}).Routes(h)
	(&rehearse.API{DB: a.DB, Clerk: a.Clerk}).Routes(h)
	complete(h.OpenAPI())
	mux.Handle("GET /api", a.docsPage(h))
	mux.Handle("/api/", noRoute(mux))
	return h
}
