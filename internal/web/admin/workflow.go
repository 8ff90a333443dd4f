package admin

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/ticket"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
)

func (s *Screens) showWorkflows(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Workflows")
	return s.See(w, r, &v, func(tx *db.Tx) error {
		if err := tx.Must(access.Settings); err != nil {
			return err
		}
		t := ui.Table{Caption: "Workflows", Head: []ui.Column{{Text: "Kind of ticket"}, {Text: "States", Wide: true}, {Text: ""}}}
		for _, k := range s.Desk.Kinds() {
			flow, err := s.Desk.WorkflowOf(tx, k.Name)
			if err != nil {
				return err
			}
			mark := ui.Badge{Text: "As delivered"}
			if fingerprint(flow) != fingerprint(k.Workflow) {
				mark = ui.Badge{Text: "Your own", Is: "accent"}
			}
			t.Rows = append(t.Rows, []ui.Cell{{Text: k.Title, Href: "/settings/workflows/" + k.Name, Head: true},
				{Text: stateNames(flow.States), Muted: true}, {Parts: []ui.Part{mark}}})
		}
		v.Parts = []ui.Part{t}
		return nil
	})
}

func stateNames(states []ticket.State) string {
	var names []string
	for _, s := range states {
		names = append(names, s.Name)
	}
	return strings.Join(names, ", ")
}

// flowOf returns the kind that the path names, with its workflow.
func (s *Screens) flowOf(tx *db.Tx, r *http.Request) (ticket.Kind, ticket.Workflow, error) {
	if err := tx.Must(access.Settings); err != nil {
		return ticket.Kind{}, ticket.Workflow{}, err
	}
	k, err := s.Desk.Kind(r.PathValue("kind"))
	if err != nil {
		return k, ticket.Workflow{}, fault.New(fault.NotFound, "There are no tickets of the kind %.100q.", r.PathValue("kind"))
	}
	flow, err := s.Desk.WorkflowOf(tx, k.Name)
	return k, flow, err
}

func (s *Screens) showWorkflow(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Workflow")
	return s.See(w, r, &v, func(tx *db.Tx) error { return s.fillWorkflow(tx, r, &v) })
}

func (s *Screens) fillWorkflow(tx *db.Tx, r *http.Request, v *sheet.Sheet) error {
	k, flow, err := s.flowOf(tx, r)
	if err != nil {
		return err
	}
	path := "/settings/workflows/" + k.Name
	v.Back, v.Title, v.Heading1 = "/settings/workflows", "Workflow: "+k.Title, k.Title
	v.Actions = []ui.Button{{Text: "New state", Icon: "plus", Is: "main", Href: path + "/add"}}
	if fingerprint(flow) != fingerprint(k.Workflow) {
		v.Actions = append([]ui.Button{{Text: "As delivered", Icon: "undo", Action: path + "/reset"}}, v.Actions...)
	}
	t := ui.Table{Caption: "States", Head: []ui.Column{{Text: "State"}, {Text: "Category"}, {Text: "May move to", Wide: true}}}
	for _, st := range flow.States {
		t.Rows = append(t.Rows, []ui.Cell{{Text: st.Name, Href: path + "/states/" + url.PathEscape(st.ID), Head: true},
			{Parts: []ui.Part{categoryBadge(st.Category)}}, {Text: stateNames(flow.Next(st.ID)), Muted: true}})
	}
	v.Parts = []ui.Part{ui.Banner{Icon: "info", Strong: "A new ticket is " + flow.States[0].Name + ".",
		Text: "Queues and figures go by the category, so a state may be called what you like."}, t}
	return nil
}

func categoryWords(c ticket.Category) string {
	switch c {
	case ticket.New:
		return "New"
	case ticket.Opened:
		return "Open: being worked on"
	case ticket.Waiting:
		return "Waiting: for somebody else"
	case ticket.Review:
		return "Review: answered, may come back"
	case ticket.Done:
		return "Done"
	}
	return "Cancelled"
}

func categoryBadge(c ticket.Category) ui.Badge {
	name, _, _ := strings.Cut(categoryWords(c), ":")
	is := map[ticket.Category]string{ticket.New: "accent", ticket.Waiting: "warn", ticket.Review: "good", ticket.Done: "good"}[c]
	return ui.Badge{Text: name, Is: is}
}

func (s *Screens) showState(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "State")
	return s.See(w, r, &v, func(tx *db.Tx) error { return s.fillState(tx, r, &v) })
}

