package automation

import (
	"slices"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/text"
	"muster/internal/ticket"
)

// Macro is actions that an agent does at once, by a name.
type Macro struct {
	ID      string   `json:"-"`
	Name    string   `json:"-"`
	Version int64    `json:"-"` // counts changes; when saved: the one that was seen, 0: any
	Actions []Action `json:"actions"`
	For     Group    `json:"for"` // which agents
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
	return slices.DeleteFunc(all, func(m Macro) bool { return !m.For.has(tx.Actor) })
}

// FindMacro returns the macro with an id.
func FindMacro(tx *db.Tx, id string) (Macro, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return Macro{}, err
	}
	all, err := macros(tx, tx.Filter().Where("id = ?", id))
	if err == nil && (len(all) == 0 || !tx.May(access.RulesEdit) && !all[0].For.has(tx.Actor)) {
		err = fault.New(fault.NotFound, "There is no such macro, or it is not for you.")
	}
	if err != nil {
		return Macro{}, err
	}
	return all[0], nil
}

func macroCalled(tx *db.Tx, called string) (Macro, error) {
	return called1(tx, macros, called, func(m Macro) (string, string) { return m.ID, m.Name }, "macro")
}

// SaveMacro makes a macro, or changes the one with its id.
func (c *Clerk) SaveMacro(tx *db.Tx, m Macro) (Macro, error) {
	if err := tx.Must(access.RulesEdit); err != nil {
		return Macro{}, err
	}
	was, err := replaced(tx, m.ID, m.Version, FindMacro, func(m Macro) int64 { return m.Version })
	if err != nil {
		return Macro{}, err
	}
	var nameErr, actionsErr error
	m.Name, nameErr = checkName(m.Name)
	if len(m.Actions) == 0 {
		actionsErr = fault.Field("actions", "Say what the macro does: add at least one action.")
	} else {
		m.Actions, actionsErr = c.settle(tx, m.Actions, forMacros)
	}
	if err := fault.Join(nameErr, actionsErr, m.For.check(tx)); err != nil {
		return Macro{}, err
	}
	if m.Version = was + 1; m.ID == "" {
		m.ID = tx.NewID()
	}
	tx.Emit(MacroSaved{m.ID, m.Name, m.Actions})
	return m, storeKept(tx, "macros", "macro", m.ID, m.Name, m.Version, db.JSON(&m))
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
	return remove(tx, "macros", id)
}

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

// check makes sure that the teams and roles exist.
func (g Group) check(tx *db.Tx) error {
	var wrong []error
	for _, id := range g.Teams {
		if _, err := people.FindTeam(tx, id); err != nil {
			wrong = append(wrong, at("teams", err))
		}
	}
	for _, id := range g.Roles {
		if _, err := people.FindRole(tx, id); err != nil {
			wrong = append(wrong, at("roles", err))
		}
	}
	return fault.Join(wrong...)
}

// at says of a field what the caller may be told.
func at(field string, err error) error {
	if fault.KindOf(err) == fault.Internal {
		return err
	}
	return fault.Field(field, "%s", fault.Message(err))
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

// replaced returns the version of what is to be changed: 0 of what is new.
func replaced[T any](tx *db.Tx, id string, seen int64, find func(*db.Tx, string) (T, error), version func(T) int64) (int64, error) {
	if id == "" {
		return 0, nil
	}
	was, err := find(tx, id)
	if err == nil && seen != 0 && seen != version(was) {
		err = fault.New(fault.Conflict, "Somebody changed this meanwhile. Look at it again, then repeat your change.")
	}
	return version(was), err
}

// called1 returns the one that has an id or, however it is capitalised, a name.
func called1[T any](tx *db.Tx, read func(*db.Tx, *db.Filter) ([]T, error), called string, of func(T) (id, name string), what string) (none T, err error) {
	all, err := read(tx, tx.Filter())
	if err != nil {
		return none, err
	}
	for _, x := range all {
		if id, name := of(x); called != "" && (id == called || text.Fold(name) == text.Fold(called)) {
			return x, nil
		}
	}
	return none, wrongf("there is no %s called %.100q.", what, called)
}
