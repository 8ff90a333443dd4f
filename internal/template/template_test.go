package template_test

import (
	"strings"
	"testing"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mustertest"
	"muster/internal/people/client"
	"muster/internal/template"
)

// The mails that Muster writes by itself say what the workspace wants, in the customer's language.
func TestMails(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		h := mustertest.NewHouse(t, d)
		ann := h.As(h.Ann)
		one := h.Open(ann, "One <b> *x*", "x")
		says := func(rule, want string) {
			t.Helper()
			mustertest.See(t, d, ann, func(tx *db.Tx) error {
				s, err := template.Speak(tx, h.Desk, one)
				if err != nil {
					return err
				}
				s.More = map[string]string{"survey.question": "How {{workspace.name}}?", "survey.ends": "1 to 5"}
				s.Blocks = map[string]string{"survey.scale": `<table><tr><td><a href="https://a.example/rate?r=1">1</a></td></tr></table>`}
				body, err := template.MailOf(tx, template.Survey, s)
				if !strings.Contains(body.HTML, want) {
					t.Errorf("%s: got %s, want in it %s", rule, body.HTML, want)
				}
				return err
			})
		}
		says("nobody changed it", "Hello Carla Cole")
		says("what a value says is not filled", "How {{workspace.name}}?")
		says("what stands for HTML is HTML", `<a href="https://a.example/rate?r=1"`)
		mustertest.Do(t, d, ann, func(tx *db.Tx) error {
			_, err := client.ChangeContact(tx, h.Carla.ID, client.ContactChange{Locale: ptr("de-AT")})
			return err
		})
		says("in the customer's language", "Guten Tag Carla Cole")
		var kept template.Template
		mustertest.Do(t, d, ann, func(tx *db.Tx) (err error) {
			kept, err = template.Save(tx, template.Template{ID: template.Survey, Name: "mine", Offered: true,
				Texts: []template.Text{{Language: "de", Body: "Moin, {{ticket.title}} {{survey.scale}}"}}})
			return err
		})
		if kept.Name != "Mail: survey" || kept.Offered || kept.Version != 1 {
			t.Errorf("got %+v, want the mail's own name, offered to nobody", kept)
		}
		says("as it was changed", "Moin, One &lt;b&gt; *x*")
		mustertest.See(t, d, ann, func(tx *db.Tx) error {
			all, err := template.All(tx)
			if len(all) != 0 {
				t.Errorf("a mail is offered among the templates: %+v", all)
			}
			if _, err := template.Called(tx, "mail: survey"); !fault.Is(err, fault.NotFound) {
				t.Errorf("a rule can send a mail's template: got %v", err)
			}
			return err
		})
		mustertest.Do(t, d, ann, func(tx *db.Tx) error { return template.Remove(tx, template.Survey) })
		says("as it came, once the change is removed", "Guten Tag Carla Cole")
	})
}

func TestMailsAreChecked(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		h := mustertest.NewHouse(t, d)
		for _, row := range []struct{ rule, mail, body, want string }{
			{"a variable that is none", template.Acknowledgement, "{{shoe}}", "no variable {{shoe}}"},
			{"one of another mail", template.Acknowledgement, "{{survey.scale}}", "no variable {{survey.scale}}"},
			{"nothing to click on", template.Survey, "Hello", "{{survey.scale}} is missing"},
			{"braces that stay open", template.Acknowledgement, "Hello {{requester.name", "has no “}}”"},
			{"too much", template.Acknowledgement, strings.Repeat("x", 20_001), "20000 bytes"},
			{"an expression", template.Acknowledgement, "{{1+1}}", "no variable {{1+1}}"},
			{"nothing in the braces", template.Acknowledgement, "{{ }}", "no variable {{}}"},
		} {
			err := d.Update(h.As(h.Ann), func(tx *db.Tx) error {
				_, err := template.Save(tx, template.Template{ID: row.mail, Texts: []template.Text{{Language: "en", Body: row.body}}})
				return err
			})
			if !strings.Contains(fault.Fields(err)["texts.en"], row.want) {
				t.Errorf("%s: got %v, want %q", row.rule, err, row.want)
			}
		}
		agent := access.With(t.Context(), access.Actor{Workspace: h.Workspace.ID, ID: h.Bob.ID, Rights: []access.Right{access.TicketsRead, access.TicketsReply}, Kind: access.Human})
		if err := d.View(agent, func(tx *db.Tx) error { _, err := template.Find(tx, template.Survey); return err }); !fault.Is(err, fault.NotFound) {
			t.Errorf("who may not edit mails sees one: got %v", err)
		}
	})
}

// A preview has an example for each variable, and shows no code that somebody typed.
func TestPreview(t *testing.T) {
	for _, m := range template.Mails() {
		x := template.Template{ID: m.ID}
		for _, text := range m.Texts {
			if why := m.Wrong(text.Body); why != "" {
				t.Errorf("%s comes with a text in %s that is refused: %s", m.ID, text.Language, why)
			}
			page, err := x.Preview(text)
			if err != nil || strings.Contains(page, "{{") || strings.Contains(page, "\uE000") {
				t.Errorf("%s in %s: got %s (%v), want examples in the place of all variables", m.ID, text.Language, page, err)
			}
		}
	}
	page, err := template.Template{}.Preview(template.Text{Body: `<script>alert(1)</script><img src=x onerror=alert(1)> {{organisation.name}} {{survey.scale}}`})
	if err != nil || strings.Contains(page, "<script") || strings.Contains(page, "<img") || !strings.Contains(page, "Holt &amp; Sons") || !strings.Contains(page, "{{survey.scale}}") {
		t.Errorf("got %s (%v)", page, err)
	}
}

func ptr[T any](v T) *T { return &v }
