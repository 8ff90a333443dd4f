package api

import (
	"context"
	"encoding/json"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/webhook"
)

func (a *API) webhookRoutes(h huma.API) {
	huma.Register(h, op("GET", "/webhooks", "webhooks", "Webhooks", "List webhooks", 200), a.webhooks)
	huma.Register(h, op("POST", "/webhooks", "addWebhook", "Webhooks", "Add a webhook; its secret is in the answer, this once", 201), a.addWebhook)
	huma.Register(h, op("GET", "/webhooks/{id}", "webhook", "Webhooks", "Read a webhook", 200), a.webhook)
	huma.Register(h, op("PATCH", "/webhooks/{id}", "changeWebhook", "Webhooks", "Change a webhook, or switch it off", 200), a.changeWebhook)
	huma.Register(h, op("DELETE", "/webhooks/{id}", "removeWebhook", "Webhooks", "Remove a webhook with its log", 204), a.removeWebhook)
	huma.Register(h, op("POST", "/webhooks/{id}/rotate", "rotateWebhook", "Webhooks", "Give a webhook another secret; for a day both sign", 200), a.rotateWebhook)
	huma.Register(h, op("POST", "/webhooks/{id}/test", "testWebhook", "Webhooks", "Send a test", 202), a.testWebhook)
	huma.Register(h, op("POST", "/webhooks/{id}/replay", "replayWebhook", "Webhooks", "Send all messages again since an instant", 202), a.replayWebhook)
	huma.Register(h, op("GET", "/webhooks/{id}/deliveries", "deliveries", "Webhooks", "List messages to a webhook, the newest first", 200), a.hookDeliveries)
	huma.Register(h, op("GET", "/webhooks/{id}/deliveries/{delivery}", "delivery", "Webhooks", "Read a message, with each try to send it", 200), a.hookDelivery)
	huma.Register(h, op("POST", "/webhooks/{id}/deliveries/{delivery}/replay", "replayDelivery", "Webhooks", "Send a message again", 202), a.replayDelivery)
}

// Webhook is an address of another program that is told what happens.
type Webhook struct {
	ID           string     `json:"id,omitempty" readOnly:"true"`
	Name         string     `json:"name"`
	URL          string     `json:"url"`
	Events       []string   `json:"events,omitempty" maxItems:"200" doc:"Names of events; none: all."`
	Teams        []string   `json:"teams,omitempty" maxItems:"1000" doc:"Ids of teams whose tickets it may hear of; none: all."`
	Orgs         []string   `json:"organisations,omitempty" maxItems:"1000" doc:"Ids of organisations whose tickets it may hear of; none: all."`
	Kinds        []string   `json:"kinds,omitempty" maxItems:"100" doc:"Kinds of tickets that it may hear of; none: all."`
	Notes        bool       `json:"notes,omitempty" doc:"Whether it hears of internal notes."`
	Active       *bool      `json:"active,omitempty" doc:"True unless said otherwise."`
	Off          string     `json:"off,omitempty" readOnly:"true" doc:"Why Muster switched it off."`
	FailingSince *time.Time `json:"failing_since,omitempty" readOnly:"true"`
	Secret       string     `json:"secret,omitempty" readOnly:"true" doc:"Only in the answer that made it."`
	CreatedAt    *time.Time `json:"created_at,omitempty" readOnly:"true"`
	Version      int64      `json:"version,omitempty" readOnly:"true" doc:"As in the ETag."`
}

func wireHook(e webhook.Endpoint, secret string) Webhook {
	return Webhook{ID: e.ID, Name: e.Name, URL: e.URL, Events: e.Events, Teams: e.Scope.Teams, Orgs: e.Scope.Orgs, Kinds: e.Scope.Kinds, Notes: e.Notes,
		Active: &e.Active, Off: e.Off, FailingSince: instant(e.FailingSince), Secret: secret, CreatedAt: instant(e.CreatedAt), Version: e.Version}
}

