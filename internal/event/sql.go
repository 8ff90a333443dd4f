package event

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
)

// The rows of one statement are bounded by SQLite's limit of placeholders.
const rowsAtOnce = 200

func insertRecords(tx *db.Tx, rows []record) error {
	for len(rows) > 0 {
		some := rows[:min(len(rows), rowsAtOnce)]
		rows = rows[len(some):]
		args := make([]any, 0, 11*len(some))
		for i := range some {
			r := &some[i]
			args = append(args, tx.Workspace, r.ID, r.Name, r.Version, r.Subject, r.SubjectID, r.ActorKind, r.ActorID, r.ActorName, db.Time(&r.At), r.Body)
		}
		if err := tx.Write(`
			INSERT INTO events (workspace_id, id, name, version, subject, subject_id, actor_kind, actor_id, actor_name, at, body)
			VALUES `+db.Values(len(some), 11), args...); err != nil {
			return err
		}
	}
	return nil
}

const recordColumns = `id, name, version, subject, subject_id, actor_kind, actor_id, actor_name, at, body`

func scanRecord(r db.Row) (e Recorded, err error) {
	return e, r.Scan(&e.ID, &e.Name, &e.Version, &e.Subject, &e.SubjectID, &e.ActorKind, &e.ActorID, &e.ActorName, db.Time(&e.At), &e.Body)
}

// Span is a part of what happened to a record.
type Span struct {
	After, Before string // ids that bound it; empty: nothing does
	Except        string // the name of events that are left out
	Newest        bool   // of more than Limit, the newest, and not the oldest
	Limit         int
}

// In returns a part of what happened to a record, oldest first. Whoever may see the
// record may see its events: the caller has found the record already.
func In(tx *db.Tx, subject, id string, s Span) ([]Recorded, error) {
	f := tx.Filter().Where("subject = ? AND subject_id = ? AND id > ?", subject, id, s.After)
	if s.Before != "" {
		f.Where("id < ?", s.Before)
	}
	if s.Except != "" {
		f.Where("name <> ?", s.Except)
	}
	all, err := db.All(tx, scanRecord, `SELECT `+recordColumns+` FROM events `+f.SQL()+` ORDER BY id`+s.Order()+` LIMIT `+f.Arg(s.Limit), f.Args()...)
	if s.Newest {
		slices.Reverse(all)
	}
	return all, err
}

// Order is what follows ORDER BY id, so that the limit leaves the right ones.
func (s Span) Order() string {
	if s.Newest {
		return " DESC"
	}
	return ""
}

// Of returns what happened to a record, oldest first, after the event with the
// id after ("" for the first) and no more than limit.
func Of(tx *db.Tx, subject, id, after string, limit int) ([]Recorded, error) {
	return In(tx, subject, id, Span{After: after, Limit: limit})
}

// Log returns the workspace's events in order, after the one with the id after: what doctor replays.
func Log(tx *db.Tx, after string, limit int) ([]Recorded, error) {
	if err := tx.Must(access.Settings); err != nil {
		return nil, err
	}
	return db.All(tx, scanRecord, `
		SELECT `+recordColumns+`
		FROM   events
		WHERE  workspace_id = $1 AND id > $2
		ORDER  BY id
		LIMIT  $3`,
		tx.Workspace, after, limit)
}

