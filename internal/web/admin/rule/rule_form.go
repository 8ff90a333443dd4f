package rule

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"muster/internal/automation"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/template"
	"muster/internal/ticket"
	"muster/internal/web/ui"
)

// editor is a page on which a rule, a macro or a text is made of rows.
type editor struct {
	ui.Frame
	Back, Heading1 string
	Actions        []ui.Button
	Tabs           ui.Tabs
	Parts          []ui.Part
	Form           ui.Form // without its fields: those stand in the groups
	Groups         []group
}

// group is fields under a heading, row by row.
type group struct {
	Title, Hint string
	Rows        [][]ui.Field
	Notes       []ui.Part
	More        *ui.Button // asks for one more row
}

var editorPage = ui.Parse[editor](files, "rule.html")

// blame says beside the fields what is wrong. What is wrong with a row stands at its first field.
func (v *editor) blame(err error) {
	var all []*ui.Field
	for i := range v.Groups {
		for j := range v.Groups[i].Rows {
			for k := range v.Groups[i].Rows[j] {
				all = append(all, &v.Groups[i].Rows[j][k])
			}
		}
	}
	for _, f := range all {
		v.Form.Fields = append(v.Form.Fields, *f)
	}
	v.Form.Blame(err)
	for i, f := range all {
		f.Error, f.Focus = v.Form.Fields[i].Error, v.Form.Fields[i].Focus
	}
}

// callings are what people call what rules refer to by id.
type callings struct {
	byID      map[string]string
	states    map[string]string
	suggested []string // what a value may be
}

func (s *Screens) callings(tx *db.Tx) (c callings, err error) {
	c.byID = map[string]string{}
	names, err := people.NamesOf(tx, nil, nil)
	if err != nil {
		return c, err
	}
	add := func(id, name string) {
		c.byID[id] = name
		c.suggested = append(c.suggested, name)
	}
	for id, name := range names.Teams {
		add(id, name)
	}
	for id, name := range names.Users {
		c.byID[id] = name // a rule may still name who has left
	}
	c.suggested = append(c.suggested, slices.Collect(maps.Values(names.Staff))...)
	templates, err := template.All(tx)
	if err != nil {
		return c, err
	}
	for _, t := range templates {
		add(t.ID, t.Name)
	}
	macros, err := automation.Macros(tx)
	for _, m := range macros {
		add(m.ID, m.Name)
	}
	if s.Clerk.Hands.Hooks != nil && err == nil {
		var hooks []automation.Choosable
		hooks, err = s.Clerk.Hands.Hooks(tx)
		for _, h := range hooks {
			add(h.ID, h.Name)
		}
	}
	for _, p := range ticket.Priorities() {
		c.suggested = append(c.suggested, p.String())
	}
	c.states = map[string]string{}
	for _, k := range s.Desk.Kinds() {
		flow, err := s.Desk.WorkflowOf(tx, k.Name)
		if err != nil {
			return c, err
		}
		for _, st := range flow.States {
			c.states[st.ID] = st.Name
			c.suggested = append(c.suggested, st.Name)
		}
	}
	slices.Sort(c.suggested)
	c.suggested = slices.Compact(c.suggested)
	return c, err
}

// said puts names in the place of the ids of what is asked about, or set.
func (c callings) said(about, value string) string {
	names := c.byID
	if strings.HasSuffix(about, "state") {
		names = c.states
	}
	if kind, id, ok := strings.Cut(value, ":"); ok && names[id] != "" {
		return kind + ":" + names[id]
	}
	parts := strings.Split(value, ",")
	for i, p := range parts {
		parts[i] = cmp.Or(names[p], p)
	}
	return strings.Join(parts, ",")
}

// -- conditions --

