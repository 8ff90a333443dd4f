package admin

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mailbox/imap"
	"muster/internal/mailbox/inbox"
	"muster/internal/people"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
)

func (s *Screens) showInboxes(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Inboxes")
	v.Actions = []ui.Button{{Text: "New inbox", Icon: "plus", Is: "main", Href: "/settings/inboxes/new"}}
	return s.See(w, r, &v, func(tx *db.Tx) error {
		if err := tx.Must(access.InboxManage); err != nil {
			return err
		}
		all, err := inbox.All(tx)
		if err != nil {
			return err
		}
		t := ui.Table{Caption: "Inboxes", Head: []ui.Column{{Text: "Address"}, {Text: "Name"}, {Text: "Mail comes by"}, {Text: "State"}},
			Empty: &ui.Empty{Icon: "mail", Title: "No inbox yet", Text: "Mail needs an address to come to.", Next: "Make the first inbox."}}
		for _, in := range all {
			by := "SMTP"
			if in.IMAP.Host != "" {
				by = "SMTP, and IMAP from " + in.IMAP.Host
			}
			state := ui.Badge{Text: "Active", Is: "good", Icon: "check"}
			if !in.Active {
				state = ui.Badge{Text: "Off"}
			}
			t.Rows = append(t.Rows, []ui.Cell{{Text: in.Address, Href: "/settings/inboxes/" + in.ID, Head: true}, {Text: in.Name}, {Text: by}, {Parts: []ui.Part{state}}})
		}
		v.Parts = []ui.Part{t}
		return nil
	})
}

// chosenInbox returns the one that the path names, or a new one.
func chosenInbox(tx *db.Tx, r *http.Request) (inbox.Inbox, error) {
	if err := tx.Must(access.InboxManage); err != nil {
		return inbox.Inbox{}, err
	}
	if r.PathValue("id") == "new" {
		return inbox.Inbox{Active: true, Plus: true}, nil
	}
	return inbox.Find(tx, r.PathValue("id"))
}

func (s *Screens) showInbox(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Inbox")
	v.Back = "/settings/inboxes"
	return s.See(w, r, &v, func(tx *db.Tx) error {
		in, err := chosenInbox(tx, r)
		if err != nil {
			return err
		}
		return s.fillInbox(tx, &v, in)
	})
}

func (s *Screens) fillInbox(tx *db.Tx, v *sheet.Sheet, in inbox.Inbox) error {
	form, err := s.inboxForm(tx, in)
	v.Forms = []ui.Form{form}
	if in.ID != "" {
		v.Title, v.Heading1 = in.Address, in.Address
		v.Actions = []ui.Button{{Text: "Test this inbox", Icon: "check", Action: "/settings/inboxes/" + in.ID + "/test"}}
	}
	if err != nil {
		return err
	}
	v.Parts, err = fetching(tx, in)
	return err
}

// folders are those that were chosen, one a line.
func folders(s inbox.Server) string {
	if s.Folder == "" {
		return ""
	}
	return strings.Join(s.Folders(), "\n")
}

// fetching shows how the mail of an inbox is fetched, to who may see that.
func fetching(tx *db.Tx, in inbox.Inbox) ([]ui.Part, error) {
	if in.IMAP.Host == "" || !in.Active || !tx.May(access.MailRead) {
		return nil, nil
	}
	state, err := imap.StateOf(tx, in.ID)
	if err != nil {
		return nil, err
	}
	cursors, err := imap.Cursors(tx, in.ID)
	t := ui.Table{Caption: "Folders", Head: []ui.Column{{Text: "Folder"}, {Text: "Fetched up to", Right: true}, {Text: "Compared with the server"}}}
	for _, c := range cursors {
		t.Rows = append(t.Rows, []ui.Cell{{Text: c.Folder, Head: true}, {Text: fmt.Sprintf("UID %d", c.Last)}, {At: c.Reconciled}})
	}
	parts := []ui.Part{fetchBanner(in, state)}
	if len(t.Rows) > 0 {
		parts = append(parts, t)
	}
	return parts, err
}

func fetchBanner(in inbox.Inbox, s imap.State) ui.Banner {
	switch s.Status {
	case imap.Watching:
		return ui.Banner{Icon: "check", Is: "good", Strong: "All mail has been fetched.", Text: "New mail on " + in.IMAP.Host + " comes at once."}
	case imap.Waiting, "":
		return ui.Banner{Icon: "clock", Is: "accent", Strong: "Mail will be fetched from " + in.IMAP.Host + ".", Text: "Nobody has tried yet."}
	}
	return ui.Banner{Icon: "stop", Is: "bad", Strong: "Mail is not fetched from " + in.IMAP.Host + ".",
		Text: fmt.Sprintf("It is tried again; attempts so far: %d. What was said last: %s", s.Failures, sheet.Sentence(s.Detail))}
}

