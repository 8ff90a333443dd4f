package promise

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/internal/clock"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people/client"
	"muster/internal/text"
	"muster/internal/ticket"
	"muster/internal/web/admin/rehearse"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
)

func promiseTargets() []clock.Target {
	return []clock.Target{clock.FirstResponse, clock.NextResponse, clock.Resolution, clock.Acknowledgement, clock.Approval}
}

func (s *Screens) contractForm(id string, p clock.Policy, n glossary) ui.Form {
	option := func(value, words string) ui.Option { return ui.Option{Value: value, Text: words} }
	var kinds, teams, items, desks, tiers, pauses []ui.Option
	for _, k := range s.Desk.Kinds() {
		kinds = append(kinds, option(k.Name, k.Title))
	}
	for id, name := range n.Teams {
		teams = append(teams, option(id, name))
	}
	slices.SortFunc(teams, func(a, b ui.Option) int { return strings.Compare(text.Fold(a.Text), text.Fold(b.Text)) })
	for _, i := range n.items {
		items = append(items, option(i.ID, i.Name))
	}
	for _, d := range n.desks {
		desks = append(desks, option(d.ID, d.Name))
	}
	for _, t := range client.Tiers() {
		tiers = append(tiers, option(t, strings.ToUpper(t[:1])+t[1:]))
	}
	pauses = sheet.WaitOptions()[1:]
	var names []string
	for _, id := range p.When.Organisations {
		names = append(names, n.Organisations[id].Name)
	}
	f := ui.Form{Action: policiesPath + "/" + id, Send: ui.Button{Text: "Keep"}, Others: []ui.Button{rehearse.Button()}, Fields: []ui.Field{
		{Name: "seen", Kind: ui.Hidden, Value: strconv.FormatInt(p.Version, 10)},
		{Name: "name", Label: "Name", Value: p.Name, Required: true, Placeholder: "Gold"},
		{Name: "active", Label: "It is chosen for tickets", Kind: ui.Check, Value: checked(p.Active)},
		{Name: "kind", Label: "Who promises", Kind: ui.Radios, Value: string(p.Kind), Disabled: p.ID != "", Options: []ui.Option{
			option(string(clock.SLA), kindWords(clock.SLA)), option(string(clock.OLA), kindWords(clock.OLA)), option(string(clock.Supplier), kindWords(clock.Supplier))}},
		{Name: "kinds", Label: "For tickets of the kind", Kind: ui.Checks, Values: p.When.Kinds, Options: kinds, Hint: "Nothing chosen: all. All that is chosen below must hold, too."},
		{Name: "tiers", Label: "Of organisations of the tier", Kind: ui.Checks, Values: p.When.Tiers, Options: tiers},
		{Name: "organisations", Label: "Of these organisations", Kind: ui.Long, Rows: 2, Value: strings.Join(names, "\n"), Hint: "One a line: those with a contract of their own."},
		{Name: "teams", Label: "With the team", Kind: ui.Checks, Values: p.When.Teams, Options: teams},
	}}
	if len(items) > 0 {
		f.Fields = append(f.Fields, ui.Field{Name: "items", Label: "About", Kind: ui.Checks, Values: p.When.Items, Options: items})
	}
	f.Fields = append(f.Fields, promiseFields(p, desks)...)
	return withRest(f, p, n, pauses)
}

// promiseFields are how much time there is for each target, and by which calendar it is counted.
func promiseFields(p clock.Policy, desks []ui.Option) []ui.Field {
	usual := ""
	if len(p.Promises) > 0 {
		usual = p.Promises[0].Calendar
	}
	var fields []ui.Field
	for _, t := range targetsOf(p) {
		promise, promised := promiseOf(p, t)
		goals := ""
		if promised {
			goals = goalWords(promise.Goals)
		}
		fields = append(fields, ui.Field{Name: string(t), Label: targetName(t), Value: goals, Placeholder: "30m / 1h / 4h / 8h", Hint: targetHint(t)},
			ui.Field{Name: byField(t), Label: "Counted by", Kind: ui.Select, Value: cmp.Or(promise.Calendar, usual), Options: desks, Beside: true})
	}
	fields[0].Hint = "Working time for critical / high / normal / low, such as 30m / 1h / 4h / 8h or 1h30m; - for none. Empty: not promised. " + fields[0].Hint
	return fields
}

func byField(t clock.Target) string { return string(t) + "-by" }

// targetsOf are what a policy can promise: a supplier a resolution alone. While it is new, it may become any kind.
func targetsOf(p clock.Policy) []clock.Target {
	if p.ID != "" && p.Kind == clock.Supplier {
		return []clock.Target{clock.Resolution}
	}
	return promiseTargets()
}

// targetHint says from when to when a promise counts.
func targetHint(t clock.Target) string {
	switch t {
	case clock.FirstResponse:
		return "From the customer's first message to the first public reply of a person."
	case clock.NextResponse:
		return "From the oldest message that is not answered to the next such reply."
	case clock.Resolution:
		return "From the opening until it is resolved. By suppliers: while the ticket waits for a third party."
	case clock.Acknowledgement:
		return "From the opening until somebody replies or takes it up; between teams, until somebody takes it."
	}
	return "While the ticket is in a state that waits for an approval."
}

