package ui

import (
	"html/template"
	"strings"
)

// button draws a button: a link, a form of its own, or a button of the form around it.
func (s *set) button(b Button) (template.HTML, error) {
	words, err := s.buttonWords(b)
	if err != nil {
		return "", err
	}
	return s.draw(func(p *pen) {
		switch {
		case b.Href != "":
			p.begin("a", b)
			p.link("href", b.Href)
			p.attr("data-mode", b.Mode)
			p.raw(">" + words + "</a>")
		case b.Action != "":
			p.raw("<form method=\"post\"")
			p.link("action", b.Action)
			p.raw(">")
			p.begin("button", b)
			p.attr("name", b.Name)
			p.attr("value", b.Value)
			p.end(b, words)
			p.raw("</form>")
		default:
			p.begin("button", b)
			p.does(b)
			p.end(b, words)
		}
	}), nil
}

// buttonWords is what stands on a button.
func (s *set) buttonWords(b Button) (string, error) {
	var w strings.Builder
	for _, part := range b.Parts {
		drawn, err := s.show(part)
		if err != nil {
			return "", err
		}
		w.WriteString(string(drawn))
	}
	w.WriteString(string(s.draw(func(p *pen) {
		p.icon(b.Icon)
		p.text(b.Text)
		if b.Menu != "" && b.Text != "" {
			p.icon("down")
		}
		if b.Cap() != "" && b.Text != "" {
			p.raw(" <kbd>")
			p.text(b.Cap())
			p.raw("</kbd>")
		}
	})))
	return w.String(), nil
}

// begin writes the tag of a button, with what all buttons have.
func (p *pen) begin(tag string, b Button) {
	class := "btn"
	if b.Wide {
		class += " wide"
	}
	p.raw("<" + tag)
	p.attr("class", class)
	p.attr("data-is", b.Style())
	p.attr("aria-label", b.Label)
	p.attr("title", b.Title)
	p.attr("data-key", b.Key)
	p.attr("data-command", b.Palette())
	p.attr("aria-pressed", b.Pressed)
	if b.Busy {
		p.attr("aria-busy", "true")
	}
}

// does writes what a button without an address does.
func (p *pen) does(b Button) {
	if b.Plain || b.Menu != "" || b.Dialog != "" || b.Do != "" {
		p.attr("type", "button")
	}
	p.attr("name", b.Name)
	p.attr("value", b.Value)
	p.attr("form", b.Form)
	p.attr("popovertarget", b.Menu)
	if b.Menu != "" {
		p.attr("aria-haspopup", "menu")
	}
	p.attr("data-dialog", b.Dialog)
	if b.Dialog != "" {
		p.attr("aria-haspopup", "dialog")
	}
	p.attr("data-do", b.Do)
}

func (p *pen) end(b Button, words string) {
	if b.Disabled {
		p.raw(" disabled")
	}
	p.raw(">" + words + "</button>")
}
