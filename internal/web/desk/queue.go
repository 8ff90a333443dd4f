package desk

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/request"
	"muster/internal/ticket"
	"muster/internal/ticket/list"
	"muster/internal/web/ui"
)

// queueView is what queue.html shows.
type queueView struct {
	ui.Frame
	Heading1 string
	Tabs     ui.Tabs
	Find     ui.Find
	Sort     ui.Menu
	SortText string
	List     ui.List
	Pager    ui.Pager
	Shown    string
	Compact  bool
	Density  string // where the other density is
	MayOpen  bool
}

var queuePage = ui.Parse[queueView](files, "queue.html")

// queue is a list that has a name.
type queue struct {
	name string
	list list.Of
}

// queueNamed returns what a queue lists.
func queueNamed(tx *db.Tx, name string) (queue, error) {
	me, nobody := tx.ID, ""
	open := []ticket.Bucket{ticket.InOpen}
	switch name {
	case "mine":
		return queue{"My work", list.Of{Buckets: open, UserID: &me}}, nil
	case "teams":
		return queue{"My teams", list.Of{Buckets: open, TeamIDs: append([]string{}, tx.Teams...)}}, nil
	case "unassigned":
		return queue{"Unassigned", list.Of{Buckets: open, UserID: &nobody}}, nil
	case "open":
		return queue{"All open", list.Of{Buckets: open}}, nil
	case "waiting", "done", "spam", "trash":
		words := map[string]string{"waiting": "Waiting", "done": "Done", "spam": "Spam", "trash": "Trash"}
		return queue{words[name], list.Of{Buckets: []ticket.Bucket{ticket.Bucket(name)}}}, nil
	}
	id, ok := strings.CutPrefix(name, "team-")
	if !ok {
		return queue{}, fault.New(fault.NotFound, "There is no queue called %q.", name)
	}
	team, err := people.FindTeam(tx, id)
	return queue{team.Name, list.Of{Buckets: open, TeamIDs: []string{team.ID}}}, err
}

func (s *Screens) showQueue(w http.ResponseWriter, r *http.Request) error {
	v := queueView{Frame: ui.FrameOf(r, "")}
	var unread error // what in the search box cannot be read
	err := s.DB.View(r.Context(), func(tx *db.Tx) error {
		q, err := queueNamed(tx, r.PathValue("queue"))
		if err != nil {
			return err
		}
		v.Title, v.Heading1 = q.name, q.name
		if unread, err = s.fillSearch(tx, r, &v, q.list); err != nil {
			return err
		}
		return fillTabs(tx, r, &v)
	})
	return showList(w, r, v, unread, err)
}

func (s *Screens) showSearch(w http.ResponseWriter, r *http.Request) error {
	v := queueView{Frame: ui.FrameOf(r, "Search"), Heading1: "Search"}
	words := strings.TrimSpace(r.URL.Query().Get("q"))
	n, err := strconv.ParseInt(strings.TrimPrefix(words, "#"), 10, 64)
	meant := err == nil && strings.HasPrefix(words, "#") // a ticket's number; without its sign, only where nothing else is found
	var unread error
	if !meant {
		err = s.DB.View(r.Context(), func(tx *db.Tx) (err error) {
			if unread, err = s.fillSearch(tx, r, &v, list.Of{}); err == nil && n > 0 && v.List.None() {
				_, missing := ticket.Find(tx, n)
				meant = missing == nil
			}
			return err
		})
	}
	if meant {
		http.Redirect(w, r, ticketPath(n), http.StatusSeeOther)
		return nil
	}
	return showList(w, r, v, unread, err)
}

// showList shows a list of tickets. What cannot be read in its search box is said where they would stand.
func showList(w http.ResponseWriter, r *http.Request, v queueView, unread, err error) error {
	if err != nil {
		return err
	}
	if unread != nil {
		return queuePage.Refuse(w, r, v, unread)
	}
	return queuePage.Render(w, r, v)
}

// fillSearch reads what was typed, and fills the list with what it finds there. What cannot be read is the first error.
func (s *Screens) fillSearch(tx *db.Tx, r *http.Request, v *queueView, l list.Of) (unread, err error) {
	words := r.URL.Query().Get("q")
	if words != "" {
		l.Query, err = list.Parse(words)
	}
	if err == nil {
		err = s.fillList(tx, r, v, l)
	}
	if said := fault.Fields(err)["q"]; said != "" {
		fillHead(tx, r, v, l)
		v.List = ui.List{Label: v.Heading1, Empty: &ui.Empty{Icon: "search", Title: "This search cannot be read", Text: said, Next: "Change it above: it is still there."}}
		return err, nil
	}
	return nil, err
}