func opWords(o automation.Op) string {
	return map[automation.Op]string{automation.Is: "is", automation.IsNot: "is not", automation.OneOf: "is one of", automation.Contains: "contains",
		automation.ContainsNo: "does not contain", automation.Begins: "begins with", automation.Ends: "ends with", automation.Empty: "is empty",
		automation.Filled: "is not empty", automation.More: "is more than", automation.Less: "is less than"}[o]
}

const ownField = "field" // of the ticket's own: its name stands in the value, as in "site = North"

// rowFields are the fields of one condition.
func (c callings) rowFields(i int, r automation.Row) []ui.Field {
	n := fmt.Sprint("rows.", i)
	path, value := r.Field, c.said(r.Field, r.Value)
	if name, ok := strings.CutPrefix(path, "field:"); ok {
		path, value = ownField, name+" = "+r.Value
	}
	options := []ui.Option{{Value: "", Text: "…"}}
	for _, f := range automation.Fields() {
		options = append(options, ui.Option{Value: f.Path, Text: f.Label, Group: f.Group})
	}
	options = append(options, ui.Option{Value: ownField, Text: "A field of its own: name = value", Group: "Ticket’s own fields"})
	var ops []ui.Option
	for _, o := range automation.Ops() {
		ops = append(ops, ui.Option{Value: string(o), Text: opWords(o)})
	}
	return []ui.Field{{Name: n, Label: fmt.Sprint("Condition ", i+1), Kind: ui.Select, Value: path, Options: options},
		{Name: n + ".op", Label: "How", Kind: ui.Select, Value: cmp.Or(string(r.Op), "is"), Options: ops}, {Name: n + ".value", Label: "Value", Value: value, List: c.suggested, Auto: "off"}}
}

// readRows reads the conditions that were typed. Empty ones do not count.
func readRows(f url.Values) (rows []automation.Row) {
	for i := range len(f) {
		n := fmt.Sprint("rows.", i)
		path, value := f.Get(n), strings.TrimSpace(f.Get(n+".value"))
		if path == "" {
			continue
		}
		if path == ownField {
			name, v, _ := strings.Cut(value, "=")
			path, value = "field:"+strings.TrimSpace(name), strings.TrimSpace(v)
		}
		rows = append(rows, automation.Row{Field: path, Op: automation.Op(f.Get(n + ".op")), Value: value})
	}
	return rows
}

// -- actions --

// deeds are what the form offers to do: a verb, with what it is about.
func deeds(macro bool) []ui.Option {
	all := []ui.Option{
		{Value: "", Text: "…"},
		{Value: "set:state", Text: "Move to the state", Group: "Set"}, {Value: "set:priority", Text: "Set the priority", Group: "Set"},
		{Value: "set:impact", Text: "Set the impact", Group: "Set"}, {Value: "set:urgency", Text: "Set the urgency", Group: "Set"},
		{Value: "set:item", Text: "Set what it is about", Group: "Set"}, {Value: "set:field", Text: "Set a field: name = value", Group: "Set"},
		{Value: "assign:user", Text: "Assign to the agent", Group: "Assign"}, {Value: "assign:team", Text: "Give to the team", Group: "Assign"},
		{Value: "tag", Text: "Add the tag", Group: "Tags"}, {Value: "untag", Text: "Remove the tag", Group: "Tags"},
		{Value: "reply", Text: "Write to the customer: a template, or the text", Group: "Write"}, {Value: "note", Text: "Write a note: the text", Group: "Write"},
		{Value: "notify", Text: "Notify: assignee, team, watchers, user:…, team:…", Group: "Tell"}, {Value: "webhook", Text: "Call the webhook", Group: "Tell"},
		{Value: "link", Text: "Link to the ticket with the number", Group: "More"},
	}
	if !macro {
		all = append(all, ui.Option{Value: "macro", Text: "Run the macro", Group: "More"})
	}
	return all
}

