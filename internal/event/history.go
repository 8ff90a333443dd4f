package event

import (
	"muster/internal/access"
	"muster/internal/db"
)

// Touched returns those records of a kind that anything happened to, in the order of the log, from after the event with the id after; and the id
// of the last event that was looked at, "" at the end of the log. A record may be named more than once.
func Touched(tx *db.Tx, subject, after string, limit int) (ids []string, last string, err error) {
	if err := tx.Must(access.Settings); err != nil {
		return nil, "", err
	}
	type row struct{ id, subject, of string }
	rows, err := db.All(tx, func(r db.Row) (e row, err error) { return e, r.Scan(&e.id, &e.subject, &e.of) }, `
		SELECT id, subject, subject_id FROM events WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3`, tx.Workspace, after, limit)
	for _, e := range rows {
		if e.subject == subject {
			ids = append(ids, e.of)
		}
		last = e.id
	}
	if len(rows) < limit {
		last = ""
	}
	return ids, last, err
}

// Histories returns all that happened to some records of a kind, in the order of the log for each: without versions and the actors' ids.
func Histories(tx *db.Tx, subject string, ids []string) (map[string][]Recorded, error) {
	if err := tx.Must(access.Settings); err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, nil
	}
	f := tx.Filter().Where("subject = ?", subject)
	these := db.These(f, ids)
	rows, err := db.All(tx, func(r db.Row) (e Recorded, err error) {
		e.Subject = subject
		return e, r.Scan(&e.ID, &e.Name, &e.SubjectID, &e.ActorKind, &e.ActorName, db.Time(&e.At), &e.Body)
	}, `
		SELECT id, name, subject_id, actor_kind, actor_name, at, body FROM `+these+` CROSS JOIN events `+f.SQL()+` AND subject_id = these.column1 ORDER BY id`, f.Args()...)
	of := make(map[string][]Recorded, len(ids))
	for _, r := range rows {
		of[r.SubjectID] = append(of[r.SubjectID], r)
	}
	return of, err
}
