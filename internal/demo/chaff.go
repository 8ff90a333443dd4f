package demo

import (
	"fmt"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/mailbox"
	"muster/internal/mailbox/outbox"
	"muster/internal/task"
	"muster/internal/ticket"
)

// errand has a colleague do a part of the work, which some tickets cannot do without.
func (l *life) errand(at time.Time) {
	h := l.house
	if h.rand.IntN(14) > 0 {
		return
	}
	team := pick(h, []int{application, product})
	colleague := h.owner(team)
	draft := ticket.Draft{Kind: "task", Title: l.words(pick(h, errands)), Team: h.teams[team].ID, Channel: "desk", Item: h.items[l.scene.item].ID,
		Required: h.rand.IntN(2) == 0, Tags: l.scene.tags}
	var number int64
	l.add(at.Add(time.Minute), l.owner.actor, func(tx *db.Tx) error {
		draft.Parent = l.number
		t, err := h.Desk.Open(tx, draft)
		if err == nil {
			number = t.Number
		}
		return err
	})
	doing, done := task.Doing, task.Done
	at = at.Add(minutes(h, 10, 60*9))
	l.add(at, colleague.actor, func(tx *db.Tx) error {
		_, err := h.Desk.Change(tx, number, ticket.Any, ticket.Change{Assignee: &colleague.ID, State: &doing})
		return err
	})
	at = at.Add(minutes(h, 10, 60*40))
	if draft.Required {
		l.until = at
	}
	l.add(at, colleague.actor, func(tx *db.Tx) error {
		_, err := h.Desk.Change(tx, number, ticket.Any, ticket.Change{State: &done})
		return err
	})
}

// twin has the customer ask twice; the owner puts both together.
func (l *life) twin(at, took time.Time) {
	h := l.house
	if h.rand.IntN(60) > 0 {
		return
	}
	draft := ticket.Draft{Kind: "request", Title: l.title, Requester: l.customer.ID, Team: h.teams[l.scene.team].ID, Channel: "phone",
		First: &ticket.Writing{Kind: ticket.FromCustomer, Body: compose("Calls to ask whether the first message has arrived. It is urgent."), Channel: "phone", Author: author(l.customer)}}
	var number int64
	l.add(at.Add(took.Sub(at)/2), access.Actor{}, func(tx *db.Tx) error {
		t, err := h.Desk.Open(tx, draft)
		if err == nil {
			number = t.Number
		}
		return err
	})
	l.add(took.Add(time.Minute), l.owner.actor, func(tx *db.Tx) error {
		_, err := h.Desk.Merge(tx, number, l.number)
		return err
	})
}

// machines answer some of our replies: the customer is away, or the mail did not arrive.
func (l *life) machines(at time.Time) {
	if l.first == nil {
		return
	}
	switch l.rand.IntN(80) {
	case 0, 1:
		sent := l.send(letter{from: l.customer.Name, address: l.customer.Address(), to: l.first.to, answers: l.first.id, subject: "Automatic reply: " + l.title,
			text: l.words(pick(l.house, absences)), more: "Auto-Submitted: auto-replied\n", verdict: genuine, at: at.Add(time.Minute)})
		l.add(at.Add(time.Minute), access.Actor{}, func(tx *db.Tx) error { _, err := l.receive(tx, sent, mailbox.Joined); return err })
	case 2:
		l.bounce(at)
	}
}

// bounce has a mail system tell that our last reply did not arrive.
func (l *life) bounce(at time.Time) {
	to := l.customer.Address()
	l.add(at.Add(time.Second), access.Actor{}, func(tx *db.Tx) error {
		t, err := ticket.Find(tx, l.number)
		if err != nil {
			return err
		}
		return outbox.Record(tx, t.ID, l.last, ticket.Person{Name: l.customer.Name, Address: to})
	})
	text := fmt.Sprintf("--report\nContent-Type: text/plain\n\nThe mail to %s could not be delivered: its mailbox is full.\n--report\nContent-Type: message/delivery-status\n\n"+
		"Reporting-MTA: dns; mail.%s\n\nFinal-Recipient: rfc822; %s\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 The mailbox is full\n--report--\n", to, domainOf(to), to)
	sent := l.send(letter{from: "Mail Delivery System", address: "mailer-daemon@mail." + domainOf(to), to: l.first.to, subject: "Undelivered mail returned to sender",
		kind: "multipart/report; report-type=delivery-status; boundary=report", text: text, verdict: genuine, at: at.Add(time.Minute)})
	l.add(at.Add(time.Minute), access.Actor{}, func(tx *db.Tx) error { _, err := l.receive(tx, sent, mailbox.BounceOf); return err })
	l.add(at.Add(3*time.Minute), l.owner.actor, l.write(ticket.Note, "The mailbox of {full} is full. I said it by telephone.", ""))
}

