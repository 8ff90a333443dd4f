package survey

import (
	"regexp"
	"strings"
	"time"

	"muster/internal/db"
	"muster/internal/ticket"
)

const surveyColumns = `id, name, active, place, settings, created_at, version`

func scanSurvey(r db.Row) (s Survey, err error) {
	return s, r.Scan(&s.ID, &s.Name, db.Bool(&s.Active), &s.Place, db.JSON(&s), db.Time(&s.CreatedAt), &s.Version)
}

func surveys(tx *db.Tx) ([]Survey, error) {
	return db.All(tx, scanSurvey, `SELECT `+surveyColumns+` FROM surveys WHERE workspace_id = $1 ORDER BY place, id`, tx.Workspace)
}

func activeSurveys(tx *db.Tx) ([]Survey, error) {
	return db.All(tx, scanSurvey, `SELECT `+surveyColumns+` FROM surveys WHERE workspace_id = $1 AND active = 1 ORDER BY place, id`, tx.Workspace)
}

func surveyByID(tx *db.Tx, id string) (Survey, error) {
	return db.One(tx, scanSurvey, `SELECT `+surveyColumns+` FROM surveys WHERE workspace_id = $1 AND id = $2`, tx.Workspace, id)
}

func store(tx *db.Tx, s Survey) error {
	_, err := tx.Exec(`
		INSERT INTO surveys (workspace_id, `+surveyColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (workspace_id, id) DO UPDATE SET
			name = excluded.name, active = excluded.active, settings = excluded.settings, version = excluded.version`,
		tx.Workspace, s.ID, s.Name, db.Bool(&s.Active), s.Place, db.JSON(&s), db.Time(&s.CreatedAt), s.Version)
	return err
}

func setPlace(tx *db.Tx, id string, place int64) error {
	_, err := tx.Exec(`UPDATE surveys SET place = $3 WHERE workspace_id = $1 AND id = $2`, tx.Workspace, id, place)
	return err
}

// takeWindow notes that a person is asked now, and reports false if that was done after an instant already: of two at
// the same time one is the first, by the key of the row.
func takeWindow(tx *db.Tx, contact string, m Measure, after time.Time) (bool, error) {
	n, err := tx.Exec(`
		INSERT INTO survey_windows (workspace_id, contact_id, measure, asked_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (workspace_id, contact_id, measure) DO UPDATE SET asked_at = excluded.asked_at WHERE survey_windows.asked_at <= $5`,
		tx.Workspace, contact, m, db.Time(&tx.Now), db.Time(&after))
	return n > 0, err
}

// windowsOf returns when a person was last asked, by measure.
func windowsOf(tx *db.Tx, contact string) (map[Measure]time.Time, error) {
	type window struct {
		of Measure
		at time.Time
	}
	all, err := db.All(tx, func(r db.Row) (w window, err error) { return w, r.Scan(&w.of, db.Time(&w.at)) },
		`SELECT measure, asked_at FROM survey_windows WHERE workspace_id = $1 AND contact_id = $2`, tx.Workspace, contact)
	last := map[Measure]time.Time{}
	for _, w := range all {
		last[w.of] = w.at
	}
	return last, err
}

const invitationColumns = `id, survey_id, measure, ticket_id, entry_id, contact_id, kind, team_id, assignee_id, organisation_id, item_id,
	asked_at, until, answered_at, rating, comment, answers`

func (i *Invitation) dest() []any {
	return []any{&i.ID, &i.Survey, &i.Measure, &i.Ticket, &i.Entry, &i.Contact, &i.Kind, &i.Team, &i.Assignee, &i.Organisation, &i.Item,
		db.Time(&i.AskedAt), db.Time(&i.Until), db.Time(&i.AnsweredAt), &i.Rating, &i.Comment, &i.Answers}
}

func scanInvitation(r db.Row) (i Invitation, err error) { return i, r.Scan(i.dest()...) }

func insertInvitation(tx *db.Tx, i Invitation) error {
	_, err := tx.Exec(`INSERT INTO survey_invitations (workspace_id, `+invitationColumns+`) VALUES `+db.Values(1, 18),
		append([]any{tx.Workspace}, i.dest()...)...)
	return err
}

func invitationByID(tx *db.Tx, id string) (Invitation, error) {
	return db.One(tx, scanInvitation, `SELECT `+invitationColumns+` FROM survey_invitations WHERE workspace_id = $1 AND id = $2`, tx.Workspace, id)
}

func invitationsOf(tx *db.Tx, t ticket.ID) ([]Invitation, error) {
	return db.All(tx, scanInvitation, `SELECT `+invitationColumns+` FROM survey_invitations WHERE workspace_id = $1 AND ticket_id = $2 ORDER BY id`, tx.Workspace, t)
}

func updateAnswer(tx *db.Tx, i Invitation) error {
	_, err := tx.Exec(`
		UPDATE survey_invitations SET answered_at = $3, rating = $4, comment = $5, answers = $6 WHERE workspace_id = $1 AND id = $2`,
		tx.Workspace, i.ID, db.Time(&i.AnsweredAt), i.Rating, i.Comment, i.Answers)
	return err
}

// moveTicket has the answers about a ticket stand on the one that it was merged into.
func moveTicket(tx *db.Tx, m ticket.Merged) error {
	if m.Ticket == m.FromTicket {
		return nil // the same is said on both
	}
	_, err := tx.Exec(`UPDATE survey_invitations SET ticket_id = $3 WHERE workspace_id = $1 AND ticket_id = $2`, tx.Workspace, m.FromTicket, m.Ticket)
	return err
}

// moveContact gives what one contact was asked to another: the two were one person.
func moveContact(tx *db.Tx, from, to string) error {
	if _, err := tx.Exec(`UPDATE survey_invitations SET contact_id = $3 WHERE workspace_id = $1 AND contact_id = $2`, tx.Workspace, from, to); err != nil {
		return err
	}
	_, err := tx.Exec(`
		INSERT INTO survey_windows (workspace_id, contact_id, measure, asked_at)
		SELECT workspace_id, $3, measure, asked_at FROM survey_windows WHERE workspace_id = $1 AND contact_id = $2
		ON CONFLICT (workspace_id, contact_id, measure) DO UPDATE SET
			asked_at = CASE WHEN excluded.asked_at > survey_windows.asked_at THEN excluded.asked_at ELSE survey_windows.asked_at END`,
		tx.Workspace, from, to)
	return err
}

var placeholder = regexp.MustCompile(`\$\d+`)

// seen narrows a query of invitations i to those whose ticket the actor may see.
func seen(tx *db.Tx, f *db.Filter) *db.Filter {
	if tx.Scope.Teams == nil && tx.Scope.Orgs == nil && tx.Scope.Kinds == nil {
		return f
	}
	tickets := ticket.Visible(tx, tx.Filter())
	return f.Where("EXISTS (SELECT 1 FROM tickets "+placeholder.ReplaceAllString(tickets.SQL(), "?")+" AND tickets.id = i.ticket_id)", tickets.Args()...)
}

// filter is the answers that are selected.
func (s Selection) filter(tx *db.Tx) *db.Filter {
	f := tx.FilterAs("i").Where("i.measure = ?", s.Measure).Where("i.answered_at IS NOT NULL")
	at := "i.answered_at"
	if s.Asked {
		at = "i.asked_at"
	}
	if !s.From.IsZero() {
		f.Where(at+" >= ?", s.From.UnixMicro())
	}
	if !s.To.IsZero() {
		f.Where(at+" < ?", s.To.UnixMicro())
	}
	for _, is := range []struct{ column, value string }{{"survey_id", s.Survey}, {"team_id", s.Team}, {"organisation_id", s.Organisation}, {"item_id", s.Item}} {
		if is.value != "" {
			f.Where("i."+is.column+" = ?", is.value)
		}
	}
	if s.Most != nil {
		f.Where("i.rating <= ?", *s.Most)
	}
	return seen(tx, f)
}

func replies(tx *db.Tx, s Selection, at int64, id string) ([]Reply, error) {
	f := s.filter(tx)
	if id != "" {
		f.Where("(i.answered_at, i.id) < (?, ?)", at, id)
	}
	columns := "i." + strings.ReplaceAll(strings.Join(strings.Fields(invitationColumns), " "), ", ", ", i.")
	return db.All(tx, func(r db.Row) (a Reply, err error) { return a, r.Scan(append(a.dest(), &a.Number, &a.Title)...) }, `
		SELECT `+columns+`, t.number, t.title
		FROM   survey_invitations i CROSS JOIN tickets t
		`+f.SQL()+`
		AND    t.workspace_id = i.workspace_id AND t.id = i.ticket_id
		ORDER  BY i.answered_at DESC, i.id DESC LIMIT `+f.Arg(s.Limit), f.Args()...)
}
