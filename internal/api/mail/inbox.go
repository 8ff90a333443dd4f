package mail

import (
	"context"
	"time"

	"muster/internal/access"
	"muster/internal/api/directory"
	"muster/internal/api/rest"
	"muster/internal/db"
	"muster/internal/mailbox/imap"
	"muster/internal/mailbox/inbox"
)

// Inbox is an address that mail comes to and goes out from. Its secrets are not shown.
type Inbox struct {
	ID          string    `json:"id"`
	Address     string    `json:"address"`
	Name        string    `json:"name"`
	Active      bool      `json:"active"`
	FromName    string    `json:"from_name,omitempty"`
	Team        string    `json:"team,omitempty" doc:"The id."`
	Kind        string    `json:"kind,omitempty" doc:"Of the tickets; empty: request."`
	Signature   string    `json:"signature,omitempty"`
	Acknowledge bool      `json:"acknowledge,omitempty"`
	AutoAck     string    `json:"acknowledgement,omitempty"`
	Block       []string  `json:"block"`
	OwnCopy     bool      `json:"own_copy"`
	Plus        bool      `json:"plus"`
	TrustedHost string    `json:"trusted_host,omitempty"`
	IMAP        InboxIMAP `json:"imap"`
	Fetching    *Fetching `json:"fetching,omitempty" doc:"For who may see the custody of mail, where mail is fetched."`
	Version     int64     `json:"version" doc:"As in the ETag."`
}

// InboxIMAP is the mailbox that an inbox's mail is fetched from.
type InboxIMAP struct {
	Host     string   `json:"host,omitempty" doc:"Empty: mail is not fetched."`
	Port     int      `json:"port,omitempty" doc:"0: the usual one."`
	Security string   `json:"security,omitempty" doc:"tls, starttls or none; empty: tls."`
	User     string   `json:"user,omitempty"`
	Password string   `json:"password,omitempty" doc:"Kept sealed and never shown; empty: it stays as it is."`
	Trust    string   `json:"certificate,omitempty" doc:"The SHA-256 of the server's certificate, where no authority vouches for it."`
	Folders  []string `json:"folders,omitempty" maxItems:"50" doc:"INBOX if none is given."`
	After    string   `json:"after,omitempty" doc:"What becomes of a fetched message on its server: leave, seen or move; empty: leave."`
	MoveTo   string   `json:"move_to,omitempty" doc:"The folder, with move."`
}

// Fetching is how an inbox's mail server is doing.
type Fetching struct {
	Status    string     `json:"status" doc:"waiting, watching, refused, unreachable, no-folder or stuck."`
	Detail    string     `json:"detail,omitempty"`
	Since     *time.Time `json:"since"`
	Failures  int        `json:"failures" doc:"Attempts in a row."`
	FetchedAt *time.Time `json:"fetched_at" doc:"When all was fetched last; null: never."`
}

// shownInbox is an inbox as it is shown to who may set it up.
func shownInbox(tx *db.Tx, in inbox.Inbox) (Inbox, error) {
	w := Inbox{ID: in.ID, Address: in.Address, Name: in.Name, Active: in.Active, FromName: in.FromName, Team: in.Team, Kind: in.Kind,
		Signature: in.Signature, Acknowledge: in.Acknowledge, AutoAck: in.AutoAck, Block: append([]string{}, in.Block...), OwnCopy: in.OwnCopy, Plus: in.Plus,
		TrustedHost: in.TrustedHost, Version: in.Version}
	if in.IMAP.Host == "" {
		return w, nil
	}
	s := in.IMAP
	w.IMAP = InboxIMAP{Host: s.Host, Port: s.Port, Security: s.Security, User: s.User, Trust: s.Trust, Folders: s.Folders(), After: s.After, MoveTo: s.MoveTo}
	if !tx.May(access.MailRead) {
		return w, nil
	}
	state, err := imap.StateOf(tx, in.ID)
	w.Fetching = &Fetching{string(state.Status), state.Detail, rest.Instant(state.Since), state.Failures, rest.Instant(state.Fetched)}
	return w, err
}

func (a *API) inboxes(ctx context.Context, _ *struct{}) (*rest.Page[Inbox], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[Inbox], error) {
		if err := tx.Must(access.InboxManage); err != nil {
			return nil, err
		}
		all, err := inbox.All(tx)
		if err != nil {
			return nil, err
		}
		items := make([]Inbox, len(all))
		for i, in := range all {
			if items[i], err = shownInbox(tx, in); err != nil {
				return nil, err
			}
		}
		return rest.ListOf(items, ""), nil
	})
}

func findInbox(tx *db.Tx, id string) (inbox.Inbox, error) {
	if err := tx.Must(access.InboxManage); err != nil {
		return inbox.Inbox{}, err
	}
	return inbox.Find(tx, id)
}

