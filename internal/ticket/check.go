package ticket

import (
	"fmt"
	"maps"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
)

// CheckCounts compares the kept counts with the tickets, and sets them right if repair is set.
func CheckCounts(tx *db.Tx, repair bool) error {
	if err := tx.Must(access.Settings); err != nil {
		return err
	}
	want := map[string]map[string]int64{family: {}}
	if err := eachTicket(tx, func(t *Ticket) error {
		for _, f := range []string{family, familyOfOrg + t.Organisation} {
			if want[f] == nil {
				want[f] = map[string]int64{}
			}
			want[f][t.cell().key()]++
		}
		return nil
	}); err != nil {
		return err
	}
	var wrong []string
	for f, counts := range want {
		kept, err := db.Tallies(tx, f)
		if err != nil {
			return err
		}
		if maps.Equal(kept, counts) {
			continue
		}
		wrong = append(wrong, f)
		if repair {
			if err := db.SetTallies(tx, f, counts); err != nil {
				return err
			}
		}
	}
	if len(wrong) > 0 && !repair {
		return fmt.Errorf("%d of %d families of counts differ from the tickets, such as %s", len(wrong), len(want), wrong[0])
	}
	return nil
}

// eachTicket reads all tickets of the workspace, in the order of their ids.
func eachTicket(tx *db.Tx, f func(*Ticket) error) error {
	for after := ID(""); ; {
		some, err := db.All(tx, scan, `SELECT `+columns+` FROM tickets WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT 1000`, tx.Workspace, after)
		if err != nil {
			return err
		}
		for _, t := range some {
			if err := f(t); err != nil {
				return err
			}
			after = t.ID
		}
		if len(some) < 1000 {
			return nil
		}
	}
}

// CheckLog replays the log and compares what it says of each ticket with the ticket.
func CheckLog(tx *db.Tx) error {
	if err := tx.Must(access.Settings); err != nil {
		return err
	}
	replayed := map[ID]*Ticket{}
	for after := ""; ; {
		some, err := event.Log(tx, after, 2000)
		if err != nil {
			return err
		}
		for _, e := range some {
			if err := replay(replayed, e); err != nil {
				return err
			}
			after = e.ID
		}
		if len(some) < 2000 {
			break
		}
	}
	return eachTicket(tx, func(t *Ticket) error { return compare(t, replayed[t.ID]) })
}

func compare(t, r *Ticket) error {
	if r == nil {
		return fmt.Errorf("no event tells of ticket %d", t.Number)
	}
	said := func(t *Ticket) string {
		return fmt.Sprintf("%s, %s, %s, team %q, assignee %q, priority %d, %q", t.Kind, t.State, t.Bucket, t.Team, t.Assignee, t.Priority, t.Title)
	}
	if a, b := said(t), said(r); a != b {
		return fmt.Errorf("ticket %d is %s, but its events say %s", t.Number, a, b)
	}
	return nil
}

// replay takes one event into account.
func replay(all map[ID]*Ticket, e event.Recorded) error {
	if e.Subject != Subject {
		return nil
	}
	t := all[ID(e.SubjectID)]
	switch e.Name {
	case WasOpened{}.EventName():
		var o WasOpened
		if err := e.Decode(&o); err != nil {
			return err
		}
		all[o.Ticket] = &Ticket{Kind: o.Kind, Title: o.Title, State: o.State, Category: o.Category, Bucket: o.Category.Bucket(), Team: o.Team, Assignee: o.Assignee, Priority: o.Priority}
		return nil
	}
	if t == nil {
		return nil // compare says so
	}
	switch e.Name {
	case Changed{}.EventName():
		var c Changed
		err := e.Decode(&c)
		for _, s := range c.Sets {
			t.replaySet(s)
		}
		return err
	case Moved{}.EventName():
		var m Moved
		err := e.Decode(&m)
		t.State, t.Category, t.Bucket = m.To, m.ToCategory, m.ToCategory.Bucket()
		return err
	case Shelved{}.EventName():
		var s Shelved
		err := e.Decode(&s)
		t.Bucket = s.To
		return err
	case Merged{}.EventName():
		var m Merged
		err := e.Decode(&m)
		if m.FromTicket == m.Ticket {
			t.Bucket = InMerged
		}
		return err
	}
	return nil
}

func (t *Ticket) replaySet(s Set) {
	switch s.Field {
	case "title":
		t.Title = s.To
	case "team":
		t.Team = s.To
	case "assignee":
		t.Assignee = s.To
	case "priority":
		t.Priority, _ = ParsePriority(s.To)
	}
}
