package directory

import (
	"strings"

	"muster/internal/catalogue"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/people/client"
)

// TeamID finds the team that a client names by id or by name; nothing is found for nothing.
func TeamID(tx *db.Tx, s string) (string, error) {
	t, err := called(tx, s, "team", people.FindTeam, people.TeamNamed)
	return t.ID, err
}

// UserID finds the agent that a client names by id, name or mail address; nobody is found for nothing.
func UserID(tx *db.Tx, s string) (string, error) {
	u, err := called(tx, s, "assignee", people.FindUser, people.UserNamed)
	return u.ID, err
}

// ItemID finds the catalogue item that a client names by id or by name; nothing is found for nothing.
func ItemID(tx *db.Tx, s string) (string, error) {
	i, err := called(tx, s, "item", catalogue.Find, catalogue.Named)
	return i.ID, err
}

// called finds what is called s. What is not found is a fault of the field that named it.
func called[T any](tx *db.Tx, s, field string, with, named func(*db.Tx, string) (T, error)) (found T, err error) {
	if s == "" {
		return found, nil
	}
	found, err = with(tx, s)
	if fault.Is(err, fault.NotFound) {
		found, err = named(tx, s)
	}
	if fault.Is(err, fault.NotFound) {
		err = fault.Field(field, "%s", fault.Message(err))
	}
	return found, err
}

// NewPerson is a contact by address: made if it is new.
type NewPerson struct {
	Email string `json:"email" maxLength:"320"`
	Name  string `json:"name,omitempty" maxLength:"200"`
}

// Contact finds or makes the contact. What is wrong with the address is told
// of the field that the person stands in; empty: it is the body itself.
func (p NewPerson) Contact(tx *db.Tx, field string) (client.Contact, error) {
	c, _, err := client.EnsureContact(tx, p.Name, p.Email)
	for name, sentence := range fault.Fields(err) {
		if name == "address" {
			return c, fault.Field(strings.TrimPrefix(field+".email", "."), "%s", sentence)
		}
	}
	return c, err
}
