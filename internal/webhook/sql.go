package webhook

import (
	"slices"
	"time"

	"muster/internal/db"
)

const endpointColumns = `id, name, url, events, scope, notes, active, off, secret, old_secret, old_until, failing_since, created_by, created_at, version`

func (e *Endpoint) dest() []any {
	return []any{&e.ID, &e.Name, &e.URL, db.JSON(&e.Events), db.JSON(&e.Scope), db.Bool(&e.Notes), db.Bool(&e.Active), &e.Off, &e.secret, &e.old,
		db.Time(&e.OldUntil), db.Time(&e.FailingSince), &e.CreatedBy, db.Time(&e.CreatedAt), &e.Version}
}

func scanEndpoint(r db.Row) (e Endpoint, err error) { return e, r.Scan(e.dest()...) }

func endpoints(tx *db.Tx) ([]Endpoint, error) {
	return db.All(tx, scanEndpoint, `SELECT `+endpointColumns+` FROM webhook_endpoints WHERE workspace_id = $1 ORDER BY name, id`, tx.Workspace)
}

func activeEndpoints(tx *db.Tx) ([]Endpoint, error) {
	return db.All(tx, scanEndpoint, `SELECT `+endpointColumns+` FROM webhook_endpoints WHERE workspace_id = $1 AND active = 1 ORDER BY id`, tx.Workspace)
}

func endpoint(tx *db.Tx, id string) (Endpoint, error) {
	return db.One(tx, scanEndpoint, `SELECT `+endpointColumns+` FROM webhook_endpoints WHERE workspace_id = $1 AND id = $2`, tx.Workspace, id)
}

func storeEndpoint(tx *db.Tx, e Endpoint) error {
	_, err := tx.Exec(`
		INSERT INTO webhook_endpoints (workspace_id, `+endpointColumns+`)
		VALUES `+db.Values(1, 16)+`
		ON CONFLICT (workspace_id, id) DO UPDATE SET name = excluded.name, url = excluded.url, events = excluded.events, scope = excluded.scope,
			notes = excluded.notes, active = excluded.active, off = excluded.off, secret = excluded.secret, old_secret = excluded.old_secret,
			old_until = excluded.old_until, failing_since = excluded.failing_since, version = excluded.version`,
		tx.Workspace, e.ID, e.Name, e.URL, db.JSON(&e.Events), db.JSON(&e.Scope), db.Bool(&e.Notes), db.Bool(&e.Active), e.Off, e.secret, e.old,
		db.Time(&e.OldUntil), db.Time(&e.FailingSince), e.CreatedBy, db.Time(&e.CreatedAt), e.Version)
	return err
}

func setFailing(tx *db.Tx, e Endpoint) error {
	_, err := tx.Exec(`UPDATE webhook_endpoints SET failing_since = $3 WHERE workspace_id = $1 AND id = $2`, tx.Workspace, e.ID, db.Time(&e.FailingSince))
	return err
}

func removeEndpoint(tx *db.Tx, id string) error {
	for _, statement := range []string{
		`DELETE FROM webhook_attempts WHERE workspace_id = $1 AND delivery_id IN (SELECT id FROM webhook_deliveries WHERE workspace_id = $1 AND endpoint_id = $2)`,
		`DELETE FROM webhook_deliveries WHERE workspace_id = $1 AND endpoint_id = $2`,
		`DELETE FROM webhook_endpoints WHERE workspace_id = $1 AND id = $2`,
	} {
		if _, err := tx.Exec(statement, tx.Workspace, id); err != nil {
			return err
		}
	}
	return nil
}

const deliveryColumns = `id, endpoint_id, type, ticket_id, payload, state, reason, attempts, status, created_at, began_at, next_at, settled_at`

func (d *Delivery) dest() []any {
	return []any{&d.ID, &d.Endpoint, &d.Type, &d.Ticket, &d.Payload, &d.State, &d.Reason, &d.Attempts, &d.Status,
		db.Time(&d.CreatedAt), db.Time(&d.BeganAt), db.Time(&d.NextAt), db.Time(&d.SettledAt)}
}

func scanDelivery(r db.Row) (d Delivery, err error) { return d, r.Scan(d.dest()...) }

func insertDelivery(tx *db.Tx, d Delivery) error {
	_, err := tx.Exec(`INSERT INTO webhook_deliveries (workspace_id, `+deliveryColumns+`) VALUES `+db.Values(1, 14),
		tx.Workspace, d.ID, d.Endpoint, d.Type, d.Ticket, d.Payload, d.State, d.Reason, d.Attempts, d.Status,
		db.Time(&d.CreatedAt), db.Time(&d.BeganAt), db.Time(&d.NextAt), db.Time(&d.SettledAt))
	return err
}

