package automation

import (
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/ticket"
)

// Template is a text kept ready, in one language or several: rules send it, and agents choose it as an answer.
type Template struct {
	ID      string `json:"-"`
	Name    string `json:"-"`
	Version int64  `json:"-"` // counts changes; when saved: the one that was seen, 0: any
	Texts   []Text `json:"texts"`
	Offered bool   `json:"offered,omitempty"` // agents choose it in the composer
	For     Group  `json:"for"`               // which agents
}

// Text is what a template says in a language: Markdown, with variables.
type Text struct {
	Language string `json:"language"` // BCP 47
	Body     string `json:"body"`
}

// Group says to whom something is offered: to all if it names nobody.
type Group struct {
	Teams []string `json:"teams,omitempty"`
	Roles []string `json:"roles,omitempty"`
}

// has reports whether an actor is of the group.
func (g Group) has(a access.Actor) bool {
	if len(g.Teams) == 0 && len(g.Roles) == 0 {
		return true
	}
	return slices.Contains(g.Roles, a.Role) || slices.ContainsFunc(g.Teams, func(t string) bool { return slices.Contains(a.Teams, t) })
}

// TemplateSaved says that a template was made or changed.
type TemplateSaved struct{ ID, Name string }

// TemplateRemoved says that a template is no more.
type TemplateRemoved struct{ ID, Name string }

func (TemplateSaved) EventName() string           { return "template.saved" }
func (e TemplateSaved) About() (string, string)   { return "template", e.ID }
func (TemplateRemoved) EventName() string         { return "template.removed" }
func (e TemplateRemoved) About() (string, string) { return "template", e.ID }

const mostKept = 1000 // templates, macros

// Templates lists the templates by name: to who may edit them, all; to agents, those offered to them.
func Templates(tx *db.Tx) ([]Template, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, err
	}
	all, err := templates(tx, tx.Filter())
	if tx.May(access.RulesEdit) {
		return all, err
	}
	return offered(tx, all), err
}

// Answers lists the templates that are offered to the actor in the composer.
func Answers(tx *db.Tx) ([]Template, error) {
	if err := tx.Must(access.TicketsReply); err != nil {
		return nil, err
	}
	all, err := templates(tx, tx.Filter())
	return offered(tx, all), err
}

func offered(tx *db.Tx, all []Template) []Template {
	return slices.DeleteFunc(all, func(t Template) bool { return !t.Offered || !t.For.has(tx.Actor) })
}

// FindTemplate returns the template with an id.
func FindTemplate(tx *db.Tx, id string) (Template, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return Template{}, err
	}
	all, err := templates(tx, tx.Filter().Where("id = ?", id))
	if err == nil && (len(all) == 0 || !tx.May(access.RulesEdit) && len(offered(tx, all)) == 0) {
		err = fault.New(fault.NotFound, "There is no such template.")
	}
	if err != nil {
		return Template{}, err
	}
	return all[0], nil
}

// templateCalled returns the template with an id or a name.
func templateCalled(tx *db.Tx, called string) (Template, error) {
	return called1(tx, templates, called, func(t Template) (string, string) { return t.ID, t.Name }, "template")
}

// SaveTemplate makes a template, or changes the one with its id.
func SaveTemplate(tx *db.Tx, t Template) (Template, error) {
	if err := tx.Must(access.RulesEdit); err != nil {
		return Template{}, err
	}
	was, err := replaced(tx, t.ID, t.Version, FindTemplate, func(t Template) int64 { return t.Version })
	if err != nil {
		return Template{}, err
	}
	var nameErr error
	t.Name, nameErr = checkName(t.Name)
	if err := fault.Join(nameErr, t.checkTexts(), t.For.check(tx)); err != nil {
		return Template{}, err
	}
	if t.Version = was + 1; t.ID == "" {
		t.ID = tx.NewID()
	}
	tx.Emit(TemplateSaved{t.ID, t.Name})
	return t, storeKept(tx, "templates", "template", t.ID, t.Name, t.Version, db.JSON(&t))
}

