package ticket_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/mustertest"
	"muster/internal/ticket"
	"muster/internal/ticket/list"
)

// checkCounts compares the kept counts with counted ones.
func checkCounts(t *testing.T, h *mustertest.House, d *db.DB) {
	t.Helper()
	all := h.Tickets()
	for _, u := range []context.Context{h.As(h.Ann), h.As(h.Bob)} {
		a := access.From(u)
		want := countSlowly(a, all)
		mustertest.See(t, d, u, func(tx *db.Tx) error {
			got, err := ticket.Count(tx)
			for team, n := range got.ByTeam {
				if n == 0 {
					delete(got.ByTeam, team)
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s is shown the counts\n got %+v\nwant %+v", a.Name, got, want)
			}
			return err
		})
	}
}

func countSlowly(a access.Actor, all []*ticket.Ticket) ticket.Counts {
	c := ticket.Counts{ByTeam: map[string]int64{}}
	for _, t := range all {
		if !maySee(a, t) {
			continue
		}
		switch t.Bucket {
		case ticket.InOpen:
			c.Open++
			c.ByTeam[t.Team]++
			if t.Assignee == "" {
				c.Unassigned++
			}
			if t.Assignee == a.ID {
				c.Mine++
			}
			if slices.Contains(a.Teams, t.Team) {
				c.Teams++
			}
		case ticket.InWaiting:
			c.Waiting++
		case ticket.InDone:
			c.Done++
		case ticket.InSpam:
			c.Spam++
		case ticket.InTrash:
			c.Trash++
		}
	}
	return c
}

// maySee is the rule of who sees what, said a second time and slowly.
func maySee(a access.Actor, t *ticket.Ticket) bool {
	if !slices.Contains(a.Rights, access.TicketsRead) {
		return false
	}
	if a.Scope.Kinds != nil && !slices.Contains(a.Scope.Kinds, t.Kind) {
		return false
	}
	if a.Scope.Orgs != nil && !slices.Contains(a.Scope.Orgs, t.Organisation) {
		return false
	}
	if a.Scope.Teams == nil {
		return true
	}
	return slices.Contains(a.Scope.Teams, t.Team) || t.Assignee == a.ID
}

// Every subset of rights, teams, organisations and kinds sees the same tickets in lists, counts and one by one.
func TestRights(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		h := mustertest.NewHouse(t, d)
		ann := h.As(h.Ann)
		h.OpenAtRandom(ann, 60)
		checkCounts(t, h, d)
		all := h.Tickets()
		if len(all) != 60 {
			t.Fatalf("there are %d tickets, want 60", len(all))
		}
		for _, a := range everyActor(h) {
			checkActor(t, h, d, a, all)
		}
	})
}

func everyActor(h *mustertest.House) []access.Actor {
	var all []access.Actor
	for _, rights := range [][]access.Right{nil, {access.TicketsRead}, {access.TicketsWrite}} {
		for _, teams := range [][]string{nil, {}, {h.Tier1.ID}, {h.Tier2.ID}, {h.Tier1.ID, h.Tier2.ID}} {
			for _, orgs := range [][]string{nil, {}, {h.Acme.ID}, {""}} {
				for _, kinds := range [][]string{nil, {}, {"request"}, {"task"}, {"request", "complaint"}} {
					all = append(all, access.Actor{Workspace: h.Workspace.ID, ID: h.Bob.ID, Name: "Bob", Kind: access.Human, Rights: rights,
						Teams: []string{h.Tier2.ID}, Scope: access.Scope{Teams: teams, Orgs: orgs, Kinds: kinds}})
				}
			}
		}
	}
	return all
}

func checkActor(t *testing.T, h *mustertest.House, d *db.DB, a access.Actor, all []*ticket.Ticket) {
	t.Helper()
	what := fmt.Sprintf("%v %+v", a.Rights, a.Scope)
	var want []string
	for _, tk := range all {
		if maySee(a, tk) {
			want = append(want, fmt.Sprint(tk.Number))
		}
	}
	slices.Sort(want)
	mustertest.See(t, d, access.With(t.Context(), a), func(tx *db.Tx) error {
		page, err := list.Read(tx, h.Desk, list.Of{Buckets: ticket.Buckets(), Limit: 200})
		if (err == nil) != a.May(access.TicketsRead) {
			t.Errorf("%s: list says %v", what, err)
		}
		var got []string
		for _, tk := range page.Tickets {
			got = append(got, fmt.Sprint(tk.Number))
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: listed %v, want %v", what, got, want)
		}
		counts, _ := ticket.Count(tx)
		if slow := countSlowly(a, all); fmt.Sprint(withoutZero(counts)) != fmt.Sprint(slow) {
			t.Errorf("%s: counted %+v, want %+v", what, counts, slow)
		}
		for _, tk := range all {
			_, err := ticket.Find(tx, tk.Number)
			if (err == nil) != maySee(a, tk) || ticket.Sees(a, tk) != maySee(a, tk) {
				t.Errorf("%s: find #%d says %v, want seen = %v", what, tk.Number, err, maySee(a, tk))
			}
		}
		return nil
	})
}

func withoutZero(c ticket.Counts) ticket.Counts {
	for team, n := range c.ByTeam {
		if n == 0 {
			delete(c.ByTeam, team)
		}
	}
	return c
}
