package kpi

import (
	"regexp"
	"slices"
	"time"

	"muster/internal/db"
	"muster/internal/ticket"
)

// Figures read the rows that tickets, clocks and surveys keep; they keep none of their own.

func ago(now time.Time, days int) int64 {
	return now.Add(-time.Duration(days) * 24 * time.Hour).UnixMicro()
}

// cells counts the unsolved tickets that the actor may see, those that are alike together. What is grouped by is
// made anew, so that no planner goes through an index of all tickets for its order.
func cells(tx *db.Tx) ([]Cell, error) {
	f := db.In(ticket.Visible(tx, tx.Filter()), "bucket", []ticket.Bucket{ticket.InOpen, ticket.InWaiting})
	age := "CASE"
	for i, a := range Ages() {
		if a.To == 0 {
			age += " ELSE " + digit[i] + " END"
		} else {
			age += " WHEN created_at > " + f.Arg(ago(tx.Now, a.To)) + " THEN " + digit[i]
		}
	}
	return db.All(tx, func(r db.Row) (c Cell, err error) {
		return c, r.Scan(&c.Assignee, &c.Team, db.Bool(&c.Waiting), &c.Age, &c.Urgency, &c.N)
	}, `
		SELECT assignee_id || '', team_id || '', CASE WHEN bucket = 'waiting' THEN 1 ELSE 0 END, `+age+`, `+urgency(tx, f)+`, count(*)
		FROM   tickets `+f.SQL()+`
		GROUP  BY 1, 2, 3, 4, 5`, f.Args()...)
}

var digit = []string{"0", "1", "2", "3", "4", "5"}

// urgency is UrgencyOf in SQL.
func urgency(tx *db.Tx, f *db.Filter) string {
	return "CASE WHEN due_at < " + f.Arg(tx.Now.UnixMicro()) + " THEN 2 WHEN due_at < " + f.Arg(tx.Now.Add(Soon).UnixMicro()) + " THEN 1 ELSE 0 END"
}

// pressing counts the unsolved tickets that are overdue or due soon.
func pressing(tx *db.Tx) ([]Pressing, error) {
	f := db.In(ticket.Visible(tx, tx.Filter()), "bucket", []ticket.Bucket{ticket.InOpen, ticket.InWaiting}).
		Where("due_at < ?", tx.Now.Add(Soon).UnixMicro())
	return db.All(tx, func(r db.Row) (p Pressing, err error) { return p, r.Scan(&p.Organisation, &p.Item, &p.Urgency, &p.N) }, `
		SELECT organisation_id, item_id, `+urgency(tx, f)+`, count(*) FROM tickets `+f.SQL()+` GROUP BY 1, 2, 3`, f.Args()...)
}

var placeholder = regexp.MustCompile(`\$\d+`)

// seen narrows a query over rows that stand on tickets to those that the actor may see.
func seen(tx *db.Tx, f *db.Filter, id string) *db.Filter {
	if !narrowed(tx.Actor) {
		return f
	}
	tickets := ticket.Visible(tx, tx.Filter())
	return f.Where("EXISTS (SELECT 1 FROM tickets "+placeholder.ReplaceAllString(tickets.SQL(), "?")+" AND tickets.id = "+id+")", tickets.Args()...)
}

// counted narrows a query of clocks c to the promises to customers that were kept or broken in a period.
func counted(tx *db.Tx, p Period) *db.Filter {
	f := tx.FilterAs("c").Where("c.counted_at IS NOT NULL").Where("c.counted_at >= ?", p.From.UnixMicro()).Where("c.counted_at < ?", p.To.UnixMicro()).
		Where("c.kind = 'sla'")
	return seen(tx, f, "c.ticket_id")
}

// inWeek is the week of a period in which an instant lies.
func inWeek(f *db.Filter, p Period, column string) string {
	return "(" + column + " - " + f.Arg(p.From.UnixMicro()) + ") / " + f.Arg(week.Microseconds())
}

// outcome are the columns of what came of clocks c.
const outcome = `c.state, c.broken, CASE WHEN c.excused_by <> 0 THEN 1 ELSE 0 END`

// tried counts the promises of a period that were kept or broken, or ended without what was promised.
func tried(tx *db.Tx, p Period) ([]Tried, error) {
	f := counted(tx, p)
	return db.All(tx, func(r db.Row) (t Tried, err error) {
		return t, r.Scan(&t.Organisation, &t.Item, &t.Policy, &t.Target, &t.State, db.Bool(&t.Broken), db.Bool(&t.Excused), &t.Week, &t.N)
	}, `
		SELECT t.organisation_id, t.item_id, c.policy_id, c.target, `+outcome+`, `+inWeek(f, p, "c.counted_at")+`, count(*)
		FROM   clocks c CROSS JOIN tickets t
		`+f.SQL()+` AND t.workspace_id = c.workspace_id AND t.id = c.ticket_id
		GROUP  BY 1, 2, 3, 4, 5, 6, 7, 8`, f.Args()...)
}

// verdict is VerdictOf in SQL.
const verdict = `CASE WHEN c.state IN ('late', 'breached') OR c.state = 'none' AND c.broken = 1 THEN CASE WHEN c.excused_by <> 0 THEN 2 ELSE 3 END
		WHEN c.state = 'met' THEN 1 ELSE 0 END`

