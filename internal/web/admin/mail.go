package admin

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mailbox"
	"muster/internal/mailbox/outbox"
	"muster/internal/ticket"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
)

// outcomeBadge says what an outcome is called, and how good it is.
func outcomeBadge(o mailbox.Outcome) ui.Badge {
	switch o {
	case mailbox.Opened:
		return ui.Badge{Text: "Ticket", Icon: "check", Is: "good"}
	case mailbox.Joined:
		return ui.Badge{Text: "Reply", Icon: "check", Is: "good"}
	case mailbox.Quarantined:
		return ui.Badge{Text: "Quarantined", Icon: "shield", Is: "bad"}
	case mailbox.DuplicateOf:
		return ui.Badge{Text: "Duplicate"}
	case mailbox.BounceOf:
		return ui.Badge{Text: "Bounce", Icon: "mail-x", Is: "warn"}
	case mailbox.Dropped:
		return ui.Badge{Text: "Dropped by rule"}
	case mailbox.Failed:
		return ui.Badge{Text: "Not read", Icon: "stop", Is: "bad"}
	}
	return ui.Badge{Text: "Pending", Icon: "clock", Is: "accent"}
}

// showCustody shows that every message is accounted for, and which ones there are.
func (s *Screens) showCustody(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Custody of mail")
	v.Back, v.Topic = "", "rail"
	outcome := mailbox.Outcome(r.URL.Query().Get("outcome"))
	return s.See(w, r, &v, func(tx *db.Tx) error {
		sum, err := mailbox.Summary(tx)
		if err != nil {
			return err
		}
		v.Parts = append(v.Parts, custodyBanner(sum))
		v.Tabs = outcomeTabs(sum, outcome)
		p, err := mailbox.Ledger(tx, mailbox.LedgerQuery{Outcome: outcome, Words: r.URL.Query().Get("q"), Cursor: r.URL.Query().Get("after"), Limit: 50})
		if err != nil {
			return err
		}
		v.Parts = append(v.Parts, ui.Find{Action: "/mail", Label: "Search the ledger", Placeholder: "Sender or subject", Value: r.URL.Query().Get("q"),
			Keep: []ui.Pair{{Name: "outcome", Value: string(outcome)}}}, ledgerTable(tx, p.Messages))
		if outcome == mailbox.Quarantined && len(p.Messages) > 1 && tx.May(access.MailManage) {
			v.Actions = []ui.Button{releaseThese(p.Messages)}
		}
		if p.Next != "" {
			v.Pager.Next = "/mail?" + url.Values{"outcome": {string(outcome)}, "q": {r.URL.Query().Get("q")}, "after": {p.Next}}.Encode()
		}
		if outcome != "" || r.URL.Query().Get("after") != "" {
			return nil
		}
		return s.outbox(tx, &v)
	})
}

// releaseThese releases what is shown, and nothing that came since.
func releaseThese(messages []mailbox.Message) ui.Button {
	var ids []string
	for _, m := range messages {
		ids = append(ids, m.ID)
	}
	return ui.Button{Text: fmt.Sprintf("Release these %d", len(ids)), Icon: "check", Action: "/mail/release", Name: "ids", Value: strings.Join(ids, " ")}
}

func custodyBanner(s mailbox.Counts) ui.Banner {
	text := fmt.Sprintf("%d received, %d pending, %d with an outcome.", s.Received, s.Pending, s.Received-s.Pending-s.Unaccounted)
	if s.Unaccounted != 0 {
		return ui.Banner{Icon: "stop", Is: "bad", Strong: fmt.Sprintf("%d messages are unaccounted for.", s.Unaccounted), Text: text + " Run muster doctor, and tell us."}
	}
	return ui.Banner{Icon: "shield", Is: "good", Strong: "Every message is accounted for.", Text: text}
}

func outcomeTabs(s mailbox.Counts, current mailbox.Outcome) ui.Tabs {
	all := int(s.Received)
	t := ui.Tabs{Label: "Outcomes", Items: []ui.Tab{{Text: "All", Href: "/mail", Count: &all, Current: current == ""}}}
	add := func(o mailbox.Outcome, n int64) {
		count := int(n)
		t.Items = append(t.Items, ui.Tab{Text: outcomeBadge(o).Text, Href: "/mail?outcome=" + string(o), Count: &count, Current: o == current})
	}
	add(mailbox.Pending, s.Pending)
	for _, o := range mailbox.Outcomes() {
		add(o, s.Outcomes[o])
	}
	return t
}

