// Package webhook tells other programs what happens, as Standard Webhooks has it, and keeps what became of each message.
package webhook

import (
	"context"
	"slices"
	"time"

	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/memory"
	"muster/internal/reach"
)

// Hooks tell the endpoints of all workspaces.
type Hooks struct {
	DB    *db.DB
	Bus   *event.Bus
	URL   string                                                     // the web address of the desk
	Post  func(context.Context, reach.Request) (reach.Answer, error) // sends a message
	May   func(field, address string) error                          // refuses an address that may not be posted to
	Seal  func(plain, place string) (string, error)                  // closes a secret for one place
	Open  func(sealed, place string) (string, error)                 // opens it there
	told  *memory.Of[string, []Endpoint]                             // the active endpoints of a workspace
	names []string                                                   // of the events that can be subscribed to
	lines *lines                                                     // before the endpoints, on this node
}

const (
	deliverTask = "webhook.deliver"
	replayTask  = "webhook.replay"
	sweepTask   = "webhook.sweep"

	remembered = time.Second // how long another node's change of an endpoint may go unnoticed
	workspaces = 1000
)

// NewHooks returns hooks that take part in what happens on their bus.
func NewHooks(h Hooks) *Hooks {
	h.lines = &lines{of: map[string]*line{}}
	h.told = memory.New[string, []Endpoint](remembered, workspaces)
	event.Task(h.Bus, deliverTask, h.deliver, event.Options{AtOnce: atOnce, Lease: time.Minute})
	event.Task(h.Bus, replayTask, h.replay, event.Options{AtOnce: 1})
	event.Every(h.Bus, sweepTask, time.Hour, h.sweep)
	h.Bus.Watch(func(e event.Happening) {
		if e.Subject == Subject {
			h.told.Forget()
		}
	})
	return &h
}

// Follow lets endpoints subscribe to the events E. It must be called before the bus works.
func Follow[E db.Event](h *Hooks) {
	var e E
	h.names = append(h.names, e.EventName())
	event.On(h.Bus, func(tx *db.Tx, e E) error { return h.happened(tx, e) })
}

// Names returns the names of the events that endpoints can subscribe to, sorted.
func (h *Hooks) Names() []string {
	return slices.Sorted(slices.Values(append([]string{SentType}, h.names...)))
}

// Subject is how the log names an endpoint as the record that an event is about.
const Subject = "webhook"

// EndpointSaved says that an endpoint is new or was changed.
type EndpointSaved struct {
	ID, Name, URL string
	Active        bool
}

// EndpointRemoved says that an endpoint is no more.
type EndpointRemoved struct{ ID, Name string }

// SecretRotated says that an endpoint has another secret.
type SecretRotated struct{ ID, Name string }

// SwitchedOff says that an endpoint is told no more, since it took nothing for too long.
type SwitchedOff struct {
	ID, Name  string
	CreatedBy string // the user who set it up, or empty
	Reason    string
}

func (EndpointSaved) EventName() string         { return "webhook.saved" }
func (e EndpointSaved) About() (string, string) { return Subject, e.ID }

func (EndpointRemoved) EventName() string         { return "webhook.removed" }
func (e EndpointRemoved) About() (string, string) { return Subject, e.ID }

func (SecretRotated) EventName() string         { return "webhook.rotated" }
func (e SecretRotated) About() (string, string) { return Subject, e.ID }

func (SwitchedOff) EventName() string         { return "webhook.switched_off" }
func (e SwitchedOff) About() (string, string) { return Subject, e.ID }
