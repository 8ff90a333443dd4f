package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/access"
	"muster/internal/automation"
	"muster/internal/db"
	"muster/internal/template"
)

func (a *API) templateRoutes(h huma.API) {
	huma.Register(h, op("GET", "/templates", "templates", "Rules", "List texts kept ready; for who may edit them also the mails that Muster writes to customers by itself", 200), a.templates)
	huma.Register(h, op("POST", "/templates", "addTemplate", "Rules", "Add a text", 201), a.addTemplate)
	huma.Register(h, op("GET", "/templates/{id}", "template", "Rules", "Read a text", 200), a.template)
	huma.Register(h, op("PATCH", "/templates/{id}", "changeTemplate", "Rules", "Change a text", 200), a.changeTemplate)
	huma.Register(h, op("DELETE", "/templates/{id}", "removeTemplate", "Rules", "Remove a text; of a mail, the change to it", 204), a.removeTemplate)
	huma.Register(h, op("POST", "/templates/preview", "previewTemplate", "Rules", "See how texts look, with examples in the place of values", 200), a.previewTemplate)
}

// Template is a text kept ready, in one language or several.
type Template struct {
	ID      string            `json:"id,omitempty" readOnly:"true"`
	Name    string            `json:"name"`
	Texts   map[string]string `json:"texts" nullable:"false" doc:"Markdown with variables, by language: {\"en\": \"Dear {{requester.first_name}}, …\"}."`
	Offered bool              `json:"offered,omitempty" doc:"Agents choose it in the composer."`
	Teams   []string          `json:"teams,omitempty" doc:"Ids: offered to their members. No teams and no roles: to all."`
	Roles   []string          `json:"roles,omitempty" doc:"Ids: offered to who has them."`
	Mail    string            `json:"mail,omitempty" readOnly:"true" doc:"When Muster writes it to customers by itself; empty: it is no such mail. A mail's name and readers are fixed, and removing it brings back the words it came with."`
	Version int64             `json:"version,omitempty" readOnly:"true" doc:"As in the ETag; 0: a mail that nobody changed."`
}

func wireTemplate(t template.Template) Template {
	w := Template{t.ID, t.Name, map[string]string{}, t.Offered, t.For.Teams, t.For.Roles, "", t.Version}
	if m := t.Mail(); m != nil {
		w.Mail = m.About
	}
	for _, x := range t.Texts {
		w.Texts[x.Language] = x.Body
	}
	return w
}

func (a *API) templates(ctx context.Context, _ *struct{}) (*Answer[List[Template]], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[List[Template]], error) {
		all, err := template.All(tx)
		if err == nil && tx.May(access.RulesEdit) {
			var mails []template.Template
			mails, err = template.MailTemplates(tx)
			all = append(all, mails...)
		}
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

type previewTemplate struct {
	Body struct {
		ID    string            `json:"id,omitempty" doc:"Of a mail: it has variables of its own."`
		Texts map[string]string `json:"texts" nullable:"false" doc:"By language."`
	}
}

// TemplatePreview is how texts look.
type TemplatePreview struct {
	Pages map[string]string `json:"pages" doc:"HTML, by language."`
}

func (a *API) previewTemplate(ctx context.Context, in *previewTemplate) (*Answer[TemplatePreview], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[TemplatePreview], error) {
		if err := tx.Must(access.RulesEdit); err != nil {
			return nil, err
		}
		t := template.Template{ID: in.Body.ID, Texts: template.TextsOf(in.Body.Texts)}
		if err := t.CheckTexts(); err != nil {
			return nil, err
		}
		all := TemplatePreview{map[string]string{}}
		for _, x := range t.Texts {
			page, err := t.Preview(x)
			if err != nil {
				return nil, err
			}
			all.Pages[x.Language] = page
		}
		return &Answer[TemplatePreview]{all}, nil
	})
}
