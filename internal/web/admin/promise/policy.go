package promise

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/catalogue"
	"muster/internal/clock"
	"muster/internal/db"
	"muster/internal/people"
	"muster/internal/rehearsal"
	"muster/internal/web/admin/rehearse"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
)

const policiesPath = "/settings/policies"

func kindWords(k clock.Kind) string {
	return map[clock.Kind]string{clock.SLA: "To customers (SLA)", clock.OLA: "Between teams (OLA)", clock.Supplier: "By suppliers"}[k]
}

func (s *Screens) showPolicies(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Service levels")
	return s.See(w, r, &v, func(tx *db.Tx) error { return fillPolicies(tx, &v) })
}

func fillPolicies(tx *db.Tx, v *sheet.Sheet) error {
	if err := tx.Must(access.PromisesEdit); err != nil {
		return err
	}
	v.Actions = []ui.Button{{Text: "New policy", Icon: "plus", Is: "main", Href: policiesPath + "/new"}}
	all, err := clock.Policies(tx)
	if err != nil {
		return err
	}
	glossary, err := readGlossary(tx)
	if err != nil {
		return err
	}
	for _, kind := range []clock.Kind{clock.SLA, clock.OLA, clock.Supplier} {
		of := slices.DeleteFunc(slices.Clone(all), func(p clock.Policy) bool { return p.Kind != kind })
		t := ui.Table{Caption: kindWords(kind), Head: []ui.Column{{Text: "", Right: true}, {Text: "Policy"}, {Text: "For", Wide: true}, {Text: "Promises", Wide: true}, {Text: ""}, {Text: ""}}}
		for i, p := range of {
			t.Rows = append(t.Rows, glossary.policyRow(i, len(of), p))
		}
		if len(of) > 0 {
			v.Parts = append(v.Parts, ui.Card{Title: kindWords(kind), Hint: "The first that fits a ticket holds.", Parts: []ui.Part{t}})
		}
	}
	if len(all) == 0 {
		v.Parts = []ui.Part{ui.Empty{Icon: "clock", Title: "Nothing is promised yet", Text: "A policy says for which tickets what is promised, by which calendar, and what is done when a promise is about to break.",
			Actions: []ui.Button{{Text: "New policy", Is: "main", Href: policiesPath + "/new"}}}}
		return nil
	}
	v.Forms = []ui.Form{
		{Action: policiesPath + "/apply", Send: ui.Button{Text: "Apply to open tickets", Is: "plain"}, Fields: []ui.Field{{Name: "from", Label: "Open tickets", Kind: ui.Radios, Value: "now", Options: []ui.Option{
			{Value: "now", Text: "from now on", Hint: "What was used stays used."}, {Value: "start", Text: "as if it had been so from their start", Hint: "What is overdue then is shown so, but nobody is told of what is past."}}}}},
	}
	return nil
}

func (n glossary) policyRow(i, all int, p clock.Policy) []ui.Cell {
	path := policiesPath + "/" + p.ID
	mark := ui.Cell{}
	if !p.Active {
		mark.Parts = []ui.Part{ui.Badge{Text: "Not chosen"}}
	}
	return []ui.Cell{{Text: strconv.Itoa(i + 1), Muted: true}, {Text: p.Name, Href: path, Head: true}, {Text: cmp.Or(n.whenWords(p.When), "all tickets"), Muted: true},
		{Text: promiseWords(p), Muted: true}, mark, {Parts: []ui.Part{sheet.Moves(path, p.Name, i, all)}}}
}

func promiseWords(p clock.Policy) string {
	var said []string
	for _, promise := range p.Promises {
		said = append(said, targetName(promise.Target)+" "+goalSpan(promise.Goals))
	}
	return strings.Join(said, "; ")
}

// goalSpan is the shortest and the longest of some goals.
func goalSpan(goals map[int]time.Duration) string {
	all := slices.Sorted(maps.Values(goals))
	if len(all) == 0 {
		return "-"
	}
	first, last := clock.Typed(all[0]), clock.Typed(all[len(all)-1])
	if first == last {
		return first
	}
	return first + "–" + last
}

func targetName(t clock.Target) string {
	return map[clock.Target]string{clock.FirstResponse: "First reply", clock.NextResponse: "Next reply", clock.Resolution: "Resolution",
		clock.Acknowledgement: "Acknowledgement", clock.Approval: "Approval"}[t]
}

// glossary is what policies name, by id.
type glossary struct {
	people.Names
	items []catalogue.Item
	desks []clock.Desk
}

