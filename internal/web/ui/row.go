package ui

import "html/template"

// row draws a row of a list.
func (s *set) row(r Row) (template.HTML, error) {
	clock, err := s.promise(r.Clock)
	if err != nil {
		return "", err
	}
	return s.draw(func(p *pen) {
		p.raw(`<li class="row"`)
		if r.ID != "" {
			p.attr("id", "row-"+r.ID)
			p.attr("data-id", r.ID)
		}
		if r.Unread {
			p.attr("data-is", "unread")
		}
		if r.Current {
			p.attr("aria-current", "true")
		}
		p.attr("data-live", r.Topic)
		p.raw(">\n")
		p.pick(r)
		p.about(r)
		p.from(r)
		p.raw(`<div class="due">` + string(clock) + "</div>")
		p.avatar(r.Owner)
		p.raw("\n")
		p.changed(r)
		p.raw("</li>")
	}), nil
}

// promise draws the most urgent clock of a row, with its name below.
func (s *set) promise(c *Clock) (template.HTML, error) {
	if c == nil {
		return "", nil
	}
	drawn, err := s.show(*c)
	if err != nil || c.Name == "" {
		return drawn, err
	}
	return drawn + s.draw(func(p *pen) {
		p.raw(`<span class="hint cut"`)
		p.attr("title", c.Name)
		p.raw(">")
		p.text(c.Name)
		p.raw("</span>")
	}), nil
}

// pick is the box that selects the row, and its state.
func (p *pen) pick(r Row) {
	p.raw(`<label class="pick"><input type="checkbox" form="bulk" name="id" value="`)
	p.text(r.ID)
	p.raw(`"`)
	p.attr("aria-label", p.say("Select %s", r.Number))
	if r.Selected {
		p.raw(" checked")
	}
	p.raw("></label>")
	r.State.Lone = true
	p.state(r.State)
	p.raw("\n")
}

// about is what the ticket is about: subject, number, priority, excerpt and tags.
func (p *pen) about(r Row) {
	p.raw(`<div class="main"><a class="subject cut"`)
	p.link("href", r.Href)
	p.raw(">")
	if r.Unread {
		p.element("span", "sr", p.say("Unread:")+" ")
	}
	p.marked(r.Subject, r.Words)
	p.raw(`</a><span class="sub cut">`)
	p.element("span", "num", r.Number)
	p.raw(" ")
	p.prio(r.Prio)
	p.raw(" ")
	p.marked(r.Excerpt, r.Words)
	p.raw("</span></div>\n<div class=\"tags\">")
	for _, t := range r.Tags {
		p.tag(t)
	}
	p.raw("</div>\n")
}

// from is who asked.
func (p *pen) from(r Row) {
	p.raw(`<div class="who">`)
	p.element("span", "cut", r.Who)
	if r.Org != "" {
		p.raw(`<span class="sub cut">`)
		p.text(r.Org)
		p.raw(" ")
		p.tier(r.Tier)
		p.raw("</span>")
	}
	p.raw("</div>\n")
}

// changed is when the ticket changed last.
func (p *pen) changed(r Row) {
	if r.At.IsZero() {
		return
	}
	p.raw(`<time class="when" data-when`)
	p.attr("datetime", stamp(r.At))
	p.attr("title", p.exact(r.At))
	p.raw(">")
	p.text(p.ago(r.At))
	p.raw("</time>")
}
