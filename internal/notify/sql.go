package notify

import (
	"slices"
	"time"

	"muster/internal/db"
	"muster/internal/ticket"
)

const itemColumns = `n.id, n.user_id, n.topic, n.urgent, n.shown, n.ticket_id, n.number, n.path, n.title, n.words, n.actor, n.created_at, n.read_at`

func (i *Item) dest() []any {
	return []any{&i.ID, &i.User, &i.Topic, db.Bool(&i.Urgent), db.Bool(&i.Shown), &i.Ticket, &i.Number, &i.Path, &i.Title, &i.Words, &i.Actor,
		db.Time(&i.CreatedAt), db.Time(&i.ReadAt)}
}

func scanItem(r db.Row) (i Item, err error) { return i, r.Scan(i.dest()...) }

// insertItem stores a notice, and reports whether the person was not told of the same: then the words are those said last.
func insertItem(tx *db.Tx, i Item, once string) (bool, error) {
	id, err := db.One(tx, db.Value[string], `
		INSERT INTO notices (workspace_id, id, user_id, topic, urgent, shown, ticket_id, number, path, title, words, actor, once, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
		ON CONFLICT (workspace_id, user_id, once) DO UPDATE SET words = excluded.words
		RETURNING id`,
		tx.Workspace, i.ID, i.User, i.Topic, db.Bool(&i.Urgent), db.Bool(&i.Shown), i.Ticket, i.Number, i.Path, i.Title, i.Words, i.Actor, once, db.Time(&i.CreatedAt))
	return id == i.ID, err
}

func listItems(tx *db.Tx, user string, unread bool, cursor string, limit int) ([]Item, error) {
	f := tx.FilterAs("n").Where("n.user_id = ?", user).Where("n.shown = 1")
	if unread {
		f.Where("n.read_at IS NULL")
	}
	if cursor != "" {
		f.Where("n.id < ?", cursor)
	}
	return db.All(tx, scanItem, `SELECT `+itemColumns+` FROM notices n `+f.SQL()+` ORDER BY n.user_id, n.id DESC LIMIT `+f.Arg(limit), f.Args()...)
}

func itemOf(tx *db.Tx, user, id string) (Item, error) {
	return db.One(tx, scanItem, `SELECT `+itemColumns+` FROM notices n WHERE n.workspace_id = $1 AND n.id = $2 AND n.user_id = $3`, tx.Workspace, id, user)
}

func scanShown(r db.Row) (is bool, err error) { return is, r.Scan(db.Bool(&is)) }

// markItems marks notices and tells of each that changed whether it stands in the inbox.
func markItems(tx *db.Tx, user string, read bool, ids []string) ([]bool, error) {
	f := tx.Filter().Where("user_id = ?", user)
	set := "read_at = NULL"
	if read {
		set = "read_at = " + f.Arg(tx.Now.UnixMicro())
		f.Where("read_at IS NULL")
	} else {
		f.Where("read_at IS NOT NULL")
	}
	db.In(f, "id", ids)
	return db.All(tx, scanShown, `UPDATE notices SET `+set+` `+f.SQL()+` RETURNING shown`, f.Args()...)
}

func markAll(tx *db.Tx, user string, at time.Time) ([]bool, error) {
	return db.All(tx, scanShown, `UPDATE notices SET read_at = $3 WHERE workspace_id = $1 AND user_id = $2 AND read_at IS NULL RETURNING shown`,
		tx.Workspace, user, db.Time(&at))
}

func unmarkAll(tx *db.Tx, user string, at time.Time) ([]bool, error) {
	return db.All(tx, scanShown, `UPDATE notices SET read_at = NULL WHERE workspace_id = $1 AND user_id = $2 AND read_at = $3 RETURNING shown`,
		tx.Workspace, user, db.Time(&at))
}

func markTicket(tx *db.Tx, user string, t ticket.ID) ([]bool, error) {
	return db.All(tx, scanShown, `
		UPDATE notices SET read_at = $4 WHERE workspace_id = $1 AND user_id = $2 AND read_at IS NULL AND ticket_id = $3 RETURNING shown`,
		tx.Workspace, user, t, db.Time(&tx.Now))
}

