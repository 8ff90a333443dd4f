package routing

import (
	"context"
	"slices"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/text"
	"muster/internal/ticket"
)

func policies(tx *db.Tx) ([]Stored, error) {
	return db.All(tx, func(r db.Row) (s Stored, err error) {
		return s, r.Scan(&s.Team, db.JSON(&s.Policy), &s.Version)
	}, `SELECT team_id, definition, version FROM routing_policies WHERE workspace_id = $1 ORDER BY team_id LIMIT 1000`, tx.Workspace)
}

func savePolicy(tx *db.Tx, s Stored) error {
	_, err := tx.Exec(`
		INSERT INTO routing_policies (workspace_id, team_id, definition, version) VALUES ($1, $2, $3, $4)
		ON CONFLICT (workspace_id, team_id) DO UPDATE SET definition = excluded.definition, version = excluded.version`,
		tx.Workspace, s.Team, db.JSON(&s.Policy), s.Version)
	return err
}

func deletePolicy(tx *db.Tx, team string) error {
	_, err := tx.Exec(`DELETE FROM routing_policies WHERE workspace_id = $1 AND team_id = $2`, tx.Workspace, team)
	return err
}

func lastTurn(tx *db.Tx, team string) (string, error) {
	user, err := db.One(tx, db.Value[string], `SELECT user_id FROM routing_turns WHERE workspace_id = $1 AND team_id = $2`, tx.Workspace, team)
	if db.Missing(err) {
		return "", nil
	}
	return user, err
}

func saveTurn(tx *db.Tx, team, user string) error {
	_, err := tx.Exec(`
		INSERT INTO routing_turns (workspace_id, team_id, user_id) VALUES ($1, $2, $3)
		ON CONFLICT (workspace_id, team_id) DO UPDATE SET user_id = excluded.user_id`, tx.Workspace, team, user)
	return err
}

// -- skills and shifts --

func skills(tx *db.Tx) ([]Skill, error) {
	return db.All(tx, func(r db.Row) (s Skill, err error) { return s, r.Scan(&s.ID, &s.Name) },
		`SELECT id, name FROM routing_skills WHERE workspace_id = $1 ORDER BY name_folded LIMIT 500`, tx.Workspace)
}

