package automation

import (
	"slices"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/template"
	"muster/internal/text"
	"muster/internal/ticket"
)

// Macro is actions that an agent does at once, by a name.
type Macro struct {
	ID      string         `json:"-"`
	Name    string         `json:"-"`
	Version int64          `json:"-"` // counts changes; when saved: the one that was seen, 0: any
	Actions []Action       `json:"actions"`
	For     template.Group `json:"for"` // which agents
}

// MacroSaved says that a macro was made or changed.
type MacroSaved struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Actions []Action `json:"actions"`
}

// MacroRemoved says that a macro is no more.
type MacroRemoved struct{ ID, Name string }

func (MacroSaved) EventName() string           { return "macro.saved" }
func (e MacroSaved) About() (string, string)   { return "macro", e.ID }
func (MacroRemoved) EventName() string         { return "macro.removed" }
func (e MacroRemoved) About() (string, string) { return "macro", e.ID }

// Macros lists the macros by name: to who may edit them, all; to agents, those for them.
func Macros(tx *db.Tx) ([]Macro, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, err
	}
	all, err := macros(tx, tx.Filter())
	if tx.May(access.RulesEdit) {
		return all, err
	}
	return mine(tx, all), err
}

// MyMacros lists the macros that are for the actor.
func MyMacros(tx *db.Tx) ([]Macro, error) {
	if err := tx.Must(access.TicketsWrite); err != nil {
		return nil, err
	}
	all, err := macros(tx, tx.Filter())
	return mine(tx, all), err
}

func mine(tx *db.Tx, all []Macro) []Macro {
	return slices.DeleteFunc(all, func(m Macro) bool { return !m.suits(tx.Actor) })
}

// suits reports whether the macro is for an agent: of the group, and allowed to write to customers if it does.
func (m Macro) suits(a access.Actor) bool {
	replies := slices.ContainsFunc(m.Actions, func(a Action) bool { return a.Do == Reply })
	return m.For.Has(a) && (!replies || a.May(access.TicketsReply))
}

// FindMacro returns the macro with an id.
func FindMacro(tx *db.Tx, id string) (Macro, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return Macro{}, err
	}
	all, err := macros(tx, tx.Filter().Where("id = ?", id))
	if err == nil && (len(all) == 0 || !tx.May(access.RulesEdit) && !all[0].suits(tx.Actor)) {
		err = fault.New(fault.NotFound, "There is no such macro, or it is not for you.")
	}
	if err != nil {
		return Macro{}, err
	}
	return all[0], nil
}

// macroCalled returns the macro that has an id or, however it is capitalised, a name.
func macroCalled(tx *db.Tx, called string) (Macro, error) {
	all, err := macros(tx, tx.Filter())
	if err != nil {
		return Macro{}, err
	}
	i := slices.IndexFunc(all, func(m Macro) bool { return m.ID == called || text.Fold(m.Name) == text.Fold(called) })
	if i < 0 || called == "" {
		return Macro{}, wrongf("there is no macro called %.100q.", called)
	}
	return all[i], nil
}

// SaveMacro makes a macro, or changes the one with its id.
func (c *Clerk) SaveMacro(tx *db.Tx, m Macro) (Macro, error) {
	if err := tx.Must(access.RulesEdit); err != nil {
		return Macro{}, err
	}
	was := Macro{}
	if m.ID != "" {
		var err error
		if was, err = FindMacro(tx, m.ID); err != nil {
			return Macro{}, err
		}
		if m.Version != 0 && m.Version != was.Version {
			return Macro{}, fault.New(fault.Conflict, "Somebody changed this meanwhile. Look at it again, then repeat your change.")
		}
	}
	var nameErr, actionsErr error
	m.Name, nameErr = template.Name(m.Name)
	if len(m.Actions) == 0 {
		actionsErr = fault.Field("actions", "Say what the macro does: add at least one action.")
	} else {
		m.Actions, actionsErr = c.settle(tx, m.Actions, forMacros)
	}
	if err := fault.Join(nameErr, actionsErr, m.For.Check(tx)); err != nil {
		return Macro{}, err
	}
	if m.Version = was.Version + 1; m.ID == "" {
		m.ID = tx.NewID()
	}
	tx.Emit(MacroSaved{m.ID, m.Name, m.Actions})
	return m, shelf.Store(tx, m.ID, m.Name, m.Version, db.JSON(&m))
}

// RemoveMacro removes a macro that no rule runs.
func RemoveMacro(tx *db.Tx, id string) error {
	if err := tx.Must(access.RulesEdit); err != nil {
		return err
	}
	m, err := FindMacro(tx, id)
	if err != nil {
		return err
	}
	if err := unused(tx, "macro", func(a Action) bool { return a.Do == Use && a.Value == id }); err != nil {
		return err
	}
	tx.Emit(MacroRemoved{m.ID, m.Name})
	return shelf.Remove(tx, id)
}

var shelf = template.Shelf{Table: "macros", What: "macro"}

// RunMacro does what a macro says to a ticket, as the actor and within the actor's rights: all of it, or nothing.
func (c *Clerk) RunMacro(tx *db.Tx, number int64, id string) (Macro, error) {
	if err := tx.Must(access.TicketsWrite); err != nil {
		return Macro{}, err
	}
	t, err := ticket.Find(tx, number)
	if err != nil {
		return Macro{}, err
	}
	all, err := macros(tx, tx.Filter().Where("id = ?", id))
	if err != nil {
		return Macro{}, err
	}
	if all = mine(tx, all); len(all) == 0 {
		return Macro{}, fault.New(fault.NotFound, "There is no such macro, or it is not for you.")
	}
	for _, a := range all[0].Actions {
		if _, err := c.do(tx, t.Number, a); err != nil {
			return Macro{}, err
		}
	}
	return all[0], nil
}

// unused refuses to remove what a rule or a macro needs.
func unused(tx *db.Tx, what string, needs func(Action) bool) error {
	rules, err := Rules(tx)
	if err != nil {
		return err
	}
	for _, r := range rules {
		if slices.ContainsFunc(r.Actions, needs) {
			return fault.New(fault.Conflict, "The rule “%s” needs this %s. Change that first.", r.Name, what)
		}
	}
	all, err := macros(tx, tx.Filter())
	if err != nil {
		return err
	}
	for _, m := range all {
		if slices.ContainsFunc(m.Actions, needs) {
			return fault.New(fault.Conflict, "The macro “%s” needs this %s. Change that first.", m.Name, what)
		}
	}
	return nil
}

// RemoveTemplate removes a template that no rule and no macro sends.
func RemoveTemplate(tx *db.Tx, id string) error {
	if err := tx.Must(access.RulesEdit); err != nil {
		return err
	}
	if err := unused(tx, "template", func(a Action) bool { return a.Do == Reply && a.Value == id }); err != nil {
		return err
	}
	return template.Remove(tx, id)
}
