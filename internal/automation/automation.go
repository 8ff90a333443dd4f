// Package automation does by rule what people would otherwise do by hand: on what happens to a ticket, after a while, or when an agent asks for it.
package automation

import (
	"slices"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/template"
	"muster/internal/text"
)

// Trigger is what a rule listens to.
type Trigger = string // the same, since conditions compare it with texts

// The triggers. What a machine wrote, out-of-office answers for instance, triggers nothing.
const (
	Opened   Trigger = "opened"
	Changed  Trigger = "changed"
	Moved    Trigger = "moved"   // to another state
	Asked    Trigger = "asked"   // the customer wrote again
	Replied  Trigger = "replied" // an agent wrote to the customer
	Noted    Trigger = "noted"
	Merged   Trigger = "merged" // another ticket went into it
	Linked   Trigger = "linked"
	Surveyed Trigger = "surveyed" // a survey was answered
	Warned   Trigger = "warned"   // a promise will be broken soon
	Broken   Trigger = "broken"   // a promise was broken
)

// Triggers lists them.
func Triggers() []Trigger {
	return []Trigger{Opened, Changed, Moved, Asked, Replied, Noted, Merged, Linked, Surveyed, Warned, Broken}
}

// Rule says what is to be done when something has happened.
type Rule struct {
	ID      string
	Name    string
	Place   int64 // rules are asked in this order
	Active  bool
	Version int64 // counts changes; when saved: the one that was seen, 0: any
	Definition
}

// Definition is what makes a rule a rule.
type Definition struct {
	On       []Trigger     `json:"on"`
	Wait     time.Duration `json:"wait,omitempty"`     // after the last of what it listens to; 0: it is asked at once
	Calendar string        `json:"calendar,omitempty"` // in whose working time it waits; empty: by the clock
	Condition
	Actions []Action `json:"actions"`
	Stop    bool     `json:"stop,omitempty"` // if it ran, the rules after it are not asked
}

// RuleSaved says that a rule was made or changed.
type RuleSaved struct {
	ID         string     `json:"id"`
	Name       string     `json:"name"`
	Active     bool       `json:"active"`
	Definition Definition `json:"definition"`
}

// RuleRemoved says that a rule is no more.
type RuleRemoved struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// RuleMoved says that a rule is asked sooner or later than it was.
type RuleMoved struct {
	ID    string `json:"id"`
	Place int64  `json:"place"`
}

const subject = "rule"

func (RuleSaved) EventName() string           { return "rule.saved" }
func (e RuleSaved) About() (string, string)   { return subject, e.ID }
func (RuleRemoved) EventName() string         { return "rule.removed" }
func (e RuleRemoved) About() (string, string) { return subject, e.ID }
func (RuleMoved) EventName() string           { return "rule.moved" }
func (e RuleMoved) About() (string, string)   { return subject, e.ID }

const (
	mostRules   = 500
	longestWait = 365 * 24 * time.Hour
)

// Rules lists the rules in the order in which they are asked.
func Rules(tx *db.Tx) ([]Rule, error) {
	if err := tx.Must(access.RulesEdit); err != nil {
		return nil, err
	}
	return rules(tx, tx.Filter())
}

// FindRule returns the rule with an id.
func FindRule(tx *db.Tx, id string) (Rule, error) {
	if err := tx.Must(access.RulesEdit); err != nil {
		return Rule{}, err
	}
	found, err := rules(tx, tx.Filter().Where("id = ?", id))
	if err == nil && len(found) == 0 {
		err = fault.New(fault.NotFound, "There is no such rule.")
	}
	if err != nil {
		return Rule{}, err
	}
	return found[0], nil
}

// SaveRule makes a rule, the last to be asked, or changes the one with its id.
func (c *Clerk) SaveRule(tx *db.Tx, r Rule) (Rule, error) {
	if err := tx.Must(access.RulesEdit); err != nil {
		return Rule{}, err
	}
	was, err := c.replaced(tx, r)
	if err != nil {
		return Rule{}, err
	}
	r.Place, r.Version = was.Place, was.Version+1
	if r, err = c.CheckRule(tx, r); err != nil {
		return Rule{}, err
	}
	if r.ID == "" {
		r.ID = tx.NewID()
	}
	if err := storeRule(tx, r); err != nil {
		return Rule{}, err
	}
	c.touch(tx)
	tx.Emit(RuleSaved{r.ID, r.Name, r.Active, r.Definition})
	return r, nil
}