func (a *API) webhooks(ctx context.Context, _ *struct{}) (*Answer[List[Webhook]], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[List[Webhook]], error) {
		all, err := webhook.Endpoints(tx)
		var items []Webhook
		for _, e := range all {
			items = append(items, wireHook(e, ""))
		}
		return list(items, ""), err
	})
}

type newWebhook struct{ Body Webhook }

// addWebhook is not done once by Idempotency-Key: the answer holds a secret, and is not kept.
func (a *API) addWebhook(ctx context.Context, in *newWebhook) (*Answer[Webhook], error) {
	return update(ctx, a, func(tx *db.Tx) (*Answer[Webhook], error) {
		b := in.Body
		e, secret, err := a.Hooks.Save(tx, webhook.Endpoint{Name: b.Name, URL: b.URL, Events: b.Events, Notes: b.Notes, Active: b.Active == nil || *b.Active,
			Scope: access.Scope{Teams: b.Teams, Orgs: b.Orgs, Kinds: b.Kinds}})
		return &Answer[Webhook]{wireHook(e, secret)}, err
	})
}

func (a *API) webhook(ctx context.Context, in *Identified) (*Versioned[Webhook], error) {
	return view(ctx, a, func(tx *db.Tx) (*Versioned[Webhook], error) {
		e, err := webhook.Find(tx, in.ID)
		return versioned(e.Version, wireHook(e, "")), err
	})
}

type changeWebhook struct {
	Identified
	Match
	Body struct {
		Name   *string   `json:"name,omitempty"`
		URL    *string   `json:"url,omitempty"`
		Events *[]string `json:"events,omitempty" maxItems:"200" doc:"Empty: all."`
		Teams  *[]string `json:"teams,omitempty" maxItems:"1000" doc:"Empty: all."`
		Orgs   *[]string `json:"organisations,omitempty" maxItems:"1000" doc:"Empty: all."`
		Kinds  *[]string `json:"kinds,omitempty" maxItems:"100" doc:"Empty: all."`
		Notes  *bool     `json:"notes,omitempty"`
		Active *bool     `json:"active,omitempty"`
	}
}

func (a *API) changeWebhook(ctx context.Context, in *changeWebhook) (*Versioned[Webhook], error) {
	return change(ctx, a, in.Match, func(tx *db.Tx) (int64, error) {
		e, err := webhook.Find(tx, in.ID)
		return e.Version, err
	}, func(tx *db.Tx, version int64) (*Versioned[Webhook], error) {
		e, err := webhook.Find(tx, in.ID)
		if err != nil {
			return nil, err
		}
		b := in.Body
		put(&e.Name, b.Name)
		put(&e.URL, b.URL)
		put(&e.Events, b.Events)
		put(&e.Scope.Teams, b.Teams)
		put(&e.Scope.Orgs, b.Orgs)
		put(&e.Scope.Kinds, b.Kinds)
		put(&e.Notes, b.Notes)
		put(&e.Active, b.Active)
		e.Version = version
		e, _, err = a.Hooks.Save(tx, e)
		return versioned(e.Version, wireHook(e, "")), err
	})
}

func (a *API) removeWebhook(ctx context.Context, in *Identified) (*struct{}, error) {
	return update(ctx, a, func(tx *db.Tx) (*struct{}, error) { return nil, webhook.Remove(tx, in.ID) })
}

func (a *API) rotateWebhook(ctx context.Context, in *Identified) (*Answer[Webhook], error) {
	return update(ctx, a, func(tx *db.Tx) (*Answer[Webhook], error) {
		e, secret, err := a.Hooks.Rotate(tx, in.ID)
		return &Answer[Webhook]{wireHook(e, secret)}, err
	})
}

