// Package sheet is what the pages of the administration are made of: a heading, parts, forms.
package sheet

import (
	"embed"
	"net/http"
	"strings"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/web/ui"
)

//go:embed *.html
var files embed.FS

// Pages are what all pages of the administration need.
type Pages struct {
	DB    *db.DB
	Flash func(*http.Request, ui.Toast) // keeps a message for the next page
}

// Sheet is what most pages of the administration show: a heading, then parts.
type Sheet struct {
	ui.Frame
	Back     string // where the arrow leads
	Heading1 string
	Hint     string
	Actions  []ui.Button
	Tabs     ui.Tabs
	Parts    []ui.Part
	Forms    []ui.Form
	Pager    ui.Pager
	Topic    string
}

// Page draws a sheet.
var Page = ui.Parse[Sheet](files, "sheet.html")

// New is a sheet with nothing on it yet.
func New(r *http.Request, title string) Sheet {
	return Sheet{Frame: ui.FrameOf(r, title), Heading1: title, Back: "/settings"}
}

// See runs a view for a page and draws it.
func (s Pages) See(w http.ResponseWriter, r *http.Request, v *Sheet, f func(*db.Tx) error) error {
	if err := s.DB.View(r.Context(), f); err != nil {
		return err
	}
	return Page.Render(w, r, *v)
}

// Did tells the reader that something is done, on the page that it leads to.
func (s Pages) Did(w http.ResponseWriter, r *http.Request, to, said string) error {
	s.Flash(r, ui.Toast{Text: said, Icon: "check", Is: "good"})
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// Parse reads the form of a request. Browsers end lines with CR LF; what is kept ends them with LF.
func Parse(r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "The form did not arrive whole. Send it again.")
	}
	for _, values := range r.PostForm {
		for i, v := range values {
			values[i] = strings.ReplaceAll(v, "\r\n", "\n")
		}
	}
	return nil
}

// Actor is who asks.
func Actor(r *http.Request) access.Actor { return access.From(r.Context()) }
