package automation

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/template"
	"muster/internal/text"
	"muster/internal/ticket"
	"muster/internal/workspace"
)

// Cause is who acts, as the log and the timeline name it: a run of a rule, a promise.
type Cause struct{ ID, Name string }

func (c Cause) actor(workspace string) access.Actor {
	return access.Actor{Workspace: workspace, ID: c.ID, Name: c.Name, Kind: access.Auto, Role: "rule", Rights: access.All()}
}

// Step is what became of an action.
type Step struct {
	Action  Action `json:"action"`
	Did     string `json:"did,omitempty"`     // in words
	Refused string `json:"refused,omitempty"` // why it was not done
}

// Perform does actions to a ticket, one after the other, as an automaton. What
// cannot be done, a move that the workflow lacks for instance, is told in its
// step and does not keep the rest from being done.
func (c *Clerk) Perform(tx *db.Tx, t *ticket.Ticket, cause Cause, actions []Action) ([]Step, error) {
	if err := tx.Must(access.TicketsWrite); err != nil {
		return nil, err
	}
	var steps []Step
	return steps, tx.As(cause.actor(tx.Workspace), func(tx *db.Tx) error {
		all, err := expand(tx, actions)
		if err != nil {
			return err
		}
		for _, a := range all {
			step := Step{Action: a}
			step.Did, err = c.do(tx, t.Number, a)
			if err != nil && fault.KindOf(err) == fault.Internal {
				return fmt.Errorf("%s by %s: %w", a.Do, cause.Name, err)
			}
			if err != nil {
				step.Did, step.Refused = "", fault.Message(err)
			}
			steps = append(steps, step)
		}
		return nil
	})
}

// expand puts the actions of a macro in its place.
func expand(tx *db.Tx, actions []Action) ([]Action, error) {
	var all []Action
	for _, a := range actions {
		if a.Do != Use {
			all = append(all, a)
			continue
		}
		m, err := FindMacro(tx, a.Value)
		if fault.Is(err, fault.NotFound) {
			all = append(all, a) // told when it is to be done
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, m.Actions...)
	}
	return all, nil
}

// do does one action as the actor, and says what it did.
func (c *Clerk) do(tx *db.Tx, number int64, a Action) (string, error) {
	t, err := ticket.Find(tx, number)
	if err != nil {
		return "", err
	}
	switch a.Do {
	case Set:
		return c.set(tx, t, a)
	case Assign:
		return c.assign(tx, t, a)
	case Tag, Untag:
		return c.tag(tx, t, a)
	case Reply:
		return c.reply(tx, t, a)
	case Note:
		return c.note(tx, t, a)
	case Notify:
		return c.notify(tx, t, a)
	case Webhook:
		return c.webhook(tx, t, a)
	case Link:
		other, err := strconv.ParseInt(a.Value, 10, 64)
		if err != nil {
			return "", fault.New(fault.Invalid, "%.40q is no number of a ticket.", a.Value)
		}
		return "linked #" + a.Value, ticket.Link(tx, t.Number, ticket.LinkType(a.Field), other)
	case Use:
		return "", fault.New(fault.NotFound, "The macro is gone.")
	}
	return "", fault.New(fault.Invalid, "There is nothing called %.40q to do.", a.Do)
}

func (c *Clerk) set(tx *db.Tx, t *ticket.Ticket, a Action) (string, error) {
	var change ticket.Change
	switch a.Field {
	case "state":
		change.State = &a.Value
	case "priority":
		p, err := ticket.ParsePriority(a.Value)
		if err != nil {
			return "", err
		}
		change.Priority = &p
	case "impact":
		change.Impact = (*ticket.Level)(&a.Value)
	case "urgency":
		change.Urgency = (*ticket.Level)(&a.Value)
	case "item":
		change.Item = &a.Value
	default:
		name := strings.TrimPrefix(a.Field, "field:")
		change.Fields = map[string]*string{name: &a.Value}
		if a.Value == "" {
			change.Fields[name] = nil
		}
	}
	_, err := c.Desk.Change(tx, t.Number, ticket.Any, change)
	return fmt.Sprintf("set the %s to %s", strings.TrimPrefix(a.Field, "field:"), a.Value), err
}

func (c *Clerk) assign(tx *db.Tx, t *ticket.Ticket, a Action) (string, error) {
	change, to := ticket.Change{}, a.Value
	if a.Field == "team" {
		change.Team = &to
	} else {
		if to == "me" {
			if !person(tx) {
				return "", fault.New(fault.Invalid, "A rule cannot take a ticket itself.")
			}
			to = tx.ID
		}
		change.Assignee = &to
	}
	_, err := c.Desk.Change(tx, t.Number, ticket.Any, change)
	return "assigned the " + a.Field, err
}

func (c *Clerk) tag(tx *db.Tx, t *ticket.Ticket, a Action) (string, error) {
	has := slices.ContainsFunc(t.Tags, func(x string) bool { return text.Fold(x) == text.Fold(a.Value) })
	if has == (a.Do == Tag) {
		return fmt.Sprintf("left the tag %s as it was", a.Value), nil
	}
	tags := append(slices.Clone(t.Tags), a.Value)
	did := "added the tag " + a.Value
	if a.Do == Untag {
		tags = slices.DeleteFunc(tags, func(x string) bool { return text.Fold(x) == text.Fold(a.Value) })
		did = "removed the tag " + a.Value
	}
	_, err := c.Desk.Change(tx, t.Number, ticket.Any, ticket.Change{Tags: &tags})
	return did, err
}

