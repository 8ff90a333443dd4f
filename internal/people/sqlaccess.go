package people

import (
	"context"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
)

// readSession returns a session that has not ended, with its user, and whether there is one.
func readSession(ctx context.Context, d *db.DB, workspace, key string) (visit, bool, error) {
	v, ok := visit{key: key}, false
	var r Role
	var teams []string
	err := d.View(access.With(ctx, access.System(workspace)), func(tx *db.Tx) error {
		found, err := db.All(tx, func(row db.Row) (none struct{}, err error) {
			var active int64
			var team string
			err = row.Scan(append(append([]any{&v.data, db.Time(&v.expires), &team}, v.user.dest(&active)...), r.dest()...)...)
			v.user.settle(active)
			if team != "" {
				teams = append(teams, team)
			}
			return none, err
		}, `
			SELECT s.data, s.expires_at, COALESCE(m.team_id, ''), `+userColumns+`, `+roleColumns+`
			FROM   sessions s
			       JOIN users u ON u.workspace_id = s.workspace_id AND u.id = s.user_id AND u.epoch = s.epoch AND u.active = 1
			       JOIN roles r ON r.workspace_id = u.workspace_id AND r.id = u.role_id
			       LEFT JOIN team_members m ON m.workspace_id = u.workspace_id AND m.user_id = u.id
			WHERE  s.workspace_id = $1 AND s.id = $2 AND s.expires_at > $3
			ORDER  BY m.team_id`, workspace, key, db.Time(&tx.Now))
		ok = len(found) > 0
		return err
	})
	r.settle()
	v.actor = actor(workspace, v.user, r, teams)
	return v, ok, err
}

func insertSession(ctx context.Context, d *db.DB, workspace, key string, u User, data string, expires time.Time) error {
	_, err := db.Single(ctx, d, db.Value[string], `
		INSERT INTO sessions (workspace_id, id, user_id, epoch, data, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6)
		RETURNING id`, workspace, key, u.ID, u.epoch, data, db.Time(&expires))
	return err
}

func updateSession(ctx context.Context, d *db.DB, workspace, key, data string, expires time.Time) error {
	_, err := db.Single(ctx, d, db.Value[string], `
		UPDATE sessions SET data = $3, expires_at = $4 WHERE workspace_id = $1 AND id = $2 RETURNING id`,
		workspace, key, data, db.Time(&expires))
	return err
}

func deleteSession(ctx context.Context, d *db.DB, workspace, key string) error {
	_, err := db.Single(ctx, d, db.Value[string], `
		DELETE FROM sessions WHERE workspace_id = $1 AND id = $2 RETURNING id`, workspace, key)
	return err
}

// Sweep removes the sessions that have ended, of all workspaces: to be called now and then.
func (s *Sessions) Sweep(ctx context.Context) error {
	_, err := db.Single(ctx, s.db, db.Value[string], `DELETE FROM sessions WHERE expires_at <= $1 RETURNING workspace_id`, time.Now().UnixMicro())
	return err
}

const tokenColumns = `t.id, t.name, t.role_id, t.scopes, t.created_by, t.created_at, t.expires_at, t.revoked_at`

func (t *Token) dest() []any {
	return []any{&t.ID, &t.Name, &t.Role, db.JSON(&t.Scopes), &t.CreatedBy, db.Time(&t.CreatedAt), db.Time(&t.ExpiresAt),
		db.Time(&t.RevokedAt)}
}

func scanToken(row db.Row) (t Token, err error) { return t, row.Scan(t.dest()...) }

func insertToken(tx *db.Tx, t Token, hash string) error {
	_, err := tx.Exec(`
		INSERT INTO tokens (workspace_id, id, name, hash, role_id, scopes, created_by, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		tx.Workspace, t.ID, t.Name, hash, t.Role, db.JSON(&t.Scopes), t.CreatedBy, db.Time(&t.CreatedAt), db.Time(&t.ExpiresAt))
	return err
}

func findToken(tx *db.Tx, id string) (Token, error) {
	t, err := db.One(tx, scanToken, `SELECT `+tokenColumns+` FROM tokens t WHERE t.workspace_id = $1 AND t.id = $2`, tx.Workspace, id)
	if db.Missing(err) {
		return Token{}, fault.New(fault.NotFound, "There is no token %.100q.", id)
	}
	return t, err
}

func allTokens(tx *db.Tx) ([]Token, error) {
	return db.All(tx, scanToken, `
		SELECT `+tokenColumns+` FROM tokens t WHERE t.workspace_id = $1 ORDER BY t.id DESC LIMIT $2`, tx.Workspace, most)
}

func revokeToken(tx *db.Tx, id string) error {
	_, err := tx.Exec(`UPDATE tokens SET revoked_at = $3 WHERE workspace_id = $1 AND id = $2`, tx.Workspace, id, db.Time(&tx.Now))
	return err
}

// readToken returns a token with its role and hash; sql.ErrNoRows if there is none.
func readToken(tx *db.Tx, id string) (knownToken, error) {
	return db.One(tx, func(row db.Row) (k knownToken, err error) {
		err = row.Scan(append(append([]any{&k.hash}, k.Token.dest()...), k.role.dest()...)...)
		k.role.settle()
		return k, err
	}, `
		SELECT t.hash, `+tokenColumns+`, `+roleColumns+`
		FROM   tokens t JOIN roles r ON r.workspace_id = t.workspace_id AND r.id = t.role_id
		WHERE  t.workspace_id = $1 AND t.id = $2`, tx.Workspace, id)
}

// countRole counts who has a role, active or not.
func countRole(tx *db.Tx, id string) (users, tokens int64, err error) {
	if users, err = db.One(tx, db.Value[int64], `SELECT count(*) FROM users WHERE workspace_id = $1 AND role_id = $2`, tx.Workspace, id); err != nil {
		return 0, 0, err
	}
	tokens, err = db.One(tx, db.Value[int64], `SELECT count(*) FROM tokens WHERE workspace_id = $1 AND role_id = $2`, tx.Workspace, id)
	return users, tokens, err
}

func deleteRole(tx *db.Tx, id string) error {
	_, err := tx.Exec(`DELETE FROM roles WHERE workspace_id = $1 AND id = $2`, tx.Workspace, id)
	return err
}
