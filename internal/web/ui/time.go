package ui

import (
	"html/template"
	"regexp"
	"strings"
	"time"
)

// reader is who a page is drawn for: a language, a zone, and the instant to which times are relative.
type reader struct {
	*tongue
	zone *time.Location
	now  time.Time
}

func readerOf(f Frame) reader {
	r := reader{tongue: languageOf(f.Me.Locale), zone: f.Me.Zone, now: f.Now}
	if r.zone == nil {
		r.zone = time.UTC
	}
	if r.now.IsZero() {
		r.now = time.Now()
	}
	return r
}

var names = regexp.MustCompile(`Monday|Mon|January|Jan`)

// format writes t in the reader's zone by a layout of package time, which the language may replace,
// and with the names of days and months in that language.
func (r reader) format(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(r.zone)
	layout = r.say(layout)
	var b strings.Builder
	last := 0
	for _, at := range names.FindAllStringIndex(layout, -1) {
		b.WriteString(t.Format(layout[last:at[0]]))
		b.WriteString(r.say(t.Format(layout[at[0]:at[1]])))
		last = at[1]
	}
	b.WriteString(t.Format(layout[last:]))
	return b.String()
}

// exact is the instant to the second, for titles.
func (r reader) exact(t time.Time) string { return r.format(t, "Mon 2 January 2006, 15:04:05") }

// day is the date, with its year only if it is not this one.
func (r reader) day(t time.Time) string {
	if t.In(r.zone).Year() == r.now.In(r.zone).Year() {
		return r.format(t, "Mon 2 January")
	}
	return r.format(t, "2 January 2006")
}

// at is the time of day and, unless it is today, the date before it.
func (r reader) at(t time.Time) string {
	y, m, d := t.In(r.zone).Date()
	ny, nm, nd := r.now.In(r.zone).Date()
	switch {
	case y == ny && m == nm && d == nd:
		return r.format(t, "15:04")
	case y == ny:
		return r.format(t, "2 Jan, 15:04")
	}
	return r.format(t, "2 Jan 2006, 15:04")
}

// ago is how long ago t was, or in how long it will be: a date when that is over a month, only a month in
// another year. assets/js/when.ts says the same.
func (r reader) ago(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	d := r.now.Sub(t).Round(time.Second)
	length := d.Abs()
	const day = 24 * time.Hour
	var text string
	switch {
	case length < 45*time.Second:
		return r.say("now")
	case length < time.Hour:
		text = r.say("%d min", max(1, int(length/time.Minute)))
	case length < day:
		text = r.say("%d h", int(length/time.Hour))
	case length < 30*day:
		text = r.say("%d d", int(length/day))
	case t.In(r.zone).Year() == r.now.In(r.zone).Year():
		return r.format(t, "2 Jan")
	default:
		return r.format(t, "Jan 2006")
	}
	if d < 0 {
		return r.say("in %s", text)
	}
	return text
}

// when is ago, with the exact instant in its title; the page keeps it true.
func (r reader) when(t time.Time) template.HTML { return r.element(t, r.ago(t), " data-when") }

// clock is at, with the exact instant in its title.
func (r reader) clock(t time.Time) template.HTML { return r.element(t, r.at(t), "") }

func (r reader) element(t time.Time, text, mark string) template.HTML {
	if t.IsZero() {
		return ""
	}
	esc := template.HTMLEscapeString
	return template.HTML(`<time` + mark + ` datetime="` + stamp(t) + `" title="` + esc(r.exact(t)) + `">` + esc(text) + `</time>`)
}

// stamp is the instant as machines read it.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// span is a length of time in its two largest units: 9 min, 1 h 05 min, 1 d 02 h.
func (r reader) span(d time.Duration) string {
	d = d.Abs()
	h, m := int(d/time.Hour), int(d%time.Hour/time.Minute)
	switch {
	case h >= 24:
		return r.say("%d d %02d h", h/24, h%24)
	case h > 0:
		return r.say("%d h %02d min", h, m)
	case m > 0:
		return r.say("%d min", m)
	}
	return r.say("%d s", int(d/time.Second))
}
