package demo

import (
	"cmp"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/complaint"
	"muster/internal/db"
	"muster/internal/mailbox"
	"muster/internal/people/client"
	"muster/internal/request"
	"muster/internal/ticket"
)

// life is what happens to one ticket.
type life struct {
	*house
	scene    scene
	inbox    int
	customer client.Contact
	owner    agent
	channel  string
	begin    time.Time         // when it came
	told     *strings.Replacer // its particulars, the same from the first word to the last
	content  bool              // the customer has said that all is well
	title    string
	first    *letter // nil: it did not come by mail
	number   int64
	last     string    // the newest reply of ours
	until    time.Time // when what it requires is done
	steps    []step
}

// life is what happens to one ticket.
func (h *house) life(begin time.Time, i int) []step {
	at := h.instant(begin, i)
	scene := pick(h, scenes)
	inbox := scene.team
	if h.rand.IntN(30) == 0 {
		scene, inbox = pick(h, grievances), complaints
	}
	l := &life{house: h, scene: scene, inbox: inbox, customer: pick(h, h.contacts), owner: h.owner(scene.team), begin: at, channel: pick(h, []string{"mail", "mail", "mail", "api", "phone"})}
	l.told = h.particulars(l.customer, l.owner)
	l.title = l.words(pick(h, scene.titles))
	l.add(at, access.Actor{}, l.open(pick(h, scene.openings)))
	if l.untouched(at) {
		return l.steps
	}
	took := at.Add(minutes(h, 4, 180))
	l.add(took, l.owner.actor, l.take())
	l.errand(took)
	l.twin(at, took)
	at = took
	if scene.note != nil && h.rand.IntN(2) == 0 {
		at = at.Add(minutes(h, 2, 60))
		l.add(at, l.owner.actor, l.write(ticket.Note, pick(h, scene.note), ""))
	}
	return l.converse(at)
}

// words fills in what a text leaves open, with the particulars of the ticket.
func (l *life) words(text string) string { return l.told.Replace(text) }

// spoken is a letter as somebody notes it who hears it on the phone.
func spoken(letter string) string {
	parts := strings.Split(letter, "\n\n")
	if strings.HasSuffix(parts[0], ",") {
		parts = parts[1:]
	}
	if last := len(parts) - 1; strings.HasSuffix(parts[last], "{full}") {
		parts = parts[:last]
	}
	return "On the phone: " + strings.Join(parts, "\n\n")
}

func (l *life) add(at time.Time, actor access.Actor, do func(*db.Tx) error) {
	l.steps = append(l.steps, step{at: at, actor: actor, do: do})
}

// untouched reports whether nobody has taken up what came at an instant: seldom true of what is older than a day.
func (l *life) untouched(at time.Time) bool {
	one := l.rand.Float64()
	switch age := l.Now.Sub(at); {
	case age < 6*time.Hour:
		return one < 0.95
	case age < 24*time.Hour:
		return one < 0.85
	case age < 72*time.Hour:
		return one < 0.5
	}
	return false
}

// converse has the two sides write to each other until the matter is settled, or time is up.
func (l *life) converse(at time.Time) []step {
	h := l.house
	at = at.Add(minutes(h, 3, 200))
	turns := len(l.scene.turns)
	if h.rand.IntN(4) == 0 {
		turns = min(turns, 1)
	}
	for i, turn := range l.scene.turns[:turns] {
		state := ""
		if i < turns-1 || h.rand.IntN(6) == 0 {
			state = request.OnCustomer
		}
		l.add(at, l.owner.actor, l.write(ticket.Reply, pick(h, turn.ours), state))
		l.machines(at)
		if turn.theirs == nil || h.rand.IntN(9) == 0 {
			break
		}
		at = at.Add(minutes(h, 10, 60*26))
		l.add(at, access.Actor{}, l.answer(at, pick(h, turn.theirs)))
		l.content = i == len(l.scene.turns)-1
		at = at.Add(minutes(h, 5, 60*5))
	}
	if l.rests(at) {
		return l.steps
	}
	return l.settle(at)
}

// rests reports whether the matter is still under way when the ninety days end: the old ones are settled.
func (l *life) rests(at time.Time) bool {
	age := l.Now.Sub(l.begin)
	if age < 28*24*time.Hour && l.rand.IntN(7) == 0 {
		state := pick(l.house, []string{request.OnThird, request.OnThird, request.OnCustomer, request.Approval})
		if state == request.Approval && age > 4*24*time.Hour { // those are given, or not, within days
			state = request.OnThird
		}
		l.add(at, l.owner.actor, l.write(ticket.Reply, pauses[state], ""))
		l.add(at.Add(time.Minute), l.owner.actor, l.move(state))
		return true
	}
	if age > 5*24*time.Hour || l.rand.IntN(2) == 0 {
		return false
	}
	if l.rand.IntN(8) > 0 { // most have heard from us
		l.add(at, l.owner.actor, l.write(ticket.Reply, pauses[request.Open], ""))
	}
	return true
}

// settle ends the matter; some come back to it.
func (l *life) settle(at time.Time) []step {
	h := l.house
	if at.Before(l.until) {
		at = l.until.Add(minutes(h, 5, 90))
	}
	if h.rand.IntN(15) == 0 {
		at = l.approved(at)
	}
	l.decide(at)
	last := silences
	if l.content {
		last = closings
	}
	l.add(at, l.owner.actor, l.write(ticket.Reply, pick(h, last), request.Resolved))
	l.asked(at)
	if h.rand.IntN(12) == 0 {
		at = at.Add(minutes(h, 60, 60*30))
		l.add(at, access.Actor{}, l.answer(at, pick(h, reopenings)))
		at = at.Add(minutes(h, 20, 60*8))
		l.add(at, l.owner.actor, l.write(ticket.Reply, pick(h, mends), request.Resolved))
	}
	if at = at.AddDate(0, 0, 10); h.rand.IntN(3) > 0 {
		l.add(at, access.Actor{}, l.move(request.Closed))
	}
	return l.steps
}

