package rule

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/template"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
)

// shelf is the pages of things that are kept by a name and made on an editor: macros, templates.
type shelf[T any] struct {
	screens *Screens
	path    string // of their list
	fresh   T      // what a new one begins as
	find    func(*db.Tx, string) (T, error)
	lay     func(*db.Tx, *http.Request, T) (editor, error)
	read    func(id string, f url.Values) T
	version func(*T) *int64
	more    func(*T) // has room for one more, when that was asked for
	save    func(*db.Tx, T) error
	remove  func(*db.Tx, string) error
	place   func(error, T) error // says of the form's fields what is wrong
}

func (s shelf[T]) routes() map[string]ui.Handler {
	return map[string]ui.Handler{"GET " + s.path + "/{id}": s.show, "POST " + s.path + "/{id}": s.keep, "POST " + s.path + "/{id}/remove": s.drop}
}

func (s shelf[T]) show(w http.ResponseWriter, r *http.Request) error {
	return s.screens.DB.View(r.Context(), func(tx *db.Tx) error {
		if err := tx.Must(access.RulesEdit); err != nil {
			return err
		}
		x, err := s.fresh, error(nil)
		if id := r.PathValue("id"); id != "new" {
			if x, err = s.find(tx, id); err != nil {
				return err
			}
		}
		v, err := s.lay(tx, r, x)
		if err != nil {
			return err
		}
		return editorPage.Render(w, r, v)
	})
}

// keep keeps what was typed, or shows it again: with what is wrong, or with what was asked for.
func (s shelf[T]) keep(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	id := r.PathValue("id")
	if id == "new" {
		id = ""
	}
	x := s.read(id, r.PostForm)
	*s.version(&x), _ = strconv.ParseInt(r.PostForm.Get("version"), 10, 64)
	if r.PostForm.Get("more") != "" {
		s.more(&x)
		return s.screens.again(w, r, nil, func(tx *db.Tx) (editor, error) { return s.lay(tx, r, x) })
	}
	err := s.screens.DB.Update(r.Context(), func(tx *db.Tx) error { return s.save(tx, x) })
	if err == nil {
		return s.screens.Did(w, r, s.path, "Kept.")
	}
	if !tellable(err) {
		return err
	}
	return s.screens.again(w, r, s.place(err, x), func(tx *db.Tx) (editor, error) {
		if fault.Is(err, fault.Conflict) && id != "" { // having read that, one may go on
			now, err := s.find(tx, id)
			if err != nil {
				return editor{}, err
			}
			*s.version(&x) = *s.version(&now)
		}
		return s.lay(tx, r, x)
	})
}

// drop removes one, or shows its page with the reason why it stays.
func (s shelf[T]) drop(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	err := s.screens.DB.Update(r.Context(), func(tx *db.Tx) error { return s.remove(tx, id) })
	if err == nil {
		return s.screens.Did(w, r, s.path, "Removed.")
	}
	if !tellable(err) {
		return err
	}
	return s.screens.again(w, r, err, func(tx *db.Tx) (editor, error) {
		x, err := s.find(tx, id)
		if err != nil {
			return editor{}, err
		}
		return s.lay(tx, r, x)
	})
}

// page is the editor of one of them, without its groups.
func (s shelf[T]) page(r *http.Request, title, name string) editor {
	path := s.path + "/" + r.PathValue("id")
	v := editor{Frame: ui.FrameOf(r, title), Back: s.path, Heading1: "New " + strings.ToLower(title), Form: ui.Form{Action: path, Send: ui.Button{Text: "Keep"}}}
	if r.PathValue("id") != "new" {
		v.Heading1 = name
		v.Actions = []ui.Button{{Text: "Remove", Icon: "x", Is: "bad", Action: path + "/remove"}}
	}
	return v
}

// nameFields are the name and the version of one.
func nameFields(name string, version int64) [][]ui.Field {
	return [][]ui.Field{{{Name: "name", Label: "Name", Value: name, Required: true}, versionField(version)}}
}

func versionField(version int64) ui.Field {
	return ui.Field{Name: "version", Kind: ui.Hidden, Value: strconv.FormatInt(version, 10)}
}

// groupWords say to whom something is offered.
func groupWords(tx *db.Tx, g template.Group) (string, error) {
	names, err := people.NamesOf(tx, nil, nil)
	var all []string
	for _, id := range g.Teams {
		all = append(all, names.Teams[id])
	}
	all = append(all, g.Roles...)
	if len(all) == 0 {
		return "Everybody", err
	}
	return strings.Join(all, ", "), err
}

func readGroup(f url.Values) template.Group {
	return template.Group{Teams: f["teams"], Roles: f["roles"]}
}
