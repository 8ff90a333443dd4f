package desk

import (
	"net/http"
	"net/mail"
	"slices"
	"strings"

	"muster/internal/access"
	"muster/internal/catalogue"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/people/client"
	"muster/internal/ticket"
	"muster/internal/web/ui"
)

// newView is what new.html shows.
type newView struct {
	ui.Frame
	Form ui.Form
}

var newPage = ui.Parse[newView](files, "new.html")

func (s *Screens) showNew(w http.ResponseWriter, r *http.Request) error {
	if err := actor(r).Must(access.TicketsWrite); err != nil {
		return err
	}
	v := newView{Frame: ui.FrameOf(r, "New ticket")}
	if err := s.DB.View(r.Context(), func(tx *db.Tx) (err error) { v.Form, err = s.newForm(tx); return err }); err != nil {
		return err
	}
	return newPage.Render(w, r, v)
}

// newForm asks for what a ticket needs. Who sees a part of the tickets opens such as they see.
func (s *Screens) newForm(tx *db.Tx) (ui.Form, error) {
	kind := ui.Field{Name: "kind", Label: "Kind", Kind: ui.Radios, Value: "request"}
	for _, k := range s.Desk.Kinds() {
		if tx.Scope.Kinds == nil || slices.Contains(tx.Scope.Kinds, k.Name) {
			kind.Options = append(kind.Options, ui.Option{Value: k.Name, Text: k.Title})
		}
	}
	if tx.Scope.Kinds != nil && len(kind.Options) > 0 {
		kind.Value = kind.Options[0].Value
	}
	teams, err := visibleTeams(tx)
	if err != nil {
		return ui.Form{}, err
	}
	team := ui.Field{Name: "team", Label: "Team", Kind: ui.Select, Options: []ui.Option{{Text: "No team"}}}
	for _, t := range teams {
		team.Options = append(team.Options, ui.Option{Value: t.ID, Text: t.Name})
	}
	if tx.Scope.Teams != nil && len(teams) > 0 {
		team.Value = teams[0].ID
	}
	names, err := people.NamesOf(tx, nil, nil)
	if err != nil {
		return ui.Form{}, err
	}
	items, err := catalogue.Items(tx)
	if err != nil {
		return ui.Form{}, err
	}
	return ui.Form{Action: "/tickets", Files: true, Send: ui.Button{Text: "Open ticket", Icon: "plus"}, Fields: []ui.Field{
		kind,
		{Name: "title", Label: "Title", Required: true, Focus: true},
		{Name: "requester", Label: "Requester", Placeholder: "Maren Oduya <maren@example.org>", Hint: "A mail address, with or without a name. Leave it empty for work of our own.", Auto: "off"},
		{Name: "body", Label: "What is it about", Kind: ui.Rich, Editor: ui.Editor{Name: "body", Label: "What is it about", Upload: "/upload", Draft: "new-ticket"}},
		team,
		{Name: "assignee", Label: "Assigned to", Kind: ui.Select, Options: options("Nobody", names.Staff)},
		levelField("impact", "Impact", ticket.Medium), levelField("urgency", "Urgency", ticket.Medium),
		itemField(items, ""),
		{Name: "tags", Label: "Tags", Hint: "With commas between."},
	}}, nil
}

func options(none string, names map[string]string) []ui.Option {
	all := []ui.Option{{Text: none}}
	for _, n := range sortedNames(names) {
		all = append(all, ui.Option{Value: n.id, Text: n.name})
	}
	return all
}

// open opens the ticket; a form that is refused comes back as it was typed.
func (s *Screens) open(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	t, err := s.openFrom(r)
	if err != nil {
		v := newView{Frame: ui.FrameOf(r, "New ticket")}
		if err := s.DB.View(r.Context(), func(tx *db.Tx) (err error) { v.Form, err = s.newForm(tx); return err }); err != nil {
			return err
		}
		v.Form.Fill(r.PostForm)
		v.Form.Blame(err)
		return newPage.Refuse(w, r, v, err)
	}
	http.Redirect(w, r, ticketPath(t.Number), http.StatusSeeOther)
	return nil
}

func (s *Screens) openFrom(r *http.Request) (t *ticket.Ticket, err error) {
	f := r.PostForm
	body, err := ticket.Compose(f.Get("body"))
	if err != nil {
		return nil, err
	}
	var from *mail.Address
	if who := strings.TrimSpace(f.Get("requester")); who != "" {
		if from, err = mail.ParseAddress(who); err != nil {
			return nil, fault.Field("requester", "%q is no mail address. Write it as name@example.org, or Name <name@example.org>.", snippet(who))
		}
	}
	files, err := s.attached(r, body)
	if err != nil {
		return nil, err
	}
	draft := ticket.Draft{Kind: f.Get("kind"), Title: f.Get("title"), Team: f.Get("team"), Assignee: f.Get("assignee"), Item: f.Get("item"),
		Impact: ticket.Level(f.Get("impact")), Urgency: ticket.Level(f.Get("urgency")), Tags: strings.Split(f.Get("tags"), ","), Channel: "desk"}
	err = s.DB.Update(r.Context(), func(tx *db.Tx) error {
		first := ticket.Writing{Kind: ticket.Note, Body: body, Attachments: files, Channel: "desk"}
		if from != nil {
			c, _, err := client.EnsureContact(tx, from.Name, from.Address)
			if err != nil {
				return err
			}
			draft.Requester = c.ID
		}
		if body.Text != "" || len(files) > 0 {
			draft.First = &first
		}
		t, err = s.Desk.Open(tx, draft)
		return err
	})
	return t, err
}
