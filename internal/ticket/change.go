package ticket

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/catalogue"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/people/client"
)

// Change is what to set on a ticket: nil leaves a thing as it is.
type Change struct {
	Title, Assignee, Team, Item, Requester, Organisation, State *string
	Priority                                                    *Priority // 0: as impact and urgency say
	Impact, Urgency                                             *Level
	Tags                                                        *[]string
	Fields                                                      map[string]*string // nil: remove the field
	Required                                                    *bool
}

// Any is the version for who does not mind what others changed meanwhile.
const Any int64 = 0

// Change changes a ticket that the actor has seen in a version. If others
// changed it since, it is refused, and the fault says what they changed.
func (d *Desk) Change(tx *db.Tx, number, version int64, c Change) (*Ticket, error) {
	if err := tx.Must(access.TicketsWrite); err != nil {
		return nil, err
	}
	t, err := Find(tx, number)
	if err != nil {
		return nil, err
	}
	if version != Any && version != t.Version {
		return nil, stale(tx, t, version)
	}
	if t.MergedInto != 0 {
		return nil, fault.New(fault.Conflict, "Ticket %d was merged into %d. Change that one.", t.Number, t.MergedInto)
	}
	sets, err := t.apply(tx, c)
	if err != nil {
		return nil, err
	}
	if len(sets) > 0 {
		t.Version++
		tx.Emit(Changed{Ticket: t.ID, Version: t.Version, Sets: sets})
	}
	if c.Assignee != nil {
		if err := d.checkOwner(tx, t); err != nil {
			return nil, err
		}
	}
	if c.State != nil && *c.State != t.State {
		if err := d.moveTo(tx, t, *c.State); err != nil {
			return nil, err
		}
	}
	if err := checkScope(tx, t); err != nil {
		return nil, err
	}
	return t, update(tx, t)
}

// checkOwner asks the kind whether a ticket may be with who has it now.
func (d *Desk) checkOwner(tx *db.Tx, t *Ticket) error {
	kind, err := d.Kind(t.Kind)
	if err != nil || kind.Owner == nil {
		return err
	}
	return kind.Owner(tx, t)
}

func (d *Desk) moveTo(tx *db.Tx, t *Ticket, state string) error {
	kind, err := d.Kind(t.Kind)
	if err != nil {
		return err
	}
	flow, err := workflow(tx, kind)
	if err != nil {
		return err
	}
	return d.move(tx, t, kind, flow, state)
}

// apply sets what the change asks for and returns what that altered.
func (t *Ticket) apply(tx *db.Tx, c Change) ([]Set, error) {
	a := applier{tx: tx, t: t}
	a.title(c.Title)
	a.reference("assignee", &t.Assignee, c.Assignee)
	a.reference("team", &t.Team, c.Team)
	a.reference("item", &t.Item, c.Item)
	a.reference("requester", &t.Requester, c.Requester)
	a.reference("organisation", &t.Organisation, c.Organisation)
	a.priority(c)
	a.tags(c.Tags)
	a.fields(c.Fields)
	if c.Required != nil && *c.Required != t.Required {
		a.set("required", fmt.Sprint(t.Required), fmt.Sprint(*c.Required))
		t.Required = *c.Required
	}
	return a.sets, fault.Join(a.errs...)
}

// applier collects what a change alters and what is wrong with it.
type applier struct {
	tx   *db.Tx
	t    *Ticket
	sets []Set
	errs []error
}

func (a *applier) set(field, from, to string) {
	a.sets = append(a.sets, Set{Field: field, From: from, To: to})
}

func (a *applier) title(to *string) {
	if to == nil {
		return
	}
	title, err := checkTitle(*to)
	if err != nil || title == a.t.Title {
		a.errs = append(a.errs, err)
		return
	}
	a.set("title", a.t.Title, title)
	a.t.Title = title
	a.errs = append(a.errs, reindex(a.tx, a.t))
}

func (a *applier) reference(field string, value, to *string) {
	if to == nil || *to == *value {
		return
	}
	before, _ := nameOf(a.tx, field, *value) // who is gone has no name
	after, err := nameOf(a.tx, field, *to)
	if err != nil {
		a.errs = append(a.errs, err)
		return
	}
	a.sets = append(a.sets, Set{Field: field, From: *value, To: *to, FromName: before, ToName: after})
	*value = *to
}

func (a *applier) priority(c Change) {
	t := a.t
	if c.Priority == nil && c.Impact == nil && c.Urgency == nil {
		return
	}
	before, impact, urgency := t.Priority, t.Impact, t.Urgency
	if c.Impact != nil {
		t.Impact = cmp.Or(*c.Impact, Medium)
	}
	if c.Urgency != nil {
		t.Urgency = cmp.Or(*c.Urgency, Medium)
	}
	if c.Priority != nil {
		t.Priority = *c.Priority
	} else if !t.Overridden {
		t.Priority = 0
	}
	if err := errorsIn(t.Priority, t.Impact, t.Urgency); err != nil {
		a.errs = append(a.errs, err)
		return
	}
	if err := t.prioritise(a.tx); err != nil {
		a.errs = append(a.errs, err)
		return
	}
	for _, s := range []Set{{Field: "impact", From: string(impact), To: string(t.Impact)},
		{Field: "urgency", From: string(urgency), To: string(t.Urgency)}, {Field: "priority", From: before.String(), To: t.Priority.String()}} {
		if s.From != s.To {
			a.sets = append(a.sets, s)
		}
	}
}

