// Package route serves the pages about who gets which ticket: routing, skills, shifts.
package route

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/rehearsal"
	"muster/internal/routing"
	"muster/internal/ticket"
	"muster/internal/web/admin/rehearse"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
)

// Screens are the pages.
type Screens struct {
	sheet.Pages
	Bus    *event.Bus
	Desk   *ticket.Desk
	Router *routing.Router
}

// Routes are the pages, for who has signed in.
func (s *Screens) Routes() map[string]ui.Handler {
	return map[string]ui.Handler{
		"GET /settings/routing":                               s.showRouting,
		"GET /settings/routing/{team}":                        s.showPolicy,
		"POST /settings/routing/{team}":                       s.savePolicy,
		"POST /settings/routing/{team}/remove":                s.removePolicy,
		"GET /settings/routing/{team}/routes/{route}":         s.showRoute,
		"POST /settings/routing/{team}/routes/{route}":        s.saveRoute,
		"POST /settings/routing/{team}/routes/{route}/remove": s.removeRoute,
		"GET /settings/skills":                                s.showSkills,
		"POST /settings/skills":                               s.addSkill,
		"POST /settings/skill/{id}/remove":                    s.removeSkill,
		"GET /settings/skills/{user}":                         s.showProfile,
		"POST /settings/skills/{user}":                        s.saveProfile,
		"GET /settings/shifts":                                s.showShifts,
		"GET /settings/shifts/{id}":                           s.showShift,
		"POST /settings/shifts/{id}":                          s.saveShift,
		"POST /settings/shifts/{id}/remove":                   s.removeShift,
	}
}

// byDefault is how the address calls the policy of teams that have none of their own.
const byDefault = "default"

func teamOf(r *http.Request) string {
	if t := r.PathValue("team"); t != byDefault {
		return t
	}
	return routing.Default
}

func routingTabs(here string) ui.Tabs {
	t := ui.Tabs{Label: "Routing"}
	for _, tab := range [][2]string{{"/settings/routing", "Teams"}, {"/settings/skills", "Skills"}, {"/settings/shifts", "Shifts"}} {
		t.Items = append(t.Items, ui.Tab{Href: tab[0], Text: tab[1], Current: tab[0] == here})
	}
	return t
}

func modeWords(m routing.Mode) string {
	switch m {
	case routing.RoundRobin:
		return "In turn"
	case routing.LeastLoaded:
		return "Who has the least to do"
	case routing.Skilled:
		return "Who has the skills"
	}
	return "Off: people take tickets themselves"
}

func (s *Screens) showRouting(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Routing")
	v.Tabs = routingTabs("/settings/routing")
	return s.See(w, r, &v, func(tx *db.Tx) error {
		kept, err := routing.Policies(tx)
		if err != nil {
			return err
		}
		teams, err := people.Teams(tx)
		if err != nil {
			return err
		}
		t := ui.Table{Caption: "Teams", Head: []ui.Column{{Text: "Team"}, {Text: "Tickets go to"}, {Text: "Carries", Right: true}, {Text: "Who is away", Wide: true}, {Text: "Wait", Right: true}}}
		all := append([]people.Team{{ID: routing.Default, Name: "Every other team"}}, teams...)
		for _, team := range all {
			row, err := policyRow(tx, team, kept)
			if err != nil {
				return err
			}
			t.Rows = append(t.Rows, row)
		}
		present, err := s.presentTable(tx)
		v.Parts = []ui.Part{t, present}
		return err
	})
}

func policyRow(tx *db.Tx, team people.Team, kept []routing.Stored) ([]ui.Cell, error) {
	i := slices.IndexFunc(kept, func(p routing.Stored) bool { return p.Team == team.ID })
	href := "/settings/routing/" + team.ID
	if team.ID == routing.Default {
		href += byDefault
	}
	if i < 0 && team.ID != routing.Default {
		return []ui.Cell{{Text: team.Name, Href: href, Head: true}, {Text: "As every other team", Muted: true}, {}, {}, {}}, nil
	}
	var p routing.Policy
	if i >= 0 {
		p = kept[i].Policy
	}
	waits, err := routing.Waiting(tx, team.ID)
	return []ui.Cell{{Text: team.Name, Href: href, Head: true}, {Text: modeWords(p.Mode)}, {Text: sheet.Number(p.Capacity)}, {Text: awayWords(p), Muted: true}, {Text: sheet.Number(len(waits))}}, err
}

