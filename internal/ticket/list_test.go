package ticket_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/mustertest"
	"muster/internal/request"
	"muster/internal/ticket"
)

func change(d *db.DB, h *mustertest.House, ctx context.Context, number, version int64, c ticket.Change) (t *ticket.Ticket, err error) {
	err = d.Update(ctx, func(tx *db.Tx) error {
		t, err = h.Desk.Change(tx, number, version, c)
		return err
	})
	return t, err
}

// everyTicket reads all tickets of the workspace, whatever their bucket.
func everyTicket(t *testing.T, h *mustertest.House, d *db.DB) []*ticket.Ticket {
	t.Helper()
	var all []*ticket.Ticket
	mustertest.See(t, d, h.As(h.Ann), func(tx *db.Tx) error {
		for cursor := ""; ; {
			page, err := h.Desk.List(tx, ticket.List{Buckets: ticket.Buckets(), Cursor: cursor, Limit: 7})
			if err != nil {
				return err
			}
			all = append(all, page.Tickets...)
			if cursor = page.Next; cursor == "" {
				return nil
			}
		}
	})
	return all
}

// checkCounts compares the kept counts with counted ones.
func checkCounts(t *testing.T, h *mustertest.House, d *db.DB) {
	t.Helper()
	all := everyTicket(t, h, d)
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
		fillAtRandom(t, h, d, ann, 60)
		all := everyTicket(t, h, d)
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
		page, err := h.Desk.List(tx, ticket.List{Buckets: ticket.Buckets(), Limit: 200})
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

// fillAtRandom opens tickets of all kinds, teams, states and people, and changes them about.
func fillAtRandom(t *testing.T, h *mustertest.House, d *db.DB, ctx context.Context, n int) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	body, _ := ticket.Compose("words")
	for range n {
		time.Sleep(time.Second)
		mustertest.Do(t, d, ctx, func(tx *db.Tx) error {
			tk, err := h.Desk.Open(tx, ticket.Draft{Kind: pick("request", "task", "complaint"), Title: "T", Requester: pick("", h.Carla.ID),
				Team: pick("", h.Tier1.ID, h.Tier2.ID), Assignee: pick("", h.Ann.ID, h.Bob.ID), Priority: ticket.Priority(r.IntN(5)),
				Tags: []string{pick("red", "blue")}, First: &ticket.Writing{Kind: ticket.FromCustomer, Body: body}})
			if err != nil {
				return err
			}
			team := pick("", h.Tier1.ID, h.Tier2.ID)
			c := ticket.Change{Team: &team}
			if tk.Kind == "request" {
				c.State = str(pick(request.Open, request.OnCustomer, request.Resolved, request.New))
			}
			if tk, err = h.Desk.Change(tx, tk.Number, ticket.Any, c); err != nil {
				return err
			}
			if r.IntN(8) == 0 {
				_, err = ticket.Shelve(tx, tk.Number, ticket.Bucket(pick("spam", "trash")))
			}
			return err
		})
	}
}

// Pages neither repeat nor miss a ticket, in each order, and however the list is put together.
func TestPaging(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		h := mustertest.NewHouse(t, d)
		ann := h.As(h.Ann)
		fillAtRandom(t, h, d, ann, 50)
		checkCounts(t, h, d)
		mustertest.See(t, d, ann, func(tx *db.Tx) error {
			for _, sort := range ticket.Sorts() {
				for _, query := range []string{"", "is:open", "team:\"Tier 1\" team:none is:any", "tag:red", "is:open is:waiting priority:high priority:low"} {
					q, err := ticket.ParseQuery(query)
					if err != nil {
						return err
					}
					whole, err := h.Desk.List(tx, ticket.List{Query: q, Sort: sort, Limit: 200})
					if err != nil {
						return err
					}
					var got []int64
					for cursor := ""; ; {
						page, err := h.Desk.List(tx, ticket.List{Query: q, Sort: sort, Limit: 3, Cursor: cursor})
						if err != nil {
							return err
						}
						for _, tk := range page.Tickets {
							got = append(got, tk.Number)
						}
						if cursor = page.Next; cursor == "" {
							break
						}
					}
					var want []int64
					for _, tk := range whole.Tickets {
						want = append(want, tk.Number)
					}
					if !slices.Equal(got, want) || len(want) == 0 {
						t.Errorf("%s by %s: pages give %v, the whole %v", query, sort, got, want)
					}
				}
			}
			return nil
		})
	})
}

func TestParseQuery(t *testing.T) {
	tests := []struct{ rule, query, want string }{
		{"filters and words", `is:open kind:request printer jam`, `is=[open] kinds=[request] words="printer jam"`},
		{"a name in quotes", `team:"Tier 2" x`, `is=[] kinds=[] teams=[Tier 2] words="x"`},
		{"a phrase stays a phrase", `"paper jam" now`, `is=[] kinds=[] words="\"paper jam\" now"`},
		{"what is no filter is words", `http://x.example 10:30`, `is=[] kinds=[] words="http://x.example 10:30"`},
		{"a filter in quotes is words", `"is:open"`, `is=[] kinds=[] words="\"is:open\""`},
		{"a word taken out", `-spam`, `is=[] kinds=[] words="-spam"`},
		{"an open quote goes on to the end", `"never closed`, `is=[] kinds=[] words="\"never closed\""`},
	}
	for _, tt := range tests {
		q, err := ticket.ParseQuery(tt.query)
		got := fmt.Sprintf("is=%v kinds=%v", q.Is, q.Kinds)
		if len(q.Teams) > 0 {
			got += fmt.Sprintf(" teams=%v", q.Teams)
		}
		got += fmt.Sprintf(" words=%q", q.Words)
		if got != tt.want || err != nil {
			t.Errorf("%s: got %s (%v), want %s", tt.rule, got, err, tt.want)
		}
	}
	if _, err := ticket.ParseQuery(strings.Repeat("x", 3000)); err == nil {
		t.Error("a search of 3,000 characters was taken")
	}
}
