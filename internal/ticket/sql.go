package ticket

import (
	"slices"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
)

const columns = `id, number, kind, title, state, category, bucket, priority, impact, urgency, overridden, assignee_id, team_id,
	requester_id, organisation_id, item_id, parent_id, required, merged_into, channel, inbox_id, tags, fields, snippet, last_author,
	entries, replies, files, created_at, updated_at, customer_at, replied_at, resolved_at, closed_at, due_at, version`

const columnCount = 36

func (t *Ticket) dest() []any {
	return []any{&t.ID, &t.Number, &t.Kind, &t.Title, &t.State, &t.Category, &t.Bucket, &t.Priority, &t.Impact, &t.Urgency,
		db.Bool(&t.Overridden), &t.Assignee, &t.Team, &t.Requester, &t.Organisation, &t.Item, &t.Parent, db.Bool(&t.Required), &t.MergedInto,
		&t.Channel, &t.Inbox, db.JSON(&t.Tags), db.JSON(&t.Fields), &t.Snippet, &t.LastAuthor, &t.Entries, &t.Replies, &t.Files,
		db.Time(&t.CreatedAt), db.Time(&t.UpdatedAt), db.Time(&t.CustomerAt), db.Time(&t.RepliedAt), db.Time(&t.ResolvedAt),
		db.Time(&t.ClosedAt), db.TimeOrNever(&t.DueAt), &t.Version}
}

func scan(row db.Row) (*Ticket, error) {
	var t Ticket
	err := row.Scan(t.dest()...)
	t.wasStored()
	return &t, err
}

// wasStored notes that the database has the ticket as it is now.
func (t *Ticket) wasStored() {
	stored := *t
	stored.stored = nil
	t.stored = &stored
}

// latest is the key under which a unit of work keeps the ticket that it stored
// last, by id: nil if something was stored that no ticket in memory has.
type latest ID

func insert(tx *db.Tx, t *Ticket) error {
	tx.Note(latest(t.ID), t)
	t.recount(tx)
	defer t.wasStored()
	return tx.Write(`INSERT INTO tickets (workspace_id, `+columns+`) VALUES `+db.Values(1, columnCount+1), append([]any{tx.Workspace}, t.dest()...)...)
}

// update stores what has changed of a ticket, and no more: each column that is set costs every index that it is in.
func update(tx *db.Tx, t *Ticket) error {
	tx.Note(latest(t.ID), t)
	t.recount(tx)
	defer t.wasStored()
	f := new(db.Filter)
	workspace, id := f.Arg(tx.Workspace), f.Arg(t.ID)
	sets, err := db.Changes(f, columns, t.stored.dest(), t.dest())
	if err != nil || sets == "" {
		return err
	}
	return tx.Write(`UPDATE tickets SET `+sets+` WHERE workspace_id = `+workspace+` AND id = `+id, f.Args()...)
}

func setDue(tx *db.Tx, id ID, at time.Time) error {
	tx.Note(latest(id), nil)
	_, err := tx.Exec(`UPDATE tickets SET due_at = $3 WHERE workspace_id = $1 AND id = $2`, tx.Workspace, id, db.TimeOrNever(&at))
	return err
}

func selectOne(tx *db.Tx, f *db.Filter) (*Ticket, error) {
	return db.One(tx, scan, `SELECT `+columns+` FROM tickets `+f.SQL(), f.Args()...)
}

// -- workflows --

// workflow returns the workspace's own workflow of a kind, or the kind's.
func workflow(tx *db.Tx, k Kind) (Workflow, error) {
	// Read into a value of its own: into the kind's it would be read over what all workspaces share.
	w, err := db.One(tx, func(r db.Row) (w Workflow, err error) { return w, r.Scan(db.JSON(&w)) },
		`SELECT definition FROM workflows WHERE workspace_id = $1 AND kind = $2`, tx.Workspace, k.Name)
	if db.Missing(err) {
		return k.Workflow, nil
	}
	return w, err
}

// WorkflowOf returns the workflow that tickets of a kind have in the workspace.
func (d *Desk) WorkflowOf(tx *db.Tx, kind string) (Workflow, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return Workflow{}, err
	}
	k, err := d.Kind(kind)
	if err != nil {
		return Workflow{}, err
	}
	return workflow(tx, k)
}

