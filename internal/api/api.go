// Package api offers the desk to other programs: JSON over the same functions that the pages use.
package api

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"muster/internal/automation"
	"muster/internal/blob"
	"muster/internal/clock"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
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
	Version string

	limiter *limiter
	drafts  drafts
}

// Routes adds the endpoints to mux. The workspace must be in a request's context before it comes here.
func (a *API) Routes(mux *http.ServeMux) huma.API {
	a.limiter = newLimiter(a.Limits)
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
	h.UseMiddleware(a.guard(h), knowsQuery(h))
	a.ticketRoutes(h)
	a.workRoutes(h)
	a.peopleRoutes(h)
	a.staffRoutes(h)
	a.roleRoutes(h)
	a.catalogueRoutes(h)
	a.clockRoutes(h)
	a.inboxRoutes(h)
	a.mailRoutes(h)
	a.surveyRoutes(h)
	a.webhookRoutes(h)
	a.notifyRoutes(h)
	a.figureRoutes(h)
	a.officeRoutes(h)
	a.automationRoutes(h)
	a.routingRoutes(h)
	a.rehearsalRoutes(h)
	mux.Handle("GET /api", docsPage(h))
	mux.Handle("/api/", noRoute(mux))
	return h
}

// maxBody bounds a request's body; files are uploaded apart.
const maxBody = 4 << 20

// op describes an endpoint.
func op(method, path, id, tag, summary string, status int) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: "/api/v1" + path, Summary: summary, Tags: []string{tag},
		DefaultStatus: status, MaxBodyBytes: maxBody, BodyReadTimeout: 30 * time.Second}
}

// List is how every list is answered.
type List[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next" doc:"The cursor of the next page; null on the last." nullable:"true"`
}

// Answer is a body and nothing else.
type Answer[T any] struct{ Body T }

func list[T any](items []T, next string) *Answer[List[T]] {
	l := List[T]{Items: items}
	if l.Items == nil {
		l.Items = []T{}
	}
	if next != "" {
		l.Next = &next
	}
	return &Answer[List[T]]{l}
}

// view runs a read; update a unit of work. Both say what is wrong as a problem.
func view[O any](ctx context.Context, a *API, f func(*db.Tx) (O, error)) (out O, err error) {
	err = a.DB.View(ctx, func(tx *db.Tx) (err error) {
		out, err = f(tx)
		return err
	})
	return out, problemAt(ctx, "query", err) // a read has no body
}

func update[O any](ctx context.Context, a *API, f func(*db.Tx) (O, error)) (out O, err error) {
	err = a.DB.Update(ctx, func(tx *db.Tx) (err error) {
		out, err = f(tx)
		return err
	})
	return out, problem(ctx, err)
}

var statusOf = map[fault.Kind]int{
	fault.Invalid: http.StatusUnprocessableEntity, fault.NotFound: http.StatusNotFound, fault.Denied: http.StatusForbidden,
	fault.Conflict: http.StatusConflict, fault.TooMany: http.StatusTooManyRequests, fault.TooLarge: http.StatusRequestEntityTooLarge,
}

// problem makes an RFC 9457 problem of an error. What is ours is logged under
// a reference that the caller is told.
func problem(ctx context.Context, err error) error { return problemAt(ctx, "body", err) }

// problemAt is problem for fields that stand in that part of the request.
func problemAt(ctx context.Context, part string, err error) error {
	if err == nil {
		return nil
	}
	status, ok := statusOf[fault.KindOf(err)]
	if !ok {
		reference := rand.Text()[:8]
		slog.Error("answer an API request", "reference", reference, "err", err)
		return &huma.ErrorModel{Status: 500, Title: http.StatusText(500), Detail: fault.Message(err) + " Reference: " + reference + "."}
	}
	if _, ok := errors.AsType[behind](err); ok {
		status = http.StatusPreconditionFailed
	}
	p := &huma.ErrorModel{Status: status, Title: http.StatusText(status), Detail: fault.Message(err)}
	for name, sentence := range fault.Fields(err) {
		p.Errors = append(p.Errors, &huma.ErrorDetail{Location: part + "." + name, Message: sentence})
	}
	return p
}