func readGlossary(tx *db.Tx) (n glossary, err error) {
	if n.items, err = catalogue.Items(tx); err != nil {
		return n, err
	}
	if n.desks, err = clock.Desks(tx); err != nil {
		return n, err
	}
	policies, err := clock.Policies(tx)
	if err != nil {
		return n, err
	}
	var organisations []string
	for _, p := range policies {
		organisations = append(organisations, p.When.Organisations...)
	}
	n.Names, err = people.NamesOf(tx, nil, organisations)
	return n, err
}

func (n glossary) item(id string) string {
	for _, i := range n.items {
		if i.ID == id {
			return i.Name
		}
	}
	return id
}

// whenWords tells for which tickets a policy is.
func (n glossary) whenWords(w clock.When) string {
	var said []string
	say := func(what string, ids []string, name func(string) string) {
		var names []string
		for _, id := range ids {
			names = append(names, cmp.Or(name(id), id))
		}
		if len(names) > 0 {
			said = append(said, what+strings.Join(names, " or "))
		}
	}
	as := func(s string) string { return s }
	say("", w.Kinds, as)
	say("tier ", w.Tiers, as)
	say("of ", w.Organisations, func(id string) string { return n.Organisations[id].Name })
	say("about ", w.Items, n.item)
	say("with ", w.Teams, func(id string) string { return n.Teams[id] })
	return strings.Join(said, ", ")
}

func (s *Screens) movePolicy(w http.ResponseWriter, r *http.Request) error {
	to, err := sheet.Place(r)
	if err != nil {
		return err
	}
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error { return s.Works.MovePolicy(tx, r.PathValue("id"), to) }); err != nil {
		return err
	}
	http.Redirect(w, r, policiesPath, http.StatusSeeOther)
	return nil
}

func (s *Screens) applyPolicies(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error { return s.Works.Apply(tx, r.PostForm.Get("from") == "start") }); err != nil {
		return err
	}
	return s.Did(w, r, policiesPath, "Open tickets come under the policies now; with many it takes a while.")
}

func (s *Screens) showContract(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Policy")
	return s.See(w, r, &v, func(tx *db.Tx) error { return s.fillContract(tx, r, &v) })
}

func (s *Screens) fillContract(tx *db.Tx, r *http.Request, v *sheet.Sheet) error {
	v.Back = policiesPath
	if err := tx.Must(access.PromisesEdit); err != nil {
		return err
	}
	p := clock.Policy{Kind: clock.SLA, Active: true, Pauses: []string{"customer"}}
	if id := r.PathValue("id"); id != "new" {
		var err error
		if p, err = clock.FindPolicy(tx, id); err != nil {
			return err
		}
	}
	n, err := readGlossary(tx)
	if err != nil {
		return err
	}
	v.Title, v.Heading1 = cmp.Or(p.Name, "New policy"), cmp.Or(p.Name, "New policy")
	if len(n.desks) == 0 {
		v.Parts = []ui.Part{ui.Empty{Icon: "calendar", Title: "First, a calendar", Text: "Promises count by a calendar: set up when your desk works.",
			Actions: []ui.Button{{Text: "New calendar", Is: "main", Href: calendarsPath + "/new"}}}}
	}
	v.Forms = []ui.Form{s.contractForm(r.PathValue("id"), p, n)}
	return nil
}

func (s *Screens) saveContract(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	var p clock.Policy
	read := func(tx *db.Tx) error {
		n, err := readGlossary(tx)
		if err == nil {
			p, err = readContract(tx, r.PathValue("id"), r.PostForm, n)
		}
		return err
	}
	var err error
	if rehearse.Asked(r) {
		if err = s.DB.View(r.Context(), read); err == nil {
			err = rehearse.Begin(w, r, s.DB, s.Bus, rehearsal.Policy, p)
		}
	} else {
		err = s.DB.Update(r.Context(), func(tx *db.Tx) error {
			if err := read(tx); err != nil {
				return err
			}
			_, err := s.Works.SavePolicy(tx, p)
			return err
		})
	}
	if err != nil {
		return s.Refuse(w, r, onTarget(err), func(tx *db.Tx, v *sheet.Sheet) error { return s.fillContract(tx, r, v) })
	}
	if rehearse.Asked(r) {
		return nil
	}
	return s.Did(w, r, policiesPath, "Kept. New tickets are promised so; apply it to open ones below, if they are to follow.")
}
