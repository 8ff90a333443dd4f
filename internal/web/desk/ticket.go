package desk

import (
	"cmp"
	"net/http"
	"strconv"

	"muster/internal/access"
	"muster/internal/catalogue"
	"muster/internal/complaint"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/notify"
	"muster/internal/people"
	"muster/internal/people/client"
	"muster/internal/survey"
	"muster/internal/ticket"
	"muster/internal/web/ui"
	"muster/internal/workspace"
)

// ticketView is what ticket.html shows.
type ticketView struct {
	ui.Frame
	Number    string
	Topic     string
	Subject   string
	State     ui.State
	States    ui.Menu
	Prio      ui.Prio
	PrioText  string
	PrioWhy   string
	Prios     ui.Menu
	Owner     ui.Avatar
	OwnerText string
	Owners    ui.Menu
	TeamText  string
	Teams     ui.Menu
	More      ui.Menu
	Macros    ui.Menu
	Answers   ui.Menu
	Dialogs   []ui.Dialog
	Clocks    []ui.Clock
	Chain     ui.Chain
	Banner    *ui.Banner
	Refused   *ui.Banner // why what was just sent was not done
	Timeline  []ui.Part
	Older     string // where the part of the timeline before this one is; empty: there is none
	Newest    string // where the newest part is; empty: this is it
	Composer  ui.Composer
	Panel     ui.Panel
	Kind      string
	Version   int64
	MayWrite  bool
	MayReply  bool
	Resolve   string // the state that the main button moves to; empty: it cannot
}

var ticketPage = ui.Parse[ticketView](files, "ticket.html")

// record is a ticket with all that its page shows.
type record struct {
	*ticket.Ticket
	kind         ticket.Kind
	flow         ticket.Workflow
	names        people.Names
	items        []ticket.Item
	older        string
	later        string // where the newest part is, if this is an earlier one
	seen         string // the last that was on the timeline when the page was made
	participants []ticket.Participant
	watchers     []string
	links        []ticket.Neighbour
	requester    client.Contact
	organisation client.Organisation
	catalogue    []catalogue.Item // what it can be about
	complaint    *complaint.Details
	promised     promised
	deliveries   deliveries
	canned       canned
	ratings      []survey.Invitation
	undo         int
	images       string // the entry whose images from elsewhere are loaded, as the reader asked
}

// maxItems is how much of a timeline a page shows: the newest part, or what is before an item.
const maxItems = 400

func (s *Screens) showTicket(w http.ResponseWriter, r *http.Request) error {
	n, err := number(r)
	if err != nil {
		return err
	}
	var v ticketView
	var id ticket.ID
	var unread int64
	err = s.DB.View(r.Context(), func(tx *db.Tx) error {
		t, err := ticket.Find(tx, n)
		if err != nil {
			return err
		}
		id = t.ID
		if unread, err = notify.Unread(tx); err != nil {
			return err
		}
		if t.MergedInto != 0 {
			http.Redirect(w, r, ticketPath(t.MergedInto)+"?merged="+strconv.FormatInt(n, 10), http.StatusSeeOther)
			return errMoved
		}
		rec, err := s.readBefore(tx, t, r.URL.Query().Get("before"))
		if err != nil {
			return err
		}
		if rec.images = r.URL.Query().Get("images"); rec.images != "" {
			ui.AllowImages(w)
		}
		v = viewOf(tx, r, rec)
		return s.insertAnswer(tx, rec, &v, r.URL.Query().Get("answer"))
	})
	if err == errMoved {
		return nil
	}
	if err != nil {
		return err
	}
	s.sawTicket(r, id, unread)
	if r.Header.Get("HX-Request") == "" {
		s.takeAgain(r.Context(), n, &v.Composer)
	}
	return ticketPage.Render(w, r, v)
}

// errMoved says that the answer has been given: the ticket is elsewhere.
var errMoved = fault.New(fault.NotFound, "The ticket was merged into another.")

// readNumber is read for the ticket with a number, or the one that it was merged into.
func (s *Screens) readNumber(tx *db.Tx, n int64) (*record, error) {
	t, err := ticket.Find(tx, n)
	if err == nil && t.MergedInto != 0 {
		t, err = ticket.Find(tx, t.MergedInto)
	}
	if err != nil {
		return nil, err
	}
	return s.read(tx, t)
}

// read collects what a ticket's page shows, in a fixed number of statements.
func (s *Screens) read(tx *db.Tx, t *ticket.Ticket) (*record, error) { return s.readBefore(tx, t, "") }