// oldItems returns some of a person's notices that are to be forgotten: the oldest so many that wait for nothing, else those that are too old.
func oldItems(tx *db.Tx, user string, most int64) ([]Item, error) {
	if most > 0 {
		return db.All(tx, scanItem, `
			SELECT `+itemColumns+` FROM notices n
			WHERE  n.workspace_id = $1 AND n.user_id = $2
			AND    NOT EXISTS (SELECT 1 FROM notice_ways w WHERE w.workspace_id = n.workspace_id AND w.notice_id = n.id AND w.due_at IS NOT NULL)
			ORDER  BY n.user_id, n.id LIMIT $3`, tx.Workspace, user, most)
	}
	read, err := db.All(tx, scanItem, `SELECT `+itemColumns+` FROM notices n WHERE n.workspace_id = $1 AND n.user_id = $2 AND n.read_at < $3 LIMIT $4`,
		tx.Workspace, user, tx.Now.Add(-keepRead).UnixMicro(), sweptOnce)
	if err != nil || len(read) > 0 {
		return read, err
	}
	return db.All(tx, scanItem, `SELECT `+itemColumns+` FROM notices n WHERE n.workspace_id = $1 AND n.user_id = $2 AND n.read_at IS NULL AND n.id < $3 LIMIT $4`,
		tx.Workspace, user, db.IDBefore(tx.Now.Add(-keepUnread).UnixMicro()), sweptOnce)
}

// removeItems removes notices with their ways, which it returns.
func removeItems(tx *db.Tx, items []Item) ([]way, error) {
	ids := make([]string, len(items))
	for n, i := range items {
		ids[n] = i.ID
	}
	f := db.In(tx.Filter(), "notice_id", ids)
	ways, err := db.All(tx, func(r db.Row) (w way, err error) { return w, r.Scan(&w.Channel, &w.State) },
		`DELETE FROM notice_ways `+f.SQL()+` RETURNING channel, state`, f.Args()...)
	if err != nil {
		return nil, err
	}
	f = db.In(tx.Filter(), "id", ids)
	_, err = tx.Exec(`DELETE FROM notices `+f.SQL(), f.Args()...)
	return ways, err
}

func insertWays(tx *db.Tx, all []way) error {
	var args []any
	for i := range all {
		w := &all[i]
		args = append(args, tx.Workspace, w.ID, w.Notice, w.User, w.Channel, w.State, w.Reason, db.Time(&w.DueAt), db.Time(&w.SettledAt))
	}
	_, err := tx.Exec(`INSERT INTO notice_ways (workspace_id, id, notice_id, user_id, channel, state, reason, due_at, settled_at) VALUES `+db.Values(len(all), 9), args...)
	return err
}

func updateWay(tx *db.Tx, w way) error {
	_, err := tx.Exec(`UPDATE notice_ways SET state = $3, reason = $4, due_at = $5, settled_at = $6 WHERE workspace_id = $1 AND id = $2`,
		tx.Workspace, w.ID, w.State, w.Reason, db.Time(&w.DueAt), db.Time(&w.SettledAt))
	return err
}

const wayColumns = `w.id, w.notice_id, w.user_id, w.channel, w.state, w.reason, w.due_at, w.settled_at, ` + itemColumns

func scanWay(r db.Row) (w way, err error) {
	return w, r.Scan(append([]any{&w.ID, &w.Notice, &w.User, &w.Channel, &w.State, &w.Reason, db.Time(&w.DueAt), db.Time(&w.SettledAt)}, w.item.dest()...)...)
}

// dueWays returns what is due to a person on a way, the oldest first.
func dueWays(tx *db.Tx, user string, channel Channel, limit int) ([]way, error) {
	return db.All(tx, scanWay, `
		SELECT `+wayColumns+`
		FROM   notice_ways w CROSS JOIN notices n
		WHERE  w.workspace_id = $1 AND w.user_id = $2 AND w.channel = $3 AND w.due_at <= $4
		AND    n.workspace_id = w.workspace_id AND n.id = w.notice_id
		ORDER  BY w.due_at, w.id LIMIT $5`, tx.Workspace, user, channel, db.Time(&tx.Now), limit)
}

// listWays returns lines of the ledger. SQLite joins in the order in which CROSS JOIN names the tables. A person's are few, since
// old ones are swept: they are sorted by what is no index, else all others' would be gone through for them.
func listWays(tx *db.Tx, q Query) ([]way, error) {
	f, place := tx.FilterAs("w"), "w.id"
	if q.State != "" {
		f.Where("w.state = ?", q.State)
	}
	if q.User != "" {
		f.Where("w.user_id = ?", q.User)
		place = "w.id || ''"
	}
	if q.Cursor != "" {
		f.Where(place+" < ?", q.Cursor)
	}
	return db.All(tx, scanWay, `
		SELECT `+wayColumns+`
		FROM   notice_ways w CROSS JOIN notices n
		`+f.SQL()+`
		AND    n.workspace_id = w.workspace_id AND n.id = w.notice_id
		ORDER  BY `+place+` DESC LIMIT `+f.Arg(q.Limit+1), f.Args()...)
}

