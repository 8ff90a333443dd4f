package demo

import (
	"context"
	"time"

	"muster/internal/calendar"
	"muster/internal/clock"
	"muster/internal/db"
	"muster/internal/people/client"
	"muster/internal/ticket"
	"muster/internal/ticket/list"
)

// promises sets up what is promised to whom, and has it hold for the ninety days as if it always had.
func (h *house) promises(ctx context.Context) error {
	if err := h.DB.Update(ctx, h.contracts); err != nil {
		return err
	}
	for cursor := ""; ; {
		var page list.Page
		err := h.DB.View(ctx, func(tx *db.Tx) (err error) {
			page, err = list.Read(tx, h.Desk, list.Of{Buckets: []ticket.Bucket{ticket.InOpen, ticket.InWaiting, ticket.InDone}, Sort: list.Created, Limit: 200, Cursor: cursor})
			return err
		})
		for _, t := range page.Tickets {
			if err == nil { // each ticket by itself, since the ids of what is told of it follow its time
				err = h.DB.Update(ctx, func(tx *db.Tx) error { tx.Now = h.Now.UTC(); return h.Works.Replay(tx, t) })
			}
		}
		if cursor = page.Next; err != nil || cursor == "" {
			return err
		}
	}
}

// contracts are the calendars and the policies.
func (h *house) contracts(tx *db.Tx) error {
	tx.Now = h.Now.UTC().AddDate(0, 0, -days).Truncate(time.Hour)
	holidays := []calendar.Holiday{
		{Name: "New Year's Day", Date: "2020-01-01", Yearly: true}, {Name: "Labour Day", Date: "2020-05-01", Yearly: true},
		{Name: "Christmas Eve", Date: "2020-12-24", Yearly: true, Hours: []calendar.Hours{{Open: "08:00", Close: "12:00"}}},
		{Name: "Christmas Day", Date: "2020-12-25", Yearly: true}, {Name: "Boxing Day", Date: "2020-12-26", Yearly: true},
	}
	desks := map[string]clock.Desk{}
	for _, d := range []struct {
		name string
		calendar.Version
	}{
		{"Office hours", calendar.Version{Zone: "Europe/Berlin", Week: calendar.Workdays(calendar.Hours{Open: "08:00", Close: "18:00"}), Holidays: holidays}},
		{"24×5", calendar.Version{Zone: "Europe/Berlin", Week: calendar.Workdays(calendar.Hours{Open: "00:00", Close: "24:00"}), Holidays: holidays}},
		{"Round the clock", calendar.Version{Zone: "UTC", Week: calendar.Always()}},
	} {
		desk, err := h.Works.SaveDesk(tx, clock.Desk{Name: d.name, Calendar: calendar.Calendar{Versions: []calendar.Version{d.Version}}}, false)
		if err != nil {
			return err
		}
		desks[d.name] = desk
	}
	fennoway, err := client.OrganisationNamed(tx, organisations[0])
	if err != nil {
		return err
	}
	nordhalm, err := client.OrganisationNamed(tx, organisations[1])
	if err != nil {
		return err
	}
	second := []string{h.teams[application].ID, h.teams[product].ID}
	for _, p := range []clock.Policy{
		contract("Fennoway 24×5", desks["24×5"], clock.When{Organisations: []string{fennoway.ID}, Kinds: []string{"request"}}, 2*time.Hour, 16*time.Hour),
		contract("Nordhalm round the clock", desks["Round the clock"], clock.When{Organisations: []string{nordhalm.ID}, Kinds: []string{"request"}}, 4*time.Hour, 30*time.Hour),
		grievance(desks["Office hours"]),
		contract("Gold", desks["Office hours"], clock.When{Tiers: []string{"gold"}, Kinds: []string{"request"}}, 2*time.Hour, 16*time.Hour, "third-party", "approval"),
		contract("Everybody", desks["Office hours"], clock.When{Kinds: []string{"request"}}, 4*time.Hour, 24*time.Hour, "third-party", "approval"),
		{Name: "Second line to first line", Kind: clock.OLA, Active: true, When: clock.When{Teams: second}, Pauses: []string{"customer", "third-party"},
			Promises: []clock.Promise{goals(clock.Acknowledgement, time.Hour, desks["Office hours"]), goals(clock.Resolution, 12*time.Hour, desks["Office hours"])}},
		{Name: "Hosting contract", Kind: clock.Supplier, Active: true, Promises: []clock.Promise{goals(clock.Resolution, 6*time.Hour, desks["Round the clock"])}},
	} {
		if _, err := h.Works.SavePolicy(tx, p); err != nil {
			return err
		}
	}
	return nil
}

// contract is a policy for customers. What it says is for a high priority: half for critical, twice for normal, four times for low.
func contract(name string, desk clock.Desk, when clock.When, reply, resolve time.Duration, pauses ...string) clock.Policy {
	steps := []clock.Step{{Percent: 75}, {Percent: 100, After: 2 * time.Hour}}
	p := clock.Policy{Name: name, Kind: clock.SLA, Active: true, When: when, Pauses: append([]string{"customer", "change"}, pauses...), Excuses: true,
		Promises: []clock.Promise{goals(clock.FirstResponse, reply, desk), goals(clock.NextResponse, 2*reply, desk), goals(clock.Resolution, resolve, desk), goals(clock.Approval, resolve, desk)}}
	for i := range p.Promises {
		p.Promises[i].Steps = steps
	}
	return p
}

func grievance(desk clock.Desk) clock.Policy {
	return clock.Policy{Name: "Complaints", Kind: clock.SLA, Active: true, When: clock.When{Kinds: []string{"complaint"}}, Pauses: []string{"customer"},
		Promises: []clock.Promise{goals(clock.Acknowledgement, 4*time.Hour, desk), goals(clock.FirstResponse, 8*time.Hour, desk), goals(clock.Resolution, 40*time.Hour, desk)}}
}

func goals(target clock.Target, high time.Duration, desk clock.Desk) clock.Promise {
	return clock.Promise{Target: target, Calendar: desk.ID, Goals: map[int]time.Duration{1: high / 2, 2: high, 3: 2 * high, 4: 4 * high}}
}