// readBefore is read with the part of the timeline that is before an item.
func (s *Screens) readBefore(tx *db.Tx, t *ticket.Ticket, before string) (*record, error) {
	rec := &record{Ticket: t}
	var err error
	if rec.kind, err = s.Desk.Kind(t.Kind); err != nil {
		return nil, err
	}
	if rec.flow, err = s.Desk.WorkflowOf(tx, t.Kind); err != nil {
		return nil, err
	}
	if rec.names, err = namesOf(tx, []*ticket.Ticket{t}); err != nil {
		return nil, err
	}
	if err := rec.readTimeline(tx, before); err != nil {
		return nil, err
	}
	if rec.canned, err = cannedOf(tx); err != nil {
		return nil, err
	}
	if rec.participants, err = ticket.Participants(tx, t); err != nil {
		return nil, err
	}
	if rec.watchers, err = ticket.Watchers(tx, t); err != nil {
		return nil, err
	}
	if rec.links, err = ticket.Links(tx, t); err != nil {
		return nil, err
	}
	if err := rec.readPeople(tx); err != nil {
		return nil, err
	}
	if rec.deliveries, err = deliveriesOf(tx, rec.items); err != nil {
		return nil, err
	}
	if rec.promised, err = s.promises(tx, t, rec.items); err != nil {
		return nil, err
	}
	if rec.ratings, err = survey.Of(tx, t); err != nil {
		return nil, err
	}
	if tx.May(access.CatalogueRead) {
		if rec.catalogue, err = catalogue.Items(tx); err != nil {
			return nil, err
		}
	}
	if t.Kind == "complaint" {
		d, err := complaint.Of(tx, t)
		if err != nil {
			return nil, err
		}
		rec.complaint = &d
	}
	w, err := workspace.Current(tx)
	rec.undo = w.Settings.UndoSeconds
	return rec, err
}

// readTimeline reads a part of the timeline, and where the others are.
func (rec *record) readTimeline(tx *db.Tx, before string) (err error) {
	if rec.items, err = ticket.Latest(tx, rec.Ticket, before, maxItems+1); err != nil {
		return err
	}
	last := rec.items
	if before != "" {
		rec.later = ticketPath(rec.Number)
		if last, err = ticket.Latest(tx, rec.Ticket, "", 1); err != nil {
			return err
		}
	}
	if len(last) > 0 {
		rec.seen = last[len(last)-1].ID
	}
	if len(rec.items) > maxItems {
		rec.items = rec.items[1:]
		rec.older = ticketPath(rec.Number) + "?before=" + rec.items[0].ID
	}
	return nil
}

