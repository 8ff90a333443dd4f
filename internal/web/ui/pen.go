package ui

import (
	"html/template"
	"slices"
	"strconv"
	"strings"

	"muster/internal/search"
)

// pen draws what stands on a page many times over, the rows of lists and the
// faces in them: a template takes ten times as long. All that it is given is
// escaped.
type pen struct {
	strings.Builder
	reader
}

func (s *set) draw(f func(*pen)) template.HTML {
	p := pen{reader: s.reader}
	f(&p)
	return template.HTML(p.String())
}

// raw writes what is HTML already, and text what is not.
func (p *pen) raw(html string)  { p.WriteString(html) }
func (p *pen) text(text string) { p.WriteString(template.HTMLEscapeString(text)) }

func (p *pen) html(h template.HTML) { p.WriteString(string(h)) }

// attr writes an attribute, none if its value is empty.
func (p *pen) attr(name, value string) {
	if value == "" {
		return
	}
	p.raw(" " + name + `="`)
	p.text(value)
	p.raw(`"`)
}

// link writes an attribute that is an address: one that would run a script leads nowhere.
func (p *pen) link(name, address string) {
	if scheme, _, ok := strings.Cut(address, ":"); ok && !strings.ContainsAny(scheme, "/?#") && !slices.Contains(schemes, strings.ToLower(scheme)) {
		address = "#"
	}
	p.attr(name, address)
}

var schemes = []string{"http", "https", "mailto", "tel"}

// element writes a text in an element with a class.
func (p *pen) element(name, class, text string) {
	p.raw("<" + name + ` class="` + class + `">`)
	p.text(text)
	p.raw("</" + name + ">")
}

func (p *pen) icon(name string) { p.raw(string(icon(name))) }

func (p *pen) avatar(a Avatar) {
	who := a.Name
	if who == "" {
		who = p.say("Unassigned")
	}
	p.raw(`<span class="avatar"`)
	if a.Hue > 0 {
		p.attr("data-hue", strconv.Itoa(a.Hue))
	}
	p.attr("data-is", a.Is())
	if !a.Quiet {
		p.attr("title", who)
	}
	p.raw(` aria-hidden="true">`)
	switch {
	case a.Bot:
		p.icon("bot")
	case a.Initials != "":
		p.text(a.Initials)
	default:
		p.icon("user")
	}
	p.raw("</span>")
	if !a.Quiet {
		p.element("span", "sr", who)
	}
}

func (p *pen) tag(t Tag) {
	p.raw(`<span class="tag">`)
	p.icon(t.Icon)
	p.text(t.Text)
	if t.Remove != "" {
		p.raw(`<form method="post"`)
		p.link("action", t.Remove)
		p.raw(`><button name="tag"`)
		p.attr("value", t.Text)
		p.attr("aria-label", p.say("Remove %s", t.Text))
		p.raw(">")
		p.icon("x")
		p.raw("</button></form>")
	}
	p.raw("</span>")
}

func (p *pen) tier(t Tier) {
	if t.Text == "" {
		return
	}
	p.raw(`<span class="tier"`)
	p.attr("data-is", t.Is)
	p.raw(">")
	p.text(t.Text)
	p.raw("</span>")
}

func (p *pen) prio(n Prio) {
	if n == 0 {
		return
	}
	p.raw(`<span class="prio"`)
	p.attr("data-is", strconv.Itoa(int(n)))
	p.attr("title", p.say("Priority %d", n))
	p.raw(">P" + strconv.Itoa(int(n)) + "</span>")
}

func (p *pen) state(s State) {
	word := p.stateWord(s)
	p.raw(`<span class="state"`)
	p.attr("data-is", s.Category)
	if s.Lone {
		p.attr("title", word)
	}
	p.raw(">")
	p.icon("st-" + s.Category)
	if s.Lone {
		p.element("span", "sr", word)
	} else {
		p.text(word)
	}
	p.raw("</span>")
}

// marked writes a text with the words in it that were looked for.
func (p *pen) marked(text, words string) {
	if words == "" {
		p.text(text)
		return
	}
	for _, s := range search.Highlight(text, words) {
		if s.Hit {
			p.raw("<mark>")
			p.text(s.Text)
			p.raw("</mark>")
		} else {
			p.text(s.Text)
		}
	}
}
