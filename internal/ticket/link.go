package ticket

import (
	"cmp"
	"fmt"
	"slices"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
)

// LinkType says how one ticket relates to another.
type LinkType string

const (
	Relates    LinkType = "relates"
	Duplicates LinkType = "duplicates"
	Blocks     LinkType = "blocks"
	Causes     LinkType = "causes"
	Fixes      LinkType = "fixes"
	FollowsUp  LinkType = "follows-up"
	ReleasedIn LinkType = "released-in"

	Parent LinkType = "parent" // what is told of a ticket that got a part, or lost one: see Adopt
)

// LinkTypes lists the types a person can choose from.
func LinkTypes() []LinkType {
	return []LinkType{Relates, Duplicates, Blocks, Causes, Fixes, FollowsUp, ReleasedIn}
}

// Words returns how the link reads from the one side, and from the other.
func (l LinkType) Words() (from, to string) {
	switch l {
	case Duplicates:
		return "duplicates", "duplicated by"
	case Blocks:
		return "blocks", "blocked by"
	case Causes:
		return "causes", "caused by"
	case Fixes:
		return "fixes", "fixed by"
	case FollowsUp:
		return "follows up", "followed up by"
	case ReleasedIn:
		return "released in", "releases"
	}
	return "relates to", "relates to"
}

// Neighbour is a ticket at the other end of a link.
type Neighbour struct {
	Type    LinkType // empty: parent or child
	Words   string   // as it reads from here
	Reverse bool     // the link points here
	Ticket  *Ticket
}

// Link links two tickets.
func Link(tx *db.Tx, number int64, kind LinkType, other int64) error {
	a, b, err := linkEnds(tx, number, kind, other)
	if err != nil {
		return err
	}
	return link(tx, a, kind, b)
}

func linkEnds(tx *db.Tx, number int64, kind LinkType, other int64) (a, b *Ticket, err error) {
	if err := tx.Must(access.TicketsWrite); err != nil {
		return nil, nil, err
	}
	if !slices.Contains(LinkTypes(), kind) {
		return nil, nil, fault.Field("type", "There is no link of the type %q; there are %v.", kind, LinkTypes())
	}
	if number == other {
		return nil, nil, fault.Field("other", "A ticket cannot be linked to itself.")
	}
	if a, err = Find(tx, number); err != nil {
		return nil, nil, err
	}
	b, err = Find(tx, other)
	return a, b, err
}

func link(tx *db.Tx, a *Ticket, kind LinkType, b *Ticket) error {
	fresh, err := insertLink(tx, a.ID, kind, b.ID)
	if err == nil && fresh {
		tx.Emit(Linked{Ticket: a.ID, Type: kind, Other: b.Number})
		tx.Emit(Linked{Ticket: b.ID, Type: kind, Other: a.Number, Reverse: true})
	}
	return err
}

// Unlink removes the link between two tickets, whichever way it points.
func Unlink(tx *db.Tx, number int64, kind LinkType, other int64) error {
	a, b, err := linkEnds(tx, number, kind, other)
	if err != nil {
		return err
	}
	there, err := deleteLink(tx, a.ID, kind, b.ID)
	if err != nil {
		return err
	}
	back, err := deleteLink(tx, b.ID, kind, a.ID)
	if err == nil && (there || back) {
		tx.Emit(Linked{Ticket: a.ID, Type: kind, Other: b.Number, Cut: true})
		tx.Emit(Linked{Ticket: b.ID, Type: kind, Other: a.Number, Reverse: true, Cut: true})
	}
	return err
}

// maxChildren bounds what a page shows of them.
const maxChildren = 500