// approved has the ticket wait for an approval until it is given, and returns when it goes on.
func (l *life) approved(at time.Time) time.Time {
	l.add(at, l.owner.actor, l.write(ticket.Reply, pauses[request.Approval], ""))
	l.add(at.Add(time.Minute), l.owner.actor, l.move(request.Approval))
	given := at.Add(minutes(l.house, 60, 60*30))
	l.add(given, l.owner.actor, l.move(request.Open))
	return given.Add(minutes(l.house, 20, 60*4))
}

// kind is what the ticket is: mail to the inbox of complaints is one.
func (l *life) kind() string { return cmp.Or(inboxes[l.inbox].kind, "request") }

// open has the ticket come in, by mail or otherwise.
func (l *life) open(words string) func(*db.Tx) error {
	h := l.house
	if l.channel == "phone" {
		words = spoken(words)
	}
	body := l.words(words)
	if l.channel == "mail" {
		l.first = h.send(letter{from: l.customer.Name, address: l.customer.Address(), to: inboxes[l.inbox].address, subject: l.title, text: body, verdict: genuine,
			at: l.begin})
		if strings.Contains(l.title, "oubl") {
			l.first.file, l.first.data = "doubled.csv", l.words(doubled)
		}
		return func(tx *db.Tx) error {
			m, err := h.receive(tx, l.first, mailbox.Opened)
			if err != nil {
				return err
			}
			t, err := ticket.ByID(tx, m.Ticket)
			if err == nil {
				l.number = t.Number
			}
			return err
		}
	}
	draft := ticket.Draft{Kind: l.kind(), Title: l.title, Requester: l.customer.ID, Team: h.teams[l.scene.team].ID, Channel: l.channel,
		First: &ticket.Writing{Kind: ticket.FromCustomer, Body: compose(body), Channel: l.channel, Author: author(l.customer)}}
	return func(tx *db.Tx) error {
		t, err := h.Desk.Open(tx, draft)
		if err == nil {
			l.number = t.Number
		}
		return err
	}
}

// take has the owner look the ticket over and take it.
func (l *life) take() func(*db.Tx) error {
	h := l.house
	urgency := pick(h, []ticket.Level{ticket.Low, ticket.Medium, ticket.Medium, ticket.Medium, ticket.High})
	impact := pick(h, []ticket.Level{ticket.Low, ticket.Low, ticket.Medium, ticket.Medium, ticket.High})
	c := ticket.Change{Assignee: &l.owner.ID, Impact: &impact, Urgency: &urgency, Item: &h.items[l.scene.item].ID, Tags: &l.scene.tags}
	if h.rand.IntN(25) == 0 {
		by := pick(h, []ticket.Priority{ticket.Critical, ticket.HighPriority, ticket.LowPriority})
		c.Priority = &by
	}
	return func(tx *db.Tx) error {
		_, err := l.Desk.Change(tx, l.number, ticket.Any, c)
		return err
	}
}

// write has the owner write something.
func (l *life) write(kind ticket.EntryKind, words, state string) func(*db.Tx) error {
	w := ticket.Writing{Kind: kind, Body: compose(l.words(words)), Channel: "mail", State: state}
	return func(tx *db.Tx) error {
		_, e, err := l.Desk.Write(tx, l.number, w)
		if err == nil && kind == ticket.Reply {
			l.last = e.ID
		}
		return err
	}
}

// answer has the customer answer, in the way the ticket came.
func (l *life) answer(at time.Time, words string) func(*db.Tx) error {
	body := l.words(words)
	if l.first != nil {
		sent := l.send(letter{from: l.customer.Name, address: l.customer.Address(), to: l.first.to, answers: l.first.id, subject: "Re: " + l.title, text: body, verdict: genuine, at: at})
		return func(tx *db.Tx) error { _, err := l.receive(tx, sent, mailbox.Joined); return err }
	}
	w := ticket.Writing{Kind: ticket.FromCustomer, Body: compose(body), Channel: l.channel, Author: author(l.customer)}
	return func(tx *db.Tx) error { _, _, err := l.Desk.Write(tx, l.number, w); return err }
}

// decide says what came of a complaint, which cannot end without that.
func (l *life) decide(at time.Time) {
	if l.kind() != "complaint" {
		return
	}
	d := complaint.Details{Outcome: pick(l.house, complaint.Outcomes()), Lesson: pick(l.house, lessons)}
	l.add(at, l.owner.actor, func(tx *db.Tx) error { return complaint.Decide(tx, l.number, d) })
}

// move moves the ticket: of what is resolved, only to its end.
func (l *life) move(state string) func(*db.Tx) error {
	return func(tx *db.Tx) error {
		t, err := ticket.Find(tx, l.number)
		if err != nil || (t.Category == ticket.Review) != (state == request.Closed) || t.State == state {
			return err
		}
		flow, err := l.Desk.WorkflowOf(tx, t.Kind)
		if _, there := flow.State(state); !there || err != nil {
			return err
		}
		_, err = l.Desk.Change(tx, l.number, ticket.Any, ticket.Change{State: &state})
		return err
	}
}