// Redact replaces the body of a recorded event: the only change the log knows.
func Redact(tx *db.Tx, id string, body any) error {
	if err := tx.Must(access.Settings); err != nil {
		return err
	}
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE events SET body = $3 WHERE workspace_id = $1 AND id = $2`, tx.Workspace, id, string(b))
	return err
}

func insertJobs(tx *db.Tx) error {
	jobs, _ := tx.Noted(queued{}).([]job)
	// Of several with one key the last counts; in one statement a row can be met only once.
	last := map[string]int{}
	for i, j := range jobs {
		if j.key != nil {
			last[j.task+"\x00"+*j.key] = i
		}
	}
	args := make([]any, 0, jobColumns*len(jobs))
	n := 0
	for i, j := range jobs {
		if j.key != nil && last[j.task+"\x00"+*j.key] != i {
			continue
		}
		args = append(args, tx.Workspace, j.id, j.task, j.key, j.args, db.Time(&j.runAt), 0, "", "", db.Time(&tx.Now))
		if n++; n == rowsAtOnce {
			if err := insertJobRows(tx, n, args); err != nil {
				return err
			}
			n, args = 0, args[:0]
		}
	}
	if n == 0 {
		return nil
	}
	return insertJobRows(tx, n, args)
}

const jobColumns = 10

func insertJobRows(tx *db.Tx, n int, args []any) error {
	return tx.Write(`
		INSERT INTO jobs (workspace_id, id, task, unique_key, args, run_at, attempts, holder, reason, created_at)
		VALUES `+db.Values(n, jobColumns)+`
		ON CONFLICT (workspace_id, task, unique_key) DO UPDATE SET
			args     = excluded.args,
			run_at   = CASE WHEN jobs.holder = '' THEN excluded.run_at ELSE jobs.run_at END,
			again_at = CASE WHEN jobs.holder = '' THEN NULL ELSE excluded.run_at END,
			attempts = CASE WHEN jobs.holder = '' THEN 0 ELSE jobs.attempts END`, args...)
}

func deleteKey(tx *db.Tx, task, key string) (int64, error) {
	return tx.Exec(`
		DELETE FROM jobs
		WHERE  workspace_id = $1 AND task = $2 AND unique_key = $3 AND holder = '' AND attempts = 0`, tx.Workspace, task, key)
}

func hasKey(tx *db.Tx, task, key string) (bool, error) {
	n, err := db.One(tx, db.Value[int64], `
		SELECT count(*) FROM jobs WHERE workspace_id = $1 AND task = $2 AND unique_key = $3`, tx.Workspace, task, key)
	return n > 0, err
}

func scanJob(r db.Row) (j job, err error) {
	return j, r.Scan(&j.workspace, &j.id, &j.task, &j.key, &j.args, &j.attempts, &j.holder)
}

// claim takes due jobs of a task, of all workspaces, under a lease. Each attempt has a holder of its own, so that a node that
// lost its lease to itself notices too.
func (b *Bus) claim(ctx context.Context, task string, now time.Time, room int) ([]job, error) {
	lock := ""
	if b.db.Engine() == db.Postgres {
		lock = "FOR UPDATE SKIP LOCKED"
	}
	until := now.Add(b.tasks[task].opts.Lease)
	jobs, err := db.Hasty(ctx, b.db, scanJob, `
		UPDATE jobs SET run_at = $1, holder = $2, attempts = attempts + 1
		WHERE  (workspace_id, id) IN (
			SELECT workspace_id, id FROM jobs WHERE task = $3 AND run_at <= $4
			ORDER  BY run_at, id LIMIT $5 `+lock+`)
		RETURNING workspace_id, id, task, unique_key, args, attempts, holder`,
		until.UnixMicro(), b.node+"/"+strconv.FormatInt(now.UnixNano(), 36), task, now.UnixMicro(), room)
	for i := range jobs {
		jobs[i].runAt = until
	}
	return jobs, err
}

// look notes when the first job of each task is due. Each is the beginning of a stretch of an index.
func (b *Bus) look(ctx context.Context) error {
	if len(b.tasks) == 0 {
		return nil
	}
	f := new(db.Filter)
	var firsts []string
	for _, task := range slices.Sorted(maps.Keys(b.tasks)) {
		firsts = append(firsts, `SELECT task, run_at FROM (SELECT workspace_id, task, run_at FROM jobs WHERE task = `+f.Arg(task)+` ORDER BY run_at LIMIT 1) due`)
	}
	return b.db.View(ctx, func(tx *db.Tx) error {
		_, err := db.All(tx, b.noteRow, strings.Join(firsts, " UNION ALL "), f.Args()...)
		return err
	})
}

// noteNext notes when the next job of a task is due after an instant, if there are any for later.
func (b *Bus) noteNext(ctx context.Context, task string, after time.Time) error {
	if !b.agenda.hasLater(task) {
		return nil
	}
	return b.db.View(ctx, func(tx *db.Tx) error {
		_, err := db.All(tx, b.noteRow, `
			SELECT task, run_at FROM (
				SELECT workspace_id, task, run_at FROM jobs WHERE task = $1 AND run_at > $2 ORDER BY run_at LIMIT 1) next`, task, after.UnixMicro())
		return err
	})
}

func (b *Bus) noteRow(r db.Row) (none struct{}, err error) {
	var task string
	var at int64
	if err := r.Scan(&task, &at); err != nil {
		return none, err
	}
	b.agenda.found(task, time.UnixMicro(at))
	return none, nil
}

func (b *Bus) renew(ctx context.Context, j job, lease time.Duration) (held bool, err error) {
	until := time.Now().Add(lease).UnixMicro()
	ids, err := db.Hasty(ctx, b.db, db.Value[string], `
		UPDATE jobs SET run_at = $4 WHERE workspace_id = $1 AND id = $2 AND holder = $3 RETURNING id`,
		j.workspace, j.id, j.holder, until)
	if len(ids) > 0 {
		j.leased.Store(until)
	}
	return len(ids) > 0, err
}

// hold reports whether a job is still this node's, and keeps others from it until the unit of work has ended.
func hold(tx *db.Tx, j *job) (bool, error) {
	n, err := tx.Exec(`UPDATE jobs SET run_at = run_at WHERE workspace_id = $1 AND id = $2 AND holder = $3`, j.workspace, j.id, j.holder)
	return n > 0, err
}

const finished = `DELETE FROM jobs WHERE workspace_id = $1 AND id = $2 AND holder = $3 AND again_at IS NULL`

const finishedAgain = `
	UPDATE jobs SET run_at = again_at, again_at = NULL, holder = '', attempts = 0
	WHERE  workspace_id = $1 AND id = $2 AND holder = $3 AND again_at IS NOT NULL
	RETURNING run_at`

// finish removes a job that is done, or lets it wait if it was asked for again
// meanwhile, and reports whether the job was still this node's.
func finish(tx *db.Tx, j *job) (bool, error) {
	n, err := tx.Exec(finished, j.workspace, j.id, j.holder)
	if err != nil || n > 0 || j.key == nil {
		return n > 0, err
	}
	again, err := db.All(tx, db.Value[int64], finishedAgain, j.workspace, j.id, j.holder)
	return j.isAgain(again), err
}

// isAgain notes when a job that was asked for again is due, if it was.
func (j *job) isAgain(runAt []int64) bool {
	if len(runAt) > 0 {
		j.againAt = time.UnixMicro(runAt[0])
	}
	return len(runAt) > 0
}

// settleDone ends a job that is done. It may be asked for again between the two statements, but that is not taken back.
func (b *Bus) settleDone(ctx context.Context, j *job) error {
	ended, err := db.Hasty(ctx, b.db, db.Value[string], finished+` RETURNING id`, j.workspace, j.id, j.holder)
	if err != nil || len(ended) > 0 || j.key == nil {
		return err
	}
	again, err := db.Hasty(ctx, b.db, db.Value[int64], finishedAgain, j.workspace, j.id, j.holder)
	j.isAgain(again)
	return err
}

func (b *Bus) settleRetry(ctx context.Context, j *job, wait time.Duration, why error) error {
	j.againAt = time.Now().Add(wait)
	_, err := db.Hasty(ctx, b.db, db.Value[string], `
		UPDATE jobs SET run_at = $4, holder = '', reason = $5
		WHERE  workspace_id = $1 AND id = $2 AND holder = $3 RETURNING id`,
		j.workspace, j.id, j.holder, j.againAt.UnixMicro(), why.Error())
	return err
}

// settleDead gives a job up: it stays to be seen and retried, and frees its key.
func (b *Bus) settleDead(ctx context.Context, j *job, why error) error {
	slog.Warn("a job was given up", "task", j.task, "job", j.id, "attempts", j.attempts, "err", why)
	if j.key != nil {
		again, err := db.Single(ctx, b.db, db.Value[int64], finishedAgain, j.workspace, j.id, j.holder)
		if err != nil || j.isAgain(again) {
			return err
		}
	}
	_, err := db.Single(ctx, b.db, db.Value[string], `
		UPDATE jobs SET run_at = $4, holder = '', reason = $5, dead_at = $6, unique_key = NULL
		WHERE  workspace_id = $1 AND id = $2 AND holder = $3 RETURNING id`,
		j.workspace, j.id, j.holder, int64(math.MaxInt64), why.Error(), time.Now().UnixMicro())
	return err
}

// Dead is a job that was given up.
type Dead struct {
	ID, Task, Args, Reason string
	Attempts               int
	CreatedAt, DeadAt      time.Time
}

func scanDead(r db.Row) (d Dead, err error) {
	return d, r.Scan(&d.ID, &d.Task, &d.Args, &d.Reason, &d.Attempts, db.Time(&d.CreatedAt), db.Time(&d.DeadAt))
}

// DeadLetters returns the jobs of the workspace that were given up, newest first.
func DeadLetters(tx *db.Tx, limit int) ([]Dead, error) {
	if err := tx.Must(access.JobsManage); err != nil {
		return nil, err
	}
	return db.All(tx, scanDead, `
		SELECT id, task, args, reason, attempts, created_at, dead_at
		FROM   jobs
		WHERE  workspace_id = $1 AND dead_at IS NOT NULL
		ORDER  BY dead_at DESC, id
		LIMIT  $2`, tx.Workspace, limit)
}

// Retry has a job that was given up done after all.
func Retry(tx *db.Tx, id string) error {
	if err := tx.Must(access.JobsManage); err != nil {
		return err
	}
	n, err := tx.Exec(`
		UPDATE jobs SET run_at = $3, attempts = 0, dead_at = NULL
		WHERE  workspace_id = $1 AND id = $2 AND dead_at IS NOT NULL`, tx.Workspace, id, db.Time(&tx.Now))
	if err == nil && n == 0 {
		return fault.New(fault.NotFound, "There is no given-up job %s. Somebody may have retried it already.", id)
	}
	return err
}

// Waiting counts jobs by what they are doing, over all workspaces: for /metrics.
func Waiting(tx *db.Tx) (due, dead int64, err error) {
	if due, err = db.One(tx, db.Value[int64], `SELECT count(*) FROM jobs WHERE run_at <= $1`, db.Time(&tx.Now)); err != nil {
		return 0, 0, err
	}
	dead, err = db.One(tx, db.Value[int64], `SELECT count(*) FROM jobs WHERE dead_at IS NOT NULL`)
	return due, dead, err
}