// Links returns the tickets that one is linked to, its parent and its children, as far as the actor may see them.
func Links(tx *db.Tx, t *Ticket) ([]Neighbour, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, err
	}
	rows, err := linkRows(tx, t.ID)
	if err != nil {
		return nil, err
	}
	ids := []ID{t.Parent}
	for _, r := range rows {
		ids = append(ids, r.other)
	}
	near, err := ByIDs(tx, ids)
	if err != nil {
		return nil, err
	}
	below, err := children(tx, t.ID, maxChildren)
	if err != nil {
		return nil, err
	}
	tickets := append(near, below...)
	slices.SortFunc(tickets, func(a, b *Ticket) int { return cmp.Compare(a.Number, b.Number) })
	tickets = slices.CompactFunc(tickets, func(a, b *Ticket) bool { return a.Number == b.Number })
	var all []Neighbour
	for _, other := range tickets {
		all = append(all, neighbours(t, other, rows)...)
	}
	return all, nil
}

func neighbours(t, other *Ticket, rows []linkRow) []Neighbour {
	var all []Neighbour
	switch {
	case other.ID == t.Parent:
		all = append(all, Neighbour{Words: familyWords(t.Required, "child of", "required by"), Ticket: other})
	case other.Parent == t.ID:
		all = append(all, Neighbour{Words: familyWords(other.Required, "parent of", "requires"), Reverse: true, Ticket: other})
	}
	for _, r := range rows {
		if r.other != other.ID {
			continue
		}
		from, to := r.kind.Words()
		if !r.outgoing {
			from = to
		}
		all = append(all, Neighbour{Type: r.kind, Words: from, Reverse: !r.outgoing, Ticket: other})
	}
	return all
}

func familyWords(required bool, loose, strict string) string {
	if required {
		return strict
	}
	return loose
}

// Adopt makes a ticket the child of another, or of none if parent is 0. A
// required child keeps its parent from being closed.
func Adopt(tx *db.Tx, number, parent int64, required bool) (*Ticket, error) {
	if err := tx.Must(access.TicketsWrite); err != nil {
		return nil, err
	}
	t, err := Find(tx, number)
	if err != nil {
		return nil, err
	}
	before, err := parentOf(tx, t)
	if err != nil {
		return nil, err
	}
	t.Parent, t.Required = "", required && parent != 0
	if err := t.adopt(tx, parent); err != nil {
		return nil, err
	}
	if err := checkAncestry(tx, t); err != nil {
		return nil, err
	}
	after, err := parentOf(tx, t)
	if err != nil {
		return nil, err
	}
	t.Version++
	tx.Emit(Changed{Ticket: t.ID, Version: t.Version, Sets: []Set{{Field: "parent", From: string(before.ID), To: string(after.ID), FromName: before.sign(), ToName: after.sign()}}})
	if before.ID != after.ID {
		tellParent(tx, before, t, true)
		tellParent(tx, after, t, false)
	}
	return t, update(tx, t)
}

// parentOf returns the ticket that one is a part of: an empty one if there is none.
func parentOf(tx *db.Tx, t *Ticket) (*Ticket, error) {
	if t.Parent == "" {
		return &Ticket{}, nil
	}
	return ByID(tx, t.Parent)
}

func tellParent(tx *db.Tx, parent, part *Ticket, cut bool) {
	if parent.ID != "" {
		tx.Emit(Linked{Ticket: parent.ID, Type: Parent, Other: part.Number, Cut: cut})
	}
}

// sign is a ticket's number as people write it, empty for none.
func (t *Ticket) sign() string {
	if t.Number == 0 {
		return ""
	}
	return fmt.Sprintf("#%d", t.Number)
}

func checkAncestry(tx *db.Tx, t *Ticket) error {
	for at, depth := t.Parent, 0; at != ""; depth++ {
		if at == t.ID {
			return fault.Field("parent", "A ticket cannot stand above itself: #%d is among those it would hang on.", t.Number)
		}
		if depth == 20 {
			return fault.Field("parent", "Tickets can be nested 20 deep.")
		}
		parent, err := ByID(tx, at)
		if err != nil {
			return err
		}
		at = parent.Parent
	}
	return nil
}