func countWays(tx *db.Tx) (map[string]int64, error) {
	type count struct {
		w way
		n int64
	}
	rows, err := db.All(tx, func(r db.Row) (c count, err error) { return c, r.Scan(&c.w.Channel, &c.w.State, &c.n) },
		`SELECT channel, state, count(*) FROM notice_ways WHERE workspace_id = $1 GROUP BY channel, state`, tx.Workspace)
	all := map[string]int64{}
	for _, c := range rows {
		all[c.w.tally()] = c.n
	}
	return all, err
}

func scanRules(r db.Row) (rules Rules, err error) {
	return rules, r.Scan(db.JSON(&rules), &rules.Version)
}

func storedRules(tx *db.Tx, user string) (Rules, error) {
	return db.One(tx, scanRules, `SELECT rules, version FROM notice_rules WHERE workspace_id = $1 AND user_id = $2`, tx.Workspace, user)
}

func storeRules(tx *db.Tx, user string, r Rules) error {
	_, err := tx.Exec(`
		INSERT INTO notice_rules (workspace_id, user_id, rules, version) VALUES ($1, $2, $3, $4)
		ON CONFLICT (workspace_id, user_id) DO UPDATE SET rules = excluded.rules, version = excluded.version`,
		tx.Workspace, user, db.JSON(&r), r.Version)
	return err
}

// eagerUsers returns those whose own rules want to hear of what is new for their teams.
func eagerUsers(tx *db.Tx) ([]string, error) {
	type own struct {
		user  string
		rules Rules
	}
	all, err := db.All(tx, func(r db.Row) (o own, err error) { return o, r.Scan(&o.user, db.JSON(&o.rules)) },
		`SELECT user_id, rules FROM notice_rules WHERE workspace_id = $1`, tx.Workspace)
	var eager []string
	for _, o := range all {
		if len(o.rules.Topics[TeamNew]) > 0 {
			eager = append(eager, o.user)
		}
	}
	return eager, err
}

// anyWatched reports whether anybody watches any ticket.
func anyWatched(tx *db.Tx) (bool, error) {
	some, err := db.All(tx, db.Value[int64], `SELECT 1 FROM watchers WHERE workspace_id = $1 LIMIT 1`, tx.Workspace)
	return len(some) > 0, err
}

const browserColumns = `id, user_id, endpoint, public_key, auth, name, created_at, used_at`

func scanBrowser(r db.Row) (b Browser, err error) {
	return b, r.Scan(&b.ID, &b.User, &b.Endpoint, &b.Public, &b.Auth, &b.Name, db.Time(&b.CreatedAt), db.Time(&b.UsedAt))
}

func browsersOf(tx *db.Tx, user string) ([]Browser, error) {
	return db.All(tx, scanBrowser, `SELECT `+browserColumns+` FROM push_browsers WHERE workspace_id = $1 AND user_id = $2 ORDER BY id`, tx.Workspace, user)
}

// storeBrowser keeps a browser, which belongs to who said so last.
func storeBrowser(tx *db.Tx, b Browser) error {
	_, err := tx.Exec(`
		INSERT INTO push_browsers (workspace_id, `+browserColumns+`, print)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (workspace_id, print) DO UPDATE SET user_id = excluded.user_id, public_key = excluded.public_key, auth = excluded.auth, name = excluded.name`,
		tx.Workspace, b.ID, b.User, b.Endpoint, b.Public, b.Auth, b.Name, db.Time(&b.CreatedAt), db.Time(&b.UsedAt), b.print())
	return err
}

func removeBrowsers(tx *db.Tx, user string, ids []string) (int64, error) {
	f := db.In(tx.Filter().Where("user_id = ?", user), "id", slices.Clone(ids))
	return tx.Exec(`DELETE FROM push_browsers `+f.SQL(), f.Args()...)
}

func browserUsed(tx *db.Tx, id string) error {
	_, err := tx.Exec(`UPDATE push_browsers SET used_at = $3 WHERE workspace_id = $1 AND id = $2`, tx.Workspace, id, db.Time(&tx.Now))
	return err
}