// chaff is what comes besides the customers' matters: advertising, forgeries, and mail that came twice.
func (h *house) chaff(begin time.Time, order int) (steps []step) {
	for i := range h.Tickets / 20 {
		at := begin.Add(time.Duration(h.rand.Float64() * float64(h.Now.Sub(begin))))
		some := h.advertising
		switch i % 10 {
		case 3:
			some = h.forgery
		case 6:
			some = h.twice
		case 8:
			some = h.spam
		}
		for _, s := range some(at) {
			s.order = order + len(steps)
			steps = append(steps, s)
		}
	}
	return steps
}

// advertising comes from whom no inbox takes mail.
func (h *house) advertising(at time.Time) []step {
	l := h.send(letter{from: "Special offers", address: "news@" + pick(h, blocked), to: inboxes[h.rand.IntN(3)].address, subject: pick(h, offers),
		text: "Only this week. Click now.", more: "List-Unsubscribe: <mailto:stop@bulk-offers.example>\n", verdict: genuine, at: at})
	return []step{{at: at, do: func(tx *db.Tx) error { _, err := h.receive(tx, l, mailbox.Dropped); return err }}}
}

// forgery does not come from where it says. Some of it does, and its sender's mail system is set up wrongly: those wait for somebody to release them.
func (h *house) forgery(at time.Time) []step {
	c := pick(h, h.contacts)
	s := pick(h, scenes)
	l := letter{from: c.Name, address: c.Address(), to: inboxes[s.team].address, subject: h.words(pick(h, s.titles), c, h.agents[1]), text: h.words(pick(h, s.openings), c, h.agents[1]), at: at,
		verdict: mailbox.Verdict{SPF: "softfail", DKIM: "none", DMARC: "fail", Policy: "quarantine"}}
	if h.rand.IntN(2) == 0 {
		l.subject, l.text = "Your mailbox is full: confirm your password", "Your mailbox will be closed today. Confirm your password to keep it."
		l.verdict = mailbox.Verdict{SPF: "fail", DKIM: "none", DMARC: "fail", Policy: "reject"}
	}
	sent := h.send(l)
	return []step{{at: at, do: func(tx *db.Tx) error { _, err := h.receive(tx, sent, mailbox.Quarantined); return err }}}
}

// twice is a mail that its sender wrote to two of our inboxes. The second is the same mail.
func (h *house) twice(at time.Time) []step {
	c := pick(h, h.contacts)
	s := scenes[4]
	first := letter{from: c.Name, address: c.Address(), to: inboxes[firstLine].address, subject: h.words(pick(h, s.titles), c, h.agents[1]), text: h.words(pick(h, s.openings), c, h.agents[1]), verdict: genuine, at: at}
	a := h.send(first)
	first.id = a.id
	b := h.send(first)
	b.envelope = inboxes[application].address
	return []step{
		{at: at, do: func(tx *db.Tx) error { _, err := h.receive(tx, a, mailbox.Opened); return err }},
		{at: at.Add(time.Second), do: func(tx *db.Tx) error { _, err := h.receive(tx, b, mailbox.DuplicateOf); return err }},
		{at: at.Add(time.Hour), do: func(tx *db.Tx) error { return h.end(tx, a) }},
	}
}

// end resolves the ticket that a letter became.
func (h *house) end(tx *db.Tx, l *letter) error {
	t, err := ticket.ByID(tx, l.became)
	if err != nil {
		return err
	}
	state, owner := "resolved", h.agents[1].ID
	_, err = h.Desk.Change(tx, t.Number, ticket.Any, ticket.Change{State: &state, Assignee: &owner})
	return err
}

// spam became a ticket, and somebody put it where it belongs.
func (h *house) spam(at time.Time) []step {
	n := 100 + h.rand.IntN(900)
	l := h.send(letter{from: "Sales team", address: fmt.Sprintf("sales%d@growth-%d.example", n, n), to: inboxes[h.rand.IntN(3)].address, subject: pick(h, offers),
		text: "Dear owner of quillmere.example,\n\nwe can bring you to the first page. Reply with your telephone number.", verdict: genuine, at: at})
	return []step{
		{at: at, do: func(tx *db.Tx) error { _, err := h.receive(tx, l, mailbox.Opened); return err }},
		{at: at.Add(minutes(h, 5, 90)), actor: h.agents[0].actor, do: func(tx *db.Tx) error {
			t, err := ticket.ByID(tx, l.became)
			if err == nil {
				_, err = ticket.Shelve(tx, t.Number, ticket.InSpam)
			}
			return err
		}},
	}
}

// doubled is a file that customers attach.
var doubled = "file;run;invoices\r\n" + strings.Repeat("{invoice}.csv;{hour};{n}\r\n", 6)