func (s *Screens) inboxForm(tx *db.Tx, in inbox.Inbox) (ui.Form, error) {
	teams, err := people.Teams(tx)
	teamOptions := []ui.Option{{Text: "No team"}}
	for _, t := range teams {
		teamOptions = append(teamOptions, ui.Option{Value: t.ID, Text: t.Name})
	}
	var kinds []ui.Option
	for _, k := range s.Desk.Kinds() {
		kinds = append(kinds, ui.Option{Value: k.Name, Text: k.Title})
	}
	id := in.ID
	if id == "" {
		id = "new"
	}
	return ui.Form{Action: "/settings/inboxes/" + id, Send: ui.Button{Text: "Keep"}, Fields: []ui.Field{
		sheet.Version(in.Version),
		{Name: "address", Label: "Address", Kind: ui.Email, Value: in.Address, Required: true},
		{Name: "name", Label: "Name", Value: in.Name, Hint: "As colleagues see it."},
		{Name: "fromName", Label: "Name in mail", Value: in.FromName, Hint: "As customers read it; without it, the name."},
		{Name: "active", Label: "Takes mail in", Kind: ui.Check, Value: sheet.Truth(in.Active)},
		{Label: "Tickets and answers", Kind: ui.Heading},
		{Name: "team", Label: "Team that tickets go to", Kind: ui.Select, Value: in.Team, Options: teamOptions},
		{Name: "kind", Label: "Kind of ticket", Kind: ui.Select, Value: in.Kind, Options: kinds},
		{Name: "signature", Label: "Signature", Kind: ui.Long, Value: in.Signature, Hint: "Markdown, under every reply."},
		ackField(in), ackWords(in),
		{Label: "What comes in", Kind: ui.Heading},
		{Name: "block", Label: "Addresses and domains to drop", Kind: ui.Long, Value: strings.Join(in.Block, "\n"), Hint: "One a line. What is dropped stays in custody."},
		{Name: "ownCopy", Label: "Takes its own copy of mail that other inboxes got too", Kind: ui.Check, Value: sheet.Truth(in.OwnCopy)},
		{Name: "plus", Label: "The mail system delivers name+anything@ here too", Kind: ui.Check, Value: sheet.Truth(in.Plus), Hint: "Answers then find their ticket though a mail program loses the thread."},
		{Name: "trustedHost", Label: "Trusted mail host", Value: in.TrustedHost, Hint: "Whose Authentication-Results count, for mail fetched by IMAP or handed over by a relay of yours."},
		{Label: "Mail that is fetched", Kind: ui.Heading, Hint: "By IMAP, where mail is kept elsewhere. Mail that comes by SMTP needs none of it."},
		{Name: "imap.host", Label: "IMAP server", Value: in.IMAP.Host, Hint: "Empty: mail is not fetched."},
		{Name: "imap.port", Label: "IMAP port", Kind: ui.Number, Value: sheet.Number(in.IMAP.Port), Placeholder: "993"},
		{Name: "imap.security", Label: "IMAP security", Kind: ui.Select, Value: in.IMAP.Security, Options: []ui.Option{{Value: "tls", Text: "TLS"}, {Value: "starttls", Text: "STARTTLS"}, {Value: "none", Text: "None"}}},
		{Name: "imap.user", Label: "IMAP user", Value: in.IMAP.User, Auto: "off"},
		{Name: "imap.password", Label: "IMAP password", Kind: ui.Password, Auto: "new-password", Hint: "Kept sealed. Empty: it stays as it is."},
		{Name: "imap.certificate", Label: "Certificate of the IMAP server", Value: in.IMAP.Trust, Code: true, Hint: "The SHA-256 of one that no authority vouches for; the test of the inbox tells it. Empty: an authority must."},
		{Name: "imap.folders", Label: "IMAP folders", Kind: ui.Long, Value: folders(in.IMAP), Placeholder: "INBOX", Hint: "One a line. Empty: INBOX."},
		{Name: "imap.after", Label: "What becomes of fetched mail there", Kind: ui.Select, Value: in.IMAP.After, Options: []ui.Option{
			{Value: "leave", Text: "It stays as it is"}, {Value: "seen", Text: "It is marked as read"}, {Value: "move", Text: "It is moved to another folder"}}},
		{Name: "imap.moveTo", Label: "Folder that it is moved to", Value: in.IMAP.MoveTo, Hint: "Made if it is not there."},
		{Label: "Signature of outgoing mail", Kind: ui.Heading, Hint: "DKIM tells other servers that mail is yours. The test of the inbox says what to publish for it."},
		{Name: "dkim.domain", Label: "DKIM domain", Value: in.DKIM.Domain},
		{Name: "dkim.selector", Label: "DKIM selector", Value: in.DKIM.Selector},
		{Name: "dkim.key", Label: "DKIM private key", Kind: ui.Long, Code: true, Hint: "PEM. Kept sealed. Empty: it stays as it is."},
	}}, err
}

