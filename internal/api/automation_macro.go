package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/automation"
	"muster/internal/db"
	"muster/internal/template"
)

func (a *API) macroRoutes(h huma.API) {
	huma.Register(h, op("GET", "/macros", "macros", "Rules", "List macros", 200), a.macros)
	huma.Register(h, op("POST", "/macros", "addMacro", "Rules", "Add a macro", 201), a.addMacro)
	huma.Register(h, op("GET", "/macros/{id}", "macro", "Rules", "Read a macro", 200), a.macro)
	huma.Register(h, op("PATCH", "/macros/{id}", "changeMacro", "Rules", "Change a macro", 200), a.changeMacro)
	huma.Register(h, op("DELETE", "/macros/{id}", "removeMacro", "Rules", "Remove a macro", 204), a.removeMacro)
	huma.Register(h, op("POST", "/macros/{id}/run", "runMacro", "Rules", "Do to a ticket what a macro says, all of it or nothing", 200), a.runMacro)
	huma.Register(h, op("GET", "/templates", "templates", "Rules", "List texts kept ready", 200), a.templates)
	huma.Register(h, op("POST", "/templates", "addTemplate", "Rules", "Add a text", 201), a.addTemplate)
	huma.Register(h, op("GET", "/templates/{id}", "template", "Rules", "Read a text", 200), a.template)
	huma.Register(h, op("PATCH", "/templates/{id}", "changeTemplate", "Rules", "Change a text", 200), a.changeTemplate)
	huma.Register(h, op("DELETE", "/templates/{id}", "removeTemplate", "Rules", "Remove a text", 204), a.removeTemplate)
}

// Macro is actions that an agent does at once, by a name.
type Macro struct {
	ID      string       `json:"id,omitempty" readOnly:"true"`
	Name    string       `json:"name"`
	Actions []RuleAction `json:"actions" nullable:"false" doc:"Assigning the user “me” means who runs the macro."`
	Teams   []string     `json:"teams,omitempty" doc:"Ids: offered to their members. No teams and no roles: to all."`
	Roles   []string     `json:"roles,omitempty" doc:"Ids: offered to who has them."`
	Version int64        `json:"version,omitempty" readOnly:"true" doc:"As in the ETag."`
}

func wireMacro(m automation.Macro) Macro {
	return Macro{m.ID, m.Name, wireActions(m.Actions), m.For.Teams, m.For.Roles, m.Version}
}

func (a *API) macros(ctx context.Context, _ *struct{}) (*Answer[List[Macro]], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[List[Macro]], error) {
		all, err := automation.Macros(tx)
		var items []Macro
		for _, m := range all {
			items = append(items, wireMacro(m))
		}
		return list(items, ""), err
	})
}

type newMacro struct {
	Once
	Body Macro
}

func (a *API) addMacro(ctx context.Context, in *newMacro) (*Answer[Macro], error) {
	b := in.Body
	return once(ctx, a, in.Once, b, func(tx *db.Tx) (*Answer[Macro], error) {
		m, err := a.Clerk.SaveMacro(tx, automation.Macro{Name: b.Name, Actions: actionsOf(b.Actions), For: template.Group{Teams: b.Teams, Roles: b.Roles}})
		return &Answer[Macro]{wireMacro(m)}, err
	})
}

func (a *API) macro(ctx context.Context, in *Identified) (*Versioned[Macro], error) {
	return view(ctx, a, func(tx *db.Tx) (*Versioned[Macro], error) {
		m, err := automation.FindMacro(tx, in.ID)
		return versioned(m.Version, wireMacro(m)), err
	})
}

type changeMacro struct {
	Identified
	Match
	Body struct {
		Name    *string       `json:"name,omitempty"`
		Actions *[]RuleAction `json:"actions,omitempty"`
		Teams   *[]string     `json:"teams,omitempty"`
		Roles   *[]string     `json:"roles,omitempty"`
	}
}

func (a *API) changeMacro(ctx context.Context, in *changeMacro) (*Versioned[Macro], error) {
	b := in.Body
	return change(ctx, a, in.Match, func(tx *db.Tx) (int64, error) {
		m, err := automation.FindMacro(tx, in.ID)
		return m.Version, err
	}, func(tx *db.Tx, version int64) (*Versioned[Macro], error) {
		m, err := automation.FindMacro(tx, in.ID)
		if err != nil {
			return nil, err
		}
		put(&m.Name, b.Name)
		put(&m.For.Teams, b.Teams)
		put(&m.For.Roles, b.Roles)
		if b.Actions != nil {
			m.Actions = actionsOf(*b.Actions)
		}
		m.Version = version
		m, err = a.Clerk.SaveMacro(tx, m)
		return versioned(m.Version, wireMacro(m)), err
	})
}

