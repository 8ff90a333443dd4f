package kpi_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/calendar"
	"muster/internal/clock"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/kpi"
	"muster/internal/mustertest"
	"muster/internal/survey"
	"muster/internal/ticket"
	"muster/internal/ticket/list"
)

// history is a house in which weeks of work happen by the dice.
type history struct {
	*mustertest.House
	t       *testing.T
	works   *clock.Works
	asker   *survey.Asker
	csat    survey.Survey
	hours   clock.Desk
	ctx     context.Context
	dice    *rand.Rand
	tickets int64
}

func newHistory(t *testing.T, d *db.DB, seed uint64) *history {
	h := &history{House: mustertest.NewHouse(t, d), t: t, dice: rand.New(rand.NewPCG(seed, 1))}
	h.works = clock.New(d, h.Bus, h.Desk)
	h.asker = survey.NewAsker(survey.Asker{DB: d, Bus: h.Bus, Desk: h.Desk, Secret: []byte("a secret"), URL: "https://desk.quillmere.example",
		Say: func(_, text string, _ ...any) string { return text }})
	h.ctx = h.As(h.Ann)
	mustertest.Do(t, d, h.ctx, func(tx *db.Tx) error {
		var err error
		h.hours, err = h.works.SaveDesk(tx, clock.Desk{Name: "Always", Calendar: calendar.Calendar{Versions: []calendar.Version{{Zone: "UTC", Week: calendar.Always()}}}}, false)
		if err != nil {
			return err
		}
		goals := func(hours int) map[int]time.Duration {
			g := map[int]time.Duration{}
			for p := 1; p <= 4; p++ {
				g[p] = time.Duration(hours*p) * time.Hour
			}
			return g
		}
		_, err = h.works.SavePolicy(tx, clock.Policy{Name: "Everybody", Kind: clock.SLA, Active: true, Excuses: true, Pauses: []string{"customer"}, Promises: []clock.Promise{
			{Target: clock.FirstResponse, Calendar: h.hours.ID, Goals: goals(2)}, {Target: clock.Resolution, Calendar: h.hours.ID, Goals: goals(9)}}})
		if err != nil {
			return err
		}
		s := survey.Usual(survey.CSAT)
		s.Name, s.Window = "After a request", 1
		h.csat, err = h.asker.Save(tx, s)
		return err
	})
	return h
}