func insertSkill(tx *db.Tx, s Skill) error {
	n, err := tx.Exec(`INSERT INTO routing_skills (workspace_id, id, name, name_folded) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
		tx.Workspace, s.ID, s.Name, text.Fold(s.Name))
	if err == nil && n == 0 {
		return fault.Field("name", "There is already a skill called %s.", s.Name)
	}
	return err
}

func deleteSkill(tx *db.Tx, id string) error {
	all, err := profiles(tx)
	if err != nil {
		return err
	}
	for _, p := range all {
		if _, has := p.Skills[id]; has {
			delete(p.Skills, id)
			if err := saveProfile(tx, p); err != nil {
				return err
			}
		}
	}
	_, err = tx.Exec(`DELETE FROM routing_skills WHERE workspace_id = $1 AND id = $2`, tx.Workspace, id)
	return err
}

func profiles(tx *db.Tx) ([]Profile, error) {
	return db.All(tx, func(r db.Row) (p Profile, err error) { return p, r.Scan(&p.User, &p.Capacity, db.JSON(&p.Skills)) },
		`SELECT user_id, capacity, skills FROM routing_agents WHERE workspace_id = $1 ORDER BY user_id LIMIT 1000`, tx.Workspace)
}

func saveProfile(tx *db.Tx, p Profile) error {
	_, err := tx.Exec(`
		INSERT INTO routing_agents (workspace_id, user_id, capacity, skills) VALUES ($1, $2, $3, $4)
		ON CONFLICT (workspace_id, user_id) DO UPDATE SET capacity = excluded.capacity, skills = excluded.skills`,
		tx.Workspace, p.User, p.Capacity, db.JSON(&p.Skills))
	return err
}

func shifts(tx *db.Tx) ([]Shift, error) {
	all, err := db.All(tx, func(r db.Row) (s Shift, err error) {
		return s, r.Scan(&s.ID, &s.Name, &s.Zone, db.JSON(&s.Week), db.JSON(&s.Members), &s.Version)
	}, `SELECT id, name, zone, week, members, version FROM routing_shifts WHERE workspace_id = $1 ORDER BY id LIMIT 500`, tx.Workspace)
	slices.SortStableFunc(all, func(a, b Shift) int { return strings.Compare(text.Fold(a.Name), text.Fold(b.Name)) })
	return all, err
}

func saveShift(tx *db.Tx, s Shift) error {
	_, err := tx.Exec(`
		INSERT INTO routing_shifts (workspace_id, id, name, zone, week, members, version) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (workspace_id, id) DO UPDATE SET
			name = excluded.name, zone = excluded.zone, week = excluded.week, members = excluded.members, version = excluded.version`,
		tx.Workspace, s.ID, s.Name, s.Zone, db.JSON(&s.Week), db.JSON(&s.Members), s.Version)
	return err
}

func deleteShift(tx *db.Tx, id string) error {
	_, err := tx.Exec(`DELETE FROM routing_shifts WHERE workspace_id = $1 AND id = $2`, tx.Workspace, id)
	return err
}

// -- presence --

const presenceColumns = `user_id, state, by_hand, since, seen_at`

func scanPresence(r db.Row) (k kept, err error) {
	return k, r.Scan(&k.user, &k.is, db.Bool(&k.byHand), db.Time(&k.since), db.Time(&k.seen))
}

// presence is how somebody is here: the zero value if they never were.
func presence(tx *db.Tx, user string) (kept, error) {
	k, err := db.One(tx, scanPresence, `SELECT `+presenceColumns+` FROM presences WHERE workspace_id = $1 AND user_id = $2`, tx.Workspace, user)
	if db.Missing(err) {
		return kept{user: user}, nil
	}
	return k, err
}

func presences(tx *db.Tx) (map[string]kept, error) {
	all, err := db.All(tx, scanPresence, `SELECT `+presenceColumns+` FROM presences WHERE workspace_id = $1 ORDER BY user_id LIMIT 1000`, tx.Workspace)
	byUser := make(map[string]kept, len(all))
	for _, k := range all {
		byUser[k.user] = k
	}
	return byUser, err
}

func savePresence(tx *db.Tx, k kept) error {
	if k.seen.IsZero() {
		k.seen = tx.Now
	}
	_, err := tx.Exec(`
		INSERT INTO presences (workspace_id, user_id, state, by_hand, since, seen_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (workspace_id, user_id) DO UPDATE SET
			state = excluded.state, by_hand = excluded.by_hand, since = excluded.since, seen_at = excluded.seen_at`,
		tx.Workspace, k.user, k.is, db.Bool(&k.byHand), db.Time(&k.since), db.Time(&k.seen))
	return err
}

// touch notes a sign of life, and reports whether that is all that it means: it does not bring anybody back.
func touch(ctx context.Context, d *db.DB, actor access.Actor) (bool, error) {
	now := time.Now()
	rows, err := db.Single(ctx, d, db.Value[string], `
		UPDATE presences SET seen_at = $3
		WHERE  workspace_id = $1 AND user_id = $2 AND (state IN ('available', 'busy') OR state = 'away' AND by_hand = 1)
		RETURNING state`, actor.Workspace, actor.ID, db.Time(&now))
	return len(rows) > 0, err
}

func userName(tx *db.Tx, id string) (string, error) {
	u, err := people.FindUser(tx, id)
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	return u.Name, err
}

// -- what waits --

// waiter is a ticket that waits for somebody.
type waiter struct {
	ticket   ticket.ID
	team     string
	priority int
	since    time.Time
	told     string
}

func scanWait(r db.Row) (w waiter, err error) {
	return w, r.Scan(&w.ticket, &w.team, &w.priority, db.Time(&w.since), &w.told)
}

const waitColumns = `ticket_id, team_id, priority, since, told`

func waitOf(tx *db.Tx, id ticket.ID) (waiter, error) {
	w, err := db.One(tx, scanWait, `SELECT `+waitColumns+` FROM routing_waits WHERE workspace_id = $1 AND ticket_id = $2`, tx.Workspace, id)
	if db.Missing(err) {
		return waiter{}, nil
	}
	return w, err
}

func waits(tx *db.Tx, team string, limit int) ([]waiter, error) {
	return db.All(tx, scanWait, `
		SELECT `+waitColumns+` FROM routing_waits WHERE workspace_id = $1 AND team_id = $2
		ORDER BY priority, since, ticket_id LIMIT $3`, tx.Workspace, team, limit)
}

func saveWait(tx *db.Tx, w waiter) error {
	_, err := tx.Exec(`
		INSERT INTO routing_waits (workspace_id, ticket_id, team_id, priority, since, told) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (workspace_id, ticket_id) DO UPDATE SET
			team_id = excluded.team_id, priority = excluded.priority, since = excluded.since, told = excluded.told`,
		tx.Workspace, w.ticket, w.team, w.priority, db.Time(&w.since), w.told)
	return err
}

func unwait(tx *db.Tx, id ticket.ID) error {
	_, err := tx.Exec(`DELETE FROM routing_waits WHERE workspace_id = $1 AND ticket_id = $2`, tx.Workspace, id)
	return err
}

// waitingTeams are those in which something waits: one look into the index a team.
func waitingTeams(tx *db.Tx) ([]string, error) {
	return db.All(tx, db.Value[string], `
		SELECT t.id FROM teams t
		WHERE  t.workspace_id = $1
		  AND  EXISTS (SELECT 1 FROM routing_waits w WHERE w.workspace_id = t.workspace_id AND w.team_id = t.id)
		ORDER  BY t.id`, tx.Workspace)
}

// teamsWaitingFor are the teams of an agent in which something waits.
func teamsWaitingFor(tx *db.Tx, user string) ([]string, error) {
	return db.All(tx, db.Value[string], `
		SELECT m.team_id FROM team_members m
		WHERE  m.workspace_id = $1 AND m.user_id = $2
		  AND  EXISTS (SELECT 1 FROM routing_waits w WHERE w.workspace_id = m.workspace_id AND w.team_id = m.team_id)
		ORDER  BY m.team_id`, tx.Workspace, user)
}

// -- agents and tickets --

// openOf are the tickets that wait for somebody, the most urgent first.
func openOf(tx *db.Tx, user string) ([]ticket.ID, error) {
	return db.All(tx, db.Value[ticket.ID], `
		SELECT id FROM tickets WHERE workspace_id = $1 AND assignee_id = $2 AND bucket = 'open'
		ORDER BY priority, created_at LIMIT 1000`, tx.Workspace, user)
}

// load is the number of open tickets of a priority that somebody has.
type load struct {
	user     string
	priority int
	n        int
}

func loads(tx *db.Tx, users []string) ([]load, error) {
	if len(users) == 0 {
		return nil, nil
	}
	f := tx.Filter().Where("bucket = 'open'")
	these := db.These(f, users)
	return db.All(tx, func(r db.Row) (l load, err error) { return l, r.Scan(&l.user, &l.priority, &l.n) },
		`SELECT assignee_id, priority, count(*) FROM `+these+` CROSS JOIN tickets `+f.SQL()+` AND assignee_id = these.column1
		GROUP BY assignee_id, priority`, f.Args()...)
}

// member is an agent with what decides whether they may have a ticket.
type member struct {
	Agent
	orgs, kinds []string
	role        string
	rights      []access.Right
}

func membersOf(tx *db.Tx, team string) ([]member, error) {
	return db.All(tx, func(r db.Row) (m member, err error) {
		return m, r.Scan(&m.ID, &m.Name, db.JSON(&m.orgs), &m.role, db.JSON(&m.kinds), db.JSON(&m.rights), &m.Capacity, db.JSON(&m.Skills), &m.State)
	}, `
		SELECT u.id, u.name, u.organisations, u.role_id, r.kinds, r.rights, COALESCE(a.capacity, 0), COALESCE(a.skills, ''), COALESCE(p.state, '')
		FROM   team_members m
		       JOIN users u ON u.workspace_id = m.workspace_id AND u.id = m.user_id AND u.active = 1
		       JOIN roles r ON r.workspace_id = u.workspace_id AND r.id = u.role_id
		       LEFT JOIN routing_agents a ON a.workspace_id = m.workspace_id AND a.user_id = m.user_id
		       LEFT JOIN presences p ON p.workspace_id = m.workspace_id AND p.user_id = m.user_id
		WHERE  m.workspace_id = $1 AND m.team_id = $2
		ORDER  BY m.user_id`, tx.Workspace, team)
}
