package survey

import (
	"cmp"
	"fmt"
	"html"
	"strings"

	"muster/internal/db"
	"muster/internal/people/client"
	"muster/internal/template"
	"muster/internal/text"
	"muster/internal/ticket"
	"muster/internal/workspace"
)

// Words are what a measure asks, and what its two ends mean: in English, to be said in the reader's language.
type Words struct{ Question, Least, Most string }

// Words returns the words of a measure.
func (m Measure) Words(say func(string, ...any) string) Words {
	switch m {
	case NPS:
		return Words{say("How likely are you to recommend us to a friend or colleague?"), say("Not at all likely"), say("Very likely")}
	case CES:
		return Words{say("How easy was it to have your request solved?"), say("Very difficult"), say("Very easy")}
	}
	return Words{say("How satisfied are you with how we handled your request?"), say("Very dissatisfied"), say("Very satisfied")}
}

// letter writes the mail that asks.
func (a *Asker) letter(tx *db.Tx, s Survey, t *ticket.Ticket, c client.Contact, i Invitation) (ticket.Body, error) {
	w, err := workspace.Current(tx)
	if err != nil {
		return ticket.Body{}, err
	}
	say := func(text string, values ...any) string {
		return a.Say(cmp.Or(c.Locale, w.Settings.Locale), text, values...)
	}
	words := s.Measure.Words(say)
	question := cmp.Or(s.Question, words.Question)
	least, most := s.Measure.Scale()
	speaker, err := template.Speak(tx, a.Desk, t)
	if err != nil {
		return ticket.Body{}, err
	}
	speaker.More = map[string]string{"survey.question": question, "survey.ends": fmt.Sprintf("%d: %s. %d: %s.", least, words.Least, most, words.Most)}
	speaker.Blocks = map[string]string{"survey.scale": scale(a.base(w)+Path+i.ID, least, most)}
	body, err := template.MailOf(tx, template.Survey, speaker)
	body.Source, body.Text = question, question // lists and searches show the question alone, not the links
	return body, err
}

// scale is the ratings, each with the link that chooses it.
func scale(link string, least, most int) string {
	var b strings.Builder
	b.WriteString(`<table border="1" cellpadding="9"><tr>`)
	for n := least; n <= most; n++ {
		fmt.Fprintf(&b, `<td align="center"><div><a href="%s?r=%d">%d</a></div></td>`, html.EscapeString(link), n, n)
	}
	return b.String() + "</tr></table>"
}

// plainBody is a text as it is, for the agents.
func plainBody(say string) ticket.Body {
	page := "<p>" + strings.ReplaceAll(html.EscapeString(say), "\n", "<br>") + "</p>"
	return ticket.Body{Source: say, Text: say, HTML: text.CleanHTML(page).HTML}
}

func clipped(title string) string { return text.Snippet(title, 200) }