// live lets one thing happen to one ticket. What the desk refuses does not happen.
func (h *history) live() {
	h.t.Helper()
	time.Sleep(time.Duration(h.dice.IntN(7*60)) * time.Minute)
	if err := h.Bus.WorkOff(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
	if h.tickets < 4 || h.dice.IntN(4) == 0 {
		h.tickets = h.Open(h.ctx, "It does not work", "It does not.").Number
		return
	}
	n := 1 + h.dice.Int64N(h.tickets)
	err := h.DB.Update(h.ctx, func(tx *db.Tx) error { return h.happen(tx, n, h.dice.IntN(26)) })
	if kind := fault.KindOf(err); err != nil && kind != fault.Invalid && kind != fault.Conflict {
		h.t.Fatal(err)
	}
}

func (h *history) happen(tx *db.Tx, n int64, what int) error {
	states := []string{"open", "waiting-customer", "resolved", "resolved", "closed", "cancelled"}
	body, err := ticket.Compose("Words.")
	if err != nil {
		return err
	}
	switch {
	case what < 6:
		_, err = h.Desk.Change(tx, n, ticket.Any, ticket.Change{State: &states[what]})
	case what < 8 || what > 15 && what < 23:
		_, _, err = h.Desk.Write(tx, n, ticket.Writing{Kind: ticket.Reply, Body: body})
	case what == 8:
		to := []*string{&h.Ann.ID, &h.Bob.ID, new(string)}[h.dice.IntN(3)]
		_, err = h.Desk.Change(tx, n, ticket.Any, ticket.Change{Assignee: to})
	case what == 9: // another promise holds from now on
		p := ticket.Priority(1 + h.dice.IntN(4))
		_, err = h.Desk.Change(tx, n, ticket.Any, ticket.Change{Priority: &p})
	case what == 10 && h.dice.IntN(3) == 0:
		_, err = h.Desk.Merge(tx, n, 1+h.dice.Int64N(h.tickets))
	case what == 11:
		_, err = ticket.Shelve(tx, n, []ticket.Bucket{ticket.InSpam, ticket.InOpen, ticket.InOpen}[h.dice.IntN(3)])
	case what == 12:
		_, _, err = h.Desk.Write(tx, n, ticket.Writing{Kind: ticket.FromCustomer, Body: body, Author: ticket.Author{Kind: access.Customer, ID: h.Carla.ID, Name: h.Carla.Name}})
	case what == 13 && h.dice.IntN(3) == 0:
		err = h.reschedule(tx)
	case what == 14:
		err = ticket.Link(tx, 1+h.dice.Int64N(h.tickets), ticket.Causes, n)
	default:
		err = h.answer(tx, n)
	}
	return err
}

// reschedule has the desk keep other hours from now on; promises that run follow them, or not.
func (h *history) reschedule(tx *db.Tx) error {
	v := calendar.Version{From: tx.Now.Truncate(time.Second), Zone: "UTC", Week: calendar.Always()}
	if h.dice.IntN(2) == 0 {
		v.Week = calendar.Week{}
		for _, d := range calendar.Days() {
			v.Week[d] = []calendar.Hours{{Open: "06:00", Close: "22:00"}}
		}
	}
	changed := h.hours
	changed.Versions = append(slices.Clone(h.hours.Versions), v)
	kept, err := h.works.SaveDesk(tx, changed, h.dice.IntN(2) == 0)
	if err == nil {
		h.hours = kept
	}
	return err
}

// answer has the customer answer the newest question about a ticket, if there is one.
func (h *history) answer(tx *db.Tx, n int64) error {
	t, err := ticket.Find(tx, n)
	if err != nil {
		return err
	}
	all, err := survey.Of(tx, t)
	if err != nil || len(all) == 0 {
		return err
	}
	token, err := h.asker.Token(tx, all[len(all)-1].ID)
	if err != nil {
		return err
	}
	_, err = h.asker.Answer(tx, token, 1+h.dice.IntN(5), "")
	return err
}

// past is one ticket as the log tells it.
type past struct {
	opened   time.Time
	category ticket.Category
	shelf    ticket.Bucket // spam, trash, merged; empty: none
	assignee string
	clocks   map[string]*ran
	steps    []step // when it became part of the backlog, and when it left
}

type step struct {
	at       time.Time
	unsolved bool
}

type ran struct {
	target, state string
	due           time.Time
	broken        bool
	excused       bool
}

func (p *past) unsolved() bool { return p.shelf == "" && !p.category.Ended() }

// replay reads the whole log, event by event, and nothing that is kept.
func (h *history) replay() (map[ticket.ID]*past, map[string]int) {
	h.t.Helper()
	tickets, answers := map[ticket.ID]*past{}, map[string]int{}
	mustertest.See(h.t, h.DB, h.ctx, func(tx *db.Tx) error {
		for after := ""; ; {
			log, err := event.Log(tx, after, 500)
			if err != nil || len(log) == 0 {
				return err
			}
			for _, r := range log {
				if after = r.ID; r.Subject == ticket.Subject {
					if err := h.step(tickets, answers, r); err != nil {
						return err
					}
				}
			}
		}
	})
	return tickets, answers
}

func (h *history) step(tickets map[ticket.ID]*past, answers map[string]int, r event.Recorded) (err error) {
	p := tickets[ticket.ID(r.SubjectID)]
	switch r.Name {
	case "ticket.opened":
		var e ticket.WasOpened
		err = r.Decode(&e)
		p = &past{opened: r.At, category: e.Category, assignee: e.Assignee, clocks: map[string]*ran{}}
		tickets[e.Ticket] = p
	case "ticket.moved":
		var e ticket.Moved
		err = r.Decode(&e)
		p.category = e.ToCategory
	case "ticket.changed":
		var e ticket.Changed
		err = r.Decode(&e)
		for _, s := range e.Sets {
			if s.Field == "assignee" {
				p.assignee = s.To
			}
		}
	case "ticket.shelved":
		var e ticket.Shelved
		err = r.Decode(&e)
		if p.shelf = ""; e.To == ticket.InSpam || e.To == ticket.InTrash {
			p.shelf = e.To
		}
	case "ticket.merged":
		var e ticket.Merged
		err = r.Decode(&e)
		if e.Ticket == e.FromTicket {
			p.shelf = ticket.InMerged
		}
	case "survey.answered":
		var e survey.Answered
		err = r.Decode(&e)
		answers[e.Invitation] = e.Rating
	case "clock.changed":
		var e clock.Changed
		err = r.Decode(&e)
		for _, c := range e.Changes {
			broken := p.clocks[c.Clock] != nil && p.clocks[c.Clock].broken
			p.clocks[c.Clock] = &ran{target: string(c.Target), state: string(c.State), due: c.Due,
				broken: broken && c.State == clock.None || c.State == clock.Breached || c.State == clock.Late, excused: c.Cause != 0}
		}
	}
	if n := len(p.steps); n == 0 || p.steps[n-1].unsolved != p.unsolved() {
		p.steps = append(p.steps, step{r.At, p.unsolved()})
	}
	return err
}

// at tells whether the ticket was part of the backlog at an instant.
func (p *past) at(at time.Time) (is bool) {
	for _, s := range p.steps {
		if s.at.Before(at) {
			is = s.unsolved
		}
	}
	return is
}

// due is the earliest instant at which a promise that is not kept yet is due, or was.
func (p *past) due() (due time.Time) {
	for _, c := range p.clocks {
		if (c.state == "running" || c.state == "breached") && !c.due.IsZero() && (due.IsZero() || c.due.Before(due)) {
			due = c.due
		}
	}
	return due
}

// Figures equal what a slow replay of the log says, whatever happened.
func TestFiguresEqualTheLog(t *testing.T) {
	var all kpi.Attainment
	var ratings kpi.Ratings
	versions := 0
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
				h := newHistory(t, d, seed)
				begin := time.Now()
				for range 130 {
					h.live()
				}
				h.Open(h.ctx, "One more", "It is due soon.")
				time.Sleep(5*time.Hour + 30*time.Minute)
				if err := h.Bus.WorkOff(t.Context()); err != nil {
					t.Fatal(err)
				}
				tickets, answers := h.replay()
				h.compareSupport(tickets)
				b := h.compareService(tickets, answers, begin)
				all.Merge(b.Total.All)
				ratings.Merge(b.Total.CSAT)
				versions = max(versions, len(h.hours.Versions))
			})
		})
	}
	if all.Met == 0 || all.Missed == 0 || all.None == 0 || all.Excused == 0 || ratings.N() == 0 || versions < 3 {
		t.Errorf("histories with %+v, ratings %v and %d versions of the hours prove little", all, ratings, versions)
	}
}

