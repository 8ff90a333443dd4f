// Package rule serves the pages about what a desk does by itself: rules, macros, templates.
package rule

import (
	"embed"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/automation"
	"muster/internal/clock"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/rehearsal"
	"muster/internal/ticket"
	"muster/internal/web/admin/rehearse"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
	"muster/internal/webhook"
)

//go:embed *.html
var files embed.FS

// Screens are the pages.
type Screens struct {
	sheet.Pages
	Bus   *event.Bus
	Desk  *ticket.Desk
	Clerk *automation.Clerk
	Hooks *webhook.Hooks
}

// Routes are the pages, for who has signed in.
func (s *Screens) Routes() map[string]ui.Handler {
	all := map[string]ui.Handler{
		"GET /settings/rules":              s.showRules,
		"POST /settings/rules/check":       s.checkExpression,
		"GET /settings/rules/{id}":         s.showRule,
		"POST /settings/rules/{id}":        s.saveRule,
		"GET /settings/rules/{id}/log":     s.showRuleLog,
		"POST /settings/rules/{id}/move":   s.moveRule,
		"POST /settings/rules/{id}/remove": s.removeRule,
		"GET /settings/macros":             s.showMacros,
		"GET /settings/templates":          s.showTemplates,
	}
	maps.Copy(all, s.macroShelf().routes())
	maps.Copy(all, s.templateShelf().routes())
	return all
}

func triggerWords(t automation.Trigger) string {
	return map[automation.Trigger]string{automation.Opened: "A ticket is opened", automation.Changed: "Something is set on it", automation.Moved: "It moves to another state",
		automation.Asked: "The customer writes again", automation.Replied: "An agent replies", automation.Noted: "Somebody writes a note", automation.Merged: "Another is merged into it",
		automation.Linked: "It is linked", automation.Surveyed: "A survey is answered", automation.Warned: "A promise is about to be late", automation.Broken: "A promise is late"}[t]
}

// ruleTabs lead between the three lists that belong together.
func ruleTabs(current string) ui.Tabs {
	t := ui.Tabs{Label: "Automation"}
	for _, tab := range []struct{ href, text string }{{"/settings/rules", "Rules"}, {"/settings/macros", "Macros"}, {"/settings/templates", "Templates"}} {
		t.Items = append(t.Items, ui.Tab{Text: tab.text, Href: tab.href, Current: tab.href == current})
	}
	return t
}

func (s *Screens) showRules(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Rules")
	v.Tabs = ruleTabs("/settings/rules")
	v.Actions = []ui.Button{{Text: "New rule", Icon: "plus", Is: "main", Href: "/settings/rules/new"}}
	return s.See(w, r, &v, func(tx *db.Tx) error {
		all, err := automation.Rules(tx)
		if err != nil {
			return err
		}
		t := ui.Table{Caption: "Rules", Head: []ui.Column{{Text: "", Right: true}, {Text: "Rule"}, {Text: "When", Wide: true}, {Text: "Then", Wide: true}, {Text: ""}, {Text: ""}},
			Empty: &ui.Empty{Icon: "bot", Title: "No rules yet", Text: "A rule does what somebody would do by hand: assign, tag, answer, tell."}}
		for i, rule := range all {
			t.Rows = append(t.Rows, ruleRow(i, len(all), rule))
		}
		v.Parts = []ui.Part{t}
		return nil
	})
}

func ruleRow(i, all int, r automation.Rule) []ui.Cell {
	path := "/settings/rules/" + r.ID
	mark := ui.Badge{Text: "Off"}
	if r.Active {
		mark = ui.Badge{Text: "On", Is: "good", Icon: "check"}
	}
	if r.Stop {
		mark.Text += ", stops"
	}
	return []ui.Cell{{Text: strconv.Itoa(i + 1), Muted: true}, {Text: r.Name, Href: path, Head: true}, {Text: whenWords(r), Muted: true}, {Text: thenWords(r.Actions), Muted: true},
		{Parts: []ui.Part{mark}}, {Parts: []ui.Part{sheet.Moves(path, r.Name, i, all)}}}
}

func whenWords(r automation.Rule) string {
	var on []string
	for _, t := range r.On {
		on = append(on, triggerWords(t))
	}
	said := strings.Join(on, ", ")
	if r.Wait > 0 {
		said = sheet.WaitWords(r.Wait) + " after: " + said
		if r.Calendar != "" {
			said = "Working time: " + said
		}
	}
	return said
}

func thenWords(actions []automation.Action) string {
	var said []string
	for _, a := range actions {
		name, _ := deed(a)
		for _, o := range deeds(false) {
			if o.Value == name {
				short, _, _ := strings.Cut(o.Text, ":")
				said = append(said, short)
			}
		}
	}
	return strings.Join(said, ", ")
}

