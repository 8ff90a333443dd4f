package automation_test

import (
	"slices"
	"strings"
	"testing"

	"muster/internal/access"
	"muster/internal/automation"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mustertest"
	"muster/internal/people"
	"muster/internal/people/client"
	"muster/internal/template"
	"muster/internal/ticket"
)

func TestMacros(t *testing.T) {
	each(t, func(k *desk) {
		var close automation.Macro
		mustertest.Do(k.t, k.DB, k.ann, func(tx *db.Tx) (err error) {
			close, err = k.clerk.SaveMacro(tx, automation.Macro{Name: "Answer and take", Actions: []automation.Action{
				{Do: automation.Reply, Text: "Dear {{requester.first_name}}, {{agent.name}} will look at it."}, {Do: automation.Assign, Field: "user", Value: "me"},
				{Do: automation.Set, Field: "state", Value: "Resolved"}}, For: template.Group{Teams: []string{k.Tier1.ID}}})
			return err
		})
		one := k.Open(k.ann, "One", "x")
		silent := access.From(k.As(k.Ann))
		silent.Rights = slices.DeleteFunc(slices.Clone(silent.Rights), func(r access.Right) bool { return r == access.TicketsReply || r == access.RulesEdit })
		mustertest.Do(k.t, k.DB, access.With(k.ann, silent), func(tx *db.Tx) error {
			if all, err := automation.MyMacros(tx); err != nil || len(all) != 0 {
				k.t.Errorf("a macro that answers, to who may not write to customers: got %v %v, want it not offered", all, err)
			}
			return nil
		})
		run := func(u people.User) error {
			return k.DB.Update(k.As(u), func(tx *db.Tx) error { _, err := k.clerk.RunMacro(tx, one.Number, close.ID); return err })
		}
		if err := run(k.Bob); !fault.Is(err, fault.NotFound) {
			k.t.Errorf("by who is not of the team: got %v, want that there is none", err)
		}
		if err := run(k.Ann); err != nil {
			k.t.Fatal(err)
		}
		now := k.see(one.Number)
		if now.Replies != 1 || now.Assignee != k.Ann.ID || now.Category != ticket.Review || now.Snippet != "Dear Carla, Ann Arbour will look at it." {
			k.t.Errorf("got %+v, want it answered by Ann, hers and resolved", now)
		}
		// The workflow does not lead from resolved to resolved by a reply first: all of it, or nothing.
		mustertest.Do(k.t, k.DB, k.ann, func(tx *db.Tx) (err error) {
			close.Actions[2].Value = "cancelled"
			close, err = k.clerk.SaveMacro(tx, close)
			return err
		})
		if err := run(k.Ann); !fault.Is(err, fault.Invalid) {
			k.t.Errorf("what cannot be done is refused: got %v", err)
		}
		if again := k.see(one.Number); again.Replies != 1 {
			k.t.Errorf("a part of it was done: %d replies, want 1", again.Replies)
		}
	})
}

func TestMacrosAreKept(t *testing.T) {
	each(t, func(k *desk) {
		save := func(m automation.Macro) (automation.Macro, error) {
			err := k.DB.Update(k.ann, func(tx *db.Tx) (err error) { m, err = k.clerk.SaveMacro(tx, m); return err })
			return m, err
		}
		tag := []automation.Action{{Do: automation.Tag, Value: "x"}}
		m, err := save(automation.Macro{Name: "Mark", Actions: tag})
		if err != nil {
			k.t.Fatal(err)
		}
		for _, row := range []struct {
			rule, field string
			m           automation.Macro
		}{
			{"a name that another has", "name", automation.Macro{Name: "MARK", Actions: tag}},
			{"nothing to do", "actions", automation.Macro{Name: "x"}},
			{"a macro in a macro", "actions.0", automation.Macro{Name: "x", Actions: []automation.Action{{Do: automation.Use, Value: m.ID}}}},
			{"a team that is none", "teams", automation.Macro{Name: "x", Actions: tag, For: template.Group{Teams: []string{"nope"}}}},
			{"a role that is none", "roles", automation.Macro{Name: "x", Actions: tag, For: template.Group{Roles: []string{"nope"}}}},
		} {
			if _, err := save(row.m); fault.Fields(err)[row.field] == "" {
				k.t.Errorf("%s: got %v, want a fault of %s", row.rule, err, row.field)
			}
		}
		k.rule("uses it", automation.Opened, does(automation.Action{Do: automation.Use, Value: "mark"}))
		if err := k.DB.Update(k.ann, func(tx *db.Tx) error { return automation.RemoveMacro(tx, m.ID) }); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "uses it") {
			k.t.Errorf("one that a rule needs stays: got %v", err)
		}
	})
}