func ledgerTable(tx *db.Tx, messages []mailbox.Message) ui.Table {
	t := ui.Table{Caption: "Messages", Head: []ui.Column{{Text: "Received", Sort: "descending"}, {Text: "From"}, {Text: "Subject"}, {Text: "Outcome"}, {Text: "Why", Wide: true}, {Text: "Size", Right: true, Wide: true}},
		Empty: &ui.Empty{Icon: "mail", Title: "No mail here", Text: "No message has this outcome."}}
	for _, m := range messages {
		outcome := ui.Cell{Parts: []ui.Part{outcomeBadge(m.Outcome)}}
		if n := numberOf(tx, m.Ticket); n != 0 {
			outcome.Text, outcome.Href = fmt.Sprintf("#%d", n), fmt.Sprintf("/tickets/%d", n)
		}
		subject := m.Subject
		if subject == "" {
			subject = "(no subject)"
		}
		t.Rows = append(t.Rows, []ui.Cell{{At: m.ReceivedAt}, {Text: m.Sender}, {Text: subject, Href: "/mail/" + m.ID, Head: true}, outcome, {Text: m.Reason, Muted: true}, {Text: size(m.Size)}})
	}
	return t
}

func numberOf(tx *db.Tx, id ticket.ID) int64 {
	if id == "" {
		return 0
	}
	t, err := ticket.ByID(tx, id)
	if err != nil {
		return 0 // one that the reader may not see
	}
	return t.Number
}

func size(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%d KB", n>>10)
	}
	return fmt.Sprintf("%d B", n)
}

// outbox shows what waits to be sent, and what did not arrive.
func (s *Screens) outbox(tx *db.Tx, v *sheet.Sheet) error {
	waiting, err := outbox.List(tx, "", 50)
	if err != nil || len(waiting) == 0 {
		return err
	}
	t := ui.Table{Caption: "Outbox: what waits to be sent, or did not arrive", Head: []ui.Column{{Text: "Queued"}, {Text: "To"}, {Text: "Ticket"}, {Text: "State"}, {Text: "What was said", Wide: true}}}
	for _, d := range waiting {
		is := map[outbox.State]string{outbox.Undelivered: "bad", outbox.Bounced: "bad", outbox.Deferred: "warn"}[d.State]
		about := ui.Cell{Text: d.Title}
		if d.Number != 0 {
			about = ui.Cell{Text: fmt.Sprintf("#%d %s", d.Number, d.Title), Href: fmt.Sprintf("/tickets/%d", d.Number)}
		}
		t.Rows = append(t.Rows, []ui.Cell{{At: d.QueuedAt}, {Text: d.Address}, about,
			{Parts: []ui.Part{ui.Badge{Text: string(d.State), Is: is}}}, {Text: d.Response, Muted: true}})
	}
	v.Parts = append(v.Parts, ui.Banner{Icon: "send", Strong: "Outbox.", Text: "What waits to be sent, or did not arrive."}, t)
	return nil
}

// showMessage shows what is known of a message, and its steps.
func (s *Screens) showMessage(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Message")
	v.Back = "/mail"
	return s.See(w, r, &v, func(tx *db.Tx) error {
		m, err := mailbox.Find(tx, r.PathValue("id"))
		if err != nil {
			return err
		}
		v.Title, v.Heading1 = m.Subject, m.Subject
		if m.Subject == "" {
			v.Heading1 = "(no subject)"
		}
		path := "/mail/" + m.ID
		v.Actions = []ui.Button{{Text: "Raw message", Icon: "download", Href: path + "/raw"}}
		if tx.May("mail.manage") {
			if m.Outcome == mailbox.Quarantined {
				v.Actions = append(v.Actions, ui.Button{Text: "Release", Icon: "check", Is: "main", Action: path + "/release"})
			}
			if m.Outcome == mailbox.Quarantined || m.Outcome == mailbox.Failed {
				v.Actions = append(v.Actions, ui.Button{Text: "Drop", Icon: "x", Action: path + "/drop", Title: "It stays in custody, and becomes no ticket"})
			}
			v.Actions = append(v.Actions, ui.Button{Text: "Read again", Icon: "undo", Action: path + "/replay", Title: "From the raw bytes, after a mistake in reading was mended"})
		}
		v.Parts = []ui.Part{factsOf(tx, m), stepsOf(m)}
		return nil
	})
}

