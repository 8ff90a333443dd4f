package rehearsal_test

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/automation"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/rehearsal"
	"muster/internal/request"
	"muster/internal/ticket"
	"muster/internal/workspace"
)

// BenchmarkRule rehearses one rule over a hundred thousand tickets (MUSTER_BENCH_TICKETS for another number), each of which was opened,
// taken, answered and resolved, and reports how long that takes: 30 s are allowed.
func BenchmarkRule(b *testing.B) {
	tickets := 100_000
	if n := os.Getenv("MUSTER_BENCH_TICKETS"); n != "" {
		if _, err := fmt.Sscan(n, &tickets); err != nil {
			b.Fatal(err)
		}
	}
	d, err := db.Open(b.Context(), "sqlite:"+b.TempDir()+"/muster.db")
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	bus := event.NewBus(d, "bench")
	w, err := workspace.Ensure(b.Context(), d, "Bench")
	if err != nil {
		b.Fatal(err)
	}
	ctx := access.With(b.Context(), access.System(w.ID))
	stage := rehearsal.NewStage(rehearsal.Stage{DB: d, Bus: bus})
	for done := 0; done < tickets; done += 2000 {
		if err := d.Update(ctx, func(tx *db.Tx) error { lives(tx, done, min(2000, tickets-done)); return nil }); err != nil {
			b.Fatal(err)
		}
	}
	for name, expression := range map[string]string{
		"ticket":  `ticket.words contains "invoice 99" and ticket.priority != "low"`,
		"message": `message.words contains "99" and ticket.priority != "low"`,
	} {
		b.Run(name, func(b *testing.B) {
			draft, err := json.Marshal(automation.Rule{Name: "Draft", Definition: automation.Definition{On: automation.Triggers(), Condition: automation.Condition{Expression: expression}}})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				r := rehearsal.Rehearsal{Kind: rehearsal.Rule, Days: 30, Draft: draft, CreatedAt: time.Now()}
				began := time.Now()
				if err := stage.Play(ctx, &r); err != nil {
					b.Fatal(err)
				}
				took := time.Since(began)
				b.Logf("one rule over %d tickets: %s, %d differ", r.Seen, took.Round(time.Millisecond), r.Result.Differ)
				if r.Seen != tickets || took > 30*time.Second {
					b.Errorf("it took %s for %d tickets; 30 s are allowed for %d", took, r.Seen, tickets)
				}
			}
		})
	}
}

// lives emits what happens in the life of some tickets: five events each.
func lives(tx *db.Tx, from, n int) {
	for i := range n {
		id := ticket.ID(tx.NewID())
		tx.Emit(ticket.WasOpened{Ticket: id, Number: int64(from + i + 1), Kind: "request", Title: fmt.Sprintf("Question about invoice %d", from+i), State: request.New,
			Category: ticket.New, Priority: ticket.Normal, Channel: "mail", Tags: []string{"billing"}})
		tx.Emit(ticket.Wrote{Ticket: id, Entry: tx.NewID(), Kind: ticket.FromCustomer, Author: access.Customer, Channel: "mail"})
		tx.Now = tx.Now.Add(time.Microsecond)
		tx.Emit(ticket.Changed{Ticket: id, Version: 2, Sets: []ticket.Set{{Field: "assignee", To: "u1", ToName: "Ann Arbour"}, {Field: "tags", From: "billing", To: "billing, checked"}}})
		tx.Now = tx.Now.Add(time.Microsecond)
		tx.Emit(ticket.Wrote{Ticket: id, Entry: tx.NewID(), Kind: ticket.Reply, Author: access.Human, Channel: "mail"})
		tx.Now = tx.Now.Add(time.Microsecond)
		tx.Emit(ticket.Moved{Ticket: id, Version: 3, From: request.New, To: request.Resolved, FromName: "New", ToName: "Resolved", FromCategory: ticket.New, ToCategory: ticket.Review})
	}
}
