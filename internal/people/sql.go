package people

import (
	"slices"
	"strings"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people/record"
	"muster/internal/text"
)

const userColumns = `u.id, u.email, u.name, u.role_id, u.password_hash, u.organisations, u.locale, u.zone, u.theme, u.active, u.epoch,
	u.created_at, u.version`

// dest returns where a row of userColumns goes. The scan ends with settle.
func (u *User) dest(active *int64) []any {
	return []any{&u.ID, &u.Email, &u.Name, &u.Role, &u.hash, db.JSON(&u.Organisations), &u.Locale, &u.Zone, &u.Theme, active, &u.epoch,
		db.Time(&u.CreatedAt), &u.Version}
}

func (u *User) settle(active int64) { u.Active, u.HasPassword = active != 0, u.hash != "" }

func scanUser(row db.Row) (u User, err error) {
	var active int64
	err = row.Scan(u.dest(&active)...)
	u.settle(active)
	return u, err
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func insertUser(tx *db.Tx, u User) error {
	n, err := tx.Exec(`
		INSERT INTO users (workspace_id, id, email, email_folded, name, role_id, password_hash, organisations, locale, zone, theme,
		                   active, epoch, created_at, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		ON CONFLICT DO NOTHING`,
		tx.Workspace, u.ID, u.Email, record.FoldAddress(u.Email), u.Name, u.Role, string(u.hash), db.JSON(&u.Organisations), u.Locale, u.Zone, u.Theme,
		flag(u.Active), u.epoch, db.Time(&u.CreatedAt), u.Version)
	if err == nil && n == 0 {
		return emailTaken(u.Email)
	}
	return err
}

func emailTaken(email string) error {
	return record.Taken("email", "There is already a user with the address "+email+".")
}

func updateUser(tx *db.Tx, u User) error {
	others, err := db.One(tx, db.Value[int64], `
		SELECT count(*) FROM users WHERE workspace_id = $1 AND email_folded = $2 AND id <> $3`, tx.Workspace, record.FoldAddress(u.Email), u.ID)
	if err != nil {
		return err
	}
	if others > 0 {
		return emailTaken(u.Email)
	}
	_, err = tx.Exec(`
		UPDATE users
		SET    email = $3, email_folded = $4, name = $5, role_id = $6, password_hash = $7, organisations = $8, locale = $9, zone = $10,
		       theme = $11, active = $12, epoch = $13, version = $14
		WHERE  workspace_id = $1 AND id = $2`,
		tx.Workspace, u.ID, u.Email, record.FoldAddress(u.Email), u.Name, u.Role, string(u.hash), db.JSON(&u.Organisations), u.Locale, u.Zone, u.Theme,
		flag(u.Active), u.epoch, u.Version)
	return err
}

// userBy returns the user of whom a column has a value; asked is what the caller called it.
func userBy(tx *db.Tx, column, value, asked string) (User, error) {
	u, err := db.One(tx, scanUser, `SELECT `+userColumns+` FROM users u WHERE u.workspace_id = $1 AND u.`+column+` = $2`,
		tx.Workspace, value)
	if db.Missing(err) {
		return User{}, fault.New(fault.NotFound, "There is no user %.100q.", asked)
	}
	return u, err
}

func allUsers(tx *db.Tx) ([]User, error) {
	all, err := db.All(tx, scanUser, `
		SELECT `+userColumns+` FROM users u WHERE u.workspace_id = $1 ORDER BY u.id LIMIT $2`, tx.Workspace, most)
	sortByName(all, func(u User) string { return u.Name })
	return all, err
}

// sortByName sorts rows that have no folded column to sort by.
func sortByName[T any](all []T, name func(T) string) {
	slices.SortStableFunc(all, func(a, b T) int { return strings.Compare(text.Fold(name(a)), text.Fold(name(b))) })
}

func countAdmins(tx *db.Tx) (int64, error) {
	return db.One(tx, db.Value[int64], `
		SELECT count(*) FROM users WHERE workspace_id = $1 AND active = 1 AND role_id = $2`, tx.Workspace, access.Admin)
}

func deleteSessionsOf(tx *db.Tx, user string) error {
	_, err := tx.Exec(`DELETE FROM sessions WHERE workspace_id = $1 AND user_id = $2`, tx.Workspace, user)
	return err
}

const roleColumns = `r.id, r.name, r.rights, r.reach, r.kinds, r.version`

func (r *Role) dest() []any {
	return []any{&r.ID, &r.Name, db.JSON(&r.Rights), &r.Reach, db.JSON(&r.Kinds), &r.Version}
}

// settle gives the administrator rights that came after the workspace was made.
func (r *Role) settle() {
	if r.ID == access.Admin {
		r.Rights = access.All()
	}
}

func scanRole(row db.Row) (r Role, err error) {
	err = row.Scan(r.dest()...)
	r.settle()
	return r, err
}

func allRoles(tx *db.Tx) ([]Role, error) {
	all, err := db.All(tx, scanRole, `
		SELECT `+roleColumns+` FROM roles r WHERE r.workspace_id = $1 ORDER BY r.id LIMIT $2`, tx.Workspace, most)
	sortByName(all, func(r Role) string { return r.Name })
	return all, err
}

func upsertRole(tx *db.Tx, r Role) error {
	_, err := tx.Exec(`
		INSERT INTO roles (workspace_id, id, name, rights, reach, kinds, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (workspace_id, id) DO UPDATE
		SET name = excluded.name, rights = excluded.rights, reach = excluded.reach, kinds = excluded.kinds, version = excluded.version`,
		tx.Workspace, r.ID, r.Name, db.JSON(&r.Rights), r.Reach, db.JSON(&r.Kinds), r.Version)
	return err
}

func teamsOf(tx *db.Tx, user string) ([]string, error) {
	return db.All(tx, db.Value[string], `
		SELECT team_id FROM team_members WHERE workspace_id = $1 AND user_id = $2 ORDER BY team_id`, tx.Workspace, user)
}

// teams returns the teams that f lets through, by name, with their members.
func teams(tx *db.Tx, f *db.Filter) ([]Team, error) {
	var all []Team
	_, err := db.All(tx, func(row db.Row) (none struct{}, err error) {
		var t Team
		var member string
		if err := row.Scan(&t.ID, &t.Name, &t.Version, &member); err != nil {
			return none, err
		}
		if len(all) == 0 || all[len(all)-1].ID != t.ID {
			all = append(all, t)
		}
		if last := &all[len(all)-1]; member != "" {
			last.Members = append(last.Members, member)
		}
		return none, nil
	}, `
		SELECT t.id, t.name, t.version, COALESCE(m.user_id, '')
		FROM   teams t LEFT JOIN team_members m ON m.workspace_id = t.workspace_id AND m.team_id = t.id
		`+f.SQL()+`
		ORDER  BY t.name_folded, t.id, m.user_id`, f.Args()...)
	return all[:min(len(all), most)], err
}

func insertTeam(tx *db.Tx, t Team) error {
	n, err := tx.Exec(`
		INSERT INTO teams (workspace_id, id, name, name_folded, version) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
		tx.Workspace, t.ID, t.Name, text.Fold(t.Name), t.Version)
	if err == nil && n == 0 {
		return record.Taken("name", "There is already a team called "+t.Name+".")
	}
	return err
}

func updateTeam(tx *db.Tx, t Team, joined, left []string) error {
	others, err := db.One(tx, db.Value[int64], `
		SELECT count(*) FROM teams WHERE workspace_id = $1 AND name_folded = $2 AND id <> $3`, tx.Workspace, text.Fold(t.Name), t.ID)
	if err != nil {
		return err
	}
	if others > 0 {
		return record.Taken("name", "There is already a team called "+t.Name+".")
	}
	if _, err := tx.Exec(`UPDATE teams SET name = $3, name_folded = $4, version = $5 WHERE workspace_id = $1 AND id = $2`,
		tx.Workspace, t.ID, t.Name, text.Fold(t.Name), t.Version); err != nil {
		return err
	}
	for _, user := range left {
		if _, err := tx.Exec(`DELETE FROM team_members WHERE workspace_id = $1 AND team_id = $2 AND user_id = $3`,
			tx.Workspace, t.ID, user); err != nil {
			return err
		}
	}
	for _, user := range joined {
		if _, err := tx.Exec(`INSERT INTO team_members (workspace_id, team_id, user_id) VALUES ($1, $2, $3)`,
			tx.Workspace, t.ID, user); err != nil {
			return err
		}
	}
	return nil
}

type named struct{ id, name string }

// teamNames returns the names of all teams by id.
func teamNames(tx *db.Tx) (map[string]string, error) {
	f := tx.Filter()
	rows, err := db.All(tx, func(r db.Row) (n named, err error) { return n, r.Scan(&n.id, &n.name) },
		`SELECT id, name FROM teams `+f.SQL()+` LIMIT 2000`, f.Args()...)
	names := make(map[string]string, len(rows))
	for _, n := range rows {
		names[n.id] = n.name
	}
	return names, err
}

// userNames returns the names of all users, and of those who can sign in, by id.
func userNames(tx *db.Tx) (all, staff map[string]string, err error) {
	all, staff = map[string]string{}, map[string]string{}
	f := tx.Filter()
	_, err = db.All(tx, func(r db.Row) (none struct{}, err error) {
		var n named
		var active bool
		err = r.Scan(&n.id, &n.name, db.Bool(&active))
		if all[n.id] = n.name; active {
			staff[n.id] = n.name
		}
		return none, err
	}, `SELECT id, name, active FROM users `+f.SQL()+` LIMIT 2000`, f.Args()...)
	return all, staff, err
}