// deed is how the form names what an action does.
func deed(a automation.Action) (name, value string) {
	switch {
	case a.Do == automation.Set && strings.HasPrefix(a.Field, "field:"):
		return "set:field", strings.TrimPrefix(a.Field, "field:") + " = " + a.Value
	case a.Field == "" || a.Do == automation.Link && a.Field == string(ticket.Relates):
		return string(a.Do), a.Value
	}
	return string(a.Do) + ":" + a.Field, a.Value
}

func (c callings) actionFields(i int, a automation.Action, macro bool) [][]ui.Field {
	n := fmt.Sprint("actions.", i)
	name, value := deed(a)
	options := deeds(macro)
	if !slices.ContainsFunc(options, func(o ui.Option) bool { return o.Value == name }) {
		options = append(options, ui.Option{Value: name, Text: name, Group: "More"}) // made by the API
	}
	value = c.said(a.Field, value)
	if a.Do == automation.Link && value != "" {
		value = "#" + value
	}
	return [][]ui.Field{{{Name: n, Label: fmt.Sprint("Action ", i+1), Kind: ui.Select, Value: name, Options: options},
		{Name: n + ".value", Label: "Value", Value: value, List: c.suggested, Auto: "off"},
		{Name: n + ".text", Label: "Text", Kind: ui.Long, Rows: 1, Value: a.Text}}}
}

func readActions(f url.Values) (actions []automation.Action) {
	for i := range len(f) {
		n := fmt.Sprint("actions.", i)
		name, value := f.Get(n), strings.TrimSpace(f.Get(n+".value"))
		if name == "" {
			continue
		}
		do, field, _ := strings.Cut(name, ":")
		if name == "set:field" {
			key, v, _ := strings.Cut(value, "=")
			field, value = "field:"+strings.TrimSpace(key), strings.TrimSpace(v)
		}
		actions = append(actions, automation.Action{Do: automation.Verb(do), Field: field, Value: value, Text: f.Get(n + ".text")})
	}
	return actions
}

// actionGroup is what is to be done, with room for one more.
func (c callings) actionGroup(actions []automation.Action, macro bool) group {
	g := group{Title: "Then", Hint: "In this order. What a workflow does not allow is left out, and the log says so.", More: &ui.Button{Text: "One more action", Icon: "plus", Name: "more", Value: "actions"}}
	if macro {
		g.Title, g.Hint = "What it does", "In this order: all of it, or nothing. “me” is who runs it."
	}
	for i, a := range append(slices.Clone(actions), automation.Action{}) {
		g.Rows = append(g.Rows, c.actionFields(i, a, macro)...)
	}
	g.Notes = []ui.Part{variablesHint(nil)}
	return g
}

// variablesHint tells what texts may say: those of a mail, or any.
func variablesHint(m *template.Mail) ui.Part {
	var names []string
	for _, v := range m.Known() {
		names = append(names, "{{"+v.Name+"}}")
	}
	return ui.Banner{Icon: "info", Strong: "Texts are Markdown, and may say", Text: strings.Join(names, ", ") + " and {{ticket.field.NAME}}."}
}

// groupFields say to whom a macro or an answer is offered.
func groupFields(tx *db.Tx, g template.Group) ([]ui.Field, error) {
	teams, err := people.Teams(tx)
	if err != nil {
		return nil, err
	}
	roles, err := people.Roles(tx)
	if err != nil {
		return nil, err
	}
	var teamOptions, roleOptions []ui.Option
	for _, t := range teams {
		teamOptions = append(teamOptions, ui.Option{Value: t.ID, Text: t.Name})
	}
	for _, r := range roles {
		roleOptions = append(roleOptions, ui.Option{Value: r.ID, Text: r.Name})
	}
	return []ui.Field{{Name: "teams", Label: "Members of the teams", Kind: ui.Checks, Values: g.Teams, Options: teamOptions},
		{Name: "roles", Label: "Whose role is", Kind: ui.Checks, Values: g.Roles, Options: roleOptions}}, nil
}

// tellable reports whether what is wrong is shown on the page it came from.
func tellable(err error) bool { return fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) }