func awayWords(p routing.Policy) string {
	switch p.Away {
	case routing.Others:
		return fmt.Sprintf("After %d min others get their tickets", p.Grace)
	case routing.Back:
		return fmt.Sprintf("After %d min their tickets go back to the team", p.Grace)
	}
	return ""
}

func presenceBadge(state routing.State) ui.Badge {
	switch state {
	case routing.Available:
		return ui.Badge{Text: "Available", Is: "good", Icon: "check"}
	case routing.Busy:
		return ui.Badge{Text: "Busy", Is: "warn", Icon: "clock"}
	case routing.AwayState:
		return ui.Badge{Text: "Away"}
	}
	return ui.Badge{Text: "Offline"}
}

// presentTable is who is here now.
func (s *Screens) presentTable(tx *db.Tx) (ui.Table, error) {
	present, err := s.Router.Present(tx)
	t := ui.Table{Caption: "Who is here", Head: []ui.Column{{Text: "Agent"}, {Text: "Presence"}, {Text: "Since", Wide: true}, {Text: "Shift"}}}
	for _, p := range present {
		shift := ui.Cell{Text: "On shift"}
		if !p.OnShift {
			shift = ui.Cell{Text: "Off shift", Muted: true}
		}
		t.Rows = append(t.Rows, []ui.Cell{{Text: p.Name, Href: "/settings/skills/" + p.User, Head: true}, {Parts: []ui.Part{presenceBadge(p.State)}}, {At: p.Since}, shift})
	}
	return t, err
}

func (s *Screens) showPolicy(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Routing")
	return s.See(w, r, &v, func(tx *db.Tx) error { return s.fillPolicy(tx, r, &v) })
}

func (s *Screens) fillPolicy(tx *db.Tx, r *http.Request, v *sheet.Sheet) error {
	v.Back = "/settings/routing"
	p, err := routing.PolicyOf(tx, teamOf(r))
	if err != nil {
		return err
	}
	v.Title, v.Heading1 = "Every other team", "Every other team"
	if p.Team != routing.Default {
		team, err := people.FindTeam(tx, p.Team)
		if err != nil {
			return err
		}
		v.Title, v.Heading1 = team.Name, team.Name
		if p.Version > 0 {
			v.Actions = append(v.Actions, ui.Button{Text: "As every other team", Icon: "undo", Action: r.URL.Path + "/remove"})
		}
	}
	path := "/settings/routing/" + r.PathValue("team")
	if p.Mode == routing.Skilled {
		v.Actions = append(v.Actions, ui.Button{Text: "New route", Icon: "plus", Href: path + "/routes/new"})
		v.Parts = append(v.Parts, routeTable(path, p.Routes))
	}
	if p.Team != routing.Default && p.On() {
		now, err := s.standing(tx, p)
		if err != nil {
			return err
		}
		v.Parts = append(v.Parts, now)
	}
	v.Forms = []ui.Form{policyForm(path, p)}
	return nil
}

func routeTable(path string, routes []routing.Route) ui.Table {
	t := ui.Table{Caption: "Routes", Head: []ui.Column{{Text: "Route"}, {Text: "Required"}, {Text: "Preferred", Wide: true}, {Text: ""}},
		Empty: &ui.Empty{Icon: "sliders", Title: "No route yet", Text: "Without one every ticket may go to anybody.", Next: "Say which tickets ask for which skills."}}
	for i, route := range routes {
		var must, may []string
		for _, n := range route.Needs {
			if n.Preferred {
				may = append(may, n.String())
			} else {
				must = append(must, n.String())
			}
		}
		at := path + "/routes/" + strconv.Itoa(i+1)
		t.Rows = append(t.Rows, []ui.Cell{{Text: route.Name, Href: at, Head: true}, {Text: strings.Join(must, ", ")}, {Text: strings.Join(may, ", "), Muted: true},
			{Parts: []ui.Part{ui.Button{Icon: "x", Is: "bare", Label: "Remove " + route.Name, Action: at + "/remove"}}}})
	}
	return t
}