func (a *applier) tags(to *[]string) {
	if to == nil {
		return
	}
	tags, err := checkTags(*to)
	if err != nil || slices.Equal(tags, a.t.Tags) {
		a.errs = append(a.errs, err)
		return
	}
	a.set("tags", strings.Join(a.t.Tags, ", "), strings.Join(tags, ", "))
	a.errs = append(a.errs, replaceTags(a.tx, a.t.ID, a.t.Tags, tags))
	a.t.Tags = tags
}

func (a *applier) fields(to map[string]*string) {
	if len(to) == 0 {
		return
	}
	fields := maps.Clone(a.t.Fields)
	if fields == nil {
		fields = map[string]string{}
	}
	for _, name := range slices.Sorted(maps.Keys(to)) {
		before := fields[name]
		if to[name] == nil {
			delete(fields, name)
		} else {
			fields[name] = *to[name]
		}
		if before != fields[name] {
			a.set("field:"+name, before, fields[name])
		}
	}
	a.errs = append(a.errs, checkFields(fields))
	a.t.Fields = fields
}

// nameOf returns the name of who or what a field refers to, or a fault if it is none that a ticket can have.
func nameOf(tx *db.Tx, field, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	var name string
	var err error
	switch field {
	case "assignee":
		var u people.User
		u, err = people.FindUser(tx, id)
		if name = u.Name; err == nil && !u.Active {
			err = fault.Field(field, "%s cannot sign in any more. Assign someone else.", name)
		}
	case "team":
		var t people.Team
		t, err = people.FindTeam(tx, id)
		name = t.Name
	case "requester":
		var c client.Contact
		c, err = client.FindContact(tx, id)
		name = c.Name
	case "organisation":
		var o client.Organisation
		o, err = client.FindOrganisation(tx, id)
		name = o.Name
	case "item":
		var i catalogue.Item
		i, err = catalogue.Find(tx, id)
		if name = i.Name; err == nil && i.Retired {
			err = fault.Field(field, "%s is retired. Choose another.", name)
		}
	}
	if fault.Is(err, fault.NotFound) {
		return "", fault.Field(field, "There is no such %s: %q.", field, id)
	}
	return name, err
}

func exists(tx *db.Tx, field, id string) error {
	_, err := nameOf(tx, field, id)
	return err
}

// move takes a ticket to another state of its workflow. The caller stores it.
func (d *Desk) move(tx *db.Tx, t *Ticket, kind Kind, flow Workflow, state string) error {
	from, _ := flow.State(t.State)
	to, ok := flow.State(state)
	if !ok {
		return fault.Field("state", "A %s has no state %q; it can be %s.", kind.Name, state, listStates(flow.States))
	}
	if !slices.Contains(flow.Moves[t.State], state) {
		return fault.Field("state", "A %s cannot go from %s to %s; from there it can go to %s.", kind.Name, from.Name, to.Name, listStates(flow.Next(t.State)))
	}
	if t.Shelved() {
		return fault.New(fault.Conflict, "Ticket %d is in %s. Bring it back first.", t.Number, t.Bucket)
	}
	if err := guardChildren(tx, t, to); err != nil {
		return err
	}
	if kind.Guard != nil {
		if err := kind.Guard(tx, t, to); err != nil {
			return err
		}
	}
	t.enter(tx, to)
	t.Version++
	tx.Emit(Moved{Ticket: t.ID, Version: t.Version, From: from.ID, To: to.ID, FromName: from.Name, ToName: to.Name,
		FromCategory: from.Category, ToCategory: to.Category, FromWaits: from.Waits, ToWaits: to.Waits})
	return nil
}

// SetDue notes when the next promise about a ticket is due: the zero time, if
// none runs. It is no change that anybody makes, so its version stays.
func SetDue(tx *db.Tx, id ID, at time.Time) error {
	if err := tx.Must(access.TicketsRead); err != nil {
		return err
	}
	return setDue(tx, id, at)
}

// enter sets the state and what follows from it.
func (t *Ticket) enter(tx *db.Tx, to State) {
	t.State, t.Category, t.Bucket, t.UpdatedAt = to.ID, to.Category, to.Category.Bucket(), tx.Now
	if to.Category == Review || to.Category == Done {
		if t.ResolvedAt.IsZero() {
			t.ResolvedAt = tx.Now
		}
	} else if !to.Category.Ended() {
		t.ResolvedAt, t.ClosedAt = time.Time{}, time.Time{}
	}
	if to.Category == Done || to.Category == Cancelled {
		t.ClosedAt = tx.Now
	}
}

func guardChildren(tx *db.Tx, t *Ticket, to State) error {
	if !to.Category.Ended() || to.Category == Cancelled {
		return nil
	}
	open, err := openChildren(tx, t.ID)
	if err != nil || len(open) == 0 {
		return err
	}
	return fault.Field("state", "Ticket %d cannot be %s while what it requires is open: %s.", t.Number, strings.ToLower(to.Name), listNumbers(open))
}

func listNumbers(numbers []int64) string {
	s := make([]string, len(numbers))
	for i, n := range numbers {
		s[i] = fmt.Sprintf("#%d", n)
	}
	return strings.Join(s, ", ")
}

func listStates(states []State) string {
	var names []string
	for _, s := range states {
		names = append(names, s.Name)
	}
	if len(names) == 0 {
		return "nowhere"
	}
	return strings.Join(names, ", ")
}

// stale is the fault of who changes a version that is no longer the current
// one: it names what the others changed, so that it can be shown beside what
// was typed.
func stale(tx *db.Tx, t *Ticket, version int64) error {
	since, err := changesSince(tx, t, version)
	if err != nil {
		return err
	}
	said := fmt.Sprintf("Ticket %d was changed while you had it open", t.Number)
	if len(since) > 0 {
		said += ": " + strings.Join(since, "; ")
	}
	return fault.New(fault.Conflict, "%s. Look at it again, then repeat your change.", said)
}
