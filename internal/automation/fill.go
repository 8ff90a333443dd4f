package automation

import (
	"fmt"
	"regexp"
	"strings"

	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/ticket"
	"muster/internal/workspace"
)

// Variable is what a text may say in braces: {{requester.name}}.
type Variable struct{ Name, About string }

// Variables lists what texts may say. Beside them there is ticket.field.NAME for each field of the ticket's own.
func Variables() []Variable {
	return []Variable{
		{"requester.name", "Who asked"},
		{"requester.first_name", "The same, without the last name"},
		{"requester.address", "Their mail address"},
		{"organisation.name", "Whom they belong to"},
		{"ticket.number", "The number, without #"},
		{"ticket.title", "The title"},
		{"ticket.state", "The state, as the workflow calls it"},
		{"ticket.priority", "critical, high, normal or low"},
		{"ticket.team", "The team that has it"},
		{"ticket.assignee", "The agent who has it"},
		{"agent.name", "Who writes: the agent, or the workspace if it is a rule"},
		{"workspace.name", "Us"},
	}
}

const fieldVariable = "ticket.field."

var variable = regexp.MustCompile(`\{\{\s*([^{}]*?)\s*\}\}`)

// checkVariables refuses a text that names what there is not.
func checkVariables(say string) error {
	for _, m := range variable.FindAllStringSubmatch(say, -1) {
		if !knownVariable(m[1]) {
			var known []string
			for _, v := range Variables() {
				known = append(known, v.Name)
			}
			return wrongf("there is no variable {{%.60s}}; there are %s and %sNAME.", m[1], strings.Join(known, ", "), fieldVariable)
		}
	}
	return nil
}

func knownVariable(name string) bool {
	for _, v := range Variables() {
		if v.Name == name {
			return true
		}
	}
	return strings.HasPrefix(name, fieldVariable) && len(name) > len(fieldVariable)
}

// fill puts values in the place of variables, once: what a value says is not filled again.
func fill(say string, value func(name string) string, escape func(string) string) string {
	return variable.ReplaceAllStringFunc(say, func(found string) string {
		name := variable.FindStringSubmatch(found)[1]
		if !knownVariable(name) {
			return found
		}
		return escape(value(name))
	})
}

// literal returns a text that Markdown shows as it is.
func literal(s string) string {
	var b strings.Builder
	for _, r := range strings.Join(strings.Fields(s), " ") {
		if strings.ContainsRune("\\`*_{}[]()#+-.!|<>~:/@&", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func asIs(s string) string { return s }

// speaker knows what the variables of a ticket stand for.
type speaker struct {
	ticket       *ticket.Ticket
	requester    people.Contact
	organisation people.Organisation
	state        string
	team, agent  string
	writer       string
	workspace    workspace.Workspace
}

// speakerOf reads what the variables of a ticket stand for when the actor writes.
func (c *Clerk) speakerOf(tx *db.Tx, t *ticket.Ticket) (s speaker, err error) {
	s.ticket = t
	if s.workspace, err = workspace.Current(tx); err != nil {
		return s, err
	}
	if t.Requester != "" {
		if s.requester, err = people.FindContact(tx, t.Requester); err != nil && !fault.Is(err, fault.NotFound) {
			return s, err
		}
	}
	if t.Organisation != "" {
		if s.organisation, err = people.FindOrganisation(tx, t.Organisation); err != nil && !fault.Is(err, fault.NotFound) {
			return s, err
		}
	}
	names, err := people.NamesOf(tx, nil, nil)
	if err != nil {
		return s, err
	}
	s.team, s.agent = names.Teams[t.Team], names.Users[t.Assignee]
	flow, err := c.Desk.WorkflowOf(tx, t.Kind)
	if err != nil {
		return s, err
	}
	state, _ := flow.State(t.State)
	s.state, s.writer = state.Name, s.workspace.Name
	if person(tx) {
		s.writer = tx.Name
	}
	return s, nil
}

// value is what a variable stands for: empty if the ticket has no such thing.
func (s speaker) value(name string) string {
	if field, ok := strings.CutPrefix(name, fieldVariable); ok {
		return s.ticket.Fields[field]
	}
	switch name {
	case "requester.name":
		return s.requester.Name
	case "requester.first_name":
		if s.requester.Unnamed() {
			return s.requester.Name
		}
		first, _, _ := strings.Cut(s.requester.Name, " ")
		return first
	case "requester.address":
		return s.requester.Address()
	case "organisation.name":
		return s.organisation.Name
	case "ticket.number":
		return fmt.Sprint(s.ticket.Number)
	case "ticket.title":
		return s.ticket.Title
	case "ticket.state":
		return s.state
	case "ticket.priority":
		return s.ticket.Priority.String()
	case "ticket.team":
		return s.team
	case "ticket.assignee":
		return s.agent
	case "agent.name":
		return s.writer
	}
	return s.workspace.Name
}