// person reports whether the actor is one, or a program that acts for one.
func person(tx *db.Tx) bool { return tx.Kind == access.Human || tx.Kind == access.Bot }

// reply writes to the customer: as an automaton, which counts as nobody's
// answer and is marked as a machine's, unless a person runs a macro.
func (c *Clerk) reply(tx *db.Tx, t *ticket.Ticket, a Action) (string, error) {
	say, speaker, err := c.says(tx, t, a)
	if err != nil {
		return "", err
	}
	w := ticket.Writing{Kind: ticket.Automatic, Quiet: true}
	if person(tx) {
		current, err := workspace.Current(tx)
		if err != nil {
			return "", err
		}
		w = ticket.Writing{Kind: ticket.Reply, Undo: time.Duration(current.Settings.UndoSeconds) * time.Second}
	} else if err := answerable(tx, t); err != nil {
		return "", err
	}
	if w.Body, err = speaker.Write(say); err != nil {
		return "", err
	}
	_, _, err = c.Desk.Write(tx, t.Number, w)
	return "wrote to the customer", err
}

// says is what an action writes: its template, else its own text; and who knows what its variables stand for.
func (c *Clerk) says(tx *db.Tx, t *ticket.Ticket, a Action) (string, template.Speaker, error) {
	s, err := template.Speak(tx, c.Desk, t)
	if err != nil || a.Do != Reply || a.Value == "" {
		return a.Text, s, err
	}
	var say string
	err = tx.As(access.System(tx.Workspace), func(tx *db.Tx) error { // a macro's template need not be offered to who runs the macro
		found, err := template.Find(tx, a.Value)
		if fault.Is(err, fault.NotFound) {
			return fault.New(fault.NotFound, "The template is gone.")
		}
		say = s.In(found)
		return err
	})
	return say, s, err
}

// looked bounds how far back the customer's last message is looked for.
const looked = 40

// answerable refuses to answer a machine, or an address that may be forged.
func answerable(tx *db.Tx, t *ticket.Ticket) error {
	if t.Requester == "" {
		return fault.New(fault.Invalid, "Nobody asked, so there is nobody to write to.")
	}
	thread, err := ticket.Thread(tx, t, "~", looked)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(thread, func(l ticket.Letter) bool { return l.Kind == ticket.FromCustomer })
	if i < 0 {
		return nil
	}
	e, err := ticket.FindEntry(tx, t, thread[i].Entry)
	if err != nil {
		return err
	}
	switch {
	case e.Quiet || e.Verdict.Auto != "":
		return fault.New(fault.Invalid, "A machine wrote last, and machines are not answered.")
	case e.Verdict.Forged():
		return fault.New(fault.Invalid, "The sender's address may be forged, so it is not answered by a rule.")
	}
	return nil
}

func (c *Clerk) note(tx *db.Tx, t *ticket.Ticket, a Action) (string, error) {
	say, speaker, err := c.says(tx, t, a)
	if err != nil {
		return "", err
	}
	w := ticket.Writing{Kind: ticket.Note, Quiet: !person(tx)}
	if w.Body, err = speaker.Write(say); err != nil {
		return "", err
	}
	_, _, err = c.Desk.Write(tx, t.Number, w)
	return "wrote a note", err
}

func (c *Clerk) notify(tx *db.Tx, t *ticket.Ticket, a Action) (string, error) {
	if c.Hands.Notify == nil {
		return "", fault.New(fault.Invalid, "This desk does not notify people yet.")
	}
	say, speaker, err := c.says(tx, t, a)
	if err != nil {
		return "", err
	}
	var users, teams []string
	switch kind, id, _ := strings.Cut(a.Value, ":"); kind {
	case "assignee":
		users = []string{t.Assignee}
	case "team":
		if teams = []string{id}; id == "" {
			teams = []string{t.Team}
		}
	case "watchers":
		if users, err = ticket.Watchers(tx, t); err != nil {
			return "", err
		}
	default:
		users = []string{id}
	}
	none := func(id string) bool { return id == "" }
	users, teams = slices.DeleteFunc(users, none), slices.DeleteFunc(teams, none)
	if len(users)+len(teams) == 0 {
		return "", fault.New(fault.Invalid, "There is nobody to notify.")
	}
	return "notified " + a.Value, c.Hands.Notify(tx, users, teams, t, speaker.Fill(say, template.AsIs))
}

func (c *Clerk) webhook(tx *db.Tx, t *ticket.Ticket, a Action) (string, error) {
	if c.Hands.Webhook == nil {
		return "", fault.New(fault.Invalid, "This desk has no webhooks yet.")
	}
	say, speaker, err := c.says(tx, t, a)
	if err != nil {
		return "", err
	}
	return "called the webhook", c.Hands.Webhook(tx, a.Value, t, speaker.Fill(say, template.AsIs))
}