func ackField(in inbox.Inbox) ui.Field {
	return ui.Field{Name: "acknowledge", Label: "Acknowledge each new ticket of a person, never of a machine", Kind: ui.Check, Value: sheet.Truth(in.Acknowledge), Hint: "In the words of the template “Mail: acknowledgement”, in the customer's language."}
}

func ackWords(in inbox.Inbox) ui.Field {
	return ui.Field{Name: "autoAck", Label: "Words of its own", Kind: ui.Long, Value: in.AutoAck, Hint: "In one language, with variables such as {{ticket.number}}, {{ticket.title}} and {{requester.name}}. They acknowledge in the template's place."}
}

// readInbox lays what was typed over the inbox there is.
func readInbox(r *http.Request, in inbox.Inbox) inbox.Inbox {
	f := r.PostForm
	in.Address, in.Name, in.FromName, in.Active = f.Get("address"), f.Get("name"), f.Get("fromName"), f.Get("active") != ""
	in.Team, in.Kind, in.Signature, in.AutoAck = f.Get("team"), f.Get("kind"), f.Get("signature"), f.Get("autoAck")
	in.Acknowledge = f.Get("acknowledge") != ""
	in.Block, in.OwnCopy, in.Plus = strings.Fields(f.Get("block")), f.Get("ownCopy") != "", f.Get("plus") != ""
	in.TrustedHost = f.Get("trustedHost")
	in.IMAP.Host, in.IMAP.Security, in.IMAP.User = strings.TrimSpace(f.Get("imap.host")), f.Get("imap.security"), f.Get("imap.user")
	in.IMAP.Port = 0
	if typed := strings.TrimSpace(f.Get("imap.port")); typed != "" {
		port, err := strconv.Atoi(typed)
		if err != nil || port == 0 {
			port = -1 // which no port is, and is refused as such
		}
		in.IMAP.Port = port
	}
	in.IMAP.Password, in.IMAP.After, in.IMAP.MoveTo = f.Get("imap.password"), f.Get("imap.after"), strings.TrimSpace(f.Get("imap.moveTo"))
	in.IMAP.Trust = strings.TrimSpace(f.Get("imap.certificate"))
	in.IMAP.Folder, in.IMAP.More = "", nil
	if all := sheet.Lines(f.Get("imap.folders")); len(all) > 0 {
		in.IMAP.Folder, in.IMAP.More = all[0], all[1:]
	}
	in.DKIM.Domain, in.DKIM.Selector, in.DKIM.Key = strings.TrimSpace(f.Get("dkim.domain")), strings.TrimSpace(f.Get("dkim.selector")), f.Get("dkim.key")
	in.Version = sheet.Seen(r)
	return in
}

func (s *Screens) saveInbox(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	var saved inbox.Inbox
	err := s.DB.Update(r.Context(), func(tx *db.Tx) error {
		in, err := chosenInbox(tx, r)
		if err != nil {
			return err
		}
		in = readInbox(r, in)
		if in.Team != "" {
			if _, err := people.FindTeam(tx, in.Team); err != nil {
				return fault.Field("team", "%s", fault.Message(err))
			}
		}
		saved, err = s.Office.Inboxes.Save(tx, in)
		return err
	})
	if err != nil {
		return s.Refuse(w, r, err, func(tx *db.Tx, v *sheet.Sheet) error {
			in, err := chosenInbox(tx, r)
			if err != nil {
				return err
			}
			v.Back = "/settings/inboxes"
			return s.fillInbox(tx, v, in)
		})
	}
	return s.Did(w, r, "/settings/inboxes/"+saved.ID, "Kept.")
}

// testInbox tries an inbox out and shows each step.
func (s *Screens) testInbox(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Test of an inbox")
	var in inbox.Inbox
	if err := s.DB.View(r.Context(), func(tx *db.Tx) (err error) { in, err = chosenInbox(tx, r); return err }); err != nil {
		return err
	}
	v.Back, v.Heading1 = "/settings/inboxes/"+in.ID, "Test of "+in.Address
	v.Parts = []ui.Part{ui.Steps{Label: "Steps", Proof: true, Items: s.TestInbox(r.Context(), in)}}
	return sheet.Page.Render(w, r, v)
}
