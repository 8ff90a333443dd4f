package template

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/people/client"
	"muster/internal/text"
	"muster/internal/ticket"
	"muster/internal/workspace"
)

// Variable is what a text may say in braces: {{requester.name}}.
type Variable struct {
	Name, About string
	Example     string // what it stands for in a preview

	block bool // the example, and what it stands for, is HTML
}

// Variables lists what texts may say. Beside them there is ticket.field.NAME for each field of the ticket's own.
func Variables() []Variable {
	return []Variable{
		{Name: "requester.name", About: "Who asked", Example: "Maren Holt"},
		{Name: "requester.first_name", About: "The same, without the last name", Example: "Maren"},
		{Name: "requester.address", About: "Their mail address", Example: "maren.holt@example.org"},
		{Name: "organisation.name", About: "Whom they belong to", Example: "Holt & Sons"},
		{Name: "ticket.number", About: "The number, without #", Example: "4711"},
		{Name: "ticket.title", About: "The title", Example: "The scanner is offline"},
		{Name: "ticket.state", About: "The state, as the workflow calls it", Example: "Open"},
		{Name: "ticket.priority", About: "critical, high, normal or low", Example: "normal"},
		{Name: "ticket.team", About: "The team that has it", Example: "Support"},
		{Name: "ticket.assignee", About: "The agent who has it", Example: "Ines Falk"},
		{Name: "agent.name", About: "Who writes: the agent, or the workspace if it is a rule", Example: "Ines Falk"},
		{Name: "workspace.name", About: "Us", Example: "Example Ltd"},
	}
}

const fieldVariable = "ticket.field."

var variable = regexp.MustCompile(`\{\{\s*([^{}]*?)\s*\}\}`)

// Wrong says what is wrong with a text, as the end of a sentence: empty if nothing is.
func Wrong(say string) string { return (*Mail)(nil).Wrong(say) }

// Wrong says what is wrong with a text of the mail; of nil, with any text.
func (m *Mail) Wrong(say string) string {
	if len(say) > longestText || text.Valid(say) != say {
		return fmt.Sprintf("the text must be plain text of at most %d bytes.", longestText)
	}
	known, needed := m.Known(), m == nil || m.Needs == ""
	for _, found := range variable.FindAllStringSubmatch(say, -1) {
		if !knows(known, found[1]) {
			var names []string
			for _, v := range known {
				names = append(names, v.Name)
			}
			return fmt.Sprintf("there is no variable {{%.60s}}; there are %s and %sNAME.", found[1], strings.Join(names, ", "), fieldVariable)
		}
		needed = needed || found[1] == m.Needs
	}
	switch {
	case strings.Contains(variable.ReplaceAllString(say, ""), "{{"):
		return "a “{{” has no “}}” behind it."
	case !needed:
		return fmt.Sprintf("{{%s}} is missing, without which the mail makes no sense.", m.Needs)
	}
	return ""
}

// Known are the variables that a text of the mail may say; of nil, that any text may.
func (m *Mail) Known() []Variable {
	if m == nil {
		return Variables()
	}
	return append(slices.Clone(m.Variables), Variables()...)
}

func knows(known []Variable, name string) bool {
	return slices.ContainsFunc(known, func(v Variable) bool { return v.Name == name }) ||
		strings.HasPrefix(name, fieldVariable) && len(name) > len(fieldVariable)
}

// fill puts something in the place of variables, once: what it says is not filled again. What there is nothing for stays as it is.
func fill(say string, is func(name string) (string, bool)) string {
	return variable.ReplaceAllStringFunc(say, func(found string) string {
		if said, ok := is(variable.FindStringSubmatch(found)[1]); ok {
			return said
		}
		return found
	})
}

