package clock

import (
	"encoding/json"
	"fmt"

	"muster/internal/db"
	"muster/internal/ticket"
)

// -- calendars --

func scanDesk(r db.Row) (d Desk, err error) {
	return d, r.Scan(&d.ID, &d.Name, db.JSON(&d.Calendar), &d.Version)
}

func allDesks(tx *db.Tx) ([]Desk, error) {
	return db.All(tx, scanDesk, `SELECT id, name, definition, version FROM calendars WHERE workspace_id = $1 ORDER BY id`, tx.Workspace)
}

func oneDesk(tx *db.Tx, id string) (Desk, error) {
	return db.One(tx, scanDesk, `SELECT id, name, definition, version FROM calendars WHERE workspace_id = $1 AND id = $2`, tx.Workspace, id)
}

func upsertDesk(tx *db.Tx, d Desk) error {
	_, err := tx.Exec(`
		INSERT INTO calendars (workspace_id, id, name, definition, version) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (workspace_id, id) DO UPDATE SET name = excluded.name, definition = excluded.definition, version = excluded.version`,
		tx.Workspace, d.ID, d.Name, db.JSON(&d.Calendar), d.Version)
	return err
}

// -- policies --

func allPolicies(tx *db.Tx) ([]Policy, error) {
	return db.All(tx, func(r db.Row) (p Policy, err error) {
		return p, r.Scan(db.JSON(&p), &p.ID, &p.Kind, db.Bool(&p.Active), &p.Version)
	}, `SELECT definition, id, kind, active, version FROM policies WHERE workspace_id = $1 ORDER BY kind, position, id`, tx.Workspace)
}

func upsertPolicy(tx *db.Tx, p Policy, position int) error {
	_, err := tx.Exec(`
		INSERT INTO policies (workspace_id, id, kind, position, active, definition, version) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (workspace_id, id) DO UPDATE SET position = excluded.position, active = excluded.active,
			definition = excluded.definition, version = excluded.version`,
		tx.Workspace, p.ID, p.Kind, position, db.Bool(&p.Active), db.JSON(&p), p.Version)
	return err
}

func placePolicy(tx *db.Tx, id string, position int) error {
	_, err := tx.Exec(`UPDATE policies SET position = $3 WHERE workspace_id = $1 AND id = $2`, tx.Workspace, id, position)
	return err
}

// -- under which policies a ticket stands --

func standing(tx *db.Tx, id ticket.ID) (map[Kind]string, error) {
	under := map[Kind]string{}
	_, err := db.All(tx, func(r db.Row) (struct{}, error) {
		var kind Kind
		var policy string
		err := r.Scan(&kind, &policy)
		under[kind] = policy
		return struct{}{}, err
	}, `SELECT kind, policy_id FROM promises WHERE workspace_id = $1 AND ticket_id = $2`, tx.Workspace, id)
	return under, err
}

func stand(tx *db.Tx, id ticket.ID, kind Kind, policy string) error {
	if policy == "" {
		_, err := tx.Exec(`DELETE FROM promises WHERE workspace_id = $1 AND ticket_id = $2 AND kind = $3`, tx.Workspace, id, kind)
		return err
	}
	_, err := tx.Exec(`
		INSERT INTO promises (workspace_id, ticket_id, kind, policy_id, since) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (workspace_id, ticket_id, kind) DO UPDATE SET policy_id = excluded.policy_id, since = excluded.since`,
		tx.Workspace, id, kind, policy, db.Time(&tx.Now))
	return err
}

// -- clocks --

const columns = `id, ticket_id, policy_id, kind, target, state, reckoning, due_at, counted_at, excused_by, started_at`

func (k *Kept) dest(state *State, reckoning *string) []any {
	return []any{&k.ID, &k.Ticket, &k.Policy, &k.Kind, &k.Target, state, reckoning, db.Time(&k.DueAt), db.Time(&k.CountedAt), &k.ExcusedBy, db.Time(&k.StartedAt)}
}

func scan(r db.Row) (k Kept, err error) {
	var state State
	var reckoning string
	if err := r.Scan(k.dest(&state, &reckoning)...); err != nil {
		return k, err
	}
	if err := json.Unmarshal([]byte(reckoning), &k.Clock); err != nil {
		return k, fmt.Errorf("read clock %s: %w", k.ID, err)
	}
	k.stored = k.row(reckoning)
	return k, nil
}

// row is all that is stored, as one text: two rows are the same if these are.
func (k *Kept) row(reckoning string) string {
	return fmt.Sprint(reckoning, k.DueAt.UnixMicro(), k.CountedAt.UnixMicro(), k.ExcusedBy, k.Policy)
}

func clocksOf(tx *db.Tx, id ticket.ID) ([]Kept, error) {
	return db.All(tx, scan, `SELECT `+columns+` FROM clocks WHERE workspace_id = $1 AND ticket_id = $2 ORDER BY id`, tx.Workspace, id)
}

func openClocks(tx *db.Tx, ids []ticket.ID) ([]Kept, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	f := db.In(tx.Filter(), "ticket_id", ids).Where("state IN ('running', 'paused', 'breached')")
	return db.All(tx, scan, `SELECT `+columns+` FROM clocks `+f.SQL(), f.Args()...)
}

// save stores those of some clocks that are not stored as they are.
func save(tx *db.Tx, clocks []Kept) error {
	var args []any
	rows := 0
	for i := range clocks {
		k := &clocks[i]
		b, err := json.Marshal(k.Clock)
		if err != nil {
			return err
		}
		state, reckoning := k.State(), string(b)
		row := k.row(reckoning)
		if row == k.stored {
			continue
		}
		k.stored = row
		rows++
		broken := !k.BreachedAt.IsZero()
		args = append(append(append(args, tx.Workspace), k.dest(&state, &reckoning)...), db.Bool(&broken))
	}
	if rows == 0 {
		return nil
	}
	_, err := tx.Exec(`
		INSERT INTO clocks (workspace_id, `+columns+`, broken) VALUES `+db.Values(rows, 13)+`
		ON CONFLICT (workspace_id, id) DO UPDATE SET policy_id = excluded.policy_id, state = excluded.state, reckoning = excluded.reckoning,
			due_at = excluded.due_at, counted_at = excluded.counted_at, excused_by = excluded.excused_by, broken = excluded.broken`, args...)
	return err
}