// triedTickets counts the tickets that had promises of a period, each once.
func triedTickets(tx *db.Tx, p Period) ([]TriedTickets, error) {
	f := counted(tx, p)
	return db.All(tx, func(r db.Row) (t TriedTickets, err error) { return t, r.Scan(&t.Organisation, &t.Item, &t.Is, &t.N) }, `
		SELECT t.organisation_id, t.item_id, w.worst, count(*)
		FROM   (SELECT c.workspace_id, c.ticket_id, max(`+verdict+`) worst FROM clocks c `+f.SQL()+` GROUP BY c.workspace_id, c.ticket_id) w
		CROSS  JOIN tickets t
		WHERE  t.workspace_id = $1 AND t.id = w.ticket_id
		GROUP  BY 1, 2, 3`, f.Args()...)
}

// rated counts the answers of a period.
func rated(tx *db.Tx, p Period) (all []Rated, err error) {
	for _, measure := range []string{"csat", "nps", "ces"} {
		f := tx.FilterAs("i").Where("i.measure = ?", measure).Where("i.answered_at IS NOT NULL").
			Where("i.answered_at >= ?", p.From.UnixMicro()).Where("i.answered_at < ?", p.To.UnixMicro())
		seen(tx, f, "i.ticket_id")
		some, err := db.All(tx, func(r db.Row) (Rated, error) {
			a := Rated{Measure: measure}
			return a, r.Scan(&a.Organisation, &a.Item, &a.Rating, &a.Week, &a.N)
		}, `
			SELECT i.organisation_id, i.item_id, i.rating, `+inWeek(f, p, "i.answered_at")+`, count(*)
			FROM   survey_invitations i `+f.SQL()+`
			GROUP  BY 1, 2, 3, 4`, f.Args()...)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// asked counts who was asked for their satisfaction in a period, and who of them has answered.
func asked(tx *db.Tx, p Period) (Share, error) {
	f := tx.FilterAs("i").Where("i.measure = 'csat'").Where("i.asked_at >= ?", p.From.UnixMicro()).Where("i.asked_at < ?", p.To.UnixMicro())
	seen(tx, f, "i.ticket_id")
	return db.One(tx, func(r db.Row) (s Share, err error) { return s, r.Scan(&s.Part, &s.N) },
		`SELECT count(i.answered_at), count(*) FROM survey_invitations i `+f.SQL(), f.Args()...)
}

// recordsAfter reads some promises of a period that came before one, the newest first.
func recordsAfter(tx *db.Tx, o Of, at int64, id string) ([]Record, error) {
	f := counted(tx, o.Period)
	from := "clocks c"
	if o.Tickets {
		from = `(SELECT c.*, row_number() OVER (PARTITION BY c.workspace_id, c.ticket_id ORDER BY ` + verdict + ` DESC, c.counted_at DESC, c.id DESC) nth FROM clocks c ` + f.SQL() + `) c`
		f.Where("c.nth = 1")
	}
	for _, is := range []struct{ column, value string }{{"t.organisation_id", o.Organisation}, {"t.item_id", o.Item}, {"c.target", o.Target}} {
		if is.value != "" {
			f.Where(is.column+" = ?", is.value)
		}
	}
	if id != "" {
		f.Where("(c.counted_at, c.id) < (?, ?)", at, id)
	}
	switch o.Is {
	case "":
	case counting:
		f.Where(verdict+" IN (?, ?)", int(AllMet), int(HasMissed))
	default:
		f.Where(verdict+" = ?", slices.Index(verdicts[:], o.Is))
	}
	return db.All(tx, func(r db.Row) (Record, error) {
		var p Record
		var of Outcome
		err := r.Scan(&p.Clock, &p.Number, &p.Title, &p.Policy, &p.Target, &of.State, db.Bool(&of.Broken), db.Bool(&of.Excused), db.Time(&p.CountedAt))
		p.Is = verdicts[VerdictOf(of)]
		return p, err
	}, `
		SELECT c.id, t.number, t.title, c.policy_id, c.target, `+outcome+`, c.counted_at
		FROM   `+from+` CROSS JOIN tickets t
		`+f.SQL()+` AND t.workspace_id = c.workspace_id AND t.id = c.ticket_id
		ORDER  BY c.counted_at DESC, c.id DESC LIMIT `+f.Arg(o.Limit), f.Args()...)
}

func storeBoard(tx *db.Tx, name string, b *ServiceBoard) error {
	_, err := tx.Exec(`
		INSERT INTO boards (workspace_id, name, figures, reckoned_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (workspace_id, name) DO UPDATE SET figures = excluded.figures, reckoned_at = excluded.reckoned_at`,
		tx.Workspace, name, db.JSON(b), db.Time(&tx.Now))
	return err
}

func keptBoard(tx *db.Tx, name string, since time.Time) (b ServiceBoard, err error) {
	return db.One(tx, func(r db.Row) (b ServiceBoard, err error) { return b, r.Scan(db.JSON(&b)) },
		`SELECT figures FROM boards WHERE workspace_id = $1 AND name = $2 AND reckoned_at > $3`, tx.Workspace, name, db.Time(&since))
}
