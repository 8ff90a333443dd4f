package directory

import (
	"context"

	"muster/internal/api/rest"
	"muster/internal/db"
	"muster/internal/people/client"
)

type paged struct {
	Words string `query:"q" maxLength:"200" doc:"How a name or an address begins."`
	rest.Paging
}

// atCursor makes what is wrong with the place in a list a fault of the parameter that named it.
func atCursor(err error) error { return rest.Renamed(err, "after", "cursor") }

// Contact is somebody who writes to us.
type Contact struct {
	ID           string   `json:"id"`
	Name         string   `json:"name"`
	Emails       []string `json:"emails" doc:"The one to write to first."`
	Organisation string   `json:"organisation,omitempty" doc:"The id."`
	Locale       string   `json:"locale,omitempty" doc:"Such as de-CH; empty if it is not known."`
	Version      int64    `json:"version" doc:"As in the ETag."`
}

func contact(c client.Contact) Contact {
	w := Contact{c.ID, c.Name, c.Addresses, c.Organisation, c.Locale, c.Version}
	if w.Emails == nil {
		w.Emails = []string{}
	}
	return w
}

func (a *API) contacts(ctx context.Context, in *paged) (*rest.Page[Contact], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[Contact], error) {
		page, err := client.Contacts(tx, client.ContactSearch{Text: in.Words, After: in.Cursor, Limit: in.Limit})
		return rest.ListAs(page.Contacts, page.Next, contact), atCursor(err)
	})
}

type newContact struct {
	rest.Once
	Body NewPerson
}

func (a *API) addContact(ctx context.Context, in *newContact) (*rest.Answer[Contact], error) {
	return rest.UpdateOnce(ctx, a.DB, in.Once, in.Body, func(tx *db.Tx) (*rest.Answer[Contact], error) {
		c, err := in.Body.Contact(tx, "")
		return rest.AnswerOf(contact(c)), err
	})
}

func (a *API) contact(ctx context.Context, in *rest.Identified) (*rest.Versioned[Contact], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Versioned[Contact], error) {
		c, err := client.FindContact(tx, in.ID)
		return rest.VersionedOf(c.Version, contact(c)), err
	})
}

type changeContact struct {
	rest.Identified
	rest.Match
	Body struct {
		Name         *string   `json:"name,omitempty"`
		Emails       *[]string `json:"emails,omitempty" doc:"All that the contact is to have, the one to write to first."`
		Organisation *string   `json:"organisation,omitempty" doc:"The id; empty: none."`
		Locale       *string   `json:"locale,omitempty"`
	}
}

func (a *API) changeContact(ctx context.Context, in *changeContact) (*rest.Versioned[Contact], error) {
	b := in.Body
	return rest.Change(ctx, a.DB, in.Match, func(tx *db.Tx) (int64, error) {
		c, err := client.FindContact(tx, in.ID)
		return c.Version, err
	}, func(tx *db.Tx, version int64) (*rest.Versioned[Contact], error) {
		c, err := client.ChangeContact(tx, in.ID, client.ContactChange{Name: b.Name, Addresses: b.Emails, Organisation: b.Organisation, Locale: b.Locale, Version: version})
		return rest.VersionedOf(c.Version, contact(c)), rest.Renamed(err, "address", "emails")
	})
}

type mergeContact struct {
	rest.Identified
	Body struct {
		Into string `json:"into" doc:"The id of the contact that stays."`
	}
}

func (a *API) mergeContact(ctx context.Context, in *mergeContact) (*rest.Versioned[Contact], error) {
	return rest.Update(ctx, a.DB, func(tx *db.Tx) (*rest.Versioned[Contact], error) {
		c, err := client.MergeContacts(tx, in.Body.Into, in.ID)
		return rest.VersionedOf(c.Version, contact(c)), err
	})
}