// withRest adds what is said of the promises as a whole.
func withRest(f ui.Form, p clock.Policy, n glossary, pauses []ui.Option) ui.Form {
	f.Fields = append(f.Fields,
		ui.Field{Name: "pauses", Label: "The resolution stands still while a ticket waits for", Kind: ui.Checks, Values: p.Pauses, Options: pauses},
		ui.Field{Name: "steps", Label: "What is done", Kind: ui.Long, Rows: 4, Code: true, Value: stepLines(p, n), Placeholder: "75%",
			Hint: "One step a line: 75% warns; 100% notify team; 100%+2h priority high; 100%+4h assign team Second line. For one promise alone: Resolution: 90% notify team. Whoever has the ticket is told at each. Empty: a warning at 75 %."},
		ui.Field{Name: "excuses", Label: "A ticket that is linked as the cause excuses what is overdue", Kind: ui.Check, Value: checked(p.Excuses), Hint: "It is shown apart in figures, never hidden."},
		ui.Field{Name: "retroactive", Label: "Another priority counts from the start of the ticket", Kind: ui.Check, Value: checked(p.Retroactive), Hint: "Otherwise from then on. Time that it stood still is never counted."})
	return f
}

func checked(yes bool) string {
	if yes {
		return "on"
	}
	return ""
}

func promiseOf(p clock.Policy, t clock.Target) (clock.Promise, bool) {
	i := slices.IndexFunc(p.Promises, func(promise clock.Promise) bool { return promise.Target == t })
	if i < 0 {
		return clock.Promise{}, false
	}
	return p.Promises[i], true
}

// goalWords is how goals are typed: by priority, the most urgent first.
func goalWords(goals map[int]time.Duration) string {
	var all []string
	for _, p := range ticket.Priorities() {
		d, ok := goals[int(p)]
		if !ok {
			all = append(all, "-")
			continue
		}
		all = append(all, clock.Typed(d))
	}
	return strings.Join(all, " / ")
}

// readGoals reads goals as they are typed; none, if there is nothing.
func readGoals(field, typed string) (map[int]time.Duration, error) {
	if strings.TrimSpace(typed) == "" {
		return nil, nil
	}
	parts := strings.Split(typed, "/")
	priorities := ticket.Priorities()
	if len(parts) != 1 && len(parts) != len(priorities) {
		return nil, fault.Field(field, "Give one time for all priorities, or four, like 30m / 1h / 4h / 8h.")
	}
	goals := map[int]time.Duration{}
	for i, p := range priorities {
		part := strings.ToLower(strings.Join(strings.Fields(parts[min(i, len(parts)-1)]), ""))
		if part == "-" || part == "–" || part == "" {
			continue
		}
		d, err := time.ParseDuration(strings.ReplaceAll(part, "min", "m"))
		if err != nil {
			return nil, fault.Field(field, "%.40q is no length of time; write it like 30m, 4h or 1h30m.", part)
		}
		goals[int(p)] = d
	}
	return goals, nil
}

// readContract reads a policy as it is typed.
func readContract(tx *db.Tx, id string, f url.Values, n glossary) (clock.Policy, error) {
	p := clock.Policy{Name: strings.TrimSpace(f.Get("name")), Kind: clock.Kind(f.Get("kind")), Active: f.Get("active") != "", Pauses: f["pauses"],
		Excuses: f.Get("excuses") != "", Retroactive: f.Get("retroactive") != "",
		When: clock.When{Kinds: f["kinds"], Tiers: f["tiers"], Teams: f["teams"], Items: f["items"]}}
	var was clock.Policy
	if id != "new" {
		var err error
		if was, err = clock.FindPolicy(tx, id); err != nil {
			return p, err
		}
		p.ID, p.Kind = was.ID, was.Kind
		p.Version, _ = strconv.ParseInt(f.Get("seen"), 10, 64) // nobody but who changes the form sends another
	}
	var err error
	p.When.Organisations, err = sheet.Organisations(tx, f.Get("organisations"))
	errs := []error{err}
	for _, t := range promiseTargets() {
		goals, err := readGoals(string(t), f.Get(string(t)))
		errs = append(errs, err)
		if len(goals) == 0 {
			continue
		}
		steps, err := stepsFor(t, f.Get("steps"), was, n)
		errs = append(errs, err)
		p.Promises = append(p.Promises, clock.Promise{Target: t, Goals: goals, Calendar: f.Get(byField(t)), Steps: steps})
	}
	return p, fault.Join(errs...)
}

// onTarget puts what is wrong with a promise beside the field of its target, and leaves all else where it is.
func onTarget(err error) error {
	wrong := fault.Fields(err)
	said := wrong["promises"]
	if said == "" {
		return err
	}
	at := clock.FirstResponse
	for _, t := range promiseTargets() {
		if rest, is := strings.CutPrefix(said, string(t)); is {
			at, said = t, targetName(t)+rest
		}
	}
	moved := fault.Field(string(at), "%s", said)
	for field, what := range wrong {
		if field != "promises" {
			moved = fault.Join(moved, fault.Field(field, "%s", what))
		}
	}
	return moved
}