func (a *API) removeMacro(ctx context.Context, in *Identified) (*struct{}, error) {
	return update(ctx, a, func(tx *db.Tx) (*struct{}, error) { return nil, automation.RemoveMacro(tx, in.ID) })
}

type runMacro struct {
	Identified
	Body struct {
		Ticket int64 `json:"ticket" doc:"The number."`
	}
}

func (a *API) runMacro(ctx context.Context, in *runMacro) (*Answer[Macro], error) {
	return update(ctx, a, func(tx *db.Tx) (*Answer[Macro], error) {
		m, err := a.Clerk.RunMacro(tx, in.Body.Ticket, in.ID)
		return &Answer[Macro]{wireMacro(m)}, err
	})
}

// Template is a text kept ready, in one language or several.
type Template struct {
	ID      string            `json:"id,omitempty" readOnly:"true"`
	Name    string            `json:"name"`
	Texts   map[string]string `json:"texts" nullable:"false" doc:"Markdown with variables, by language: {\"en\": \"Dear {{requester.first_name}}, …\"}."`
	Offered bool              `json:"offered,omitempty" doc:"Agents choose it in the composer."`
	Teams   []string          `json:"teams,omitempty" doc:"Ids: offered to their members. No teams and no roles: to all."`
	Roles   []string          `json:"roles,omitempty" doc:"Ids: offered to who has them."`
	Version int64             `json:"version,omitempty" readOnly:"true" doc:"As in the ETag."`
}

func wireTemplate(t template.Template) Template {
	w := Template{t.ID, t.Name, map[string]string{}, t.Offered, t.For.Teams, t.For.Roles, t.Version}
	for _, x := range t.Texts {
		w.Texts[x.Language] = x.Body
	}
	return w
}

func (a *API) templates(ctx context.Context, _ *struct{}) (*Answer[List[Template]], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[List[Template]], error) {
		all, err := template.All(tx)
		var items []Template
		for _, t := range all {
			items = append(items, wireTemplate(t))
		}
		return list(items, ""), err
	})
}

type newTemplate struct {
	Once
	Body Template
}

func (a *API) addTemplate(ctx context.Context, in *newTemplate) (*Answer[Template], error) {
	b := in.Body
	return once(ctx, a, in.Once, b, func(tx *db.Tx) (*Answer[Template], error) {
		t, err := template.Save(tx, template.Template{Name: b.Name, Texts: template.TextsOf(b.Texts), Offered: b.Offered, For: template.Group{Teams: b.Teams, Roles: b.Roles}})
		return &Answer[Template]{wireTemplate(t)}, err
	})
}

func (a *API) template(ctx context.Context, in *Identified) (*Versioned[Template], error) {
	return view(ctx, a, func(tx *db.Tx) (*Versioned[Template], error) {
		t, err := template.Find(tx, in.ID)
		return versioned(t.Version, wireTemplate(t)), err
	})
}

type changeTemplate struct {
	Identified
	Match
	Body struct {
		Name    *string            `json:"name,omitempty"`
		Texts   *map[string]string `json:"texts,omitempty" doc:"All that there are to be."`
		Offered *bool              `json:"offered,omitempty"`
		Teams   *[]string          `json:"teams,omitempty"`
		Roles   *[]string          `json:"roles,omitempty"`
	}
}

func (a *API) changeTemplate(ctx context.Context, in *changeTemplate) (*Versioned[Template], error) {
	b := in.Body
	return change(ctx, a, in.Match, func(tx *db.Tx) (int64, error) {
		t, err := template.Find(tx, in.ID)
		return t.Version, err
	}, func(tx *db.Tx, version int64) (*Versioned[Template], error) {
		t, err := template.Find(tx, in.ID)
		if err != nil {
			return nil, err
		}
		put(&t.Name, b.Name)
		put(&t.Offered, b.Offered)
		put(&t.For.Teams, b.Teams)
		put(&t.For.Roles, b.Roles)
		if b.Texts != nil {
			t.Texts = template.TextsOf(*b.Texts)
		}
		t.Version = version
		t, err = template.Save(tx, t)
		return versioned(t.Version, wireTemplate(t)), err
	})
}

func (a *API) removeTemplate(ctx context.Context, in *Identified) (*struct{}, error) {
	return update(ctx, a, func(tx *db.Tx) (*struct{}, error) { return nil, automation.RemoveTemplate(tx, in.ID) })
}