// replaced is the rule that r takes the place of: a new one's place is the last.
func (c *Clerk) replaced(tx *db.Tx, r Rule) (Rule, error) {
	if r.ID != "" {
		was, err := FindRule(tx, r.ID)
		if err == nil && r.Version != 0 && r.Version != was.Version {
			err = fault.New(fault.Conflict, "Somebody changed this rule meanwhile. Look at it again, then repeat your change.")
		}
		return was, err
	}
	all, err := Rules(tx)
	if err != nil {
		return Rule{}, err
	}
	if len(all) >= mostRules {
		return Rule{}, fault.New(fault.Invalid, "There can be %d rules, and there are. Remove one that is not needed.", mostRules)
	}
	place := int64(1)
	if len(all) > 0 {
		place = all[len(all)-1].Place + 1
	}
	return Rule{Place: place}, nil
}

// CheckRule says what is wrong with a rule, and returns it as it is kept: with
// ids in the place of names.
func (c *Clerk) CheckRule(tx *db.Tx, r Rule) (Rule, error) {
	if err := tx.Must(access.RulesEdit); err != nil {
		return r, err
	}
	var nameErr, onErr, waitErr, rowsErr, actionsErr error
	r.Name, nameErr = template.Name(r.Name)
	if len(r.On) == 0 {
		onErr = fault.Field("on", "Choose at least one thing that the rule listens to.")
	}
	for _, t := range r.On {
		if !slices.Contains(Triggers(), t) {
			onErr = fault.Field("on", "There is no event %.40q to listen to. There are %s.", t, fault.Names(Triggers()))
		}
	}
	if r.Wait < 0 || r.Wait > longestWait || r.Wait%time.Minute != 0 {
		waitErr = fault.Field("wait", "A rule can wait up to a year, in whole minutes.")
	}
	var calendarErr error
	if r.Calendar, calendarErr = settleCalendar(tx, r.Definition); calendarErr != nil && fault.KindOf(calendarErr) == fault.Internal {
		return r, calendarErr
	}
	r.Expression = strings.TrimSpace(text.Valid(r.Expression))
	r.Rows, rowsErr = c.settleRows(tx, r.Rows)
	_, conditionErr := r.Condition.check()
	if len(r.Actions) == 0 {
		actionsErr = fault.Field("actions", "Say what the rule does: add at least one action.")
	} else {
		r.Actions, actionsErr = c.settle(tx, r.Actions, forRules)
	}
	return r, fault.Join(nameErr, onErr, waitErr, calendarErr, rowsErr, conditionErr, actionsErr)
}

// MoveRule has a rule be asked at another place: 1 is the first.
func (c *Clerk) MoveRule(tx *db.Tx, id string, to int) error {
	if err := tx.Must(access.RulesEdit); err != nil {
		return err
	}
	all, err := Rules(tx)
	if err != nil {
		return err
	}
	from := slices.IndexFunc(all, func(r Rule) bool { return r.ID == id })
	if from < 0 {
		return fault.New(fault.NotFound, "There is no such rule.")
	}
	moved := all[from]
	all = slices.Delete(all, from, from+1)
	all = slices.Insert(all, min(max(to-1, 0), len(all)), moved)
	for i, r := range all {
		place := int64(i + 1)
		if r.Place == place {
			continue
		}
		if err := placeRule(tx, r.ID, place); err != nil {
			return err
		}
		if r.ID == id {
			tx.Emit(RuleMoved{id, place})
		}
	}
	c.touch(tx)
	return nil
}

// RemoveRule removes a rule. The log of what it did is kept as long as any.
func (c *Clerk) RemoveRule(tx *db.Tx, id string) error {
	if err := tx.Must(access.RulesEdit); err != nil {
		return err
	}
	r, err := FindRule(tx, id)
	if err != nil {
		return err
	}
	if err := removeRule(tx, id); err != nil {
		return err
	}
	c.touch(tx)
	tx.Emit(RuleRemoved{r.ID, r.Name})
	return nil
}
