package admin

import (
	"net/http"
	"net/url"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
	"muster/internal/workspace"
)

// operates tells whether the reader may look after all workspaces: who may
// change the first one may, since that is the operator's own. It returns them.
func (s *Screens) operates(r *http.Request) ([]workspace.Workspace, error) {
	if err := sheet.Actor(r).Must(access.Settings); err != nil {
		return nil, err
	}
	all, err := workspace.All(r.Context(), s.DB)
	if err != nil {
		return nil, err
	}
	if all[0].ID != sheet.Actor(r).Workspace {
		return nil, fault.New(fault.NotFound, "Workspaces are looked after in the first one. Ask who runs this Muster.")
	}
	return all, nil
}

func (s *Screens) showWorkspaces(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Workspaces")
	v.Actions = []ui.Button{{Text: "New workspace", Icon: "plus", Is: "main", Href: "/settings/workspaces/new"}}
	all, err := s.operates(r)
	if err != nil {
		return err
	}
	t := ui.Table{Caption: "Workspaces", Head: []ui.Column{{Text: "Name"}, {Text: "Host"}, {Text: "Short name", Wide: true}, {Text: "Since", Wide: true}}}
	for _, ws := range all {
		host := ui.Cell{Text: ws.Host}
		if ws.Host == "" {
			host = ui.Cell{Text: "Every other host", Muted: true}
		}
		name := ui.Cell{Text: ws.Name, Head: true}
		if ws.ID == sheet.Actor(r).Workspace {
			name.Href = "/settings/workspace"
		}
		t.Rows = append(t.Rows, []ui.Cell{name, host, {Text: ws.Slug, Muted: true}, {At: ws.CreatedAt}})
	}
	v.Parts = []ui.Part{t}
	return sheet.Page.Render(w, r, v)
}

func (s *Screens) showNewWorkspace(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.operates(r); err != nil {
		return err
	}
	v := sheet.New(r, "New workspace")
	fillNewWorkspace(&v)
	return sheet.Page.Render(w, r, v)
}

func fillNewWorkspace(v *sheet.Sheet) {
	v.Back, v.Title, v.Heading1 = "/settings/workspaces", "New workspace", "New workspace"
	v.Parts = []ui.Part{ui.Banner{Icon: "org", Strong: "A workspace is a desk of its own.", Text: "Its people, tickets, mail and settings are apart from those of all others."}}
	v.Forms = []ui.Form{{Action: "/settings/workspaces/new", Send: ui.Button{Text: "Make it"}, Fields: []ui.Field{
		{Name: "name", Label: "Name", Required: true},
		{Name: "host", Label: "Host name", Placeholder: "desk.example.org", Required: true, Hint: "People who come to this address are in this workspace. It must lead to this Muster."},
		{Name: "slug", Label: "Short name", Hint: "For the command line, in lower-case letters, digits and hyphens. Empty: made from the name."},
		{Name: "agent.name", Label: "Administrator", Required: true, Auto: "off", Hint: "Who sets it up."},
		{Name: "agent.email", Label: "Administrator's mail address", Kind: ui.Email, Required: true, Auto: "off"},
		{Name: "password", Label: "Administrator's password", Kind: ui.Password, Required: true, Auto: "new-password"},
	}}}
}

func (s *Screens) addWorkspace(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	if _, err := s.operates(r); err != nil {
		return err
	}
	made, err := s.makeWorkspace(r)
	if err != nil {
		return s.Refuse(w, r, err, func(_ *db.Tx, v *sheet.Sheet) error { fillNewWorkspace(v); return nil })
	}
	return s.Did(w, r, "/settings/workspaces", made.Name+" is there. Its administrator can sign in at "+made.Host+".")
}

// makeWorkspace makes a workspace and who sets it up, or neither.
func (s *Screens) makeWorkspace(r *http.Request) (workspace.Workspace, error) {
	f := r.PostForm
	if f.Get("host") == "" {
		return workspace.Workspace{}, fault.Field("host", "Give the host name that people reach it at.")
	}
	hash, err := s.Hasher.Hash(r.Context(), f.Get("password"))
	if err != nil {
		return workspace.Workspace{}, err
	}
	return workspace.Create(r.Context(), s.DB, workspace.New{Name: f.Get("name"), Host: f.Get("host"), Slug: f.Get("slug")}, func(tx *db.Tx) error {
		return addAdministrator(tx, f, hash)
	})
}

func addAdministrator(tx *db.Tx, f url.Values, hash people.Hash) error {
	_, err := people.AddUser(tx, people.NewUser{Name: f.Get("agent.name"), Email: f.Get("agent.email"), Role: access.Admin, Password: hash})
	var errs []error
	for field, sentence := range fault.Fields(err) {
		errs = append(errs, fault.Field("agent."+field, "%s", sentence))
	}
	if len(errs) > 0 {
		return fault.Join(errs...)
	}
	return err
}
