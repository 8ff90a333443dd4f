package template

import (
	"html"
	"slices"
	"strings"

	"muster/internal/access"
	"muster/internal/db"
)

// Mail is one that Muster writes to customers by itself. Its template has the mail's name as its id.
type Mail struct {
	ID, Name  string
	About     string     // when it is sent
	Variables []Variable // beside those that each text has
	Needs     string     // the variable without which it makes no sense; empty: none
	Texts     []Text     // as it comes with Muster
}

// The mails, by the ids of their templates.
const (
	Acknowledgement = "acknowledgement"
	Survey          = "survey"
	Unread          = "unread"
)

// Mails lists the mails that Muster writes to customers by itself.
func Mails() []Mail {
	return []Mail{
		{ID: Acknowledgement, Name: "Mail: acknowledgement", About: "Answers a person's first message, where the inbox says so.",
			Texts: []Text{
				{"en", "Hello {{requester.name}},\n\nthank you for your message. We have it as number {{ticket.number}}, “{{ticket.title}}”, and will answer as soon as we can.\n\nIf there is more to say, answer this mail.\n\n{{workspace.name}}"},
				{"de", "Guten Tag {{requester.name}},\n\nvielen Dank für Ihre Nachricht. Sie hat bei uns die Nummer {{ticket.number}}, „{{ticket.title}}“, und wir antworten so bald wie möglich.\n\nWenn Sie etwas hinzufügen möchten, antworten Sie einfach auf diese Mail.\n\n{{workspace.name}}"},
			}},
		{ID: Survey, Name: "Mail: survey", About: "Asks a customer to rate how their ticket was handled.", Needs: "survey.scale",
			Variables: []Variable{
				{Name: "survey.question", About: "What is asked", Example: "How satisfied are you with how we handled your request?"},
				{Name: "survey.scale", About: "The ratings to click on", Example: scale(5), block: true},
				{Name: "survey.ends", About: "What the two ends of the scale mean", Example: "1: Very dissatisfied. 5: Very satisfied."},
			},
			Texts: []Text{
				{"en", "Hello {{requester.name}},\n\n{{survey.question}}\n\n{{survey.scale}}\n\n{{survey.ends}}\n\nA click opens a page on which you can add a few words. Nothing counts until you send it there.\n\nIf something is still open, just answer this mail."},
				{"de", "Guten Tag {{requester.name}},\n\n{{survey.question}}\n\n{{survey.scale}}\n\n{{survey.ends}}\n\nEin Klick öffnet eine Seite, auf der Sie noch etwas dazu schreiben können. Erst wenn Sie dort senden, zählt es.\n\nWenn noch etwas offen ist, antworten Sie einfach auf diese Mail."},
			}},
		{ID: Unread, Name: "Mail: message not read", About: "Tells a person, once a day, that a message was over a limit of size or shape.", Needs: "message.problem",
			Variables: []Variable{{Name: "message.problem", About: "What was too much", Example: "The message has more than 2000 parts."}},
			Texts: []Text{
				{"en", "{{message.problem}}\n\nYour message was kept, but not read."},
				{"de", "{{message.problem}}\n\nIhre Nachricht ist aufbewahrt, wurde aber nicht gelesen."},
			}},
	}
}

// scale is an example of ratings to click on.
func scale(most int) string {
	var b strings.Builder
	b.WriteString(`<table border="1" cellpadding="9"><tr>`)
	for n := 1; n <= most; n++ {
		b.WriteString(`<td align="center">` + html.EscapeString(string(rune('0'+n))) + `</td>`)
	}
	return b.String() + "</tr></table>"
}

func mailCalled(id string) *Mail {
	all := Mails()
	if i := slices.IndexFunc(all, func(m Mail) bool { return m.ID == id }); i >= 0 {
		return &all[i]
	}
	return nil
}

// Mail is the one whose text the template is: nil if it is none's.
func (t Template) Mail() *Mail { return mailCalled(t.ID) }

// usual is the mail's template as it comes with Muster.
func (m *Mail) usual() Template {
	return Template{ID: m.ID, Name: m.Name, Texts: slices.Clone(m.Texts)}
}

// MailTemplates lists the templates of all mails, changed or not: one that nobody changed has the version 0.
func MailTemplates(tx *db.Tx) ([]Template, error) {
	if err := tx.Must(access.RulesEdit); err != nil {
		return nil, err
	}
	var all []Template
	for _, m := range Mails() {
		t, err := Find(tx, m.ID)
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, nil
}
