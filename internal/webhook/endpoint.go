package webhook

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/text"
	"muster/internal/ticket"
)

// Endpoint is an address of another program that is told what happens.
type Endpoint struct {
	ID, Name, URL string
	Events        []string     // the names of those that it is told of; nil: all
	Scope         access.Scope // the tickets that it may hear of
	Notes         bool         // whether it hears of internal notes
	Active        bool
	Off           string    // why Muster switched it off; empty: it did not
	OldUntil      time.Time // until then the secret before this one signs too; zero: it does not
	FailingSince  time.Time // zero: the last attempt got through
	CreatedBy     string    // a user, or empty
	CreatedAt     time.Time
	Version       int64 // counts changes; when saved: the one that was seen, 0: any

	secret, old string // sealed
}

const (
	longestName  = 100
	mostEndpoint = 100 // endpoints of a workspace
	bothSign     = 24 * time.Hour
)

// manages makes sure that the actor may set up endpoints: nobody lets a program see more than they see.
func manages(tx *db.Tx) error {
	if err := tx.Must(access.HooksManage); err != nil {
		return err
	}
	if s := tx.Scope; s.Teams != nil || s.Orgs != nil || s.Kinds != nil {
		return fault.New(fault.Denied, "%s sees only a part of the tickets, so may not manage which programs see them.", tx.Name)
	}
	return nil
}

// Endpoints returns the endpoints by name, at most 100.
func Endpoints(tx *db.Tx) ([]Endpoint, error) {
	if err := tx.Must(access.HooksManage); err != nil {
		return nil, err
	}
	if err := manages(tx); err != nil {
		return nil, err
	}
	return endpoints(tx)
}

// Find returns an endpoint.
func Find(tx *db.Tx, id string) (Endpoint, error) {
	if err := tx.Must(access.HooksManage); err != nil {
		return Endpoint{}, err
	}
	if err := manages(tx); err != nil {
		return Endpoint{}, err
	}
	return find(tx, id)
}

func find(tx *db.Tx, id string) (Endpoint, error) {
	e, err := endpoint(tx, id)
	if db.Missing(err) {
		return e, fault.New(fault.NotFound, "There is no such webhook. Somebody may have removed it.")
	}
	return e, err
}

// Save makes an endpoint, or changes the one with its id. The secret of a new one is returned, this once.
func (h *Hooks) Save(tx *db.Tx, e Endpoint) (Endpoint, string, error) {
	if err := tx.Must(access.HooksManage); err != nil {
		return e, "", err
	}
	if err := manages(tx); err != nil {
		return e, "", err
	}
	if err := h.check(&e); err != nil {
		return e, "", err
	}
	if e.ID == "" {
		return h.add(tx, e)
	}
	was, err := find(tx, e.ID)
	if err != nil {
		return e, "", err
	}
	if e.Version != 0 && e.Version != was.Version {
		return e, "", fault.New(fault.Conflict, "Somebody changed this webhook meanwhile. Look at it again, then repeat your change.")
	}
	if e.Active && !was.Active {
		was.Off, was.FailingSince = "", time.Time{} // it gets another three days
	}
	was.Name, was.URL, was.Events, was.Scope, was.Notes, was.Active = e.Name, e.URL, e.Events, e.Scope, e.Notes, e.Active
	return was, "", save(tx, &was)
}

func (h *Hooks) add(tx *db.Tx, e Endpoint) (Endpoint, string, error) {
	all, err := endpoints(tx)
	if err != nil {
		return e, "", err
	}
	if len(all) >= mostEndpoint {
		return e, "", fault.New(fault.Conflict, "There are %d webhooks, which is the most there can be. Remove one first.", len(all))
	}
	e.ID, e.CreatedAt, e.Version = tx.NewID(), tx.Now, 0
	if tx.Kind == access.Human {
		e.CreatedBy = tx.ID
	}
	plain := newSecret()
	if e.secret, err = h.Seal(plain, e.place()); err != nil {
		return e, "", err
	}
	return e, plain, save(tx, &e)
}