// standing is what the members of a team have now.
func (s *Screens) standing(tx *db.Tx, p routing.Stored) (ui.Table, error) {
	agents, err := s.Router.Standing(tx, p.Team)
	t := ui.Table{Caption: "Who could get the next ticket", Head: []ui.Column{{Text: "Agent"}, {Text: "Presence"}, {Text: "Shift", Wide: true}, {Text: "Has", Right: true}, {Text: "Carries", Right: true}},
		Empty: &ui.Empty{Icon: "users", Title: "Nobody is in this team", Text: "Tickets go to members of the team.", Next: "Choose them under Teams."}}
	for _, a := range agents {
		shift := ui.Cell{Text: "On shift"}
		if !a.OnShift {
			shift = ui.Cell{Text: "Off shift", Muted: true}
		}
		t.Rows = append(t.Rows, []ui.Cell{{Text: a.Name, Href: "/settings/skills/" + a.ID, Head: true}, {Parts: []ui.Part{presenceBadge(a.State)}}, shift,
			{Text: strconv.Itoa(a.Load)}, {Text: sheet.Number(a.Capacity)}})
	}
	return t, err
}

func policyForm(path string, p routing.Stored) ui.Form {
	var modes []ui.Option
	for _, m := range routing.Modes() {
		modes = append(modes, ui.Option{Value: string(m), Text: modeWords(m)})
	}
	mode := p.Mode
	if mode == "" {
		mode = routing.Off
	}
	form := ui.Form{Action: path, Send: ui.Button{Text: "Keep"}, Others: []ui.Button{rehearse.Button()}, Fields: []ui.Field{
		{Name: "version", Kind: ui.Hidden, Value: strconv.FormatInt(p.Version, 10)},
		{Name: "mode", Label: "Tickets go to", Kind: ui.Radios, Value: string(mode), Options: modes, Hint: "What comes from now on is given out. What is in the queue already stays as it is."},
		{Name: "also", Label: "Also to", Kind: ui.Checks, Values: marked(map[string]bool{"busy": p.Busy, "absent": p.Absent, "off_shift": p.OffShift}), Options: []ui.Option{
			{Value: "busy", Text: "who is busy"}, {Value: "absent", Text: "who is away or offline"}, {Value: "off_shift", Text: "who is off shift"}}},
		{Name: "capacity", Label: "An agent carries", Kind: ui.Number, Min: "0", Value: sheet.Number(p.Capacity), Unit: "points", Hint: "Open tickets that wait for us. Empty: any number. An agent may carry more or less: see Skills."},
		{Name: "relax", Label: "A ticket does without required skills after", Kind: ui.Number, Min: "0", Value: sheet.Number(p.Relax), Unit: "min", Hint: "Empty: never. Preferred skills give way at once.", Beside: true},
	}}
	for i, prio := range ticket.Priorities() {
		form.Fields = append(form.Fields, ui.Field{Name: "weight-" + strconv.Itoa(int(prio)), Label: "A " + prio.String() + " ticket weighs", Kind: ui.Number, Min: "0", Value: strconv.Itoa(p.Weight(int(prio))), Unit: "points", Beside: i > 0})
	}
	form.Fields = append(form.Fields,
		ui.Field{Name: "away", Label: "When somebody goes away, their open tickets", Kind: ui.Select, Value: string(p.Away), Options: []ui.Option{
			{Value: "", Text: "stay"}, {Value: string(routing.Others), Text: "go to others"}, {Value: string(routing.Back), Text: "go back to the team"}}},
		ui.Field{Name: "grace", Label: "After", Kind: ui.Number, Min: "0", Value: sheet.Number(p.Grace), Unit: "min", Hint: "Tickets that wait for the customer stay until the customer answers.", Beside: true},
		ui.Field{Name: "wide", Label: "Also", Kind: ui.Checks, Values: marked(map[string]bool{"by_hand": p.ByHand, "handover": p.Handover}), Options: []ui.Option{
			{Value: "by_hand", Text: "tickets that a person had assigned"}, {Value: "handover", Text: "when their shift is simply over"}}})
	return form
}

