// Package event records what happened, tells whoever asked to know, and does later what must not be done at once.
package event

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"muster/internal/db"
)

// About is what an event that is about a record says of itself: the kind of
// the record and its id. It puts the event on that record's timeline.
type About interface{ About() (subject, id string) }

// Versioned is an event whose body has changed its shape: the version is stored beside it.
type Versioned interface{ EventVersion() int }

// Bus carries events from the work that emits them to those who react, and jobs to those who do them.
type Bus struct {
	db      *db.DB
	react   map[string][]reaction
	follow  map[string][]string // event name → tasks to queue
	tasks   map[string]task
	watch   []func(Happening)
	agenda  *agenda
	node    string
	periods []period
}

type reaction func(*db.Tx, db.Event) error

// Happening is what is told of an event once it is durable.
type Happening struct {
	Workspace, Name, Subject, ID string
	Actor                        string // the id of who did it
}

// NewBus returns a bus that every Update of d delivers to. The node's name tells who holds a lease.
func NewBus(d *db.DB, node string) *Bus {
	b := &Bus{
		db:     d,
		react:  map[string][]reaction{},
		follow: map[string][]string{},
		tasks:  map[string]task{},
		agenda: newAgenda(),
		node:   node,
	}
	d.BeforeCommit(b.deliver)
	d.AfterCommit(b.committed)
	return b
}

// On has f react to every E, inside the transaction that emits it.
func On[E db.Event](b *Bus, f func(*db.Tx, E) error) {
	var e E
	b.react[e.EventName()] = append(b.react[e.EventName()], func(tx *db.Tx, e db.Event) error { return f(tx, e.(E)) })
}

// Later has f called for every E once its transaction has committed, again
// and again until it succeeds. It may be called twice for the same event.
func Later[E db.Event](b *Bus, name string, f func(context.Context, E) error, opts Options) {
	var e E
	b.follow[e.EventName()] = append(b.follow[e.EventName()], name)
	Task(b, name, f, opts)
}

// Watch has f told of every event of this node after it is durable. It must not wait for anything.
func (b *Bus) Watch(f func(Happening)) { b.watch = append(b.watch, f) }

type happenings struct{}

type reacting struct{}

// Reacting returns what is being reacted to, with who did it and under which id
// it stands in the log: nothing outside of a reaction.
func Reacting(tx *db.Tx) db.Emission {
	e, _ := tx.Noted(reacting{}).(db.Emission)
	return e
}

// React runs the reactions to what has happened so far, which may make more
// happen: for who must tell what has come of it before the work is committed.
func (b *Bus) React(tx *db.Tx) error {
	rows, _ := tx.Noted(happenings{}).([]record)
	for es := tx.Emitted(); len(es) > 0; es = tx.Emitted() {
		for _, e := range es {
			r, err := newRecord(e)
			if err != nil {
				return fmt.Errorf("record %s: %w", e.Event.EventName(), err)
			}
			rows = append(rows, r)
			for _, task := range b.follow[r.Name] {
				enqueue(tx, job{task: task, args: r.Body, runAt: tx.Now})
			}
			if len(b.react[r.Name]) > 0 {
				tx.Note(reacting{}, e)
			}
			for _, f := range b.react[r.Name] {
				if err := f(tx, e.Event); err != nil {
					return fmt.Errorf("react to %s: %w", r.Name, err)
				}
			}
		}
	}
	tx.Note(happenings{}, rows)
	return nil
}

// deliver has everybody react to what has happened, and records it all.
func (b *Bus) deliver(tx *db.Tx) error {
	if err := b.React(tx); err != nil {
		return err
	}
	rows, _ := tx.Noted(happenings{}).([]record)
	if err := insertRecords(tx, rows); err != nil {
		return fmt.Errorf("record what happened: %w", err)
	}
	if err := insertJobs(tx); err != nil {
		return err
	}
	return endJob(tx)
}

// committed notes when to look for new jobs, tells the watchers, and a job that it has come to its end.
func (b *Bus) committed(tx *db.Tx) {
	jobs, _ := tx.Noted(queued{}).([]job)
	for _, j := range jobs {
		if _, ours := b.tasks[j.task]; ours {
			b.agenda.note(j.task, j.runAt)
		}
	}
	if j, ok := tx.Noted(running{}).(*job); ok {
		j.finished = true
	}
	rows, _ := tx.Noted(happenings{}).([]record)
	for _, r := range rows {
		for _, f := range b.watch {
			f(Happening{Workspace: tx.Workspace, Name: r.Name, Subject: r.Subject, ID: r.SubjectID, Actor: r.ActorID})
		}
	}
}

// Wake has the workers look for due jobs of every task now.
func (b *Bus) Wake() {
	for task := range b.tasks {
		b.agenda.note(task, time.Time{})
	}
}

// Recorded is an event as the log keeps it.
type Recorded struct {
	ID                            string
	Name                          string
	Version                       int
	Subject, SubjectID            string
	ActorKind, ActorID, ActorName string
	At                            time.Time
	Body                          string // JSON
}

type record = Recorded

// Decode reads the event's body into e.
func (r Recorded) Decode(e any) error {
	if err := json.Unmarshal([]byte(r.Body), e); err != nil {
		return fmt.Errorf("read %s %s: %w", r.Name, r.ID, err)
	}
	return nil
}

func newRecord(e db.Emission) (record, error) {
	body, err := json.Marshal(e.Event)
	if err != nil {
		return record{}, err
	}
	r := record{ID: e.ID, Name: e.Event.EventName(), Version: 1, At: e.At, Body: string(body),
		ActorKind: string(e.Actor.Kind), ActorID: e.Actor.ID, ActorName: e.Actor.Name}
	if v, ok := e.Event.(Versioned); ok {
		r.Version = v.EventVersion()
	}
	if a, ok := e.Event.(About); ok {
		r.Subject, r.SubjectID = a.About()
	}
	return r, nil
}