// WebhookDelivery is a message to a webhook.
type WebhookDelivery struct {
	ID        string           `json:"id"`
	MessageID string           `json:"message_id" doc:"The webhook-id that it is sent under, the same each time."`
	Type      string           `json:"type"`
	State     string           `json:"state" enum:"waiting,delivered,given-up,withheld"`
	Reason    string           `json:"reason,omitempty"`
	Attempts  int              `json:"attempts"`
	Status    int              `json:"status,omitempty" doc:"Of the last answer."`
	CreatedAt time.Time        `json:"created_at"`
	NextAt    *time.Time       `json:"next_at"`
	SettledAt *time.Time       `json:"settled_at"`
	Payload   json.RawMessage  `json:"payload,omitempty" doc:"Of a message that is read by itself."`
	Tries     []WebhookAttempt `json:"tries,omitempty" doc:"Of a message that is read by itself."`
}

// WebhookAttempt is one time that a message was sent.
type WebhookAttempt struct {
	Number       int       `json:"number"`
	At           time.Time `json:"at"`
	Milliseconds int64     `json:"milliseconds"`
	Status       int       `json:"status,omitempty"`
	Response     string    `json:"response,omitempty" doc:"Its first bytes."`
	Problem      string    `json:"problem,omitempty"`
}

func wireDelivery(d webhook.Delivery) WebhookDelivery {
	return WebhookDelivery{ID: d.ID, MessageID: d.MessageID(), Type: d.Type, State: string(d.State), Reason: d.Reason, Attempts: d.Attempts, Status: d.Status,
		CreatedAt: d.CreatedAt, NextAt: instant(d.NextAt), SettledAt: instant(d.SettledAt)}
}

func (a *API) testWebhook(ctx context.Context, in *Identified) (*Answer[WebhookDelivery], error) {
	return update(ctx, a, func(tx *db.Tx) (*Answer[WebhookDelivery], error) {
		d, err := webhook.Test(tx, in.ID)
		return &Answer[WebhookDelivery]{wireDelivery(d)}, err
	})
}

type replayWebhook struct {
	Identified
	Body struct {
		Since  time.Time `json:"since"`
		Missed bool      `json:"missed,omitempty" doc:"Only those that it did not take."`
	}
}

func (a *API) replayWebhook(ctx context.Context, in *replayWebhook) (*struct{}, error) {
	return update(ctx, a, func(tx *db.Tx) (*struct{}, error) {
		return nil, webhook.ReplaySince(tx, in.ID, in.Body.Since, in.Body.Missed)
	})
}

type hookDeliveries struct {
	Identified
	State  string `query:"state" enum:"waiting,delivered,given-up,withheld"`
	Cursor string `query:"cursor"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

func (a *API) hookDeliveries(ctx context.Context, in *hookDeliveries) (*Answer[List[WebhookDelivery]], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[List[WebhookDelivery]], error) {
		p, err := webhook.Deliveries(tx, webhook.Query{Endpoint: in.ID, State: webhook.State(in.State), Cursor: in.Cursor, Limit: in.Limit})
		var items []WebhookDelivery
		for _, d := range p.Deliveries {
			items = append(items, wireDelivery(d))
		}
		return list(items, p.Next), err
	})
}

type oneDelivery struct {
	Identified
	Delivery string `path:"delivery"`
}

func (a *API) hookDelivery(ctx context.Context, in *oneDelivery) (*Answer[WebhookDelivery], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[WebhookDelivery], error) {
		d, attempts, err := webhook.FindDelivery(tx, in.ID, in.Delivery)
		w := wireDelivery(d)
		w.Payload = json.RawMessage(d.Payload)
		for _, t := range attempts {
			w.Tries = append(w.Tries, WebhookAttempt{t.Number, t.At, t.Took.Milliseconds(), t.Status, t.Response, t.Problem})
		}
		return &Answer[WebhookDelivery]{w}, err
	})
}

func (a *API) replayDelivery(ctx context.Context, in *oneDelivery) (*Answer[WebhookDelivery], error) {
	return update(ctx, a, func(tx *db.Tx) (*Answer[WebhookDelivery], error) {
		d, err := webhook.Replay(tx, in.ID, in.Delivery)
		return &Answer[WebhookDelivery]{wireDelivery(d)}, err
	})
}