// SetWorkflow gives a kind another workflow in the workspace. Tickets in a
// state that it lacks would be stuck, so they must have been moved before.
func (d *Desk) SetWorkflow(tx *db.Tx, kind string, w Workflow) error {
	if err := tx.Must(access.Settings); err != nil {
		return err
	}
	k, err := d.Kind(kind)
	if err != nil {
		return err
	}
	if err := w.Check(); err != nil {
		return err
	}
	if err := keepsCategories(tx, k, w); err != nil {
		return err
	}
	f := tx.Filter().Where("kind = ?", kind)
	for _, s := range w.States {
		f.Where("state <> ?", s.ID)
	}
	n, err := db.One(tx, db.Value[int64], `SELECT count(*) FROM tickets `+f.SQL(), f.Args()...)
	if err != nil {
		return err
	}
	if n > 0 {
		return fault.Field("states", "%d tickets are in a state that this workflow lacks. Move them first.", n)
	}
	tx.Emit(FlowChanged{Kind: kind, Workflow: w})
	_, err = tx.Exec(`
		INSERT INTO workflows (workspace_id, kind, definition) VALUES ($1, $2, $3)
		ON CONFLICT (workspace_id, kind) DO UPDATE SET definition = excluded.definition`, tx.Workspace, kind, db.JSON(&w))
	return err
}

// keepsCategories refuses a workflow in which a state that tickets are in is of another category: they are counted by the one they have.
func keepsCategories(tx *db.Tx, k Kind, w Workflow) error {
	was, err := workflow(tx, k)
	if err != nil {
		return err
	}
	for _, s := range w.States {
		old, ok := was.State(s.ID)
		if !ok || old.Category == s.Category {
			continue
		}
		f := db.In(tx.Filter(), "bucket", Buckets()).Where("kind = ? AND state = ?", k.Name, s.ID)
		n, err := db.One(tx, db.Value[int64], `SELECT count(*) FROM (SELECT 1 FROM tickets `+f.SQL()+` LIMIT 1) found`, f.Args()...)
		if err != nil {
			return err
		}
		if n > 0 {
			return fault.Field("category", "There are tickets in the state %s, which are counted by its category. Move them to another state first.", old.Name)
		}
	}
	return nil
}

// -- tags, children, links --

func insertTags(tx *db.Tx, id ID, tags []string) error {
	if len(tags) == 0 {
		return nil
	}
	var args []any
	for _, tag := range tags {
		args = append(args, tx.Workspace, foldTag(tag), id)
	}
	return tx.Write(`
		INSERT INTO ticket_tags (workspace_id, tag, ticket_id) VALUES `+db.Values(len(tags), 3)+`
		ON CONFLICT (workspace_id, tag, ticket_id) DO NOTHING`, args...)
}

// replaceTags names the tags that go: the table is in their order, and no index leads from a ticket to its own.
func replaceTags(tx *db.Tx, id ID, from, to []string) error {
	if len(from) > 0 {
		folded := make([]string, len(from))
		for i, tag := range from {
			folded[i] = foldTag(tag)
		}
		f := db.In(tx.Filter(), "tag", folded).Where("ticket_id = ?", id)
		if _, err := tx.Exec(`DELETE FROM ticket_tags `+f.SQL(), f.Args()...); err != nil {
			return err
		}
	}
	return insertTags(tx, id, to)
}

func children(tx *db.Tx, id ID, limit int) ([]*Ticket, error) {
	f := Visible(tx, tx.Filter()).Where("parent_id = ? AND parent_id <> ''", id)
	return db.All(tx, scan, `SELECT `+columns+` FROM tickets `+f.SQL()+` ORDER BY number LIMIT `+f.Arg(limit), f.Args()...)
}

func openChildren(tx *db.Tx, id ID) ([]int64, error) {
	return db.All(tx, db.Value[int64], `
		SELECT number FROM tickets
		WHERE  workspace_id = $1 AND parent_id = $2 AND parent_id <> '' AND required = 1 AND bucket IN ('open', 'waiting')
		ORDER  BY number`, tx.Workspace, id)
}

func insertLink(tx *db.Tx, from ID, kind LinkType, to ID) (bool, error) {
	n, err := tx.Exec(`
		INSERT INTO links (workspace_id, from_id, type, to_id, created_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (workspace_id, from_id, type, to_id) DO NOTHING`, tx.Workspace, from, kind, to, db.Time(&tx.Now))
	return n > 0, err
}

func deleteLink(tx *db.Tx, from ID, kind LinkType, to ID) (bool, error) {
	n, err := tx.Exec(`DELETE FROM links WHERE workspace_id = $1 AND from_id = $2 AND type = $3 AND to_id = $4`, tx.Workspace, from, kind, to)
	return n > 0, err
}

type linkRow struct {
	kind     LinkType
	outgoing bool
	other    ID
}

