package app

import (
	"context"
	"time"

	"muster/internal/api/rest"
	"muster/internal/clock"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/kpi"
	"muster/internal/mailbox"
	"muster/internal/people"
	"muster/internal/people/client"
	"muster/internal/rehearsal"
	"muster/internal/routing"
	"muster/internal/survey"
	"muster/internal/ticket"
	"muster/internal/web/ui"
	"muster/internal/workspace"
)

// react wires who reacts to what: the architecture on one page. What a subject
// does about its own events it registers itself, where it is made.
func (h *house) react() error {
	send, err := sender(h.config)
	if err != nil {
		return err
	}
	// Resolved: the customer is asked how it was.
	h.asker = survey.NewAsker(survey.Asker{DB: h.db, Bus: h.bus, Desk: h.desk, Secret: []byte(h.config.Secret), URL: h.config.URL, Say: ui.Say})

	// Mail: replies become mail, mail becomes tickets.
	h.office = mailbox.NewOffice(mailbox.Office{DB: h.db, Bus: h.bus, Desk: h.desk, Blobs: h.blobs,
		Secret: []byte(h.config.Secret), URL: h.config.URL, Send: send, Judge: judge, Complete: h.asker.Complete})
	h.fetching()
	if err := h.telling(); err != nil {
		return err
	}

	// Promises: the clocks of tickets follow what happens, and ring when they are due.
	h.works = clock.New(h.db, h.bus, h.desk)

	// Tickets find somebody: who is here, who has room, who knows how.
	h.router = routing.NewRouter(routing.Router{DB: h.db, Bus: h.bus, Desk: h.desk})

	// What is to be switched on can be rehearsed on the past first.
	stage := rehearsal.NewStage(rehearsal.Stage{DB: h.db, Bus: h.bus, Router: h.router})

	// Rules do what people would do by hand; promises and surveys are heard, too.
	h.ruling()

	// Of two contacts that were one person, the tickets go to who is kept.
	event.On(h.bus, func(tx *db.Tx, m client.ContactMerged) error { return ticket.MoveContact(tx, m.From, m.ID) })

	// Resolved tickets are closed when nobody has come back to them.
	event.Every(h.bus, "tickets.close", time.Hour, h.everyWorkspace(func(ctx context.Context, w workspace.Workspace) error {
		return h.desk.CloseIdle(ctx, h.db, w.Settings.ReopenDays)
	}))

	// What is kept for a while is swept.
	event.Every(h.bus, "sessions.sweep", time.Hour, people.NewSessions(h.db, nil, false).Sweep)
	event.Every(h.bus, "rehearsals.sweep", 24*time.Hour, h.everyWorkspace(func(ctx context.Context, _ workspace.Workspace) error { return stage.Sweep(ctx) }))
	event.Every(h.bus, "answers.sweep", time.Hour, rest.Sweep(h.db))
	h.reckoning()
	return nil
}

// reckoning has boards reckoned now and then, so that nobody waits for one.
func (h *house) reckoning() {
	event.Every(h.bus, "boards.keep", 10*time.Minute, h.everyWorkspace(func(ctx context.Context, _ workspace.Workspace) error { return kpi.Keep(ctx, h.db) }))
}
