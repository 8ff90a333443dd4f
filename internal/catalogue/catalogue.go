// Package catalogue lists what work is about: the products, services, applications and infrastructure that somebody looks after.
package catalogue

import (
	"strings"
	"unicode"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/text"
)

// Kind says what sort of thing an item is.
type Kind string

const (
	Product        Kind = "product"
	Service        Kind = "service"
	Application    Kind = "application"
	Infrastructure Kind = "infrastructure"
)

// Kinds lists the kinds.
func Kinds() []Kind { return []Kind{Product, Service, Application, Infrastructure} }

// Item is one thing that work can be about.
type Item struct {
	ID          string
	Kind        Kind
	Name        string
	Description string
	Team        string // the id of who owns it; empty: nobody
	Retired     bool   // kept for what was about it; nothing new is
	Version     int64  // counts changes
}

// New says what item to add.
type New struct {
	Kind        Kind
	Name        string
	Description string
	Team        string
}

// Changes says what to change of an item: nil leaves a thing as it is.
type Changes struct {
	Kind              *Kind
	Name, Description *string
	Team              *string // empty: nobody
	Retired           *bool
	Version           int64 // that the caller has seen; 0: any
}

// Added says that there is a new item.
type Added struct {
	ID   string
	Kind Kind
	Name string
	Team string
}

// Changed says what is different about an item.
type Changed struct {
	ID      string
	Changes []Difference
}

// Difference is one thing that a change made different, as a page may show it.
type Difference struct {
	Field, From, To string
}

func (Added) EventName() string           { return "item.added" }
func (e Added) About() (string, string)   { return "item", e.ID }
func (Changed) EventName() string         { return "item.changed" }
func (e Changed) About() (string, string) { return "item", e.ID }

// Add adds an item.
func Add(tx *db.Tx, n New) (Item, error) {
	if err := tx.Must(access.CatalogueEdit); err != nil {
		return Item{}, err
	}
	i := Item{ID: tx.NewID(), Kind: n.Kind, Name: n.Name, Description: n.Description, Team: n.Team, Version: 1}
	if err := fault.Join(i.check(), teamExists(tx, i.Team)); err != nil {
		return Item{}, err
	}
	if err := insert(tx, i); err != nil {
		return Item{}, err
	}
	tx.Emit(Added{i.ID, i.Kind, i.Name, i.Team})
	return i, nil
}

// Change changes an item.
func Change(tx *db.Tx, id string, c Changes) (Item, error) {
	if err := tx.Must(access.CatalogueEdit); err != nil {
		return Item{}, err
	}
	was, err := by(tx, "id", id, id)
	if err != nil {
		return Item{}, err
	}
	if c.Version != 0 && c.Version != was.Version {
		return Item{}, fault.New(fault.Conflict, "Somebody changed %s meanwhile. Look at it again, then repeat your change.", was.Name)
	}
	i := c.made(was)
	if err := i.check(); err != nil {
		return Item{}, err
	}
	if i.Team != was.Team {
		if err := teamExists(tx, i.Team); err != nil {
			return Item{}, err
		}
	}
	ds := differences(was, i)
	if len(ds) == 0 {
		return was, nil
	}
	i.Version++
	if err := update(tx, i); err != nil {
		return Item{}, err
	}
	tx.Emit(Changed{i.ID, ds})
	return i, nil
}

// made returns i with the changes made.
func (c Changes) made(i Item) Item {
	if c.Kind != nil {
		i.Kind = *c.Kind
	}
	if c.Name != nil {
		i.Name = *c.Name
	}
	if c.Description != nil {
		i.Description = *c.Description
	}
	if c.Team != nil {
		i.Team = *c.Team
	}
	if c.Retired != nil {
		i.Retired = *c.Retired
	}
	return i
}

func differences(a, b Item) []Difference {
	state := map[bool]string{false: "in use", true: "retired"}
	var ds []Difference
	for _, d := range []Difference{
		{"kind", string(a.Kind), string(b.Kind)},
		{"name", a.Name, b.Name},
		{"description", a.Description, b.Description},
		{"team", a.Team, b.Team},
		{"state", state[a.Retired], state[b.Retired]},
	} {
		if d.From != d.To {
			ds = append(ds, d)
		}
	}
	return ds
}

const (
	longestName        = 200  // characters
	longestDescription = 4000 // characters
)

// check checks what was given and brings it into the form that is stored.
func (i *Item) check() error {
	var kindErr, nameErr, textErr error
	switch i.Kind {
	case Product, Service, Application, Infrastructure:
	default:
		kindErr = fault.Field("kind", "An item is a product, service, application or infrastructure; %.100q is none of them.", i.Kind)
	}
	i.Name = strings.Join(strings.Fields(plain(i.Name)), " ")
	if i.Name == "" || len([]rune(i.Name)) > longestName {
		nameErr = fault.Field("name", "Give a name of at most %d characters.", longestName)
	}
	i.Description = strings.TrimSpace(plain(i.Description))
	if len([]rune(i.Description)) > longestDescription {
		textErr = fault.Field("description", "A description has at most %d characters.", longestDescription)
	}
	return fault.Join(kindErr, nameErr, textErr)
}

// plain returns s without what is no text.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

// Find returns the item with an id.
func Find(tx *db.Tx, id string) (Item, error) {
	if err := tx.Must(access.CatalogueRead); err != nil {
		return Item{}, err
	}
	return by(tx, "id", id, id)
}

// Named returns the item with a name, however it is capitalised.
func Named(tx *db.Tx, name string) (Item, error) {
	if err := tx.Must(access.CatalogueRead); err != nil {
		return Item{}, err
	}
	return by(tx, "name_folded", text.Fold(name), name)
}

// Items returns every item by name, retired ones too, at most 1,000.
func Items(tx *db.Tx) ([]Item, error) {
	if err := tx.Must(access.CatalogueRead); err != nil {
		return nil, err
	}
	return all(tx)
}
