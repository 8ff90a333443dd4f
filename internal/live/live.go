// Package live tells open pages what changed, and who else is looking.
package live

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/notify"
	"muster/internal/ticket"
)

const (
	gather  = 40 * time.Millisecond // changes that are told of together
	backlog = 64                    // messages that a slow reader may be behind
	retry   = time.Second           // between attempts to listen to other nodes
	atOnce  = 100                   // changes in one signal: PostgreSQL takes 8,000 bytes
)

// Message says that something changed about a topic: "ticket:42", "tickets" for
// the lists, "presence:ticket:42".
type Message struct {
	Topic string `json:"topic"`
	ID    string `json:"id,omitempty"` // the number of the ticket
	By    string `json:"by,omitempty"` // the id of who did it
}

// change is what nodes tell each other: a ticket changed, or somebody was told something.
type change struct {
	Workspace string    `json:"w"`
	Ticket    ticket.ID `json:"t,omitempty"`
	Person    string    `json:"p,omitempty"` // whose inbox it is
	By        string    `json:"b,omitempty"`
}

// signal is what travels between nodes.
type signal struct {
	Node    string   `json:"n"`
	Changes []change `json:"c,omitempty"`
	Here    *here    `json:"h,omitempty"`
}

// Hub passes on what happens on any node to the readers of this one.
type Hub struct {
	db   *db.DB
	node string

	mu      sync.Mutex
	pending map[change]bool
	readers map[*Reader]bool
	here    map[string]map[string]here // topic → user → what they do
	wake    chan struct{}
	done    chan struct{} // closed when Run ends
}

// NewHub returns a hub that hears what bus delivers.
func NewHub(d *db.DB, bus *event.Bus, node string) *Hub {
	h := &Hub{db: d, node: node, pending: map[change]bool{}, readers: map[*Reader]bool{},
		here: map[string]map[string]here{}, wake: make(chan struct{}, 1), done: make(chan struct{})}
	bus.Watch(h.happened)
	return h
}

func (h *Hub) happened(e event.Happening) {
	var c change
	switch e.Subject {
	case ticket.Subject:
		c = change{Workspace: e.Workspace, Ticket: ticket.ID(e.ID), By: e.Actor}
	case notify.Subject:
		c = change{Workspace: e.Workspace, Person: e.ID}
	default:
		return
	}
	h.mu.Lock()
	h.pending[c] = true
	h.mu.Unlock()
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// Done is closed when the hub has ended: streams end with it, so that a node can stop.
func (h *Hub) Done() <-chan struct{} { return h.done }

// Run passes messages on until ctx ends.
func (h *Hub) Run(ctx context.Context) error {
	defer close(h.done)
	var listening sync.WaitGroup
	listening.Go(func() { h.listen(ctx) })
	defer listening.Wait()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-h.wake:
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(gather):
		}
		for changes := range slices.Chunk(h.take(), atOnce) {
			h.tell(ctx, changes)
			h.send(ctx, signal{Node: h.node, Changes: changes})
		}
	}
}

func (h *Hub) take() []change {
	h.mu.Lock()
	defer h.mu.Unlock()
	var all []change
	for c := range h.pending {
		all = append(all, c)
	}
	clear(h.pending)
	return all
}

func (h *Hub) send(ctx context.Context, s signal) {
	b, err := json.Marshal(s)
	if err == nil {
		err = h.db.Signal(ctx, string(b))
	}
	if err != nil && ctx.Err() == nil {
		slog.Warn("other nodes were not told of a change", "err", err)
	}
}

// listen hears other nodes. Signals may get lost, and then pages are late, not wrong.
func (h *Hub) listen(ctx context.Context) {
	for ctx.Err() == nil {
		err := h.db.Listen(ctx, func(payload string) {
			var s signal
			if err := json.Unmarshal([]byte(payload), &s); err != nil || s.Node == h.node {
				return
			}
			h.tell(ctx, s.Changes)
			if s.Here != nil {
				h.note(*s.Here)
			}
		})
		if ctx.Err() != nil {
			return
		}
		slog.Warn("listening to other nodes was interrupted", "err", err)
		select {
		case <-ctx.Done():
		case <-time.After(retry):
		}
	}
}

// tell passes changes to those readers who may see the tickets.
func (h *Hub) tell(ctx context.Context, changes []change) {
	byWorkspace := map[string][]change{}
	for _, c := range changes {
		if h.anyReader(c.Workspace) {
			byWorkspace[c.Workspace] = append(byWorkspace[c.Workspace], c)
		}
	}
	for workspace, cs := range byWorkspace {
		if err := h.tellWorkspace(ctx, workspace, cs); err != nil && ctx.Err() == nil {
			slog.Warn("open pages were not told of a change", "err", err)
		}
	}
}

func (h *Hub) tellWorkspace(ctx context.Context, workspace string, changes []change) error {
	var ids []ticket.ID
	for _, c := range changes {
		if c.Ticket != "" {
			ids = append(ids, c.Ticket)
		}
	}
	var tickets []*ticket.Ticket
	if err := h.db.View(access.With(ctx, access.System(workspace)), func(tx *db.Tx) (err error) {
		tickets, err = ticket.ByIDs(tx, ids)
		return err
	}); err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for r := range h.readers {
		if r.actor.Workspace != workspace {
			continue
		}
		r.ring(changes)
		for _, t := range tickets {
			if ticket.Sees(r.actor, t) {
				r.tell(t, changes)
			}
		}
	}
	return nil
}

func (h *Hub) anyReader(workspace string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for r := range h.readers {
		if r.actor.Workspace == workspace {
			return true
		}
	}
	return false
}

// Reader is one open page.
type Reader struct {
	C chan Message // closed when the reader was too slow: it must connect again

	hub    *Hub
	actor  access.Actor
	topics []string
	closed bool
}

// Open returns a reader of some topics, which sees what actor may see.
func (h *Hub) Open(actor access.Actor, topics []string) *Reader {
	r := &Reader{C: make(chan Message, backlog), hub: h, actor: actor, topics: topics}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.readers[r] = true
	return r
}

// Close ends the reading.
func (r *Reader) Close() {
	r.hub.mu.Lock()
	defer r.hub.mu.Unlock()
	r.close()
}

func (r *Reader) close() {
	if !r.closed {
		r.closed = true
		delete(r.hub.readers, r)
		close(r.C)
	}
}

func (r *Reader) tell(t *ticket.Ticket, changes []change) {
	by := ""
	for _, c := range changes {
		if c.Ticket == t.ID {
			by = c.By
		}
	}
	number := fmt.Sprint(t.Number)
	for _, topic := range []string{"ticket:" + number, "tickets", "rail"} {
		if slices.Contains(r.topics, topic) {
			r.push(Message{Topic: topic, ID: number, By: by})
		}
	}
}

// ring tells the reader of what is new in their own inbox.
func (r *Reader) ring(changes []change) {
	for _, c := range changes {
		if c.Person == "" || c.Person != r.actor.ID {
			continue
		}
		for _, topic := range []string{"inbox", "rail"} {
			if slices.Contains(r.topics, topic) {
				r.push(Message{Topic: topic})
			}
		}
	}
}

func (r *Reader) push(m Message) {
	if r.closed {
		return
	}
	select {
	case r.C <- m:
	default:
		r.close()
	}
}
