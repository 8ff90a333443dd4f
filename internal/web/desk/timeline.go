package desk

import (
	"cmp"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"muster/internal/access"
	"muster/internal/complaint"
	"muster/internal/db"
	"muster/internal/mailbox/outbox"
	"muster/internal/text"
	"muster/internal/ticket"
	"muster/internal/web/ui"
)

// deliveries tells how far each entry's mail has come, by entry.
type deliveries = map[string][]outbox.Delivery

func deliveriesOf(tx *db.Tx, items []ticket.Item) (deliveries, error) {
	var ids []string
	for _, i := range items {
		if i.Entry != nil && i.Entry.Kind.Outgoing() {
			ids = append(ids, i.Entry.ID)
		}
	}
	return outbox.Deliveries(tx, ids)
}

// timelineOf lays out what was written and, folded between, what happened.
func timelineOf(tx *db.Tx, rec *record) []ui.Part {
	var parts []ui.Part
	var events []ui.Event
	flush := func() {
		if len(events) > 0 {
			parts = append(parts, ui.Events{Summary: summary(events), Items: events})
			events = nil
		}
	}
	for _, i := range rec.items {
		if i.Entry == nil {
			if e, ok := eventOf(i.Event); ok {
				events = append(events, e)
			}
			continue
		}
		flush()
		parts = append(parts, messageOf(tx, rec, i.Entry))
	}
	flush()
	return parts
}

func summary(events []ui.Event) string {
	if len(events) == 1 {
		return events[0].Text
	}
	return fmt.Sprintf("%d changes, the last: %s", len(events), events[len(events)-1].Text)
}

func messageOf(tx *db.Tx, rec *record, e *ticket.Entry) ui.Message {
	m := ui.Message{ID: e.ID, Who: face(cmp.Or(e.Author.ID, e.Author.Address), e.Author.Name), Name: e.Author.Name, To: to(e), Via: e.Channel, At: e.CreatedAt,
		Body: htmlOf(rec, e, e.Body.HTML), Lines: strings.Count(e.Body.Quoted, "<br") + strings.Count(e.Body.Quoted, "<p") + 1}
	if e.Body.Quoted != "" {
		m.Quote = htmlOf(rec, e, e.Body.Quoted)
	}
	switch {
	case e.Kind == ticket.Note:
		m.Is = ui.Note
	case e.Kind.Outgoing():
		m.Is = ui.Ours
	}
	switch {
	case e.Author.Kind == access.Bot || e.Author.Kind == access.Auto || e.Author.Kind == access.Muster:
		m.Who.Bot, m.Badge = true, &ui.Badge{Text: "Automatic", Icon: "bot"}
	case e.Quiet:
		m.Badge = &ui.Badge{Text: "Automatic answer", Icon: "bot"}
	case e.Kind == ticket.FromCustomer && rec.Requester != e.Author.ID:
		m.Badge = &ui.Badge{Text: "Copy"}
	}
	for _, a := range e.Attachments {
		href := "/attachments/" + a.ID
		shown := a.Inline && (strings.Contains(string(m.Body), href) || strings.Contains(string(m.Quote), href))
		if !shown { // phones mark photos as part of the text, which no text refers to
			m.Files = append(m.Files, ui.Attachment{Name: a.Name, Href: href, Size: a.Size, Image: strings.HasPrefix(a.Type, "image/")})
		}
	}
	m.Strip = stripOf(tx, rec, e)
	return m
}

// to says whom a message was for.
func to(e *ticket.Entry) string {
	var names []string
	for _, p := range slices.Concat(e.To, e.Cc) {
		names = append(names, cmp.Or(p.Name, p.Address))
	}
	if len(names) == 0 {
		return ""
	}
	return "to " + text.Snippet(strings.Join(names, ", "), 120)
}

