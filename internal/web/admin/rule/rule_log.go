package rule

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"muster/internal/automation"
	"muster/internal/db"
	"muster/internal/expression"
	"muster/internal/fault"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
)

func tabsOfRule(id string, log bool) ui.Tabs {
	path := "/settings/rules/" + id
	return ui.Tabs{Label: "Rule", Items: []ui.Tab{{Text: "Rule", Href: path, Current: !log}, {Text: "Log", Href: path + "/log", Current: log}}}
}

// showRuleLog tells what a rule did, and asks it about a ticket without doing anything.
func (s *Screens) showRuleLog(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Log")
	id, asked := r.PathValue("id"), strings.TrimPrefix(strings.TrimSpace(r.FormValue("ticket")), "#")
	v.Back, v.Tabs = "/settings/rules", tabsOfRule(id, true)
	return s.See(w, r, &v, func(tx *db.Tx) error {
		rule, err := automation.FindRule(tx, id)
		if err != nil {
			return err
		}
		v.Title, v.Heading1 = rule.Name, rule.Name
		form := ui.Form{Action: "/settings/rules/" + id + "/log", Get: true, Compact: true, Send: ui.Button{Text: "Ask", Icon: "eye"},
			Fields: []ui.Field{{Name: "ticket", Label: "Would it run on ticket", Value: asked, Placeholder: "4711", Hint: "Nothing is done. The ticket is taken as it is now."}}}
		said, err := s.tried(tx, &form, rule, asked)
		if err != nil {
			return err
		}
		v.Parts = append([]ui.Part{form}, said...)
		runs, next, err := automation.Runs(tx, automation.RunQuery{Rule: id, Cursor: r.FormValue("after")})
		if err != nil {
			return err
		}
		v.Parts = append(v.Parts, runTable(runs))
		if next != "" {
			v.Pager.Next = "/settings/rules/" + id + "/log?after=" + next
		}
		return nil
	})
}

// tried shows what a rule says to a ticket, if one is asked about.
func (s *Screens) tried(tx *db.Tx, form *ui.Form, rule automation.Rule, asked string) ([]ui.Part, error) {
	if asked == "" {
		return nil, nil
	}
	n, err := strconv.ParseInt(asked, 10, 64)
	if err != nil {
		form.Blame(fault.Field("ticket", "Give the number of a ticket, such as 4711."))
		return nil, nil
	}
	trial, err := s.Clerk.Try(tx, rule, n)
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Invalid) {
		form.Blame(fault.Field("ticket", "%s", fault.Message(err)))
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	said := ui.Banner{Icon: "x", Strong: fmt.Sprintf("It would not run on #%d.", n), Text: "These are its conditions, and what they found."}
	if trial.Matched {
		said = ui.Banner{Icon: "check", Is: "good", Strong: fmt.Sprintf("It would run on #%d.", n)}
	}
	if trial.Any {
		said.Text += " Of the rows one is enough."
	}
	t := ui.Table{Caption: "Conditions", Head: []ui.Column{{Text: "Condition"}, {Text: "Found", Wide: true}, {Text: ""}}}
	for _, p := range trial.Parts {
		mark := ui.Badge{Text: "Does not hold", Icon: "x"}
		if p.Held {
			mark = ui.Badge{Text: "Holds", Is: "good", Icon: "check"}
		}
		t.Rows = append(t.Rows, []ui.Cell{{Text: p.Text, Head: true}, {Text: valueWords(p.Values), Muted: true}, {Parts: []ui.Part{mark}}})
	}
	if len(t.Rows) == 0 {
		return []ui.Part{said}, nil
	}
	return []ui.Part{said, t}, nil
}

func valueWords(values []expression.Value) string {
	var all []string
	for _, x := range values {
		is := "“" + x.Is + "”"
		if x.Is == "" {
			is = "empty"
		}
		all = append(all, x.Fact+": "+is)
	}
	return strings.Join(all, ", ")
}

func runTable(runs []automation.Run) ui.Table {
	t := ui.Table{Caption: "Runs", Head: []ui.Column{{Text: "Ticket"}, {Text: "When"}, {Text: "Because", Wide: true}, {Text: "Did"}},
		Empty: &ui.Empty{Icon: "bot", Title: "It has not run yet", Text: "Each time it does, this says why and what came of it. Entries are kept for 30 days."}}
	for _, r := range runs {
		t.Rows = append(t.Rows, []ui.Cell{{Text: fmt.Sprint("#", r.Number), Href: fmt.Sprint("/tickets/", r.Number), Head: true}, {At: r.At},
			{Text: becauseWords(r), Muted: true}, {Text: didWords(r)}})
	}
	return t
}

func becauseWords(r automation.Run) string {
	said := triggerWords(r.Trigger)
	if r.Depth > 0 {
		said += ", which another rule had done"
	}
	for _, p := range r.Why {
		if v := valueWords(p.Values); p.Held && v != "" {
			said += "; " + v
		}
	}
	return said
}

func didWords(r automation.Run) string {
	switch r.Result {
	case automation.Looped:
		return "Nothing: it had run already for what this came of."
	case automation.Halted:
		return "Nothing: too many rules had run on the ticket within the hour."
	}
	var all []string
	for _, s := range r.Steps {
		if s.Refused != "" {
			all = append(all, "not done: "+s.Refused)
			continue
		}
		all = append(all, s.Did)
	}
	return strings.Join(all, ", ")
}
