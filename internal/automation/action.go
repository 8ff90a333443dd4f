package automation

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"muster/internal/access"
	"muster/internal/catalogue"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/template"
	"muster/internal/text"
	"muster/internal/ticket"
)

// Action is one thing to be done to a ticket: a plain value, as it is kept and sent.
type Action struct {
	Do    Verb   `json:"do"`
	Field string `json:"field,omitempty"` // what is set: state, priority, impact, urgency, item or field:NAME; whom to assign: user or team; how to link
	Value string `json:"value,omitempty"` // what it is set to; a tag, a number, or an id: names are taken, too, and kept as ids
	Text  string `json:"text,omitempty"`  // what is written, with variables
}

// Verb is what an action does.
type Verb string

// The verbs.
const (
	Set     Verb = "set"
	Assign  Verb = "assign"
	Tag     Verb = "tag"
	Untag   Verb = "untag"
	Reply   Verb = "reply"   // Value: a template; else Text
	Note    Verb = "note"    // Text
	Notify  Verb = "notify"  // Value: assignee, team, user:ID or team:ID; Text
	Webhook Verb = "webhook" // Value: an endpoint; Text: what is said to it, or nothing
	Link    Verb = "link"    // Value: the other's number
	Use     Verb = "macro"   // Value: a macro
)

// Verbs lists them.
func Verbs() []Verb {
	return []Verb{Set, Assign, Tag, Untag, Reply, Note, Notify, Webhook, Link, Use}
}

const (
	mostActions = 20
	longestSay  = 20_000 // bytes of a text
)

// place is where actions stand: not everywhere does each make sense.
type place int

const (
	forRules place = iota
	forMacros
)

// CheckActions says what is wrong with actions that rules or promises do, and
// returns them as they are kept, with ids in the place of names.
func (c *Clerk) CheckActions(tx *db.Tx, actions []Action) ([]Action, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, err
	}
	return c.settle(tx, actions, forRules)
}

func (c *Clerk) settle(tx *db.Tx, actions []Action, where place) ([]Action, error) {
	if len(actions) > mostActions {
		return nil, fault.Field("actions", "There can be %d actions; these are %d.", mostActions, len(actions))
	}
	settled := slices.Clone(actions)
	var wrong []error
	for i := range settled {
		err := c.settleOne(tx, &settled[i], where)
		if err != nil && fault.KindOf(err) == fault.Internal {
			if _, plain := errors.AsType[wrongAction](err); !plain {
				return nil, err
			}
		}
		if err != nil {
			wrong = append(wrong, fault.Field("actions."+strconv.Itoa(i), "Action %d: %s", i+1, said(err)))
		}
	}
	return settled, fault.Join(wrong...)
}

// wrongAction is what is wrong with an action, as a sentence.
type wrongAction string

func (w wrongAction) Error() string { return string(w) }

func wrongf(format string, args ...any) error { return wrongAction(fmt.Sprintf(format, args...)) }

func said(err error) string {
	if w, ok := errors.AsType[wrongAction](err); ok {
		return string(w)
	}
	return fault.Message(err)
}

func (c *Clerk) settleOne(tx *db.Tx, a *Action, where place) error {
	a.Value, a.Text = strings.TrimSpace(a.Value), strings.TrimSpace(a.Text)
	if text.Valid(a.Value) != a.Value || text.Valid(a.Field) != a.Field || len(a.Field) > longestValue || len(a.Text) > longestSay || text.Valid(a.Text) != a.Text {
		return wrongf("it must be plain text, of at most %d bytes.", longestSay)
	}
	switch a.Do {
	case Set:
		return c.settleSet(tx, a)
	case Assign:
		return settleAssign(tx, a, where)
	case Tag, Untag:
		if a.Value == "" || len([]rune(a.Value)) > 60 || strings.Contains(a.Value, ",") {
			return wrongf("name one tag, of at most 60 characters.")
		}
	case Reply:
		return settleReply(tx, a)
	case Note:
		return checkSaying(a.Text)
	case Notify:
		return settleNotify(tx, a)
	case Webhook:
		return c.settleHook(tx, a)
	case Link:
		return settleLink(tx, a)
	case Use:
		if where == forMacros {
			return wrongf("a macro cannot run another.")
		}
		m, err := macroCalled(tx, a.Value)
		a.Value = m.ID
		return err
	default:
		return wrongf("there is nothing called %.40q to do.", a.Do)
	}
	return nil
}