// marked are the names that are true.
func marked(of map[string]bool) []string {
	var names []string
	for name, is := range of {
		if is {
			names = append(names, name)
		}
	}
	return names
}

func (s *Screens) savePolicy(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	keep := func() error { return s.changePolicy(r, func(p *routing.Policy) error { return readPolicy(r, p) }) }
	if rehearse.Asked(r) {
		keep = func() error { return s.rehearsePolicy(w, r) }
	}
	err := keep()
	if err != nil {
		return s.Refuse(w, r, err, func(tx *db.Tx, v *sheet.Sheet) error { return s.fillPolicy(tx, r, v) })
	}
	if rehearse.Asked(r) {
		return nil
	}
	return s.Did(w, r, "/settings/routing/"+r.PathValue("team"), "Kept.")
}

// rehearsePolicy plays what was typed over the past, with the routes that the team has.
func (s *Screens) rehearsePolicy(w http.ResponseWriter, r *http.Request) error {
	draft := rehearsal.RoutingDraft{Team: teamOf(r)}
	if err := s.DB.View(r.Context(), func(tx *db.Tx) error {
		p, err := routing.PolicyOf(tx, draft.Team)
		draft.Policy = p.Policy
		return err
	}); err != nil {
		return err
	}
	if err := readPolicy(r, &draft.Policy); err != nil {
		return err
	}
	return rehearse.Begin(w, r, s.DB, s.Bus, rehearsal.Routing, draft)
}

// changePolicy keeps what f makes of a team's policy.
func (s *Screens) changePolicy(r *http.Request, f func(*routing.Policy) error) error {
	return s.DB.Update(r.Context(), func(tx *db.Tx) error {
		p, err := routing.PolicyOf(tx, teamOf(r))
		if err != nil {
			return err
		}
		made := p.Policy
		made.Routes = slices.Clone(p.Routes)
		if err := f(&made); err != nil {
			return err
		}
		seen, _ := strconv.ParseInt(r.PostForm.Get("version"), 10, 64) // nobody but who changes the form sends another
		_, err = routing.SetPolicy(tx, p.Team, made, seen)
		return err
	})
}

func readPolicy(r *http.Request, p *routing.Policy) error {
	f := r.PostForm
	p.Mode, p.Away = routing.Mode(f.Get("mode")), routing.Away(f.Get("away"))
	p.Busy, p.Absent, p.OffShift = slices.Contains(f["also"], "busy"), slices.Contains(f["also"], "absent"), slices.Contains(f["also"], "off_shift")
	p.ByHand, p.Handover = slices.Contains(f["wide"], "by_hand"), slices.Contains(f["wide"], "handover")
	p.Weights = map[int]int{}
	errs := []error{sheet.Whole(r, "capacity", &p.Capacity), sheet.Whole(r, "relax", &p.Relax), sheet.Whole(r, "grace", &p.Grace)}
	for _, prio := range ticket.Priorities() {
		weight, name := 1, "weight-"+strconv.Itoa(int(prio))
		if strings.TrimSpace(f.Get(name)) != "" {
			errs = append(errs, sheet.Whole(r, name, &weight))
		}
		if weight != 1 {
			p.Weights[int(prio)] = weight
		}
	}
	return fault.Join(errs...)
}

func (s *Screens) removePolicy(w http.ResponseWriter, r *http.Request) error {
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error { return routing.RemovePolicy(tx, teamOf(r)) }); err != nil {
		return err
	}
	return s.Did(w, r, "/settings/routing", "It goes by what holds for every other team.")
}

// mayRoute reports whether the reader may set routing up.
func mayRoute(r *http.Request) error { return sheet.Actor(r).Must(access.RulesEdit) }
