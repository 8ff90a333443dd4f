package tell

import (
	"context"
	"encoding/json"
	"time"

	"muster/internal/access"
	"muster/internal/api/rest"
	"muster/internal/db"
	"muster/internal/webhook"
)

// Webhook is an address of another program that is told what happens.
type Webhook struct {
	ID           string     `json:"id,omitempty" readOnly:"true"`
	Name         string     `json:"name"`
	URL          string     `json:"url" doc:"Where messages are posted."`
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
		Active: &e.Active, Off: e.Off, FailingSince: rest.Instant(e.FailingSince), Secret: secret, CreatedAt: rest.Instant(e.CreatedAt), Version: e.Version}
}

func (a *API) webhooks(ctx context.Context, _ *struct{}) (*rest.Page[Webhook], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[Webhook], error) {
		all, err := webhook.Endpoints(tx)
		return rest.ListAs(all, "", func(e webhook.Endpoint) Webhook { return wireHook(e, "") }), err
	})
}

type newWebhook struct{ Body Webhook }

// addWebhook is not done once by Idempotency-Key: the answer holds a secret, and is not kept.
func (a *API) addWebhook(ctx context.Context, in *newWebhook) (*rest.Answer[Webhook], error) {
	return rest.Update(ctx, a.DB, func(tx *db.Tx) (*rest.Answer[Webhook], error) {
		b := in.Body
		e, secret, err := a.Hooks.Save(tx, webhook.Endpoint{Name: b.Name, URL: b.URL, Events: b.Events, Notes: b.Notes, Active: b.Active == nil || *b.Active,
			Scope: access.Scope{Teams: b.Teams, Orgs: b.Orgs, Kinds: b.Kinds}})
		return rest.AnswerOf(wireHook(e, secret)), err
	})
}

func (a *API) webhook(ctx context.Context, in *rest.Identified) (*rest.Versioned[Webhook], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Versioned[Webhook], error) {
		e, err := webhook.Find(tx, in.ID)
		return rest.VersionedOf(e.Version, wireHook(e, "")), err
	})
}

type changeWebhook struct {
	rest.Identified
	rest.Match
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

func (a *API) changeWebhook(ctx context.Context, in *changeWebhook) (*rest.Versioned[Webhook], error) {
	return rest.Change(ctx, a.DB, in.Match, func(tx *db.Tx) (int64, error) {
		e, err := webhook.Find(tx, in.ID)
		return e.Version, err
	}, func(tx *db.Tx, version int64) (*rest.Versioned[Webhook], error) {
		e, err := webhook.Find(tx, in.ID)
		if err != nil {
			return nil, err
		}
		b := in.Body
		rest.Set(&e.Name, b.Name)
		rest.Set(&e.URL, b.URL)
		rest.Set(&e.Events, b.Events)
		rest.Set(&e.Scope.Teams, b.Teams)
		rest.Set(&e.Scope.Orgs, b.Orgs)
		rest.Set(&e.Scope.Kinds, b.Kinds)
		rest.Set(&e.Notes, b.Notes)
		rest.Set(&e.Active, b.Active)
		e.Version = version
		e, _, err = a.Hooks.Save(tx, e)
		return rest.VersionedOf(e.Version, wireHook(e, "")), err
	})
}

func (a *API) removeWebhook(ctx context.Context, in *rest.Identified) (*rest.Nothing, error) {
	return rest.Do(ctx, a.DB, func(tx *db.Tx) error { return webhook.Remove(tx, in.ID) })
}

func (a *API) rotateWebhook(ctx context.Context, in *rest.Identified) (*rest.Answer[Webhook], error) {
	return rest.Update(ctx, a.DB, func(tx *db.Tx) (*rest.Answer[Webhook], error) {
		e, secret, err := a.Hooks.Rotate(tx, in.ID)
		return rest.AnswerOf(wireHook(e, secret)), err
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
		CreatedAt: d.CreatedAt, NextAt: rest.Instant(d.NextAt), SettledAt: rest.Instant(d.SettledAt)}
}

func (a *API) testWebhook(ctx context.Context, in *rest.Identified) (*rest.Answer[WebhookDelivery], error) {
	return rest.Update(ctx, a.DB, func(tx *db.Tx) (*rest.Answer[WebhookDelivery], error) {
		d, err := webhook.Test(tx, in.ID)
		return rest.AnswerOf(wireDelivery(d)), err
	})
}

type replayWebhook struct {
	rest.Identified
	Body struct {
		Since  time.Time `json:"since"`
		Missed bool      `json:"missed,omitempty" doc:"Only those that it did not take."`
	}
}

func (a *API) replayWebhook(ctx context.Context, in *replayWebhook) (*rest.Nothing, error) {
	return rest.Do(ctx, a.DB, func(tx *db.Tx) error {
		return webhook.ReplaySince(tx, in.ID, in.Body.Since, in.Body.Missed)
	})
}

type hookDeliveries struct {
	rest.Identified
	State string `query:"state" enum:"waiting,delivered,given-up,withheld" doc:"Only messages in this state."`
	rest.Paging
}

func (a *API) hookDeliveries(ctx context.Context, in *hookDeliveries) (*rest.Page[WebhookDelivery], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[WebhookDelivery], error) {
		p, err := webhook.Deliveries(tx, webhook.Query{Endpoint: in.ID, State: webhook.State(in.State), Cursor: in.Cursor, Limit: in.Limit})
		return rest.ListAs(p.Deliveries, p.Next, wireDelivery), err
	})
}

type oneDelivery struct {
	rest.Identified
	Delivery string `path:"delivery" doc:"The id of the message."`
}

func (a *API) hookDelivery(ctx context.Context, in *oneDelivery) (*rest.Answer[WebhookDelivery], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Answer[WebhookDelivery], error) {
		d, attempts, err := webhook.FindDelivery(tx, in.ID, in.Delivery)
		w := wireDelivery(d)
		w.Payload = json.RawMessage(d.Payload)
		for _, t := range attempts {
			w.Tries = append(w.Tries, WebhookAttempt{t.Number, t.At, t.Took.Milliseconds(), t.Status, t.Response, t.Problem})
		}
		return rest.AnswerOf(w), err
	})
}

func (a *API) replayDelivery(ctx context.Context, in *oneDelivery) (*rest.Answer[WebhookDelivery], error) {
	return rest.Update(ctx, a.DB, func(tx *db.Tx) (*rest.Answer[WebhookDelivery], error) {
		d, err := webhook.Replay(tx, in.ID, in.Delivery)
		return rest.AnswerOf(wireDelivery(d)), err
	})
}