func (s *Screens) showRule(w http.ResponseWriter, r *http.Request) error {
	return s.DB.View(r.Context(), func(tx *db.Tx) error {
		rule := automation.Rule{Active: true, Definition: automation.Definition{On: []automation.Trigger{automation.Opened}}}
		var err error
		if id := r.PathValue("id"); id != "new" {
			rule, err = automation.FindRule(tx, id)
		} else {
			err = tx.Must(access.RulesEdit)
		}
		if err != nil {
			return err
		}
		v, err := s.ruleEditor(tx, r, rule)
		if err != nil {
			return err
		}
		return editorPage.Render(w, r, v)
	})
}

// ruleEditor lays out a rule.
func (s *Screens) ruleEditor(tx *db.Tx, r *http.Request, rule automation.Rule) (editor, error) {
	id := r.PathValue("id")
	path := "/settings/rules/" + id
	v := editor{Frame: ui.FrameOf(r, "Rule"), Back: "/settings/rules", Heading1: "New rule", Form: ui.Form{Action: path, Send: ui.Button{Text: "Keep"}, Others: []ui.Button{rehearse.Button()}}}
	if id != "new" {
		v.Heading1 = rule.Name
		v.Tabs = tabsOfRule(id, false)
		v.Actions = []ui.Button{{Text: "Remove", Icon: "x", Is: "bad", Action: path + "/remove"}}
	}
	c, err := s.callings(tx)
	if err != nil {
		return v, err
	}
	n, unit := sheet.SplitWait(rule.Wait)
	wait := ""
	if n > 0 {
		wait = strconv.Itoa(n)
	}
	desks, err := clock.Desks(tx)
	if err != nil {
		return v, err
	}
	calendars := []ui.Option{{Value: "", Text: "the clock, day and night"}}
	for _, d := range desks {
		calendars = append(calendars, ui.Option{Value: d.ID, Text: d.Name})
	}
	var on []ui.Option
	for _, t := range automation.Triggers() {
		on = append(on, ui.Option{Value: string(t), Text: triggerWords(t)})
	}
	when := group{Title: "When", Hint: "What a machine wrote, an out-of-office answer for instance, starts no rule.", Rows: [][]ui.Field{
		{{Name: "name", Label: "Name", Value: rule.Name, Required: true}, {Name: "version", Kind: ui.Hidden, Value: strconv.FormatInt(rule.Version, 10)}},
		{{Name: "on", Label: "Listens to", Kind: ui.Checks, Values: sheet.Texts(rule.On), Options: on}},
		{{Name: "wait", Label: "And then waits", Kind: ui.Number, Min: "0", Value: wait, Placeholder: "0", Hint: "If it happens again, the time begins anew."},
			{Name: "unit", Label: "Unit", Kind: ui.Select, Value: unit, Options: []ui.Option{{Value: "minutes", Text: "minutes"}, {Value: "hours", Text: "hours"}, {Value: "days", Text: "days"}}},
			{Name: "calendar", Label: "Counted by", Kind: ui.Select, Value: rule.Calendar, Options: calendars, Hint: "In a calendar’s working time, a day is 24 working hours."}},
	}}
	v.Groups = []group{when, c.conditionGroup(rule.Condition), c.actionGroup(rule.Actions, false),
		{Title: "And after", Rows: [][]ui.Field{{{Name: "stop", Label: "If this rule ran, the rules after it are not asked", Kind: ui.Check, Value: onOff(rule.Stop)}},
			{{Name: "active", Label: "The rule is on", Kind: ui.Switch, Value: onOff(rule.Active)}}}}}
	return v, nil
}

func onOff(on bool) string {
	if on {
		return "true"
	}
	return ""
}

func (c callings) conditionGroup(cond automation.Condition) group {
	match := "all"
	if cond.Any {
		match = "any"
	}
	g := group{Title: "If", Hint: "Without conditions it always runs.", More: &ui.Button{Text: "One more condition", Icon: "plus", Name: "more", Value: "rows"}, Rows: [][]ui.Field{
		{{Name: "match", Label: "Of the conditions", Kind: ui.Radios, Value: match, Options: []ui.Option{{Value: "all", Text: "All must hold"}, {Value: "any", Text: "One is enough"}}}}}}
	for i, row := range append(cond.Rows[:len(cond.Rows):len(cond.Rows)], automation.Row{}) {
		g.Rows = append(g.Rows, c.rowFields(i, row))
	}
	g.Rows = append(g.Rows, []ui.Field{{Name: "expression", Label: "And this expression", Kind: ui.Long, Rows: 2, Code: true, Value: cond.Expression,
		Placeholder: `organisation.tier == "gold" and any(ticket.tags, # startsWith "vip")`, Hint: "May be empty. It must hold beside the conditions above."}})
	return g
}

