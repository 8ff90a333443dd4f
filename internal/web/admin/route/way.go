package route

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"muster/internal/catalogue"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people/client"
	"muster/internal/routing"
	"muster/internal/ticket"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
)

func (s *Screens) showRoute(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Route")
	return s.See(w, r, &v, func(tx *db.Tx) error { return s.fillRoute(tx, r, &v) })
}

// routeAt is the place of the route that the path names: the number of routes for a new one.
func routeAt(r *http.Request, routes []routing.Route) (int, error) {
	if r.PathValue("route") == "new" {
		return len(routes), nil
	}
	n, err := strconv.Atoi(r.PathValue("route"))
	if err != nil || n < 1 || n > len(routes) {
		return 0, fault.New(fault.NotFound, "There is no such route. Somebody may have removed it.")
	}
	return n - 1, nil
}

func (s *Screens) fillRoute(tx *db.Tx, r *http.Request, v *sheet.Sheet) error {
	v.Back = "/settings/routing/" + r.PathValue("team")
	p, err := routing.PolicyOf(tx, teamOf(r))
	if err != nil {
		return err
	}
	at, err := routeAt(r, p.Routes)
	if err != nil {
		return err
	}
	var route routing.Route
	if at < len(p.Routes) {
		route = p.Routes[at]
		v.Title, v.Heading1 = route.Name, route.Name
	}
	skills, err := routing.Skills(tx)
	if err != nil {
		return err
	}
	items, err := catalogue.Items(tx)
	if err != nil {
		return err
	}
	v.Hint = "All that is chosen must hold; of each question, one answer. Nothing chosen: any."
	form := ui.Form{Action: r.URL.Path, Send: ui.Button{Text: "Keep"}, Fields: append([]ui.Field{
		{Name: "version", Kind: ui.Hidden, Value: strconv.FormatInt(p.Version, 10)},
		{Name: "name", Label: "Name", Value: route.Name, Required: true}}, s.whenFields(route.When, items)...)}
	for _, skill := range skills {
		form.Fields = append(form.Fields, needField(skill, route.Needs))
	}
	if len(skills) == 0 {
		v.Parts = []ui.Part{ui.Empty{Icon: "sliders", Title: "No skill yet", Text: "A route asks for skills.", Next: "Name what your agents know first.", Actions: []ui.Button{{Text: "Skills", Href: "/settings/skills", Is: "main"}}}}
	}
	v.Forms = []ui.Form{form}
	return nil
}

func (s *Screens) whenFields(when routing.When, items []catalogue.Item) []ui.Field {
	var kinds, about, tiers, prios []ui.Option
	for _, k := range s.Desk.Kinds() {
		kinds = append(kinds, ui.Option{Value: k.Name, Text: k.Title})
	}
	for _, i := range items {
		if !i.Retired || slices.Contains(when.Items, i.ID) {
			about = append(about, ui.Option{Value: i.ID, Text: i.Name})
		}
	}
	for _, t := range client.Tiers() {
		tiers = append(tiers, ui.Option{Value: t, Text: t})
	}
	var chosen []string
	for _, p := range ticket.Priorities() {
		prios = append(prios, ui.Option{Value: strconv.Itoa(int(p)), Text: p.String()})
	}
	for _, p := range when.Priorities {
		chosen = append(chosen, strconv.Itoa(p))
	}
	return []ui.Field{
		{Name: "kinds", Label: "Kind of ticket", Kind: ui.Checks, Values: when.Kinds, Options: kinds},
		{Name: "items", Label: "About", Kind: ui.Checks, Values: when.Items, Options: about},
		{Name: "tiers", Label: "Tier of the organisation", Kind: ui.Checks, Values: when.Tiers, Options: tiers},
		{Name: "priorities", Label: "Priority", Kind: ui.Checks, Values: chosen, Options: prios},
		{Name: "tags", Label: "One of the tags", Value: strings.Join(when.Tags, ", "), Hint: "With commas between them."},
		{Name: "languages", Label: "One of the languages", Value: strings.Join(when.Languages, ", "), Hint: "Such as de, fr-CH. A language alone is also its regions'."},
	}
}

// needField asks how much of a skill is needed: "r2" is level 2, required; "p3" level 3, preferred.
func needField(skill routing.Skill, needs []routing.Need) ui.Field {
	f := ui.Field{Name: "need-" + skill.ID, Label: skill.Name, Kind: ui.Select, Options: []ui.Option{{Value: "", Text: "Not needed"}}}
	for _, kind := range [][2]string{{"r", "Required"}, {"p", "Preferred"}} {
		for level := 1; level <= 4; level++ {
			n := strconv.Itoa(level)
			f.Options = append(f.Options, ui.Option{Value: kind[0] + n, Text: "Level " + n + " or higher", Group: kind[1]})
		}
	}
	for _, n := range needs {
		if n.Skill == skill.ID {
			f.Value = map[bool]string{false: "r", true: "p"}[n.Preferred] + strconv.Itoa(n.Level)
		}
	}
	return f
}

func (s *Screens) saveRoute(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	err := s.changePolicy(r, func(p *routing.Policy) error {
		at, err := routeAt(r, p.Routes)
		if err != nil {
			return err
		}
		if at == len(p.Routes) {
			p.Routes = append(p.Routes, routing.Route{})
		}
		p.Routes[at] = readRoute(r)
		return nil
	})
	if err != nil {
		return s.Refuse(w, r, err, func(tx *db.Tx, v *sheet.Sheet) error { return s.fillRoute(tx, r, v) })
	}
	return s.Did(w, r, "/settings/routing/"+r.PathValue("team"), "Kept.")
}

func readRoute(r *http.Request) routing.Route {
	f := r.PostForm
	route := routing.Route{Name: strings.TrimSpace(f.Get("name")), When: routing.When{Kinds: f["kinds"], Items: f["items"], Tiers: f["tiers"],
		Tags: sheet.Listed(f.Get("tags")), Languages: sheet.Listed(f.Get("languages"))}}
	for _, p := range f["priorities"] {
		if n, err := strconv.Atoi(p); err == nil {
			route.When.Priorities = append(route.When.Priorities, n)
		}
	}
	for name := range f {
		skill, ok := strings.CutPrefix(name, "need-")
		if value := f.Get(name); ok && len(value) == 2 {
			route.Needs = append(route.Needs, routing.Need{Skill: skill, Level: int(value[1] - '0'), Preferred: value[0] == 'p'})
		}
	}
	slices.SortFunc(route.Needs, func(a, b routing.Need) int { return strings.Compare(a.Skill, b.Skill) })
	return route
}

func (s *Screens) removeRoute(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	if err := s.changePolicy(r, func(p *routing.Policy) error {
		at, err := routeAt(r, p.Routes)
		if err == nil && at < len(p.Routes) {
			p.Routes = slices.Delete(p.Routes, at, at+1)
		}
		return err
	}); err != nil {
		return err
	}
	return s.Did(w, r, "/settings/routing/"+r.PathValue("team"), "Removed.")
}