func linkRows(tx *db.Tx, id ID) ([]linkRow, error) {
	return db.All(tx, func(r db.Row) (l linkRow, err error) {
		return l, r.Scan(&l.kind, db.Bool(&l.outgoing), &l.other)
	}, `
		SELECT type, 1, to_id FROM links WHERE workspace_id = $1 AND from_id = $2
		UNION ALL
		SELECT type, 0, from_id FROM links WHERE workspace_id = $1 AND to_id = $2`, tx.Workspace, id)
}

// moveBelongings gives what hangs on one ticket to another: its messages, files, people and tags.
func moveBelongings(tx *db.Tx, from, to ID) error {
	for _, move := range []string{
		`UPDATE entries SET ticket_id = $3 WHERE workspace_id = $1 AND ticket_id = $2`,
		`UPDATE attachments SET ticket_id = $3 WHERE workspace_id = $1 AND ticket_id = $2`,
		`UPDATE tickets SET parent_id = $3 WHERE workspace_id = $1 AND parent_id = $2 AND parent_id <> ''`,
		`INSERT INTO participants (workspace_id, ticket_id, address, written, name, contact_id)
			SELECT workspace_id, $3, address, written, name, contact_id FROM participants WHERE workspace_id = $1 AND ticket_id = $2
			ON CONFLICT (workspace_id, ticket_id, address) DO NOTHING`,
		`INSERT INTO watchers (workspace_id, ticket_id, user_id)
			SELECT workspace_id, $3, user_id FROM watchers WHERE workspace_id = $1 AND ticket_id = $2
			ON CONFLICT (workspace_id, ticket_id, user_id) DO NOTHING`,
	} {
		if _, err := tx.Exec(move, tx.Workspace, from, to); err != nil {
			return err
		}
	}
	return nil
}

func redirect(tx *db.Tx, from, to int64) error {
	_, err := tx.Exec(`UPDATE tickets SET merged_into = $3 WHERE workspace_id = $1 AND merged_into = $2 AND merged_into <> 0`, tx.Workspace, from, to)
	return err
}

// setFiles counts the ticket's files anew and stores the number.
func setFiles(tx *db.Tx, t *Ticket) (err error) {
	t.Files, err = db.One(tx, db.Value[int], `
		UPDATE tickets SET files = (
			SELECT count(*) FROM attachments a WHERE a.workspace_id = $1 AND a.ticket_id = $2 AND a.entry_id <> '' AND a.inline = 0)
		WHERE workspace_id = $1 AND id = $2
		RETURNING files`, tx.Workspace, t.ID)
	return err
}

// moveContact gives one contact's tickets to another.
func moveContact(tx *db.Tx, from, to string) error {
	_, err := tx.Exec(`UPDATE tickets SET requester_id = $3 WHERE workspace_id = $1 AND requester_id = $2`, tx.Workspace, from, to)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE participants SET contact_id = $3 WHERE workspace_id = $1 AND contact_id = $2`, tx.Workspace, from, to)
	return err
}

// idle returns resolved tickets that nobody touched since an instant, those first that were resolved first.
func idle(tx *db.Tx, since time.Time, after idler, limit int) ([]idler, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, err
	}
	return db.All(tx, func(r db.Row) (i idler, err error) { return i, r.Scan(&i.number, db.Time(&i.resolved)) }, `
		SELECT number, resolved_at FROM tickets
		WHERE  workspace_id = $1 AND category = 'review' AND bucket = 'done' AND resolved_at < $2 AND (resolved_at, number) > ($3, $4)
		ORDER  BY resolved_at, number LIMIT $5`, tx.Workspace, db.Time(&since), after.resolved.UnixMicro(), after.number, limit)
}

// ByIDs returns those tickets of some ids that there are and that the actor may see, in no order.
func ByIDs(tx *db.Tx, ids []ID) ([]*Ticket, error) { return Among(tx, tx.Filter(), ids) }

// Among returns those tickets of some ids that a filter lets through and that the actor may see, in no order.
func Among[I ~string](tx *db.Tx, f *db.Filter, ids []I) ([]*Ticket, error) {
	if len(ids) == 0 {
		return nil, tx.Must(access.TicketsRead)
	}
	ids = slices.Clone(ids)
	slices.Sort(ids)
	these := db.These(f, slices.Compact(ids))
	return Select(tx, these+" CROSS JOIN tickets", f, "AND id = these.column1")
}

// Select returns those tickets that a filter lets through and that the actor may see. from is what their rows are
// read from: the table, after what narrows it; tail is what follows the filter, such as the order.
func Select(tx *db.Tx, from string, f *db.Filter, tail string) ([]*Ticket, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, err
	}
	return db.All(tx, scan, `SELECT `+columns+` FROM `+from+` `+Visible(tx, f).SQL()+` `+tail, f.Args()...)
}
