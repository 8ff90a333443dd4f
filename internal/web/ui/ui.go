// Package ui is what every page is made of: the frame around it, the parts in it, words in the
// reader's language, and the assets that the browser gets.
package ui

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strings"
	"sync"

	"github.com/jba/templatecheck"

	"muster/internal/fault"
)

//go:embed html/*.html
var shared embed.FS

// View is what a page shows: any struct that embeds Frame.
type View interface{ frame() Frame }

// Page is a parsed page whose template shows a V. The template "main" is its main part; a template
// named "#x" is the part with the id x, which htmx may ask for alone.
type Page[V View] struct{ page *page }

// page holds the parsed templates and those copies that are not in use. A copy serves one reader at a
// time, because its words, dates and numbers are that reader's.
type page struct {
	parsed *template.Template
	mu     sync.Mutex
	free   []*set
}

// set is a copy of a page's templates, bound to the reader it is drawn for.
type set struct {
	templates *template.Template
	reader    reader
}

// kit is the frame and the parts, which every page begins with.
var kit = sync.OnceValue(func() *template.Template {
	t := template.New("").Option("missingkey=error").Funcs(new(set).funcs())
	return template.Must(t.ParseFS(shared, "html/*.html"))
})

// Parse parses the page in the named files, with the frame and parts that all pages share.
func Parse[V View](files fs.FS, names ...string) Page[V] {
	t := template.Must(kit().Clone())
	return Page[V]{&page{parsed: template.Must(t.ParseFS(files, names...))}}
}

// Check reports the first place where the page asks of V what V has not got.
func (p Page[V]) Check() error {
	var v V
	for _, t := range p.page.parsed.Templates() {
		if t.Name() != "layout" && t.Name() != "partial" && !strings.HasPrefix(t.Name(), "#") {
			continue
		}
		if err := templatecheck.CheckHTMLStrict(t, v); err != nil {
			return fmt.Errorf("%s: %w", t.Name(), err)
		}
	}
	return nil
}

// Render writes the whole page or, for an htmx request, only the part that it asks for.
func (p Page[V]) Render(w http.ResponseWriter, r *http.Request, v V) error {
	return p.render(w, r, http.StatusOK, v)
}

// Refuse shows a form again with what is wrong with it, and with what was typed, which v holds. Only what
// the reader can set right, or may not do any more, is shown so; any other error is returned, for Handler to show.
func (p Page[V]) Refuse(w http.ResponseWriter, r *http.Request, v V, err error) error {
	kind := fault.KindOf(err)
	if kind != fault.Invalid && kind != fault.Conflict && kind != fault.Denied || r.Header.Get("HX-Request") != "" {
		return err
	}
	return p.render(w, r, status(kind), v)
}

func (p Page[V]) render(w http.ResponseWriter, r *http.Request, status int, v V) error {
	s, err := p.page.take(readerOf(v.frame()))
	if err != nil {
		return err
	}
	defer p.page.put(s)
	var b bytes.Buffer
	if err := s.templates.ExecuteTemplate(&b, s.wanted(r), v); err != nil {
		return fmt.Errorf("render page: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Add("Vary", "HX-Request, HX-Target")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "private, no-cache")
	}
	w.WriteHeader(status)
	_, err = b.WriteTo(w)
	return err
}

// take returns a copy of the templates that speaks to that reader.
func (p *page) take(who reader) (*set, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.free); n > 0 {
		s := p.free[n-1]
		p.free = p.free[:n-1]
		s.reader = who
		return s, nil
	}
	t, err := p.parsed.Clone()
	if err != nil {
		return nil, err
	}
	s := &set{reader: who}
	s.templates = t.Funcs(s.funcs())
	return s, nil
}

func (p *page) put(s *set) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free = append(p.free, s)
}

// wanted names the template that answers the request: the part that htmx will put the answer into, if
// the page has it by itself; else the main part; for a browser, everything.
func (s *set) wanted(r *http.Request) string {
	tag, id, _ := strings.Cut(r.Header.Get("HX-Target"), "#")
	switch {
	case r.Header.Get("HX-Request") == "", r.Header.Get("HX-History-Restore-Request") != "", tag == "body":
		return "layout"
	case id != "" && s.templates.Lookup("#"+id) != nil:
		return "#" + id
	}
	return "partial"
}

// Part is anything the kit can draw. {{show .}} draws it, whichever it is; {{template "badge" .}}
// draws one whose type is known, which Check then checks.
type Part interface{ part() string }

// show draws parts of any kind: for lists of unlike things, such as a timeline.
func (s *set) show(p Part) (template.HTML, error) {
	if p == nil {
		return "", nil
	}
	var b strings.Builder
	if s.templates == nil {
		return "", errors.New("show: this copy draws nothing")
	}
	err := s.templates.ExecuteTemplate(&b, p.part(), p)
	return template.HTML(b.String()), err
}