// fillTabs shows the views that stand beside the queue.
func fillTabs(tx *db.Tx, r *http.Request, v *queueView) error {
	c, err := ticket.Count(tx)
	if err != nil {
		return err
	}
	v.Tabs = ui.Tabs{Label: "Views"}
	for _, t := range []struct {
		href, text string
		n          int64
	}{{"/queues/mine", "Mine", c.Mine}, {"/queues/teams", "My teams", c.Teams}, {"/queues/unassigned", "Unassigned", c.Unassigned},
		{"/queues/open", "Open", c.Open}, {"/queues/waiting", "Waiting", c.Waiting}, {"/queues/done", "Done", c.Done}} {
		n := int(t.n)
		v.Tabs.Items = append(v.Tabs.Items, ui.Tab{Text: t.text, Href: t.href, Count: &n, Current: r.URL.Path == t.href})
	}
	return nil
}

// fillList reads a page of tickets and lays it out.
func (s *Screens) fillList(tx *db.Tx, r *http.Request, v *queueView, l list.Of) error {
	q := r.URL.Query()
	l.Sort, l.Cursor, l.Limit = list.Sort(q.Get("sort")), q.Get("after"), 50
	if err := s.usualSort(tx, &l); err != nil {
		return err
	}
	page, err := list.Read(tx, s.Desk, l)
	if err != nil {
		return err
	}
	names, err := namesOf(tx, page.Tickets)
	if err != nil {
		return err
	}
	rows, err := s.rows(tx, page.Tickets, names, l.Words)
	if err != nil {
		return err
	}
	fillHead(tx, r, v, l)
	v.List = ui.List{ID: "tickets", Label: v.Heading1, Topic: "tickets", Here: with(r, "after", ""), Compact: v.Compact,
		Groups: []ui.Rows{{Head: ui.ListHead{Count: -1}, Rows: rows}}, Bulk: bulkOf(tx, r, names), Empty: emptyOf(l.Query, q.Get("q"))}
	if l.Sort == list.Due && l.Words == "" {
		v.List.Groups = byUrgency(page.Tickets, rows, tx.Now, v.Me.Zone)
		if last := len(v.List.Groups) - 1; page.Next != "" && last >= 0 {
			v.List.Groups[last].Head.Count = -1 // it goes on
		}
	}
	v.Shown = fmt.Sprintf("%d shown", len(rows))
	v.Pager = pagerOf(r, page.Next)
	v.Pager.Text = v.Shown
	return nil
}

// pagerOf leads further and back. A list is read on from a cursor, so the way back is the cursors that one came by.
func pagerOf(r *http.Request, next string) (p ui.Pager) {
	q := r.URL.Query()
	here, by := q.Get("after"), q["by"]
	if next != "" {
		if here != "" {
			q["by"] = append(slices.Clone(by), here)[max(0, len(by)+1-maxBack):]
		}
		q.Set("after", next)
		p.Next = r.URL.Path + "?" + q.Encode()
	}
	if here == "" {
		return p
	}
	q.Del("by")
	q.Del("after")
	if n := len(by) - 1; n >= 0 {
		q["by"] = by[:n]
		q.Set("after", by[n])
	}
	p.Prev = strings.TrimSuffix(r.URL.Path+"?"+q.Encode(), "?")
	return p
}

// maxBack bounds how many pages lead back one by one; before them comes the first.
const maxBack = 20

// fillHead lays out what stands over the list.
func fillHead(tx *db.Tx, r *http.Request, v *queueView, l list.Of) {
	q := r.URL.Query()
	v.Compact = q.Get("density") == "compact"
	v.Density = with(r, "density", map[bool]string{true: "", false: "compact"}[v.Compact])
	v.MayOpen = tx.May("tickets.write")
	v.Find = ui.Find{Action: r.URL.Path, Label: "Search " + v.Heading1, Placeholder: "Add words, or type is: team: tag: org: priority: before: …", Value: q.Get("q")}
	v.Sort, v.SortText = sortMenu(r, l)
}