func TestTemplates(t *testing.T) {
	each(t, func(k *desk) {
		greeting := template.Template{Name: "Greeting", Offered: true, For: template.Group{Roles: []string{access.Admin}},
			Texts: []template.Text{{Language: "en", Body: "Hello {{requester.name}}"}, {Language: "de", Body: "Guten Tag {{ requester.name }}"}, {Language: "pt-BR", Body: "Olá {{requester.name}}, {{ticket.field.site}}"}}}
		mustertest.Do(k.t, k.DB, k.ann, func(tx *db.Tx) (err error) { greeting, err = template.Save(tx, greeting); return err })
		one := k.Open(k.ann, "One", "x")
		k.change(one.Number, ticket.Change{Fields: map[string]*string{"site": ptr("{{ticket.title}} <b>")}})
		for _, row := range []struct{ rule, locale, want string }{
			{"who has no language is spoken to in the workspace's", "", "Hello Carla Cole"},
			{"in the contact's", "de", "Guten Tag Carla Cole"},
			{"or nearly", "de-AT", "Guten Tag Carla Cole"},
			{"or at least of the same family; what a value says is not filled again, nor is it code", "pt", `Olá Carla Cole, {{ticket\.title}} \<b\>`},
			{"in the workspace's if there is none", "fi", "Hello Carla Cole"},
		} {
			mustertest.Do(k.t, k.DB, k.ann, func(tx *db.Tx) error {
				_, err := client.ChangeContact(tx, k.Carla.ID, client.ContactChange{Locale: &row.locale})
				return err
			})
			mustertest.See(k.t, k.DB, k.ann, func(tx *db.Tx) error {
				got, err := template.Fill(tx, k.Desk, greeting.ID, k.see(one.Number))
				if strings.ReplaceAll(strings.ReplaceAll(got, `\{`, "{"), `\}`, "}") != row.want {
					k.t.Errorf("%s: got %q, want %q", row.rule, got, row.want)
				}
				return err
			})
		}
		for _, row := range []struct {
			rule, field string
			t           template.Template
		}{
			{"a variable that is none", "texts.en", template.Template{Name: "x", Texts: []template.Text{{Language: "en", Body: "{{shoe}}"}}}},
			{"a language that is none", "texts.!!", template.Template{Name: "x", Texts: []template.Text{{Language: "!!", Body: "x"}}}},
			{"a language twice", "texts.EN", template.Template{Name: "x", Texts: []template.Text{{Language: "en", Body: "x"}, {Language: "EN", Body: "x"}}}},
			{"no text at all", "texts", template.Template{Name: "x", Texts: []template.Text{{Language: "en", Body: " "}}}},
			{"a name that another has", "name", template.Template{Name: "greeting", Texts: []template.Text{{Language: "en", Body: "x"}}}},
		} {
			err := k.DB.Update(k.ann, func(tx *db.Tx) error { _, err := template.Save(tx, row.t); return err })
			if fault.Fields(err)[row.field] == "" {
				k.t.Errorf("%s: got %v, want a fault of %s", row.rule, err, row.field)
			}
		}
		k.rule("greets", automation.Opened, does(automation.Action{Do: automation.Reply, Value: "Greeting"}))
		if err := k.DB.Update(k.ann, func(tx *db.Tx) error { return automation.RemoveTemplate(tx, greeting.ID) }); !fault.Is(err, fault.Conflict) {
			k.t.Errorf("one that a rule sends stays: got %v", err)
		}
	})
}

// Agents see the answers that are for them.
func TestAnswersAreOffered(t *testing.T) {
	each(t, func(k *desk) {
		text := []template.Text{{Language: "en", Body: "x"}}
		mustertest.Do(k.t, k.DB, k.ann, func(tx *db.Tx) error {
			for _, t := range []template.Template{{Name: "all", Offered: true, Texts: text}, {Name: "hidden", Texts: text},
				{Name: "tier 2", Offered: true, Texts: text, For: template.Group{Teams: []string{k.Tier2.ID}}}, {Name: "leads", Offered: true, Texts: text, For: template.Group{Roles: []string{"support-management"}}}} {
				if _, err := template.Save(tx, t); err != nil {
					return err
				}
			}
			return nil
		})
		for want, u := range map[string]people.User{"all": k.Ann, "all,tier 2": k.Bob} {
			mustertest.See(k.t, k.DB, k.As(u), func(tx *db.Tx) error {
				all, err := template.Answers(tx)
				var names []string
				for _, t := range all {
					names = append(names, t.Name)
				}
				if got := strings.Join(names, ","); got != want {
					k.t.Errorf("%s is offered %q, want %q", u.Name, got, want)
				}
				return err
			})
		}
	})
}
