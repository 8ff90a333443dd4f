package rule

import (
	"context"

	"muster/internal/access"
	"muster/internal/api/rest"
	"muster/internal/automation"
	"muster/internal/db"
	"muster/internal/template"
)

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

func (a *API) templates(ctx context.Context, _ *struct{}) (*rest.Page[Template], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[Template], error) {
		all, err := template.All(tx)
		if err == nil && tx.May(access.RulesEdit) {
			var mails []template.Template
			mails, err = template.MailTemplates(tx)
			all = append(all, mails...)
		}
		return rest.ListAs(all, "", wireTemplate), err
	})
}

type newTemplate struct {
	rest.Once
	Body Template
}

func (a *API) addTemplate(ctx context.Context, in *newTemplate) (*rest.Answer[Template], error) {
	b := in.Body
	return rest.UpdateOnce(ctx, a.DB, in.Once, b, func(tx *db.Tx) (*rest.Answer[Template], error) {
		t, err := template.Save(tx, template.Template{Name: b.Name, Texts: template.TextsOf(b.Texts), Offered: b.Offered, For: template.Group{Teams: b.Teams, Roles: b.Roles}})
		return rest.AnswerOf(wireTemplate(t)), err
	})
}

func (a *API) template(ctx context.Context, in *rest.Identified) (*rest.Versioned[Template], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Versioned[Template], error) {
		t, err := template.Find(tx, in.ID)
		return rest.VersionedOf(t.Version, wireTemplate(t)), err
	})
}

type changeTemplate struct {
	rest.Identified
	rest.Match
	Body struct {
		Name    *string            `json:"name,omitempty"`
		Texts   *map[string]string `json:"texts,omitempty" doc:"All that there are to be."`
		Offered *bool              `json:"offered,omitempty"`
		Teams   *[]string          `json:"teams,omitempty"`
		Roles   *[]string          `json:"roles,omitempty"`
	}
}

func (a *API) changeTemplate(ctx context.Context, in *changeTemplate) (*rest.Versioned[Template], error) {
	b := in.Body
	return rest.Change(ctx, a.DB, in.Match, func(tx *db.Tx) (int64, error) {
		t, err := template.Find(tx, in.ID)
		return t.Version, err
	}, func(tx *db.Tx, version int64) (*rest.Versioned[Template], error) {
		t, err := template.Find(tx, in.ID)
		if err != nil {
			return nil, err
		}
		rest.Set(&t.Name, b.Name)
		rest.Set(&t.Offered, b.Offered)
		rest.Set(&t.For.Teams, b.Teams)
		rest.Set(&t.For.Roles, b.Roles)
		if b.Texts != nil {
			t.Texts = template.TextsOf(*b.Texts)
		}
		t.Version = version
		t, err = template.Save(tx, t)
		return rest.VersionedOf(t.Version, wireTemplate(t)), err
	})
}

func (a *API) removeTemplate(ctx context.Context, in *rest.Identified) (*rest.Nothing, error) {
	return rest.Do(ctx, a.DB, func(tx *db.Tx) error { return automation.RemoveTemplate(tx, in.ID) })
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

func (a *API) previewTemplate(ctx context.Context, in *previewTemplate) (*rest.Answer[TemplatePreview], error) {
	return rest.Ask(ctx, a.DB, func(tx *db.Tx) (*rest.Answer[TemplatePreview], error) {
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
		return rest.AnswerOf(all), nil
	})
}
