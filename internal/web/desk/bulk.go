package desk

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/ticket"
	"muster/internal/web/ui"
)

// bulkOf is what can be done with several tickets at once in a list.
func bulkOf(tx *db.Tx, r *http.Request, names people.Names) ui.Bulk {
	if !tx.May("tickets.write") {
		return ui.Bulk{}
	}
	prios := ui.Menu{ID: "bulk-prios", Heading: "Priority", Form: "bulk"}
	for _, p := range ticket.Priorities() {
		prios.Items = append(prios.Items, ui.MenuItem{Text: prioText(p), Name: "priority", Value: p.String()})
	}
	b := ui.Bulk{Action: "/tickets/bulk?back=" + url.QueryEscape(r.URL.RequestURI()), Menus: []ui.Menu{
		{ID: "bulk-owners", Heading: "Assign to", Form: "bulk", Items: ownerItems(tx, names, "")},
		{ID: "bulk-teams", Heading: "Team", Form: "bulk", Items: teamItems(names, "")}, prios,
	}, Do: []ui.Button{
		{Text: "Assign", Icon: "user", Menu: "bulk-owners", Key: "a", Command: "Assign"},
		{Text: "Team", Icon: "users", Menu: "bulk-teams"},
		{Text: "Priority", Icon: "sliders", Menu: "bulk-prios"},
		{Text: "Resolve", Icon: "check", Name: "do", Value: "resolve", Key: "e", Command: "Resolve"},
	}}
	switch here := r.URL.Path; {
	case !tx.May("tickets.remove"):
	case here == "/queues/spam" || here == "/queues/trash":
		b.Do = []ui.Button{{Text: "Bring back", Icon: "undo", Name: "do", Value: "open"}}
	default:
		b.Do = append(b.Do, ui.Button{Text: "Spam", Icon: "shield", Name: "do", Value: "spam"}, ui.Button{Text: "Trash", Icon: "x", Name: "do", Value: "trash"})
	}
	return b
}

const maxBulk = 200

// bulk does one thing to the selected tickets, all or none. What is refused is said over the list again.
func (s *Screens) bulk(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "The form did not arrive whole. Send it again.")
	}
	ids := r.PostForm["id"]
	if len(ids) == 0 || len(ids) > maxBulk {
		return fault.New(fault.Invalid, "Select one to %d tickets first.", maxBulk)
	}
	err := s.DB.Update(r.Context(), func(tx *db.Tx) error { return s.bulkAll(tx, ids, r) })
	said := ui.Toast{Text: fmt.Sprintf("Done: %d tickets.", len(ids)), Icon: "check", Is: "good"}
	if len(ids) == 1 {
		said.Text = "Done: one ticket."
	}
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		said, err = ui.Toast{Text: "Nothing was changed. " + fault.Message(err), Icon: "stop", Is: "bad"}, nil
	}
	if err != nil {
		return err
	}
	s.Flash(r, said)
	r.PostForm.Set("back", r.URL.Query().Get("back"))
	return back(w, r, "/queues/open")
}

func (s *Screens) bulkAll(tx *db.Tx, ids []string, r *http.Request) error {
	change, err := changeOf(r)
	if err != nil {
		return err
	}
	for _, id := range ids {
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			return fault.New(fault.Invalid, "%q is no ticket's number.", id)
		}
		if err := s.bulkOne(tx, n, r.PostForm.Get("do"), change); err != nil {
			return fmt.Errorf("ticket %d: %w", n, err)
		}
	}
	return nil
}

func (s *Screens) bulkOne(tx *db.Tx, n int64, what string, c ticket.Change) (err error) {
	switch what {
	case "":
		_, err = s.Desk.Change(tx, n, ticket.Any, c)
	case "resolve":
		err = s.resolve(tx, n)
	default:
		_, err = ticket.Shelve(tx, n, ticket.Bucket(what))
	}
	return err
}

// resolve moves a ticket to the first state in which it is resolved.
func (s *Screens) resolve(tx *db.Tx, n int64) error {
	t, err := ticket.Find(tx, n)
	if err != nil {
		return err
	}
	flow, err := s.Desk.WorkflowOf(tx, t.Kind)
	if err != nil {
		return err
	}
	to, ok := resolvedState(flow, t.State)
	if !ok {
		return fault.New(fault.Conflict, "Ticket %d cannot be resolved from where it is.", n)
	}
	_, err = s.Desk.Change(tx, n, ticket.Any, ticket.Change{State: &to.ID})
	return err
}
