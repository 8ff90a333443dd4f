// Package template keeps the texts that are sent again and again, in the languages of the customers: answers kept ready, and the mails that Muster writes by itself.
package template

import (
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/text"
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

// Has reports whether an actor is of the group.
func (g Group) Has(a access.Actor) bool {
	if len(g.Teams) == 0 && len(g.Roles) == 0 {
		return true
	}
	return slices.Contains(g.Roles, a.Role) || slices.ContainsFunc(g.Teams, func(t string) bool { return slices.Contains(a.Teams, t) })
}

// Check makes sure that the teams and roles exist.
func (g Group) Check(tx *db.Tx) error {
	if err := tx.Must(access.TicketsRead); err != nil {
		return err
	}
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

// Saved says that a template was made or changed.
type Saved struct{ ID, Name string }

// Removed says that a template is no more.
type Removed struct{ ID, Name string }

func (Saved) EventName() string           { return "template.saved" }
func (e Saved) About() (string, string)   { return "template", e.ID }
func (Removed) EventName() string         { return "template.removed" }
func (e Removed) About() (string, string) { return "template", e.ID }

// All lists the templates by name: to who may edit them, all; to agents, those offered to them.
func All(tx *db.Tx) ([]Template, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return nil, err
	}
	all, err := answers(tx)
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
	all, err := answers(tx)
	return offered(tx, all), err
}

// answers are all templates but the mails that Muster writes by itself.
func answers(tx *db.Tx) ([]Template, error) {
	all, err := templates(tx, tx.Filter())
	return slices.DeleteFunc(all, func(t Template) bool { return t.Mail() != nil }), err
}

func offered(tx *db.Tx, all []Template) []Template {
	return slices.DeleteFunc(all, func(t Template) bool { return !t.Offered || !t.For.Has(tx.Actor) })
}

// Find returns the template with an id: a mail's, if nobody changed it, as it comes with Muster.
func Find(tx *db.Tx, id string) (Template, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return Template{}, err
	}
	all, err := templates(tx, tx.Filter().Where("id = ?", id))
	if err != nil {
		return Template{}, err
	}
	if m := mailCalled(id); len(all) == 0 && m != nil {
		all = []Template{m.usual()}
	}
	if len(all) == 0 || !tx.May(access.RulesEdit) && len(offered(tx, slices.Clone(all))) == 0 {
		return Template{}, fault.New(fault.NotFound, "There is no such template.")
	}
	return all[0], nil
}

// Called returns the template, no mail, that has an id or a name.
func Called(tx *db.Tx, called string) (Template, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return Template{}, err
	}
	all, err := answers(tx)
	if err != nil {
		return Template{}, err
	}
	i := slices.IndexFunc(all, func(t Template) bool { return t.ID == called || text.Fold(t.Name) == text.Fold(called) })
	if i < 0 || called == "" {
		return Template{}, fault.New(fault.NotFound, "There is no template called %.100q.", called)
	}
	return all[i], nil
}

// Save makes a template, or changes the one with its id.
func Save(tx *db.Tx, t Template) (Template, error) {
	if err := tx.Must(access.RulesEdit); err != nil {
		return Template{}, err
	}
	was := Template{}
	if t.ID != "" {
		var err error
		if was, err = Find(tx, t.ID); err != nil {
			return Template{}, err
		}
		if t.Version != 0 && t.Version != was.Version {
			return Template{}, fault.New(fault.Conflict, "Somebody changed this meanwhile. Look at it again, then repeat your change.")
		}
	}
	if t.Mail() != nil {
		t.Name, t.Offered, t.For = was.Name, false, Group{}
	}
	var nameErr error
	t.Name, nameErr = Name(t.Name)
	if err := fault.Join(nameErr, t.CheckTexts(), t.For.Check(tx)); err != nil {
		return Template{}, err
	}
	if t.Version = was.Version + 1; t.ID == "" {
		t.ID = tx.NewID()
	}
	tx.Emit(Saved{t.ID, t.Name})
	return t, Shelf{"templates", "template"}.Store(tx, t.ID, t.Name, t.Version, db.JSON(&t))
}

const longestName = 120

// Name returns a name as it is kept.
func Name(name string) (string, error) {
	name = strings.Join(strings.Fields(text.Valid(name)), " ")
	if name == "" || len([]rune(name)) > longestName {
		return name, fault.Field("name", "Give it a name of at most %d characters.", longestName)
	}
	return name, nil
}

const (
	longestText = 20_000 // bytes
	mostTexts   = 50
)

// CheckTexts says what is wrong with the texts, and leaves out those that are empty.
func (t *Template) CheckTexts() error {
	t.Texts = slices.DeleteFunc(slices.Clone(t.Texts), func(x Text) bool { return strings.TrimSpace(x.Body) == "" })
	if len(t.Texts) == 0 {
		return fault.Field("texts", "Write what the template says, in one language at least.")
	}
	if len(t.Texts) > mostTexts {
		return fault.Field("texts", "A template can speak %d languages.", mostTexts)
	}
	var wrong []error
	for i := range t.Texts {
		x := &t.Texts[i]
		tag, err := language.Parse(x.Language)
		if err != nil {
			wrong = append(wrong, fault.Field("texts."+x.Language, "%.40q is no language; write it like en or de-CH.", x.Language))
			continue
		}
		field := "texts." + x.Language
		if x.Language = tag.String(); slices.ContainsFunc(t.Texts[:i], func(o Text) bool { return o.Language == x.Language }) {
			wrong = append(wrong, fault.Field(field, "There are two texts in %s. Make one of them.", tag))
		} else if why := t.Mail().Wrong(x.Body); why != "" {
			wrong = append(wrong, fault.Field(field, "In %s %s", tag, why))
		}
	}
	return fault.Join(wrong...)
}

// Remove removes a template; of a mail, what was changed, so that it says again what it comes with. Whether
// something needs it, its caller looks: see automation.RemoveTemplate.
func Remove(tx *db.Tx, id string) error {
	if err := tx.Must(access.RulesEdit); err != nil {
		return err
	}
	t, err := Find(tx, id)
	if err != nil {
		return err
	}
	tx.Emit(Removed{t.ID, t.Name})
	return Shelf{"templates", "template"}.Remove(tx, id)
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