func (a *API) inbox(ctx context.Context, in *rest.Identified) (*rest.Versioned[Inbox], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Versioned[Inbox], error) {
		found, err := findInbox(tx, in.ID)
		if err != nil {
			return nil, err
		}
		w, err := shownInbox(tx, found)
		return rest.VersionedOf(found.Version, w), err
	})
}

// InboxChange is what to set: what is not given stays as it is.
type InboxChange struct {
	Address     *string    `json:"address,omitempty"`
	Name        *string    `json:"name,omitempty" doc:"As colleagues see it."`
	Active      *bool      `json:"active,omitempty" doc:"False: no mail is taken in."`
	FromName    *string    `json:"from_name,omitempty" doc:"As customers read it; empty: the name."`
	Team        *string    `json:"team,omitempty" doc:"Name or id of the team whose the tickets become; empty: nobody's."`
	Kind        *string    `json:"kind,omitempty" doc:"Of the tickets."`
	Signature   *string    `json:"signature,omitempty" doc:"Markdown, under every reply."`
	Acknowledge *bool      `json:"acknowledge,omitempty" doc:"Each new ticket of a person is answered, in the words of the template acknowledgement."`
	AutoAck     *string    `json:"acknowledgement,omitempty" doc:"Markdown with variables: the inbox's own words, in the template's place. They acknowledge whether acknowledge is set or not."`
	Block       *[]string  `json:"block,omitempty" maxItems:"1000" doc:"Addresses and domains whose mail is dropped."`
	OwnCopy     *bool      `json:"own_copy,omitempty" doc:"Takes its own copy of mail that other inboxes got too."`
	Plus        *bool      `json:"plus,omitempty" doc:"The mail system delivers name+anything@ here too."`
	TrustedHost *string    `json:"trusted_host,omitempty" doc:"Whose Authentication-Results count for fetched mail."`
	IMAP        *InboxIMAP `json:"imap,omitempty" doc:"All of it at once, but for the password."`
}

// made returns the inbox with the changes made.
func (c InboxChange) made(in inbox.Inbox) inbox.Inbox {
	rest.Set(&in.Address, c.Address)
	rest.Set(&in.Name, c.Name)
	rest.Set(&in.Active, c.Active)
	rest.Set(&in.FromName, c.FromName)
	rest.Set(&in.Team, c.Team)
	rest.Set(&in.Kind, c.Kind)
	rest.Set(&in.Signature, c.Signature)
	rest.Set(&in.Acknowledge, c.Acknowledge)
	rest.Set(&in.AutoAck, c.AutoAck)
	rest.Set(&in.Block, c.Block)
	rest.Set(&in.OwnCopy, c.OwnCopy)
	rest.Set(&in.Plus, c.Plus)
	rest.Set(&in.TrustedHost, c.TrustedHost)
	if c.IMAP != nil {
		s := c.IMAP
		in.IMAP = inbox.Server{Host: s.Host, Port: s.Port, Security: s.Security, User: s.User, Password: s.Password, Trust: s.Trust, After: s.After, MoveTo: s.MoveTo}
		if len(s.Folders) > 0 {
			in.IMAP.Folder, in.IMAP.More = s.Folders[0], s.Folders[1:]
		}
	}
	return in
}

// newInbox has no key for repeating it, since its secrets must not be kept: an address is there once anyway.
type newInbox struct{ Body InboxChange }

func (a *API) addInbox(ctx context.Context, in *newInbox) (*rest.Versioned[Inbox], error) {
	return rest.Update(ctx, a.DB, func(tx *db.Tx) (*rest.Versioned[Inbox], error) {
		return a.saveInbox(tx, in.Body.made(inbox.Inbox{Active: true}))
	})
}

type changeInbox struct {
	rest.Identified
	rest.Match
	Body InboxChange
}

func (a *API) changeInbox(ctx context.Context, in *changeInbox) (*rest.Versioned[Inbox], error) {
	return rest.Change(ctx, a.DB, in.Match, func(tx *db.Tx) (int64, error) {
		was, err := findInbox(tx, in.ID)
		return was.Version, err
	}, func(tx *db.Tx, version int64) (*rest.Versioned[Inbox], error) {
		was, err := findInbox(tx, in.ID)
		if err != nil {
			return nil, err
		}
		was.Version = version
		return a.saveInbox(tx, in.Body.made(was))
	})
}

func (a *API) saveInbox(tx *db.Tx, in inbox.Inbox) (*rest.Versioned[Inbox], error) {
	team, err := directory.TeamID(tx, in.Team)
	if err != nil {
		return nil, err
	}
	in.Team = team
	saved, err := a.Office.Inboxes.Save(tx, in)
	if err != nil {
		return nil, rest.Renamed(err, "imap.moveTo", "imap.move_to", "trustedHost", "trusted_host", "autoAck", "acknowledgement")
	}
	w, err := shownInbox(tx, saved)
	return rest.VersionedOf(saved.Version, w), err
}