func (rec *record) readPeople(tx *db.Tx) (err error) {
	if rec.Requester != "" {
		if rec.requester, err = client.FindContact(tx, rec.Requester); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	if rec.Organisation != "" {
		rec.organisation, err = client.FindOrganisation(tx, rec.Organisation)
	}
	return err
}

func viewOf(tx *db.Tx, r *http.Request, rec *record) ticketView {
	n := strconv.FormatInt(rec.Number, 10)
	v := ticketView{Frame: ui.FrameOf(r, "#"+n+" "+rec.Title), Number: n, Topic: "ticket:" + n, Subject: rec.Title, State: stateOf(rec.Ticket, rec.flow),
		Prio: ui.Prio(rec.Priority), PrioText: prioText(rec.Priority), PrioWhy: "Impact " + string(rec.Impact) + " × urgency " + string(rec.Urgency),
		Owner: face(rec.Assignee, rec.names.Users[rec.Assignee]), OwnerText: cmp.Or(rec.names.Users[rec.Assignee], "Nobody"),
		TeamText: cmp.Or(rec.names.Teams[rec.Team], "No team"), Kind: rec.kind.Title, Version: rec.Version,
		MayWrite: tx.May("tickets.write"), MayReply: tx.May("tickets.reply")}
	if rec.Overridden {
		v.PrioWhy += ", set by hand"
	}
	v.Timeline, v.Older, v.Newest = timelineOf(tx, rec), rec.older, rec.later
	v.Panel, v.Clocks = panelOf(tx, rec), rec.promised.head
	v.Banner = bannerOf(r, rec)
	if v.MayWrite && !rec.Shelved() {
		if to, ok := resolvedState(rec.flow, rec.State); ok {
			v.Resolve = to.ID
		}
	}
	if v.MayWrite {
		menus(&v, tx, rec)
		v.Macros, v.Answers = macroMenu(rec), answerMenu(rec)
		v.Composer = composerOf(tx, rec)
		v.Dialogs = dialogsOf(rec)
	}
	return v
}

func prioText(p ticket.Priority) string {
	return map[ticket.Priority]string{ticket.Critical: "Critical", ticket.HighPriority: "High", ticket.Normal: "Normal", ticket.LowPriority: "Low"}[p]
}

// bannerOf says what is unusual about where the ticket is.
func bannerOf(r *http.Request, rec *record) *ui.Banner {
	restore := []ui.Button{{Text: "Bring back", Icon: "undo", Action: ticketPath(rec.Number) + "/shelf", Name: "to", Value: "open"}}
	switch rec.Bucket {
	case ticket.InSpam:
		return &ui.Banner{Icon: "shield", Is: "warn", Strong: "This ticket is in spam.", Text: "Its mail is kept, and nobody is told of it.", Actions: restore}
	case ticket.InTrash:
		return &ui.Banner{Icon: "x", Is: "warn", Strong: "This ticket is in the trash.", Text: "An answer by its customer brings it back.", Actions: restore}
	}
	if from := r.URL.Query().Get("merged"); from != "" {
		if _, err := strconv.ParseInt(from, 10, 64); err == nil {
			return &ui.Banner{Icon: "merge", Strong: "#" + from + " was merged into this ticket.", Text: "Answers to it arrive here."}
		}
	}
	return nil
}

// menus are what the head's buttons open.
func menus(v *ticketView, tx *db.Tx, rec *record) {
	set, version := ticketPath(rec.Number)+"/set", versionOf(rec)
	v.States = ui.Menu{ID: "states", Heading: "Move to", Action: set, Keep: version}
	for _, st := range rec.flow.Next(rec.State) {
		v.States.Items = append(v.States.Items, ui.MenuItem{State: &ui.State{Category: string(st.Category), Text: st.Name}, Name: "state", Value: st.ID})
	}
	v.Prios = ui.Menu{ID: "prios", Heading: "Priority", Action: set, Keep: version}
	for _, p := range ticket.Priorities() {
		v.Prios.Items = append(v.Prios.Items, ui.MenuItem{Text: prioText(p), Name: "priority", Value: p.String(), Choice: true, Checked: p == rec.Priority})
	}
	if rec.Overridden {
		v.Prios.Items = append(v.Prios.Items, ui.MenuItem{Text: "As impact and urgency say", Name: "priority", Value: "computed", Rule: true})
	}
	v.Prios.Items = append(v.Prios.Items, ui.MenuItem{Text: "Impact and urgency …", Dialog: "urgency", Rule: true})
	v.Owners = ui.Menu{ID: "owners", Heading: "Assign to", Action: set, Keep: version, Items: ownerItems(tx, rec.names, rec.Assignee)}
	v.Teams = ui.Menu{ID: "teams", Heading: "Team", Action: set, Keep: version, Items: teamItems(rec.names, rec.Team)}
	v.More = moreMenu(tx, rec)
}

// ownerItems are whom a ticket can be given to.
func ownerItems(tx *db.Tx, names people.Names, now string) []ui.MenuItem {
	all := []ui.MenuItem{{Text: "Me", Icon: "user", Name: "assignee", Value: tx.ID}, {Text: "Nobody", Name: "assignee"}}
	return append(all, choices("assignee", names.Staff, now)...)
}

func teamItems(names people.Names, now string) []ui.MenuItem {
	return append([]ui.MenuItem{{Text: "No team", Name: "team"}}, choices("team", names.Teams, now)...)
}

func choices(field string, names map[string]string, now string) (all []ui.MenuItem) {
	for i, n := range sortedNames(names) {
		all = append(all, ui.MenuItem{Text: n.name, Name: field, Value: n.id, Choice: true, Checked: n.id == now, Rule: i == 0})
	}
	return all
}

// versionOf goes along with a change, so that it is refused if somebody else was quicker.
func versionOf(rec *record) []ui.Pair {
	return []ui.Pair{{Name: "version", Value: strconv.FormatInt(rec.Version, 10)}}
}

func moreMenu(tx *db.Tx, rec *record) ui.Menu {
	path := ticketPath(rec.Number)
	m := ui.Menu{ID: "more", Action: path + "/shelf", Items: []ui.MenuItem{
		{Text: "Change the title", Icon: "ticket", Dialog: "title"},
		{Text: "Merge into another", Icon: "merge", Dialog: "merge"},
		{Text: "Split off messages", Icon: "change", Dialog: "split"},
		{Text: "Link to another", Icon: "link", Dialog: "link"},
	}}
	if len(rec.idle()) > 0 {
		m.Items = append(m.Items, ui.MenuItem{Text: "Have a colleague watch", Icon: "eye", Dialog: "watch"})
	}
	if rec.complaint != nil {
		m.Items = append(m.Items, ui.MenuItem{Text: "Outcome and lesson", Icon: "mega", Dialog: "complaint"})
	}
	if tx.May("tickets.remove") && !rec.Shelved() {
		m.Items = append(m.Items, ui.MenuItem{Text: "Spam", Icon: "shield", Name: "to", Value: "spam", Rule: true}, ui.MenuItem{Text: "Move to trash", Icon: "x", Name: "to", Value: "trash"})
	}
	return m
}