// usualSort orders what is to be done by the clock, where clocks run.
func (s *Screens) usualSort(tx *db.Tx, l *list.Of) error {
	if l.Sort != "" || len(l.Buckets) != 1 || l.Buckets[0] != ticket.InOpen {
		return nil
	}
	keeps, err := s.Works.Promises(tx)
	if keeps {
		l.Sort = list.Due
	}
	return err
}

// with is the address of this page with one parameter changed.
func with(r *http.Request, name, value string) string {
	q := url.Values{}
	for k, vs := range r.URL.Query() {
		q[k] = slices.Clone(vs)
	}
	q.Del("after")
	q.Del("by")
	q.Set(name, value)
	if value == "" {
		q.Del(name)
	}
	if len(q) == 0 {
		return r.URL.Path
	}
	return r.URL.Path + "?" + q.Encode()
}

func sortMenu(r *http.Request, l list.Of) (ui.Menu, string) {
	words := map[list.Sort]string{list.Due: "Most urgent clock", list.Recent: "Changed last", list.Created: "Newest", list.Urgent: "Most urgent"}
	current := l.Order()
	m := ui.Menu{ID: "sort", Heading: "Order"}
	for _, s := range list.Sorts() {
		m.Items = append(m.Items, ui.MenuItem{Text: words[s], Href: with(r, "sort", string(s)), Choice: true, Checked: s == current})
	}
	return m, words[current]
}

func emptyOf(q list.Query, typed string) *ui.Empty {
	if len(q.Unknown) > 0 {
		return &ui.Empty{Icon: "search", Title: "Nothing was found", Text: fmt.Sprintf("%s: is no filter, so its words were looked for. There are %s.", q.Unknown[0], list.Filters), Next: "Change it above: it is still there."}
	}
	if typed != "" {
		return &ui.Empty{Icon: "search", Title: "Nothing was found", Text: "No ticket that you may see fits this search.", Next: "Use fewer words, or take a filter away."}
	}
	return &ui.Empty{Icon: "check", Title: "Nothing to do here", Text: "No ticket stands in this queue.", Next: "New ones appear by themselves."}
}

// rows lays tickets out as rows of a list, in which the words that were looked for are marked.
func (s *Screens) rows(tx *db.Tx, tickets []*ticket.Ticket, names people.Names, words string) ([]ui.Row, error) {
	clocks, err := s.nextClocks(tx, tickets)
	if err != nil {
		return nil, err
	}
	flows := map[string]ticket.Workflow{}
	rows := make([]ui.Row, len(tickets))
	for i, t := range tickets {
		if _, ok := flows[t.Kind]; !ok {
			if flows[t.Kind], err = s.Desk.WorkflowOf(tx, t.Kind); err != nil {
				return nil, err
			}
		}
		rows[i] = rowOf(t, names, flows[t.Kind])
		rows[i].Words = words
		if c, ok := clocks[t.ID]; ok {
			if c.Is == ui.Paused {
				c.Name = rows[i].State.Text
			}
			rows[i].Clock = &c
		}
	}
	return rows, nil
}

func rowOf(t *ticket.Ticket, names people.Names, flow ticket.Workflow) ui.Row {
	n := strconv.FormatInt(t.Number, 10)
	org := names.Organisations[t.Organisation]
	row := ui.Row{ID: n, Number: "#" + n, Href: ticketPath(t.Number), Subject: t.Title, Excerpt: t.Snippet, State: stateOf(t, flow),
		Prio: ui.Prio(t.Priority), Who: cmp.Or(names.Contacts[t.Requester], "Nobody asked"), Org: org.Name, Tier: tier(org.Tier),
		Owner: face(t.Assignee, names.Users[t.Assignee]), At: t.UpdatedAt, Topic: "ticket:" + n,
		Unread: t.LastAuthor == "customer" && !t.Category.Ended() && t.RepliedAt.Before(t.CustomerAt)}
	for _, tag := range t.Tags {
		row.Tags = append(row.Tags, ui.Tag{Text: tag})
	}
	return row
}

// resolvedState prefers the state called so, since some kinds have other reviews before it. What is resolved already has none.
func resolvedState(flow ticket.Workflow, from string) (ticket.State, bool) {
	if from == request.Resolved {
		return ticket.State{}, false
	}
	for _, s := range flow.Next(from) {
		if s.ID == request.Resolved {
			return s, true
		}
	}
	return flow.First(from, ticket.Review, ticket.Done)
}
