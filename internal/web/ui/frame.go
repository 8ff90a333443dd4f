package ui

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"time"
)

// Frame is what every page shows around its main part.
type Frame struct {
	Title     string // of the page, first in the window's title
	Shell     Shell
	Workspace Workspace
	Me        Me
	Rail      []RailItem
	Foot      []RailItem // at the foot of the rail: custody, settings
	Menu      Menu       // under the reader's name; its ID is set
	Flash     []Toast    // what has just been done, with its undo
	Path      string     // of this page, to come back to
	Search    string     // where words are looked up; "" where nothing can be
	Live      string     // address of the stream of changes; "" for none
	Now       time.Time  // to which times are relative; the zero Time means the instant of drawing
}

// Shell says what stands around the main part.
type Shell string

// The shells.
const (
	Desk   Shell = ""       // rail, for those who work here
	Portal Shell = "portal" // head line, for customers
	Bare   Shell = "bare"   // nothing: sign-in, a fault before one is known
)

// Workspace is the tenant whose page this is.
type Workspace struct {
	Name string
	Hue  int // of the one accent colour, in degrees 1 to 360; 0 for Muster's own
}

// Me is the reader.
type Me struct {
	ID, Name string
	Initials string
	Hue      int                     // 1 to 6, as Avatar
	Theme    string                  // "light", "dark", or "" for what the system says
	Presence string                  // "available", "busy", "away"; "" where nobody asks
	Locale   string                  // BCP 47, such as "de-DE"; "" for English
	Zone     *time.Location          // nil for UTC
	Rights   func(right string) bool // nil for none
}

// Can reports whether the reader holds the right.
func (m Me) Can(right string) bool { return m.Rights != nil && m.Rights(right) }

// Avatar returns the reader's face.
func (m Me) Avatar() Avatar {
	return Avatar{Name: m.Name, Initials: m.Initials, Hue: m.Hue, Quiet: true}
}

// RailItem is one place in the rail.
type RailItem struct {
	Href, Icon, Text string
	Count            int    // shown if not 0
	Bad              bool   // the count is something to see to
	Sub              bool   // stands under the item above
	Near             bool   // stands in the bar of a phone too; the others are behind its button for more
	Current          bool   // this page
	Key              string // the letter that goes there, after g
}

// Cap is the key as it is drawn.
func (i RailItem) Cap() string { return cap1(i.Key) }

// Far are the places that a phone has no room for in its bar, and what those are under that stand below another.
func (f Frame) Far() (far []RailItem) {
	all := slices.Concat(f.Rail, f.Foot)
	for i, item := range all {
		if !item.Near || i+1 < len(all) && all[i+1].Sub {
			far = append(far, item)
		}
	}
	return far
}

// IsFar reports whether this page is one of them.
func (f Frame) IsFar() bool {
	return slices.ContainsFunc(f.Far(), func(i RailItem) bool { return i.Current && !i.Near })
}

func (f Frame) frame() Frame { return f }

// Heading is the window's title.
func (f Frame) Heading() string {
	house := cmp.Or(f.Workspace.Name, "Muster")
	if f.Title == "" {
		return house
	}
	return f.Title + " · " + house
}

// Lang is the language of the page, for readers aloud and for hyphens.
func (f Frame) Lang() string { return languageOf(f.Me.Locale).tag.String() }

// Words are those the scripts need in the reader's language, as JSON: "" for English.
func (f Frame) Words() string { return languageOf(f.Me.Locale).forScripts() }

// Brand is the address of the stylesheet that sets the accent, "" for Muster's own.
func (f Frame) Brand() string {
	if f.Workspace.Hue <= 0 {
		return ""
	}
	return fmt.Sprintf("/assets/brand-%d.css", f.Workspace.Hue%360)
}

// Asset is the address of a bundled file, "" if the assets are not built.
func (f Frame) Asset(name string) string { return assetURL(name) }

// Built reports whether the assets are in this binary.
func (f Frame) Built() bool { return assetURL("app.css") != "" }

// Icons are the drawings that pages refer to.
func (f Frame) Icons() template.HTML { return sprite }

// Themes are the three choices in the reader's menu.
func (f Frame) Themes() []Theme {
	all := []Theme{{"light", "Light", f.Me.Theme == "light"}, {"dark", "Dark", f.Me.Theme == "dark"}}
	return append(all, Theme{"", "As the system", f.Me.Theme == ""})
}

// Theme is one choice of light or dark.
type Theme struct {
	Value, Text string
	Current     bool
}

// Presences are the choices of how the reader is here, in the reader's menu: none where nobody asks.
func (f Frame) Presences() []Theme {
	if f.Me.Presence == "" {
		return nil
	}
	here := f.Me.Presence
	return []Theme{{"available", "Available", here == "available"}, {"busy", "Busy", here == "busy"}, {"away", "Away", here == "away"}}
}

// Absence is the word beside the reader's name: "" while they are available.
func (f Frame) Absence() string {
	for _, p := range f.Presences() {
		if p.Current && p.Value != "available" {
			return p.Text
		}
	}
	return ""
}

type frameKey struct{}

// WithFrame returns a context whose pages, those about faults among them, stand in that frame.
func WithFrame(ctx context.Context, f Frame) context.Context {
	return context.WithValue(ctx, frameKey{}, f)
}

// FrameOf returns the frame of the request, for a page with that title. Without one it is a bare frame
// in the language that the browser asks for.
func FrameOf(r *http.Request, title string) Frame {
	f, ok := r.Context().Value(frameKey{}).(Frame)
	if !ok {
		f = Frame{Shell: Bare, Me: Me{Locale: Accepted(r)}}
	}
	if f.Me.Theme == "" {
		f.Me.Theme = ThemeOf(r)
	}
	f.Title, f.Path = title, r.URL.RequestURI()
	return f
}