// readRule reads what was typed.
func readRule(id string, f url.Values) (rule automation.Rule, err error) {
	rule = automation.Rule{Name: f.Get("name"), Active: f.Get("active") != "", Definition: automation.Definition{Stop: f.Get("stop") != "", Calendar: f.Get("calendar"),
		Condition: automation.Condition{Any: f.Get("match") == "any", Rows: readRows(f), Expression: f.Get("expression")}, Actions: readActions(f)}}
	if id != "new" {
		rule.ID = id
	}
	for _, t := range f["on"] {
		rule.On = append(rule.On, automation.Trigger(t))
	}
	rule.Version, _ = strconv.ParseInt(f.Get("version"), 10, 64)
	if text := strings.TrimSpace(f.Get("wait")); text != "" {
		n, parseErr := strconv.Atoi(text)
		unit := map[string]time.Duration{"minutes": time.Minute, "hours": time.Hour, "days": 24 * time.Hour}[f.Get("unit")]
		if parseErr != nil || n < 0 || n > 525_600 || unit == 0 {
			return rule, fault.Field("wait", "The time is a whole number of minutes, hours or days, not %.40q.", text)
		}
		rule.Wait = time.Duration(n) * unit
	}
	return rule, nil
}

func (s *Screens) saveRule(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	rule, err := readRule(r.PathValue("id"), r.PostForm)
	more := r.PostFormValue("more") != ""
	if err == nil && !more && rehearse.Asked(r) {
		if err = s.rehearseRule(w, r, rule); err == nil {
			return nil
		}
	} else if err == nil && !more {
		err = s.DB.Update(r.Context(), func(tx *db.Tx) error { _, err := s.Clerk.SaveRule(tx, rule); return err })
	}
	if err == nil && !more {
		return s.Did(w, r, "/settings/rules", "Kept.")
	}
	if err != nil && !tellable(err) {
		return err
	}
	return s.again(w, r, err, func(tx *db.Tx) (editor, error) {
		if fault.Is(err, fault.Conflict) { // having read that, one may go on
			now, err := automation.FindRule(tx, rule.ID)
			if err != nil {
				return editor{}, err
			}
			rule.Version = now.Version
		}
		v, err := s.ruleEditor(tx, r, rule)
		if wait := r.PostForm.Get("wait"); err == nil && wait != "" {
			v.Groups[0].Rows[2][0].Value, v.Groups[0].Rows[2][1].Value = wait, r.PostForm.Get("unit")
		}
		return v, err
	})
}

// rehearseRule plays what was typed over the past.
func (s *Screens) rehearseRule(w http.ResponseWriter, r *http.Request, rule automation.Rule) error {
	if err := s.DB.View(r.Context(), func(tx *db.Tx) (err error) { rule, err = s.Clerk.CheckRule(tx, rule); return err }); err != nil {
		return err
	}
	return rehearse.Begin(w, r, s.DB, s.Bus, rehearsal.Rule, rule)
}

// again shows an editor as it was typed, with what is wrong; nothing is if one more row was asked for.
func (s *Screens) again(w http.ResponseWriter, r *http.Request, wrong error, lay func(*db.Tx) (editor, error)) error {
	var v editor
	if err := s.DB.View(r.Context(), func(tx *db.Tx) (err error) {
		if err := tx.Must(access.RulesEdit); err != nil {
			return err
		}
		v, err = lay(tx)
		return err
	}); err != nil {
		return err
	}
	if wrong == nil {
		return editorPage.Render(w, r, v)
	}
	v.blame(wrong)
	return editorPage.Refuse(w, r, v, wrong)
}

func (s *Screens) moveRule(w http.ResponseWriter, r *http.Request) error {
	to, err := sheet.Place(r)
	if err != nil {
		return err
	}
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error { return s.Clerk.MoveRule(tx, r.PathValue("id"), to) }); err != nil {
		return err
	}
	http.Redirect(w, r, "/settings/rules", http.StatusSeeOther)
	return nil
}

func (s *Screens) removeRule(w http.ResponseWriter, r *http.Request) error {
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error { return s.Clerk.RemoveRule(tx, r.PathValue("id")) }); err != nil {
		return err
	}
	return s.Did(w, r, "/settings/rules", "Removed.")
}

// checkExpression says while somebody types what is wrong with an expression, and where.
func (s *Screens) checkExpression(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Actor(r).Must(access.RulesEdit); err != nil {
		return err
	}
	verdict := map[string]string{"problem": ""}
	if source := r.PostFormValue("expression"); strings.TrimSpace(source) != "" {
		if err := automation.CheckExpression(source); err != nil {
			verdict["problem"] = fault.Message(err)
		}
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(verdict)
}