func save(tx *db.Tx, e *Endpoint) error {
	e.Version++
	if err := storeEndpoint(tx, *e); err != nil {
		return err
	}
	tx.Emit(EndpointSaved{e.ID, e.Name, e.URL, e.Active})
	return nil
}

// check says what is wrong with an endpoint, and tidies what is not.
func (h *Hooks) check(e *Endpoint) error {
	var nameErr, eventsErr error
	e.Name, e.URL = strings.Join(strings.Fields(text.Valid(e.Name)), " "), strings.TrimSpace(e.URL)
	if e.Name == "" || len([]rune(e.Name)) > longestName {
		nameErr = fault.Field("name", "Give a name of at most %d characters, such as that of the program.", longestName)
	}
	e.Events = slices.Compact(slices.Sorted(slices.Values(e.Events)))
	for _, name := range e.Events {
		if !slices.Contains(h.Names(), name) {
			eventsErr = fault.Field("events", "There is no event %.100q. There are: %s.", name, strings.Join(h.Names(), ", "))
		}
	}
	if len(e.Events) == 0 {
		e.Events = nil
	}
	for _, list := range []*[]string{&e.Scope.Teams, &e.Scope.Orgs, &e.Scope.Kinds} {
		if len(*list) == 0 {
			*list = nil
		}
	}
	return fault.Join(nameErr, h.May("url", e.URL), eventsErr)
}

// Rotate gives an endpoint another secret, which is returned this once. For a day messages are signed with both.
func (h *Hooks) Rotate(tx *db.Tx, id string) (Endpoint, string, error) {
	if err := tx.Must(access.HooksManage); err != nil {
		return Endpoint{}, "", err
	}
	if err := manages(tx); err != nil {
		return Endpoint{}, "", err
	}
	e, err := find(tx, id)
	if err != nil {
		return e, "", err
	}
	plain := newSecret()
	e.old, e.OldUntil = e.secret, tx.Now.Add(bothSign)
	if e.secret, err = h.Seal(plain, e.place()); err != nil {
		return e, "", err
	}
	e.Version++
	tx.Emit(SecretRotated{e.ID, e.Name})
	return e, plain, storeEndpoint(tx, e)
}

// Remove removes an endpoint with its log.
func Remove(tx *db.Tx, id string) error {
	if err := tx.Must(access.HooksManage); err != nil {
		return err
	}
	if err := manages(tx); err != nil {
		return err
	}
	e, err := find(tx, id)
	if err != nil {
		return err
	}
	ids, err := waitingOf(tx, id)
	if err != nil {
		return err
	}
	for _, delivery := range ids {
		if _, err := event.Cancel(tx, deliverTask, delivery); err != nil {
			return err
		}
	}
	counts, err := db.Tallies(tx, family(id))
	if err != nil {
		return err
	}
	for state, n := range counts {
		tx.Tally(family(id), state, -n)
	}
	tx.Emit(EndpointRemoved{e.ID, e.Name})
	return removeEndpoint(tx, e.ID)
}

func (e Endpoint) place() string { return "webhook/" + e.ID }

// wants reports whether the endpoint is to be told of an event.
func (e Endpoint) wants(name string) bool { return e.Events == nil || slices.Contains(e.Events, name) }

// sees reports whether the endpoint may hear of a ticket.
func (e Endpoint) sees(tx *db.Tx, t *ticket.Ticket) bool { return ticket.Sees(e.actor(tx), t) }

// narrow reports whether there are tickets that the endpoint may not hear of.
func (e Endpoint) narrow() bool {
	return e.Scope.Teams != nil || e.Scope.Orgs != nil || e.Scope.Kinds != nil
}

// actor is the endpoint as somebody who looks at tickets.
func (e Endpoint) actor(tx *db.Tx) access.Actor {
	return access.Actor{Workspace: tx.Workspace, ID: cmp.Or(e.ID, "webhook"), Name: e.Name, Kind: access.Bot, Rights: []access.Right{access.TicketsRead}, Scope: e.Scope}
}