// Literal returns a text that Markdown shows as it is.
func Literal(s string) string {
	var b strings.Builder
	for _, r := range strings.Join(strings.Fields(s), " ") {
		if strings.ContainsRune("\\`*_{}[]()#+-.!|<>~:/@&", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// AsIs returns a text for where nothing but plain text is shown.
func AsIs(s string) string { return s }

// Speaker knows what the variables of a ticket stand for.
type Speaker struct {
	More   map[string]string // variables of the mail's own
	Blocks map[string]string // those that stand for HTML

	ticket       *ticket.Ticket
	requester    client.Contact
	organisation client.Organisation
	state        string
	team, agent  string
	writer       string
	workspace    workspace.Workspace
}

// Speak reads what the variables of a ticket stand for when the actor writes.
func Speak(tx *db.Tx, desk *ticket.Desk, t *ticket.Ticket) (s Speaker, err error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return s, err
	}
	s.ticket = t
	if s.workspace, err = workspace.Current(tx); err != nil {
		return s, err
	}
	if t.Requester != "" {
		if s.requester, err = client.FindContact(tx, t.Requester); err != nil && !fault.Is(err, fault.NotFound) {
			return s, err
		}
	}
	if t.Organisation != "" {
		if s.organisation, err = client.FindOrganisation(tx, t.Organisation); err != nil && !fault.Is(err, fault.NotFound) {
			return s, err
		}
	}
	names, err := people.NamesOf(tx, nil, nil)
	if err != nil {
		return s, err
	}
	s.team, s.agent = names.Teams[t.Team], names.Users[t.Assignee]
	flow, err := desk.WorkflowOf(tx, t.Kind)
	if err != nil {
		return s, err
	}
	state, _ := flow.State(t.State)
	s.state, s.writer = state.Name, s.workspace.Name
	if tx.Kind == access.Human || tx.Kind == access.Bot {
		s.writer = tx.Name
	}
	return s, nil
}

// In returns what a template says in the requester's language, if that is known and spoken; else in the workspace's.
func (s Speaker) In(t Template) string { return t.In(s.requester.Locale, s.workspace.Settings.Locale) }

// Fill puts values in the place of a text's variables.
func (s Speaker) Fill(say string, escape func(string) string) string {
	return fill(say, func(name string) (string, bool) {
		is, ok := s.value(name)
		return escape(is), ok
	})
}

// Write makes a body of a text, filled in: what the values say shows as it is.
func (s Speaker) Write(say string) (ticket.Body, error) { return write(say, s.value, s.Blocks) }

// mark is a character that no text has.
const mark = "\uE000"

// write puts a mark where HTML is to stand, and the HTML in its place when all else is HTML, too.
func write(say string, value func(string) (string, bool), blocks map[string]string) (ticket.Body, error) {
	var marks []string
	say = fill(say, func(name string) (string, bool) {
		if block, ok := blocks[name]; ok {
			marks = append(marks, mark+strconv.Itoa(len(marks))+mark, block)
			return marks[len(marks)-2], true
		}
		is, ok := value(name)
		return Literal(strings.ReplaceAll(is, mark, "")), ok
	})
	body, err := ticket.Compose(say)
	if err != nil {
		return body, err
	}
	if len(marks) > 0 {
		body.HTML = text.CleanHTML(strings.NewReplacer(marks...).Replace(body.HTML)).HTML
	}
	body.Text = text.Plain(body.HTML)
	return body, nil
}

// Fill returns what a template says on a ticket, as Markdown.
func Fill(tx *db.Tx, desk *ticket.Desk, id string, t *ticket.Ticket) (string, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return "", err
	}
	found, err := Find(tx, id)
	if err != nil {
		return "", err
	}
	s, err := Speak(tx, desk, t)
	return s.Fill(s.In(found), Literal), err
}

// MailOf writes a mail of Muster's own about a ticket, in the language of who gets it.
func MailOf(tx *db.Tx, id string, s Speaker) (ticket.Body, error) {
	if err := tx.Must(access.RulesEdit); err != nil {
		return ticket.Body{}, err
	}
	t, err := Find(tx, id)
	if err != nil {
		return ticket.Body{}, err
	}
	return s.Write(s.In(t))
}

// Preview returns, as cleaned HTML, how a text of the template looks, with examples in the place of values.
func (t Template) Preview(x Text) (string, error) {
	examples, blocks := map[string]string{}, map[string]string{}
	for _, v := range t.Mail().Known() {
		if v.block {
			blocks[v.Name] = v.Example
		} else {
			examples[v.Name] = v.Example
		}
	}
	body, err := write(x.Body, func(name string) (string, bool) {
		is, ok := examples[name]
		return is, ok
	}, blocks)
	return body.HTML, err
}

// value is what a variable stands for: empty if the ticket has no such thing, and false if there is no such variable.
func (s Speaker) value(name string) (string, bool) {
	if is, ok := s.More[name]; ok {
		return is, true
	}
	if field, ok := strings.CutPrefix(name, fieldVariable); ok {
		return s.ticket.Fields[field], true
	}
	switch name {
	case "requester.name":
		return s.requester.Name, true
	case "requester.first_name":
		if s.requester.Unnamed() {
			return s.requester.Name, true
		}
		first, _, _ := strings.Cut(s.requester.Name, " ")
		return first, true
	case "requester.address":
		return s.requester.Address(), true
	case "organisation.name":
		return s.organisation.Name, true
	case "ticket.number":
		return fmt.Sprint(s.ticket.Number), true
	case "ticket.title":
		return s.ticket.Title, true
	case "ticket.state":
		return s.state, true
	case "ticket.priority":
		return s.ticket.Priority.String(), true
	case "ticket.team":
		return s.team, true
	case "ticket.assignee":
		return s.agent, true
	case "agent.name":
		return s.writer, true
	case "workspace.name":
		return s.workspace.Name, true
	}
	return "", false
}