// htmlOf is a body with its attachments where they are referred to. It was cleaned when it was stored.
func htmlOf(rec *record, e *ticket.Entry, html string) template.HTML {
	if html == "" {
		return template.HTML(`<p class="plain">` + strings.ReplaceAll(template.HTMLEscapeString(e.Body.Text), "\n", "<br>") + "</p>")
	}
	if rec.images == e.ID {
		html = text.LoadRemote(html)
	}
	var called []string
	for _, id := range e.Mentions {
		called = append(called, rec.names.Users[id])
	}
	html = markMentions(html, called)
	byCID := map[string]string{}
	for _, f := range e.Attachments {
		byCID[f.ContentID] = f.ID
	}
	html = text.RewriteCID(html, func(cid string) (string, bool) {
		id, ok := byCID[cid]
		return "/attachments/" + id, ok
	})
	html = text.RewriteAttachments(html, func(id string) (string, bool) { return "/attachments/" + id, true })
	return template.HTML(html)
}

// stripOf says what became of a message: that it can be taken back, was not delivered, comes from who knows where.
func stripOf(tx *db.Tx, rec *record, e *ticket.Entry) *ui.Strip {
	path := ticketPath(rec.Number)
	if !e.WithdrawnAt.IsZero() {
		return &ui.Strip{Icon: "undo", Text: "Taken back before it was sent."}
	}
	if s := deliveryStrip(tx, path, e, rec.deliveries[e.ID]); s != nil {
		return s
	}
	return contentStrip(path, rec, e)
}

// contentStrip says what a reader must know of a mail: one thing does not hide another.
func contentStrip(path string, rec *record, e *ticket.Entry) *ui.Strip {
	var s ui.Strip
	var said []string
	if e.Verdict.DMARC == "fail" {
		s.Icon, s.Is = "shield", "warn"
		said = append(said, "The sender's domain does not vouch for this mail.")
	}
	if e.Verdict.Notes != "" {
		s.Icon = cmp.Or(s.Icon, "info")
		said = append(said, e.Verdict.Notes)
	}
	if e.Body.Remote > 0 && rec.images != e.ID {
		s.Icon = cmp.Or(s.Icon, "image")
		s.Actions = []ui.Button{{Text: "Load them once", Icon: "image", Href: path + "?images=" + e.ID + "#m-" + e.ID}}
		said = append(said, images(e.Body.Remote))
	}
	if len(said) == 0 {
		return nil
	}
	s.Text = strings.Join(said, " ")
	return &s
}

func images(n int) string {
	if n == 1 {
		return "An image from elsewhere is not loaded, so that nobody learns that this was read."
	}
	return fmt.Sprintf("%d images from elsewhere are not loaded, so that nobody learns that this was read.", n)
}

// deliveryStrip says how a mail fares with those whom it has reached least.
func deliveryStrip(tx *db.Tx, path string, e *ticket.Entry, sent []outbox.Delivery) *ui.Strip {
	if lost := unreached(sent); len(lost) > 0 {
		s := ui.Strip{Icon: "mail-x", Is: "bad", Strong: "Not delivered to " + addresses(lost) + ".", Text: lost[0].Response}
		if tx.May(access.MailManage) {
			s.Actions = []ui.Button{{Text: "Try again", Action: path + "/resend", Name: "entry", Value: e.ID}}
		}
		return &s
	}
	if spam := in(sent, outbox.Complained); len(spam) > 0 {
		return &ui.Strip{Icon: "shield", Is: "warn", Strong: addresses(spam) + " called this spam.", Text: spam[0].Response}
	}
	if late := in(sent, outbox.Deferred); len(late) > 0 {
		return &ui.Strip{Icon: "clock", Is: "warn", Strong: "Not delivered yet to " + addresses(late) + ".", Text: late[0].Response}
	}
	if waits := in(sent, outbox.Queued); len(waits) > 0 {
		s := ui.Strip{Icon: "clock", Text: cmp.Or(waits[0].Response, "Waits to be sent.")}
		if tx.May("tickets.reply") && tx.Now.Before(e.SendAt) {
			s.Actions = []ui.Button{{Text: "Take it back", Icon: "undo", Action: path + "/withdraw", Name: "entry", Value: e.ID}}
		}
		return &s
	}
	return nil
}

