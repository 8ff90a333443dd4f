package ticket

import (
	"strings"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/people"
	"muster/internal/text"
)

// Participant gets copies of what is sent to the requester.
type Participant struct {
	Address, Written, Name, Contact string
}

const maxParticipants = 100

// AddParticipant has a person get copies.
func AddParticipant(tx *db.Tx, number int64, p Person) error {
	if err := tx.Must(access.TicketsWrite); err != nil {
		return err
	}
	if err := checkAddress(p.Address); err != nil {
		return err
	}
	t, err := Find(tx, number)
	if err != nil {
		return err
	}
	if t, err = follow(tx, t); err != nil {
		return err
	}
	tx.Emit(Joined{Ticket: t.ID, Person: p.Address})
	return addParticipants(tx, t, []Person{p})
}

// RemoveParticipant has a person get no more copies.
func RemoveParticipant(tx *db.Tx, number int64, address string) error {
	if err := tx.Must(access.TicketsWrite); err != nil {
		return err
	}
	t, err := Find(tx, number)
	if err != nil {
		return err
	}
	n, err := tx.Exec(`DELETE FROM participants WHERE workspace_id = $1 AND ticket_id = $2 AND address = $3`, tx.Workspace, t.ID, FoldAddress(address))
	if err == nil && n > 0 {
		tx.Emit(Joined{Ticket: t.ID, Person: address, Left: true})
	}
	return err
}

// FoldAddress is how addresses are compared.
func FoldAddress(a string) string { return strings.ToLower(strings.TrimSpace(a)) }

func foldTag(tag string) string { return text.Fold(tag) }

func addParticipants(tx *db.Tx, t *Ticket, persons []Person) error {
	var args []any
	seen := map[string]bool{}
	for _, p := range persons {
		address := FoldAddress(p.Address)
		if seen[address] || len(seen) == maxParticipants {
			continue
		}
		seen[address] = true
		args = append(args, tx.Workspace, t.ID, address, p.Address, p.Name, "")
	}
	if len(args) == 0 {
		return nil
	}
	return tx.Write(`
		INSERT INTO participants (workspace_id, ticket_id, address, written, name, contact_id) VALUES `+db.Values(len(args)/6, 6)+`
		ON CONFLICT (workspace_id, ticket_id, address) DO NOTHING`, args...)
}

// Participants returns who gets copies.
func Participants(tx *db.Tx, t *Ticket) ([]Participant, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, err
	}
	return db.All(tx, func(r db.Row) (p Participant, err error) {
		return p, r.Scan(&p.Address, &p.Written, &p.Name, &p.Contact)
	}, `SELECT address, written, name, contact_id FROM participants WHERE workspace_id = $1 AND ticket_id = $2 ORDER BY address LIMIT 200`,
		tx.Workspace, t.ID)
}

// Takes part reports whether an address belongs to the ticket's requester or one of its participants.
func TakesPart(tx *db.Tx, t *Ticket, address string) (bool, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return false, err
	}
	n, err := db.One(tx, db.Value[int64], `
		SELECT (SELECT count(*) FROM participants WHERE workspace_id = $1 AND ticket_id = $2 AND address = $3)
		     + (SELECT count(*) FROM contact_addresses WHERE workspace_id = $1 AND address = $3 AND contact_id = $4)`,
		tx.Workspace, t.ID, FoldAddress(address), t.Requester)
	return n > 0, err
}

// Watch has a user told of what happens on a ticket: the actor, or another by who may write on it.
func Watch(tx *db.Tx, number int64, user string) error {
	if err := tx.Must(rightFor(tx, user)); err != nil {
		return err
	}
	t, err := Find(tx, number)
	if err != nil {
		return err
	}
	return watch(tx, t, user)
}

// rightFor is what it takes to say whether a user watches.
func rightFor(tx *db.Tx, user string) access.Right {
	if user == tx.ID {
		return access.TicketsRead
	}
	return access.TicketsWrite
}

func watch(tx *db.Tx, t *Ticket, user string) error {
	u, err := people.FindUser(tx, user)
	if err != nil {
		return err
	}
	n, err := tx.Exec(`
		INSERT INTO watchers (workspace_id, ticket_id, user_id) VALUES ($1, $2, $3)
		ON CONFLICT (workspace_id, ticket_id, user_id) DO NOTHING`, tx.Workspace, t.ID, user)
	if err == nil && n > 0 {
		tx.Emit(Joined{Ticket: t.ID, Person: u.Name, Watcher: true})
	}
	return err
}

// Unwatch has a user told no more.
func Unwatch(tx *db.Tx, number int64, user string) error {
	if err := tx.Must(rightFor(tx, user)); err != nil {
		return err
	}
	t, err := Find(tx, number)
	if err != nil {
		return err
	}
	u, err := people.FindUser(tx, user)
	if err != nil {
		return err
	}
	n, err := tx.Exec(`DELETE FROM watchers WHERE workspace_id = $1 AND ticket_id = $2 AND user_id = $3`, tx.Workspace, t.ID, user)
	if err == nil && n > 0 {
		tx.Emit(Joined{Ticket: t.ID, Person: u.Name, Watcher: true, Left: true})
	}
	return err
}

// Watchers returns the ids of the users that watch a ticket.
func Watchers(tx *db.Tx, t *Ticket) ([]string, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, err
	}
	return db.All(tx, db.Value[string], `SELECT user_id FROM watchers WHERE workspace_id = $1 AND ticket_id = $2 ORDER BY user_id`, tx.Workspace, t.ID)
}