// fillState lays out the state that the path names, or a new one at the end.
func (s *Screens) fillState(tx *db.Tx, r *http.Request, v *sheet.Sheet) error {
	k, flow, err := s.flowOf(tx, r)
	if err != nil {
		return err
	}
	path := "/settings/workflows/" + k.Name
	v.Back = path
	id := r.PathValue("state")
	if id == "" {
		last := flow.States[len(flow.States)-1]
		v.Title, v.Heading1 = "New state of "+k.Title, "New state"
		v.Forms = []ui.Form{stateForm(path+"/add", flow, ticket.State{Category: ticket.Opened}, last.ID)}
		return nil
	}
	st, ok := flow.State(id)
	if !ok {
		return fault.New(fault.NotFound, "There is no state %.100q of %s.", id, k.Title)
	}
	i := slices.Index(flow.States, st)
	before := ""
	if i > 0 {
		before = flow.States[i-1].ID
	}
	at := path + "/states/" + url.PathEscape(st.ID)
	v.Title, v.Heading1, v.Hint = st.Name, st.Name, st.ID
	v.Actions = []ui.Button{{Text: "Remove", Icon: "x", Is: "bad", Action: at + "/remove"}}
	v.Forms = []ui.Form{stateForm(at, flow, st, before)}
	return nil
}

func stateForm(action string, flow ticket.Workflow, st ticket.State, after string) ui.Form {
	var categories, others, from []ui.Option
	var came []string
	places := []ui.Option{{Value: "", Text: "First: that of a new ticket"}}
	for _, c := range ticket.Categories() {
		categories = append(categories, ui.Option{Value: string(c), Text: categoryWords(c)})
	}
	for _, o := range flow.States {
		if o.ID == st.ID {
			continue
		}
		places = append(places, ui.Option{Value: o.ID, Text: "After " + o.Name})
		others, from = append(others, ui.Option{Value: o.ID, Text: o.Name}), append(from, ui.Option{Value: o.ID, Text: o.Name})
		if slices.Contains(flow.Moves[o.ID], st.ID) {
			came = append(came, o.ID)
		}
	}
	return ui.Form{Action: action, Send: ui.Button{Text: "Keep"}, Fields: []ui.Field{
		{Name: "seen", Kind: ui.Hidden, Value: fingerprint(flow)},
		{Name: "name", Label: "Name", Value: st.Name, Required: true},
		{Name: "category", Label: "Category", Kind: ui.Select, Value: string(st.Category), Options: categories, Hint: "What queues, clocks and figures go by."},
		{Name: "waits", Label: "Waits for", Kind: ui.Select, Value: string(st.Waits), Options: sheet.WaitOptions(), Hint: "Of the category waiting: promises may pause by it."},
		{Name: "after", Label: "Place", Kind: ui.Select, Value: after, Options: places},
		{Name: "to", Label: "May move to", Kind: ui.Checks, Values: flow.Moves[st.ID], Options: others},
		{Name: "from", Label: "Can be reached from", Kind: ui.Checks, Values: came, Options: from},
	}}
}

func (s *Screens) saveState(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	err := s.changeFlow(r, func(k ticket.Kind, flow ticket.Workflow) (ticket.Workflow, error) {
		return placed(flow, r.PathValue("state"), r.PostForm)
	})
	if err != nil {
		return s.Refuse(w, r, err, func(tx *db.Tx, v *sheet.Sheet) error { return s.fillState(tx, r, v) })
	}
	return s.Did(w, r, "/settings/workflows/"+r.PathValue("kind"), "Kept.")
}

func (s *Screens) removeState(w http.ResponseWriter, r *http.Request) error {
	err := s.changeFlow(r, func(_ ticket.Kind, flow ticket.Workflow) (ticket.Workflow, error) {
		return removed(flow, r.PathValue("state"))
	})
	if err != nil {
		return s.Refuse(w, r, err, func(tx *db.Tx, v *sheet.Sheet) error { return s.fillState(tx, r, v) })
	}
	return s.Did(w, r, "/settings/workflows/"+r.PathValue("kind"), "Removed.")
}

func (s *Screens) resetWorkflow(w http.ResponseWriter, r *http.Request) error {
	err := s.changeFlow(r, func(k ticket.Kind, _ ticket.Workflow) (ticket.Workflow, error) { return k.Workflow, nil })
	if err != nil {
		return err
	}
	return s.Did(w, r, "/settings/workflows/"+r.PathValue("kind"), "As delivered again.")
}