// unreached are those whom a mail will not reach by itself.
func unreached(sent []outbox.Delivery) []outbox.Delivery {
	return in(sent, outbox.Bounced, outbox.Undelivered)
}

func in(sent []outbox.Delivery, states ...outbox.State) (some []outbox.Delivery) {
	for _, d := range sent {
		if slices.Contains(states, d.State) {
			some = append(some, d)
		}
	}
	return some
}

func addresses(sent []outbox.Delivery) string {
	var all []string
	for _, d := range sent {
		all = append(all, cmp.Or(d.Address, "anybody"))
	}
	return strings.Join(all, ", ")
}

// resend sends a mail again to those whom it did not reach.
func (s *Screens) resend(w http.ResponseWriter, r *http.Request) error {
	entry := r.PostFormValue("entry")
	return s.act(w, r, "", func(tx *db.Tx, _ int64) error {
		sent, err := outbox.Deliveries(tx, []string{entry})
		if err != nil {
			return err
		}
		for _, d := range unreached(sent[entry]) {
			if err := outbox.Resend(tx, entry, d.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// panelOf is the facts beside the conversation. What other subjects know of the ticket follows here when they exist.
func panelOf(tx *db.Tx, rec *record) ui.Panel {
	p := ui.Panel{ID: "ticket-panel", Topic: "ticket:" + strconv.FormatInt(rec.Number, 10), Label: "Facts"}
	who := ui.Section{Title: "Requester"}
	if rec.requester.ID != "" {
		who.Parts = append(who.Parts, ui.Person{Face: big(face(rec.requester.ID, rec.requester.Name)), Name: rec.requester.Name,
			Href: "/search?q=" + queryValue("requester:", rec.requester.Address()), Hint: rec.requester.Address()})
		if tx.May(access.PeopleRead) {
			who.Action = &ui.Button{Icon: "sliders", Is: "bare icon", Label: "About the requester", Href: "/settings/contacts/" + rec.requester.ID}
		}
	} else {
		who.Lines = append(who.Lines, ui.Line{Icon: "user", Text: "Nobody asked: it is our own."})
	}
	if rec.organisation.ID != "" {
		f := big(face(rec.organisation.ID, rec.organisation.Name))
		f.Org = true
		who.Parts = append(who.Parts, ui.Person{Face: f, Name: rec.organisation.Name, Href: "/search?q=" + queryValue("org:", rec.organisation.Name), Tier: tier(rec.organisation.Tier)})
	}
	p.Sections = append(p.Sections, who)
	if rec.promised.section != nil {
		p.Sections = append(p.Sections, *rec.promised.section)
	}
	if rec.complaint != nil {
		p.Sections = append(p.Sections, complaintSection(rec))
	}
	if len(rec.ratings) > 0 {
		p.Sections = append(p.Sections, ratingSection(rec))
	}
	if tx.May(access.CatalogueRead) {
		p.Sections = append(p.Sections, itemSection(tx, rec))
	}
	p.Sections = append(p.Sections, linkSection(tx, rec), peopleSection(tx, rec), tagSection(tx, rec))
	if len(rec.Fields) > 0 {
		p.Sections = append(p.Sections, fieldSection(rec))
	}
	return p
}

func big(a ui.Avatar) ui.Avatar { a.Big, a.Quiet = true, true; return a }

func queryValue(name, value string) string {
	return strings.ReplaceAll(template.URLQueryEscaper(name+strconv.Quote(value)), "+", "%20")
}

func complaintSection(rec *record) ui.Section {
	words := map[complaint.Outcome]string{complaint.Upheld: "Upheld", complaint.Partly: "Partly upheld", complaint.NotUpheld: "Not upheld"}
	return ui.Section{Title: "Complaint", Parts: []ui.Part{ui.Facts{
		{Name: "Outcome", Text: cmp.Or(words[rec.complaint.Outcome], "Not decided")},
		{Name: "Lesson", Text: cmp.Or(rec.complaint.Lesson, "None yet")},
		{Name: "About", Text: cmp.Or(rec.names.Users[rec.complaint.About], "No one of us")},
	}}}
}

func linkSection(tx *db.Tx, rec *record) ui.Section {
	s := ui.Section{Title: "Linked"}
	if tx.May("tickets.write") {
		s.Action = &ui.Button{Icon: "plus", Is: "bare", Label: "Add a link", Dialog: "link"}
	}
	for _, l := range rec.links {
		st := ui.State{Category: string(l.Ticket.Category), Lone: true}
		n := strconv.FormatInt(l.Ticket.Number, 10)
		line := ui.Line{State: &st, Link: "#" + n, Href: ticketPath(l.Ticket.Number), Text: l.Ticket.Title, End: l.Words}
		if tx.May("tickets.write") {
			line.Last = ui.Button{Icon: "x", Is: "bare", Label: "Remove the link to #" + n, Action: ticketPath(rec.Number) + "/unlink?type=" + cutBy(l), Name: "other", Value: n}
		}
		s.Lines = append(s.Lines, line)
	}
	if len(rec.links) == 0 {
		s.Lines = []ui.Line{{Text: "Nothing yet."}}
	}
	return s
}

// cutBy is the type under which a link is removed.
func cutBy(l ticket.Neighbour) string {
	switch {
	case l.Type != "":
		return string(l.Type)
	case l.Reverse:
		return "parent"
	}
	return "child"
}

func peopleSection(tx *db.Tx, rec *record) ui.Section {
	s := ui.Section{Title: "People"}
	path := ticketPath(rec.Number)
	watching := slices.Contains(rec.watchers, tx.ID)
	if watching {
		s.Action = &ui.Button{Icon: "eye", Is: "bare", Label: "Watch no more", Action: path + "/watch", Name: "watch", Value: "off"}
	} else {
		s.Action = &ui.Button{Icon: "eye", Is: "bare", Label: "Watch", Action: path + "/watch", Name: "watch", Value: "on"}
	}
	for _, id := range rec.watchers {
		f := face(id, rec.names.Users[id])
		f.Quiet = true
		line := ui.Line{Face: &f, Text: rec.names.Users[id], End: "watches"}
		if id != tx.ID && tx.May("tickets.write") {
			line.Last = ui.Button{Icon: "x", Is: "bare", Label: "No longer watched by " + line.Text, Action: path + "/watch?user=" + id, Name: "watch", Value: "off"}
		}
		s.Lines = append(s.Lines, line)
	}
	var copies ui.Tags
	for _, p := range rec.participants {
		tag := ui.Tag{Text: p.Written, Icon: "mail"}
		if tx.May("tickets.write") {
			tag.Remove = path + "/people?remove=1"
		}
		copies = append(copies, tag)
	}
	if len(copies) > 0 {
		s.Parts = append(s.Parts, copies)
	}
	if len(s.Lines) == 0 && len(copies) == 0 {
		s.Lines = []ui.Line{{Text: "Only the requester."}}
	}
	return s
}

func tagSection(tx *db.Tx, rec *record) ui.Section {
	s := ui.Section{Title: "Tags"}
	var tags ui.Tags
	for _, t := range rec.Tags {
		tag := ui.Tag{Text: t}
		if tx.May("tickets.write") {
			tag.Remove = ticketPath(rec.Number) + "/tags?remove=1"
		}
		tags = append(tags, tag)
	}
	if len(tags) > 0 {
		s.Parts = append(s.Parts, tags)
	} else {
		s.Lines = []ui.Line{{Text: "None yet."}}
	}
	if tx.May("tickets.write") {
		s.Action = &ui.Button{Icon: "plus", Is: "bare", Label: "Add a tag", Dialog: "tag"}
	}
	return s
}

func fieldSection(rec *record) ui.Section {
	var facts ui.Facts
	names := make([]string, 0, len(rec.Fields))
	for name := range rec.Fields {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		facts = append(facts, ui.Fact{Name: name, Text: rec.Fields[name]})
	}
	return ui.Section{Title: "Fields", Parts: []ui.Part{facts}}
}