func (h *history) compareSupport(tickets map[ticket.ID]*past) {
	h.t.Helper()
	var got kpi.SupportBoard
	mustertest.See(h.t, h.DB, h.ctx, func(tx *db.Tx) (err error) { got, err = kpi.Support(tx); return err })
	var cells []kpi.Cell
	for _, p := range tickets {
		if p.unsolved() {
			cells = append(cells, kpi.Cell{Assignee: p.assignee, Waiting: p.category == ticket.Waiting, Age: kpi.AgeOf(p.opened, got.At), Urgency: kpi.UrgencyOf(p.due(), got.At), N: 1})
		}
	}
	if want := kpi.Count(cells); fmt.Sprint(got.Backlog) != fmt.Sprint(want) {
		h.t.Errorf("the board says\n%+v, the log\n%+v", got.Backlog, want)
	}
	if got.N == 0 || got.Overdue == 0 || len(got.Past) < 10 {
		h.t.Errorf("a history with %d unsolved, %d overdue, %d days proves little", got.N, got.Overdue, len(got.Past))
	}
	for _, point := range got.Past[:len(got.Past)-1] {
		var want int64
		for _, p := range tickets {
			if p.at(point.Day.AddDate(0, 0, 1)) {
				want++
			}
		}
		if point.N != want {
			h.t.Errorf("at the end of %s the backlog was %d by what is kept, %d by the log", point.Day.Format(time.DateOnly), point.N, want)
		}
	}
}