func factsOf(tx *db.Tx, m mailbox.Message) ui.Facts {
	f := ui.Facts{{Name: "Outcome", Parts: []ui.Part{outcomeBadge(m.Outcome)}, Text: m.Reason}}
	if n := numberOf(tx, m.Ticket); n != 0 {
		f = append(f, ui.Fact{Name: "Ticket", Text: fmt.Sprintf("#%d", n), Href: fmt.Sprintf("/tickets/%d", n)})
	}
	f = append(f, ui.Fact{Name: "Received", At: m.ReceivedAt})
	o := m.Origin
	for _, p := range []ui.Pair{{Name: "From", Value: m.Sender}, {Name: "Received by", Value: source(o)}, {Name: "Sent by", Value: strings.TrimSpace(o.Helo + " " + o.Remote)}, {Name: "Envelope from", Value: o.EnvelopeFrom},
		{Name: "Envelope to", Value: strings.Join(o.EnvelopeTo, ", ")}, {Name: "SPF, DKIM, DMARC", Value: strings.Trim(o.Verdict.SPF+", "+o.Verdict.DKIM+", "+o.Verdict.DMARC, ", ")},
		{Name: "Message-ID", Value: m.MessageID}, {Name: "Size", Value: size(m.Size)}, {Name: "SHA-256", Value: m.Blob}, {Name: "Attempts", Value: fmt.Sprint(m.Attempts)}} {
		if p.Value != "" {
			f = append(f, ui.Fact{Name: p.Name, Text: p.Value})
		}
	}
	return f
}

func source(o mailbox.Origin) string {
	if o.Source == mailbox.IMAP {
		return fmt.Sprintf("IMAP, folder %s, UID %d of %d", o.Folder, o.UID, o.UIDValidity)
	}
	return "SMTP, transaction " + o.Transaction
}

func stepsOf(m mailbox.Message) ui.Steps {
	steps := ui.Steps{Label: "What was decided", Proof: true}
	for _, st := range m.Steps {
		steps.Items = append(steps.Items, ui.Step{Text: st.What, Is: ui.Done, At: st.At})
	}
	return steps
}

// raw sends the message as it came. A browser saves it and never draws it.
func (s *Screens) raw(w http.ResponseWriter, r *http.Request) error {
	m, body, err := s.Office.Raw(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	defer body.Close()
	w.Header().Set("Content-Type", "message/rfc822")
	w.Header().Set("Content-Disposition", `attachment; filename="`+m.ID+`.eml"`)
	io.Copy(w, body) // a reader who has gone is no trouble of ours
	return nil
}

func (s *Screens) release(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error { return mailbox.Release(tx, id) }); err != nil {
		return err
	}
	return s.Did(w, r, "/mail/"+id, "Released. It is being read now.")
}

// releaseMany releases several at once. One that somebody else dealt with meanwhile is left as it is.
func (s *Screens) releaseMany(w http.ResponseWriter, r *http.Request) error {
	n := 0
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error {
		n = 0
		for _, id := range strings.Fields(r.PostFormValue("ids")) {
			err := mailbox.Release(tx, id)
			if err == nil {
				n++
			} else if !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.NotFound) {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	return s.Did(w, r, "/mail?outcome="+string(mailbox.Quarantined), fmt.Sprintf("Released: %d. They are being read now.", n))
}

func (s *Screens) replay(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	differences, err := s.Office.Replay(r.Context(), id)
	if err != nil {
		return err
	}
	said := "Read again: nothing is different."
	if len(differences) > 0 {
		said = "Read again. Different: " + strings.Join(differences, "; ") + "."
	}
	return s.Did(w, r, "/mail/"+id, said)
}

// drop gives up a message that nobody wants.
func (s *Screens) drop(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error { return mailbox.Drop(tx, id) }); err != nil {
		return err
	}
	return s.Did(w, r, "/mail/"+id, "Dropped. The bytes are kept.")
}
