package survey

import (
	"cmp"
	"fmt"
	"html"
	"strings"

	"muster/internal/db"
	"muster/internal/people"
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
func (a *Asker) letter(tx *db.Tx, s Survey, c people.Contact, i Invitation) (ticket.Body, error) {
	w, err := workspace.Current(tx)
	if err != nil {
		return ticket.Body{}, err
	}
	say := func(text string, values ...any) string {
		return a.Say(cmp.Or(c.Locale, w.Settings.Locale), text, values...)
	}
	words := s.Measure.Words(say)
	question := cmp.Or(s.Question, words.Question)
	var b strings.Builder
	if c.Unnamed() {
		p(&b, say("Hello,"))
	} else {
		p(&b, say("Hello %s,", c.Name))
	}
	p(&b, question)
	least, most := s.Measure.Scale()
	link := a.base(w) + Path + i.ID
	b.WriteString(`<table border="1" cellpadding="9"><tr>`)
	for n := least; n <= most; n++ {
		fmt.Fprintf(&b, `<td align="center"><div><a href="%s?r=%d">%d</a></div></td>`, html.EscapeString(link), n, n)
	}
	b.WriteString("</tr></table>")
	p(&b, fmt.Sprintf("%d: %s. %d: %s.", least, words.Least, most, words.Most))
	p(&b, say("A click opens a page on which you can add a few words. Nothing counts until you send it there."))
	p(&b, say("If something is still open, just answer this mail."))
	// Lists and searches show the question alone, not the links.
	return ticket.Body{Source: question, Text: question, HTML: text.CleanHTML(b.String()).HTML}, nil
}

func p(b *strings.Builder, sentence string) {
	b.WriteString("<p>" + html.EscapeString(sentence) + "</p>")
}

// plainBody is a text as it is, for the agents.
func plainBody(say string) ticket.Body {
	page := "<p>" + strings.ReplaceAll(html.EscapeString(say), "\n", "<br>") + "</p>"
	return ticket.Body{Source: say, Text: say, HTML: text.CleanHTML(page).HTML}
}

func clipped(title string) string { return text.Snippet(title, 200) }