func (c *Clerk) settleSet(tx *db.Tx, a *Action) error {
	switch a.Field {
	case "state":
		return c.settleState(tx, a)
	case "priority":
		p, err := ticket.ParsePriority(a.Value)
		if err == nil && p == 0 {
			err = wrongf("say which priority: critical, high, normal or low.")
		}
		a.Value = p.String()
		return err
	case "impact", "urgency":
		if !slices.Contains(ticket.Levels(), ticket.Level(a.Value)) {
			return wrongf("the %s is high, medium or low, not %.40q.", a.Field, a.Value)
		}
		return nil
	case "item":
		return settleItem(tx, a)
	}
	name, ok := strings.CutPrefix(a.Field, "field:")
	if !ok || strings.TrimSpace(name) == "" || len(name) > 60 || strings.Contains(name, "=") {
		return wrongf("there is nothing called %.40q to set.", a.Field)
	}
	if len(a.Value) > longestValue {
		return wrongf("a field's value has at most %d characters here.", longestValue)
	}
	return nil
}

func settleItem(tx *db.Tx, a *Action) error {
	if a.Value == "" {
		return nil
	}
	i, err := catalogue.Find(tx, a.Value)
	if fault.Is(err, fault.NotFound) {
		i, err = catalogue.Named(tx, a.Value)
	}
	if err == nil {
		a.Value = i.ID
	}
	return err
}

// settleState takes a state of any kind by its id or name. Whether a ticket can go there is seen when it is to.
func (c *Clerk) settleState(tx *db.Tx, a *Action) error {
	all, err := c.states(tx)
	if err != nil {
		return err
	}
	s, ok := all.called(a.Value)
	if !ok {
		return wrongf("there is no state %.60q; there are %s.", a.Value, strings.Join(all.names(), ", "))
	}
	a.Value = s.kept
	return nil
}

func settleAssign(tx *db.Tx, a *Action, where place) (err error) {
	switch {
	case a.Field != "user" && a.Field != "team":
		return wrongf("a ticket is assigned to a user or a team, not to a %.40q.", a.Field)
	case a.Value == "":
		return nil // to nobody
	case a.Field == "user" && a.Value == "me" && where == forMacros:
		return nil
	case a.Field == "user":
		a.Value, err = userID(tx, a.Value)
	default:
		a.Value, err = teamID(tx, a.Value)
	}
	return err
}

// userID returns the id of the agent whom people call by an id, a name or a mail address.
func userID(tx *db.Tx, called string) (string, error) {
	u, err := people.FindUser(tx, called)
	if fault.Is(err, fault.NotFound) {
		u, err = people.UserNamed(tx, called)
	}
	return u.ID, err
}

func teamID(tx *db.Tx, called string) (string, error) {
	t, err := people.FindTeam(tx, called)
	if fault.Is(err, fault.NotFound) {
		t, err = people.TeamNamed(tx, called)
	}
	return t.ID, err
}

func settleReply(tx *db.Tx, a *Action) error {
	if a.Value == "" {
		return checkSaying(a.Text)
	}
	t, err := template.Called(tx, a.Value)
	a.Value = t.ID
	return err
}

func checkSaying(say string) error {
	if say == "" {
		return wrongf("say what is to be written.")
	}
	return checkVariables(say)
}

// checkVariables refuses a text that names what there is not.
func checkVariables(say string) error {
	if why := template.Wrong(say); why != "" {
		return wrongAction(why)
	}
	return nil
}

func settleNotify(tx *db.Tx, a *Action) (err error) {
	kind, name, _ := strings.Cut(a.Value, ":")
	switch {
	case a.Value == "assignee" || a.Value == "team" || a.Value == "watchers":
	case kind == "user":
		name, err = userID(tx, strings.TrimSpace(name))
		a.Value = "user:" + name
	case kind == "team":
		name, err = teamID(tx, strings.TrimSpace(name))
		a.Value = "team:" + name
	default:
		return wrongf("say whom to notify: assignee, team, watchers, user:NAME or team:NAME.")
	}
	if err != nil {
		return err
	}
	return checkSaying(a.Text)
}

func (c *Clerk) settleHook(tx *db.Tx, a *Action) error {
	if c.Hands.Hooks == nil {
		return wrongf("this desk has no webhooks yet.")
	}
	hooks, err := c.Hands.Hooks(tx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(hooks, func(h Choosable) bool { return h.ID == a.Value || text.Fold(h.Name) == text.Fold(a.Value) })
	if i < 0 {
		return wrongf("there is no webhook called %.60q.", a.Value)
	}
	a.Value = hooks[i].ID
	return checkVariables(a.Text)
}

func settleLink(tx *db.Tx, a *Action) error {
	if a.Field == "" {
		a.Field = string(ticket.Relates)
	}
	if !slices.Contains(ticket.LinkTypes(), ticket.LinkType(a.Field)) {
		return wrongf("there is no link of the type %.40q; there are %v.", a.Field, ticket.LinkTypes())
	}
	n, err := strconv.ParseInt(strings.TrimPrefix(a.Value, "#"), 10, 64)
	if err != nil {
		return wrongf("give the number of the other ticket.")
	}
	a.Value = strconv.FormatInt(n, 10)
	_, err = ticket.Find(tx, n)
	return err
}
