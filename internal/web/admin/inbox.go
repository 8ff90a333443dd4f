package admin

import (
	"net/http"
	"strconv"
	"strings"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/mailbox"
	"muster/internal/people"
	"muster/internal/web/ui"
)

func (s *Screens) showInboxes(w http.ResponseWriter, r *http.Request) error {
	v := newSheet(r, "Inboxes")
	v.Actions = []ui.Button{{Text: "New inbox", Icon: "plus", Is: "main", Href: "/settings/inboxes/new"}}
	return s.see(w, r, &v, func(tx *db.Tx) error {
		if err := tx.Must(access.InboxManage); err != nil {
			return err
		}
		all, err := mailbox.Inboxes(tx)
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

// inbox returns the one that the path names, or a new one.
func inbox(tx *db.Tx, r *http.Request) (mailbox.Inbox, error) {
	if err := tx.Must(access.InboxManage); err != nil {
		return mailbox.Inbox{}, err
	}
	if r.PathValue("id") == "new" {
		return mailbox.Inbox{Active: true, Plus: true}, nil
	}
	return mailbox.FindInbox(tx, r.PathValue("id"))
}

func (s *Screens) showInbox(w http.ResponseWriter, r *http.Request) error {
	v := newSheet(r, "Inbox")
	v.Back = "/settings/inboxes"
	return s.see(w, r, &v, func(tx *db.Tx) error {
		in, err := inbox(tx, r)
		if err != nil {
			return err
		}
		return s.fillInbox(tx, &v, in)
	})
}

func (s *Screens) fillInbox(tx *db.Tx, v *sheet, in mailbox.Inbox) error {
	form, err := s.inboxForm(tx, in)
	v.Forms = []ui.Form{form}
	if in.ID != "" {
		v.Title, v.Heading1 = in.Address, in.Address
		v.Actions = []ui.Button{{Text: "Test this inbox", Icon: "check", Action: "/settings/inboxes/" + in.ID + "/test"}}
	}
	return err
}

func truth(b bool) string { return map[bool]string{true: "1"}[b] }

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func (s *Screens) inboxForm(tx *db.Tx, in mailbox.Inbox) (ui.Form, error) {
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
		{Name: "version", Kind: ui.Hidden, Value: strconv.FormatInt(in.Version, 10)},
		{Name: "address", Label: "Address", Kind: ui.Email, Value: in.Address, Required: true},
		{Name: "name", Label: "Name", Value: in.Name, Hint: "As colleagues see it."},
		{Name: "fromName", Label: "Name in mail", Value: in.FromName, Hint: "As customers read it; without it, the name."},
		{Name: "active", Label: "Takes mail in", Kind: ui.Check, Value: truth(in.Active)},
		{Name: "team", Label: "Team that tickets go to", Kind: ui.Select, Value: in.Team, Options: teamOptions},
		{Name: "kind", Label: "Kind of ticket", Kind: ui.Select, Value: in.Kind, Options: kinds},
		{Name: "signature", Label: "Signature", Kind: ui.Long, Value: in.Signature, Hint: "Markdown, under every reply."},
		{Name: "autoAck", Label: "Acknowledgement", Kind: ui.Long, Value: in.AutoAck, Hint: "Answers each new ticket of a person, never a machine. {{number}}, {{title}} and {{name}} are filled in. Empty: nothing is sent."},
		{Name: "block", Label: "Addresses and domains to drop", Kind: ui.Long, Value: strings.Join(in.Block, "\n"), Hint: "One a line. What is dropped stays in custody."},
		{Name: "ownCopy", Label: "Takes its own copy of mail that other inboxes got too", Kind: ui.Check, Value: truth(in.OwnCopy)},
		{Name: "plus", Label: "The mail system delivers name+anything@ here too", Kind: ui.Check, Value: truth(in.Plus), Hint: "Answers then find their ticket though a mail program loses the thread."},
		{Name: "trustedHost", Label: "Trusted mail host", Value: in.TrustedHost, Hint: "Whose Authentication-Results count for mail fetched by IMAP."},
		{Name: "imapHost", Label: "IMAP server", Value: in.IMAP.Host, Hint: "Empty: mail is not fetched."},
		{Name: "imapPort", Label: "IMAP port", Kind: ui.Number, Value: number(in.IMAP.Port), Placeholder: "993"},
		{Name: "imapSecurity", Label: "IMAP security", Kind: ui.Select, Value: in.IMAP.Security, Options: []ui.Option{{Value: "tls", Text: "TLS"}, {Value: "starttls", Text: "STARTTLS"}, {Value: "none", Text: "None"}}},
		{Name: "imapUser", Label: "IMAP user", Value: in.IMAP.User, Auto: "off"},
		{Name: "imapPassword", Label: "IMAP password", Kind: ui.Password, Auto: "new-password", Hint: "Kept sealed. Empty: it stays as it is."},
		{Name: "imapFolder", Label: "IMAP folder", Value: in.IMAP.Folder, Placeholder: "INBOX"},
		{Name: "dkimDomain", Label: "DKIM domain", Value: in.DKIM.Domain},
		{Name: "dkimSelector", Label: "DKIM selector", Value: in.DKIM.Selector},
		{Name: "dkimKey", Label: "DKIM private key", Kind: ui.Long, Code: true, Hint: "PEM. Kept sealed. Empty: it stays as it is."},
	}}, err
}

// readInbox lays what was typed over the inbox there is.
func readInbox(r *http.Request, in mailbox.Inbox) mailbox.Inbox {
	f := r.PostForm
	in.Address, in.Name, in.FromName, in.Active = f.Get("address"), f.Get("name"), f.Get("fromName"), f.Get("active") != ""
	in.Team, in.Kind, in.Signature, in.AutoAck = f.Get("team"), f.Get("kind"), f.Get("signature"), f.Get("autoAck")
	in.Block, in.OwnCopy, in.Plus = strings.Fields(f.Get("block")), f.Get("ownCopy") != "", f.Get("plus") != ""
	in.TrustedHost = f.Get("trustedHost")
	port, _ := strconv.Atoi(f.Get("imapPort")) // empty, or refused below by what it cannot be
	in.IMAP.Host, in.IMAP.Port, in.IMAP.Security, in.IMAP.User = strings.TrimSpace(f.Get("imapHost")), port, f.Get("imapSecurity"), f.Get("imapUser")
	in.IMAP.Password, in.IMAP.Folder = f.Get("imapPassword"), f.Get("imapFolder")
	in.DKIM.Domain, in.DKIM.Selector, in.DKIM.Key = strings.TrimSpace(f.Get("dkimDomain")), strings.TrimSpace(f.Get("dkimSelector")), f.Get("dkimKey")
	in.Version, _ = strconv.ParseInt(f.Get("version"), 10, 64)
	return in
}

func (s *Screens) saveInbox(w http.ResponseWriter, r *http.Request) error {
	if err := parse(r); err != nil {
		return err
	}
	var saved mailbox.Inbox
	err := s.DB.Update(r.Context(), func(tx *db.Tx) error {
		in, err := inbox(tx, r)
		if err != nil {
			return err
		}
		saved, err = s.Office.SaveInbox(tx, readInbox(r, in))
		return err
	})
	if err != nil {
		return s.refuse(w, r, err, func(tx *db.Tx, v *sheet) error {
			in, err := inbox(tx, r)
			if err != nil {
				return err
			}
			v.Back = "/settings/inboxes"
			return s.fillInbox(tx, v, in)
		})
	}
	return s.did(w, r, "/settings/inboxes/"+saved.ID, "Kept.")
}

// refuse shows the page's first form again as it was typed, with what is wrong.
func (s *Screens) refuse(w http.ResponseWriter, r *http.Request, wrong error, fill func(*db.Tx, *sheet) error) error {
	v := newSheet(r, "Settings")
	if err := s.DB.View(r.Context(), func(tx *db.Tx) error { return fill(tx, &v) }); err != nil {
		return err
	}
	v.Forms[0].Fill(r.PostForm)
	v.Forms[0].Blame(wrong)
	return page.Refuse(w, r, v, wrong)
}

// testInbox tries an inbox out and shows each step.
func (s *Screens) testInbox(w http.ResponseWriter, r *http.Request) error {
	v := newSheet(r, "Test of an inbox")
	var in mailbox.Inbox
	if err := s.DB.View(r.Context(), func(tx *db.Tx) (err error) { in, err = inbox(tx, r); return err }); err != nil {
		return err
	}
	v.Back, v.Heading1 = "/settings/inboxes/"+in.ID, "Test of "+in.Address
	v.Parts = []ui.Part{ui.Steps{Label: "Steps", Proof: true, Items: s.TestInbox(r.Context(), in)}}
	return page.Render(w, r, v)
}
