package app

import (
	"context"
	"fmt"
	"io"
	"time"

	"muster/internal/automation"
	"muster/internal/demo"
	"muster/internal/event"
)

type demoCommand struct {
	Seed    uint64 `default:"1" help:"The same seed makes the same company."`
	Tickets int    `default:"2000" help:"How many tickets its history has."`
}

// Run fills an empty desk. What happened long ago sends no mail and pages nobody.
func (d *demoCommand) Run(ctx context.Context, c *Config, out io.Writer) error {
	return within(ctx, c, func(ctx context.Context, h *house) error {
		began := time.Now()
		bus := event.NewBus(h.db, "demo") // history is recorded; nobody reacts to it but the rules that it ends with
		clerk := automation.NewClerk(h.db, bus, h.desk, automation.Hands{})
		made, err := demo.Fill(ctx, demo.Company{DB: h.db, Desk: h.desk, Office: h.office, Asker: h.asker, Works: h.works, Hooks: h.hooks, Hasher: h.hasher, Clerk: clerk, Seed: d.Seed, Tickets: d.Tickets, Now: time.Now()})
		if err != nil {
			return err
		}
		if _, err := h.office.Inboxes.Ensure(ctx, h.workspace.ID, c.Inbox); err != nil { // beside the company's own, for mail from this machine
			return fmt.Errorf("make an inbox: %w", err)
		}
		fmt.Fprintf(out, "%s: %d agents, %d organisations, %d tickets over 90 days, in %s.\n", made.Name, made.Agents, made.Organisations, made.Tickets, time.Since(began).Round(100*time.Millisecond))
		fmt.Fprintf(out, "Sign in at %s as %s with the password %s\n", c.URL, made.Email, made.Password)
		return nil
	})
}