func (t *Template) checkTexts() error {
	t.Texts = slices.DeleteFunc(slices.Clone(t.Texts), func(x Text) bool { return strings.TrimSpace(x.Body) == "" })
	if len(t.Texts) == 0 {
		return fault.Field("texts", "Write what the template says, in one language at least.")
	}
	if len(t.Texts) > 50 {
		return fault.Field("texts", "A template can speak 50 languages.")
	}
	var wrong []error
	for i := range t.Texts {
		x := &t.Texts[i]
		tag, err := language.Parse(x.Language)
		switch {
		case err != nil:
			wrong = append(wrong, fault.Field("texts."+x.Language, "%.40q is no language; write it like en or de-CH.", x.Language))
			continue
		case slices.ContainsFunc(t.Texts[:i], func(o Text) bool { return o.Language == tag.String() }):
			wrong = append(wrong, fault.Field("texts."+x.Language, "There are two texts in %s. Make one of them.", tag))
		case len(x.Body) > longestSay:
			wrong = append(wrong, fault.Field("texts."+x.Language, "The text has more than %d bytes. Shorten it.", longestSay))
		}
		x.Language = tag.String()
		if err := checkVariables(x.Body); err != nil {
			wrong = append(wrong, fault.Field("texts."+x.Language, "In %s %s", x.Language, said(err)))
		}
	}
	return fault.Join(wrong...)
}

// RemoveTemplate removes a template that no rule and no macro sends.
func RemoveTemplate(tx *db.Tx, id string) error {
	if err := tx.Must(access.RulesEdit); err != nil {
		return err
	}
	t, err := FindTemplate(tx, id)
	if err != nil {
		return err
	}
	if err := unused(tx, "template", func(a Action) bool { return a.Do == Reply && a.Value == id }); err != nil {
		return err
	}
	tx.Emit(TemplateRemoved{t.ID, t.Name})
	return remove(tx, "templates", id)
}

// In returns what the template says in the first of some languages that it
// speaks, at least nearly; else in its first.
func (t Template) In(languages ...string) string {
	if len(t.Texts) == 0 {
		return ""
	}
	for _, wanted := range languages {
		base, _, _ := strings.Cut(wanted, "-")
		for _, near := range []func(string) bool{
			func(l string) bool { return l == wanted },
			func(l string) bool { return l == base },
			func(l string) bool { return strings.HasPrefix(l, base+"-") },
		} {
			if i := slices.IndexFunc(t.Texts, func(x Text) bool { return wanted != "" && near(x.Language) }); i >= 0 {
				return t.Texts[i].Body
			}
		}
	}
	return t.Texts[0].Body
}

// FillTemplate returns what a template says on a ticket, as Markdown: in the
// requester's language if that is known, else in the workspace's.
func (c *Clerk) FillTemplate(tx *db.Tx, id string, t *ticket.Ticket) (string, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return "", err
	}
	template, err := FindTemplate(tx, id)
	if err != nil {
		return "", err
	}
	s, err := c.speakerOf(tx, t)
	if err != nil {
		return "", err
	}
	return fill(template.In(s.requester.Locale, s.workspace.Settings.Locale), s.value, literal), nil
}

// TextsOf are the texts of a template, by language, in the order of the languages: English first, which most readers know.
func TextsOf(byLanguage map[string]string) []Text {
	var all []Text
	for _, l := range slices.Sorted(maps.Keys(byLanguage)) {
		all = append(all, Text{l, byLanguage[l]})
	}
	slices.SortStableFunc(all, func(a, b Text) int {
		first := func(t Text) int {
			if strings.HasPrefix(t.Language, "en") {
				return 0
			}
			return 1
		}
		return first(a) - first(b)
	})
	return all
}