// listed counts the promises behind a figure, page by page.
func (h *history) listed(of kpi.Of) (n int64) {
	h.t.Helper()
	for {
		var page kpi.Records
		mustertest.See(h.t, h.DB, h.ctx, func(tx *db.Tx) (err error) { page, err = kpi.Promises(tx, of); return err })
		n += int64(len(page.Records))
		if of.Cursor = page.Next; of.Cursor == "" {
			return n
		}
	}
}

func (h *history) compareService(tickets map[ticket.ID]*past, answers map[string]int, begin time.Time) kpi.ServiceBoard {
	h.t.Helper()
	var got kpi.ServiceBoard
	mustertest.See(h.t, h.DB, h.ctx, func(tx *db.Tx) (err error) {
		got, err = kpi.Service(tx, kpi.Period{From: tx.Now.Add(-8 * 7 * 24 * time.Hour), To: tx.Now.Add(time.Second)})
		return err
	})
	h.compareKept(got.Period)
	want, byTicket := map[string]kpi.Attainment{}, kpi.Attainment{}
	for _, p := range tickets {
		p.judge(&byTicket)
		for _, c := range p.clocks {
			a := want[c.target]
			a.Add(kpi.Outcome{State: c.state, Broken: c.broken, Excused: c.excused}, 1)
			want[c.target] = a
		}
	}
	if fmt.Sprint(got.Total.ByTarget) != fmt.Sprint(want) {
		h.t.Errorf("promises by what is kept: %v, by the log: %v", got.Total.ByTarget, want)
	}
	if got.Total.ByTicket != byTicket || got.ByOrganisation[0].ByTicket != byTicket || byTicket == got.Total.All {
		h.t.Errorf("by ticket, promises are %+v and of one client %+v by what is kept, %+v by the log", got.Total.ByTicket, got.ByOrganisation[0].ByTicket, byTicket)
	}
	for tickets, of := range map[bool]kpi.Attainment{false: got.Total.All, true: got.Total.ByTicket} {
		for is, want := range map[string]int64{"met": of.Met, "missed": of.Missed, "excused": of.Excused, "none": of.None, "counted": of.Kept().N} {
			if n := h.listed(kpi.Of{Period: got.Period, Is: is, Tickets: tickets, Limit: 7}); n != want {
				h.t.Errorf("%d promises are listed as %s (by ticket: %t), the figure counts %d", n, is, tickets, want)
			}
		}
	}
	var ratings kpi.Ratings
	for _, r := range answers {
		ratings.Add(r, 1)
	}
	if got.Total.CSAT != ratings {
		h.t.Errorf("answers by what is kept: %v, by the log: %v", got.Total.CSAT, ratings)
	}
	if since := time.Since(begin); since > 8*7*24*time.Hour {
		h.t.Fatalf("the history took %s: longer than the period", since)
	}
	var soon, overdue int64
	for _, p := range tickets {
		switch urgency := kpi.UrgencyOf(p.due(), time.Now()); {
		case p.unsolved() && urgency == kpi.DueSoon:
			soon++
		case p.unsolved() && urgency == kpi.Overdue:
			overdue++
		}
	}
	if got.Total.Soon != soon || got.Total.Overdue != overdue || soon == 0 {
		h.t.Errorf("%d due soon and %d overdue by what is kept, %d and %d by the log", got.Total.Soon, got.Total.Overdue, soon, overdue)
	}
	for due, want := range map[string]int64{"soon": soon, "overdue": overdue} {
		mustertest.See(h.t, h.DB, h.ctx, func(tx *db.Tx) error {
			page, err := list.Read(tx, h.Desk, list.Of{Query: list.Query{Is: []string{"open", "waiting"}, Due: due}, Sort: list.Due, Limit: 200})
			if int64(len(page.Tickets)) != want && want < 200 {
				h.t.Errorf("due:%s finds %d tickets, the figure counts %d", due, len(page.Tickets), want)
			}
			return err
		})
	}
	var weeks kpi.Attainment
	for _, w := range got.Total.Weeks {
		weeks.Merge(w)
	}
	if weeks != got.Total.All || got.ByOrganisation[0].All != got.Total.All || !slices.ContainsFunc(got.ByItem, func(l kpi.Line) bool { return l.ID == "" && l.All == got.Total.All }) {
		h.t.Errorf("weeks %+v, clients and services are not what they are together: %+v", weeks, got.Total.All)
	}
	return got
}
