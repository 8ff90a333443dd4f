package automation_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/automation"
	"muster/internal/complaint"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/people/client"
	"muster/internal/request"
	"muster/internal/task"
	"muster/internal/ticket"
	"muster/internal/workspace"
)

// BenchmarkEvent tells what 200 active rules add to a change of a ticket: run it with
//
//	go test ./internal/automation -bench Event -benchtime 2s
func BenchmarkEvent(b *testing.B) {
	for _, n := range []int{0, 200} {
		b.Run(fmt.Sprint(n, " rules"), func(b *testing.B) { changeTicket(b, n) })
	}
}

// expressions are what the rules of the benchmark ask, in turn.
var expressions = [...]string{
	`ticket.kind == "request" and ticket.priority in ["critical", "high"] and organisation.tier == "silver"`,
	`message.words contains "invoice %d" or ticket.words contains "invoice"`,
	`requester.domain == "customer%d.example"`,
	`any(ticket.tags, # startsWith "team-%d") and ticket.category != "done"`,
	`"priority" in event.changed and event.to == "critical" and now.hour >= %d`,
	`message.text matches "(?i)order [0-9]+-%d" and ticket.unanswered > 4`,
}

func changeTicket(b *testing.B, n int) {
	ctx := context.Background()
	d, err := db.Open(ctx, "sqlite:"+b.TempDir()+"/muster.db")
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	bus, kinds := event.NewBus(d, "bench"), ticket.NewDesk(request.Kind(), complaint.Kind(), task.Kind())
	clerk := automation.NewClerk(d, bus, kinds, automation.Hands{})
	w, err := workspace.Ensure(ctx, d, "Bench")
	if err != nil {
		b.Fatal(err)
	}
	ctx = access.With(ctx, access.System(w.ID))
	var t *ticket.Ticket
	do := func(f func(*db.Tx) error) {
		if err := d.Update(ctx, f); err != nil {
			b.Fatal(err)
		}
	}
	do(func(tx *db.Tx) error {
		for i := range n {
			if _, err := clerk.SaveRule(tx, automation.Rule{Name: fmt.Sprint("rule ", i), Active: true, Definition: automation.Definition{
				On: []automation.Trigger{automation.Changed, automation.Moved, automation.Opened}, Actions: []automation.Action{{Do: automation.Tag, Value: "x"}},
				Condition: automation.Condition{Expression: source(i)}}}); err != nil {
				return err
			}
		}
		o, err := client.AddOrganisation(tx, client.NewOrganisation{Name: "Acme", Tier: "gold", Domains: []string{"acme.example"}})
		if err != nil {
			return err
		}
		c, err := client.AddContact(tx, client.NewContact{Name: "Carla", Address: "carla@acme.example", Organisation: o.ID})
		if err != nil {
			return err
		}
		body, err := ticket.Compose(words)
		if err != nil {
			return err
		}
		t, err = kinds.Open(tx, ticket.Draft{Title: "Printer is offline", Requester: c.ID, Tags: []string{"printer", "north"}, First: &ticket.Writing{Kind: ticket.FromCustomer, Body: body}})
		return err
	})
	b.ResetTimer()
	began := time.Now()
	for i := range b.N {
		title := fmt.Sprint("Printer is offline ", i)
		do(func(tx *db.Tx) error {
			_, err := kinds.Change(tx, t.Number, ticket.Any, ticket.Change{Title: &title})
			return err
		})
	}
	b.ReportMetric(float64(time.Since(began).Microseconds())/float64(b.N)/1000, "ms/event")
}

func source(i int) string {
	e := expressions[i%len(expressions)]
	if i%len(expressions) == 0 {
		return e
	}
	return fmt.Sprintf(e, i)
}

const words = "Since this morning the printer on the second floor does nothing. We switched it off and on again, we changed the cable, and it is still offline. " +
	"The order 1234-7 was to be printed at noon, so this is urgent for us. Who can have a look at it?"