func updateDelivery(tx *db.Tx, d Delivery) error {
	_, err := tx.Exec(`
		UPDATE webhook_deliveries SET state = $3, reason = $4, attempts = $5, status = $6, began_at = $7, next_at = $8, settled_at = $9
		WHERE  workspace_id = $1 AND id = $2`,
		tx.Workspace, d.ID, d.State, d.Reason, d.Attempts, d.Status, db.Time(&d.BeganAt), db.Time(&d.NextAt), db.Time(&d.SettledAt))
	return err
}

func delivery(tx *db.Tx, id string) (Delivery, error) {
	return db.One(tx, scanDelivery, `SELECT `+deliveryColumns+` FROM webhook_deliveries WHERE workspace_id = $1 AND id = $2`, tx.Workspace, id)
}

func deliveries(tx *db.Tx, q Query) ([]Delivery, error) {
	f := tx.Filter().Where("endpoint_id = ?", q.Endpoint)
	if q.State != "" {
		f.Where("state = ?", q.State)
	}
	if q.Cursor != "" {
		f.Where("id < ?", q.Cursor)
	}
	return db.All(tx, scanDelivery, `SELECT `+deliveryColumns+` FROM webhook_deliveries `+f.SQL()+` ORDER BY endpoint_id, id DESC LIMIT `+f.Arg(q.Limit+1), f.Args()...)
}

func waitingOf(tx *db.Tx, endpoint string) ([]string, error) {
	return db.All(tx, db.Value[string], `SELECT id FROM webhook_deliveries WHERE workspace_id = $1 AND endpoint_id = $2 AND state = $3`, tx.Workspace, endpoint, Waiting)
}

// settledSince returns messages that are done, of an endpoint and a time, the oldest first.
func settledSince(tx *db.Tx, a replayArgs, limit int) ([]Delivery, error) {
	f := tx.Filter().Where("endpoint_id = ?", a.Endpoint).Where("id > ?", max(a.After, db.IDBefore(a.Since.UnixMicro()))).Where("created_at <= ?", a.Until.UnixMicro())
	wanted := []State{GivenUp, Withheld, Delivered}
	if a.Missed {
		wanted = wanted[:2]
	}
	f.Where("type <> ?", TestType)
	db.In(f, "state", wanted)
	return db.All(tx, scanDelivery, `SELECT `+deliveryColumns+` FROM webhook_deliveries `+f.SQL()+` ORDER BY endpoint_id, id LIMIT `+f.Arg(limit), f.Args()...)
}

func settledBefore(tx *db.Tx, at time.Time, limit int) ([]Delivery, error) {
	return db.All(tx, scanDelivery, `
		SELECT `+deliveryColumns+` FROM webhook_deliveries
		WHERE  workspace_id = $1 AND settled_at < $2
		ORDER  BY settled_at LIMIT $3`, tx.Workspace, at.UnixMicro(), limit)
}

func removeDeliveries(tx *db.Tx, all []Delivery) error {
	for some := range slices.Chunk(all, 200) {
		ids := make([]string, len(some))
		for i, d := range some {
			ids[i] = d.ID
		}
		f := db.In(tx.Filter(), "delivery_id", ids)
		if _, err := tx.Exec(`DELETE FROM webhook_attempts `+f.SQL(), f.Args()...); err != nil {
			return err
		}
		f = db.In(tx.Filter(), "id", ids)
		if _, err := tx.Exec(`DELETE FROM webhook_deliveries `+f.SQL(), f.Args()...); err != nil {
			return err
		}
	}
	return nil
}

func insertAttempt(tx *db.Tx, delivery string, a Attempt) error {
	_, err := tx.Exec(`
		INSERT INTO webhook_attempts (workspace_id, delivery_id, number, at, took, status, response, problem)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		tx.Workspace, delivery, a.Number, db.Time(&a.At), a.Took.Microseconds(), a.Status, a.Response, a.Problem)
	return err
}

func attemptsOf(tx *db.Tx, delivery string) ([]Attempt, error) {
	return db.All(tx, func(r db.Row) (a Attempt, err error) {
		var took int64
		err = r.Scan(&a.Number, db.Time(&a.At), &took, &a.Status, &a.Response, &a.Problem)
		a.Took = time.Duration(took) * time.Microsecond
		return a, err
	}, `SELECT number, at, took, status, response, problem FROM webhook_attempts WHERE workspace_id = $1 AND delivery_id = $2 ORDER BY number`, tx.Workspace, delivery)
}
