package ui

import "html/template"

// message draws what somebody wrote: who and how, the words, and what became of it.
func (s *set) message(m Message) (template.HTML, error) {
	head, err := s.messageHead(m)
	if err != nil {
		return "", err
	}
	folded, err := s.folded(m)
	if err != nil {
		return "", err
	}
	strip, err := s.strip(m.Strip)
	if err != nil {
		return "", err
	}
	return s.draw(func(p *pen) {
		p.raw(`<article class="message"`)
		if m.ID != "" {
			p.attr("id", "m-"+m.ID)
		}
		p.attr("data-is", string(m.Is))
		p.attr("data-live", m.Topic)
		p.attr("aria-label", p.via(m)+": "+m.Name)
		p.raw(">\n<header>")
		p.html(head)
		p.raw("</header>\n<div class=\"body prose\">")
		p.html(m.Body)
		p.html(folded)
		p.raw("</div>")
		p.html(strip)
		p.raw("</article>")
	}), nil
}

// messageHead is who wrote, to whom, how and when, and what can be done about it.
func (s *set) messageHead(m Message) (template.HTML, error) {
	var badge template.HTML
	if m.Badge != nil {
		drawn, err := s.show(*m.Badge)
		if err != nil {
			return "", err
		}
		badge = drawn
	}
	buttons, err := s.buttons(m.Actions)
	if err != nil {
		return "", err
	}
	return s.draw(func(p *pen) {
		p.avatar(m.Quiet())
		p.raw("<strong>")
		p.text(m.Name)
		p.raw("</strong>")
		p.html(badge)
		if m.To != "" {
			p.element("span", "muted wide", m.To)
		}
		p.raw(`<span class="label push">`)
		p.icon(m.Icon())
		p.text(p.via(m) + " ")
		p.html(p.clock(m.At))
		p.raw("</span>")
		p.html(buttons)
	}), nil
}

// folded is what the message repeats, and its files.
func (s *set) folded(m Message) (template.HTML, error) {
	var out template.HTML
	if m.Quote != "" {
		lines, err := s.reader.count(m.Lines, "Quoted text, %d line", "Quoted text, %d lines")
		if err != nil {
			return "", err
		}
		out = s.draw(func(p *pen) {
			p.raw(`<details class="quote"><summary>`)
			p.icon("more")
			p.text(lines)
			p.raw("</summary><blockquote>")
			p.html(m.Quote)
			p.raw("</blockquote></details>")
		})
	}
	if len(m.Files) == 0 {
		return out, nil
	}
	files, err := s.show(m.Files)
	return out + files, err
}

// strip is what became of a message.
func (s *set) strip(line *Strip) (template.HTML, error) {
	if line == nil {
		return "", nil
	}
	buttons, err := s.buttons(line.Actions)
	if err != nil {
		return "", err
	}
	return s.draw(func(p *pen) {
		p.raw(`<div class="strip"`)
		p.attr("data-is", line.Is)
		p.raw(">")
		p.icon(line.Icon)
		p.raw("<p>")
		if line.Strong != "" {
			p.raw(`<strong class="`)
			p.text(line.Is)
			p.raw(`">`)
			p.text(line.Strong)
			p.raw("</strong> ")
		}
		p.text(line.Text)
		p.raw("</p>")
		p.html(buttons)
		p.raw("</div>")
	}), nil
}

func (s *set) buttons(all []Button) (out template.HTML, err error) {
	for _, b := range all {
		drawn, err := s.button(b)
		if err != nil {
			return "", err
		}
		out += drawn
	}
	return out, nil
}

// event draws one small thing that happened.
func (p *pen) event(e Event) {
	p.raw("<li>")
	p.html(p.clock(e.At))
	p.icon(e.Icon)
	p.raw("<span>")
	if e.HTML != "" {
		p.html(e.HTML)
	} else {
		p.text(e.Text)
	}
	p.raw("</span></li>")
}
