package ui

import (
	"html/template"
	"time"
)

// funcs are what templates may call. They speak to the reader of the set, whoever it is at the time.
func (s *set) funcs() template.FuncMap {
	return template.FuncMap{
		// Words and numbers.
		"tr":     func(text string, values ...any) string { return s.reader.say(text, values...) },
		"plural": func(n any, one, other string) (string, error) { return s.reader.count(n, one, other) },
		"num":    func(n any) string { return s.reader.num(n) },
		"size":   func(bytes int64) string { return s.reader.size(bytes) },
		// Times. when and clock are elements; the others are words, for titles and the like.
		"when":  func(t time.Time) template.HTML { return s.reader.when(t) },
		"clock": func(t time.Time) template.HTML { return s.reader.clock(t) },
		"ago":   func(t time.Time) string { return s.reader.ago(t) },
		"at":    func(t time.Time) string { return s.reader.at(t) },
		"day":   func(t time.Time) string { return s.reader.day(t) },
		"exact": func(t time.Time) string { return s.reader.exact(t) },
		"span":  func(d time.Duration) string { return s.reader.span(d) },
		"stamp": stamp,
		// Drawing.
		"icon":    icon,
		"avatar":  func(a Avatar) template.HTML { return s.draw(func(p *pen) { p.avatar(a) }) },
		"tag":     func(t Tag) template.HTML { return s.draw(func(p *pen) { p.tag(t) }) },
		"tier":    func(t Tier) template.HTML { return s.draw(func(p *pen) { p.tier(t) }) },
		"prio":    func(n Prio) template.HTML { return s.draw(func(p *pen) { p.prio(n) }) },
		"state":   func(at State) template.HTML { return s.draw(func(p *pen) { p.state(at) }) },
		"button":  s.button,
		"row":     s.row,
		"message": s.message,
		"event":   func(e Event) template.HTML { return s.draw(func(p *pen) { p.event(e) }) },
		"show":    s.show,
	}
}

// icon is one of the drawings in assets/icons.svg.
func icon(name string) template.HTML {
	if name == "" {
		return ""
	}
	return template.HTML(`<svg class="icon" aria-hidden="true"><use href="#i-` + template.HTMLEscapeString(name) + `"/></svg>`)
}
