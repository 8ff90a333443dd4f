package admin

import (
	"net/http"
	"slices"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/people"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
)

// rightWords say what a right allows.
func rightWords(r access.Right) string {
	switch r {
	case access.TicketsRead:
		return "See tickets"
	case access.TicketsWrite:
		return "Open and change tickets, write notes"
	case access.TicketsReply:
		return "Write to customers"
	case access.TicketsRemove:
		return "Put tickets into spam and trash"
	case access.PeopleRead:
		return "See contacts, organisations, colleagues"
	case access.PeopleWrite:
		return "Change contacts and organisations"
	case access.CatalogueRead:
		return "See the catalogue"
	case access.CatalogueEdit:
		return "Change the catalogue"
	case access.MailRead:
		return "See the custody of mail"
	case access.MailManage:
		return "Release and replay mail"
	case access.InboxManage:
		return "Set up inboxes"
	case access.StaffManage:
		return "Manage agents, teams, roles, tokens"
	case access.Settings:
		return "Change the workspace and its workflows"
	case access.JobsManage:
		return "Retry work that was given up"
	case access.PromisesEdit:
		return "Set up calendars, service levels, surveys"
	case access.RulesEdit:
		return "Set up rules, macros, templates, routing"
	case access.FiguresRead:
		return "See boards and figures"
	case access.HooksManage:
		return "Set up webhooks"
	}
	return ""
}

func reachWords(r access.Reach) string {
	if r == access.OwnTeams {
		return "Tickets of the agent's teams"
	}
	return "All tickets"
}

func (s *Screens) showRoles(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Roles")
	v.Actions = []ui.Button{{Text: "New role", Icon: "plus", Is: "main", Href: "/settings/roles/new"}}
	return s.See(w, r, &v, func(tx *db.Tx) error {
		if err := tx.Must(access.StaffManage); err != nil {
			return err
		}
		roles, err := people.Roles(tx)
		if err != nil {
			return err
		}
		users, err := people.Users(tx)
		if err != nil {
			return err
		}
		t := ui.Table{Caption: "Roles", Head: []ui.Column{{Text: "Name"}, {Text: "Sees", Wide: true}, {Text: "Rights", Right: true}, {Text: "Agents", Right: true}, {Text: "", Wide: true}}}
		for _, role := range roles {
			t.Rows = append(t.Rows, roleRow(role, users))
		}
		v.Parts = []ui.Part{t}
		return nil
	})
}

func roleRow(role people.Role, users []people.User) []ui.Cell {
	agents := 0
	for _, u := range users {
		if u.Role == role.ID {
			agents++
		}
	}
	mark := ui.Cell{}
	if role.BuiltIn() {
		mark.Parts = []ui.Part{ui.Badge{Text: "Built in"}}
	}
	return []ui.Cell{{Text: role.Name, Href: "/settings/roles/" + role.ID, Head: true}, {Text: reachWords(role.Reach), Muted: true},
		{Text: sheet.Number(len(role.Rights))}, {Text: sheet.Number(agents)}, mark}
}

func (s *Screens) showRole(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Role")
	return s.See(w, r, &v, func(tx *db.Tx) error { return s.fillRole(tx, r, &v) })
}

// fillRole lays out a role, or a new one that may at first what every agent may.
func (s *Screens) fillRole(tx *db.Tx, r *http.Request, v *sheet.Sheet) error {
	v.Back = "/settings/roles"
	if err := tx.Must(access.StaffManage); err != nil {
		return err
	}
	role := people.Role{Reach: access.Everything, Rights: []access.Right{access.TicketsRead, access.PeopleRead, access.CatalogueRead}}
	if id := r.PathValue("id"); id != "new" {
		var err error
		if role, err = people.RoleWith(tx, id); err != nil {
			return err
		}
		v.Title, v.Heading1, v.Hint = role.Name, role.Name, role.ID
		if !role.BuiltIn() && people.MayManage(tx, role) == nil {
			v.Actions = []ui.Button{{Text: "Remove", Icon: "x", Is: "bad", Action: "/settings/roles/" + role.ID + "/remove"}}
		}
	}
	v.Forms = []ui.Form{s.roleForm(tx, r.PathValue("id"), role)}
	if role.ID == access.Admin {
		v.Parts = []ui.Part{ui.Banner{Icon: "lock", Strong: "This role has every right.", Text: "It cannot be changed, so that somebody can always put things right."}}
		sheet.Lock(&v.Forms[0])
		return nil
	}
	lockUnlessManaged(tx, v, role)
	return nil
}

// lockUnlessManaged keeps the sheet's form from who may not send it, since the role that it is about may more than they.
func lockUnlessManaged(tx *db.Tx, v *sheet.Sheet, role people.Role) {
	if err := people.MayManage(tx, role); err != nil {
		v.Parts = []ui.Part{ui.Banner{Icon: "lock", Strong: "This role may do more than you.", Text: err.Error()}}
		sheet.Lock(&v.Forms[0])
	}
}

// rightOptions are the rights that the reader can give, and those that are given already.
func rightOptions(tx *db.Tx, given []access.Right) (all []ui.Option) {
	for _, r := range access.All() {
		if tx.May(r) || slices.Contains(given, r) {
			all = append(all, ui.Option{Value: string(r), Text: rightWords(r), Hint: string(r)})
		}
	}
	return all
}

func (s *Screens) roleForm(tx *db.Tx, id string, role people.Role) ui.Form {
	var kinds []ui.Option
	for _, k := range s.Desk.Kinds() {
		kinds = append(kinds, ui.Option{Value: k.Name, Text: k.Title})
	}
	return ui.Form{Action: "/settings/roles/" + id, Send: ui.Button{Text: "Keep"}, Fields: []ui.Field{
		sheet.Version(role.Version),
		{Name: "name", Label: "Name", Value: role.Name, Required: true},
		{Name: "rights", Label: "Rights", Kind: ui.Checks, Values: sheet.Texts(role.Rights), Options: rightOptions(tx, role.Rights), Hint: "Changes count from the next click of everybody who has the role. Nobody can give a right that they lack."},
		{Name: "reach", Label: "Sees", Kind: ui.Radios, Value: string(role.Reach), Options: []ui.Option{
			{Value: string(access.Everything), Text: reachWords(access.Everything)}, {Value: string(access.OwnTeams), Text: reachWords(access.OwnTeams)}}},
		{Name: "kinds", Label: "Kinds of tickets", Kind: ui.Checks, Values: role.Kinds, Options: kinds, Hint: "None chosen: all kinds."},
	}}
}

// readRole reads what was typed. Kinds that the desk does not know are refused.
func (s *Screens) readRole(r *http.Request) (people.Role, error) {
	f := r.PostForm
	role := people.Role{ID: r.PathValue("id"), Name: f.Get("name"), Reach: access.Reach(f.Get("reach")), Kinds: f["kinds"], Version: sheet.Seen(r)}
	for _, r := range f["rights"] {
		role.Rights = append(role.Rights, access.Right(r))
	}
	return role, s.Desk.Knows(role.Kinds)
}

func (s *Screens) saveRole(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	role, err := s.readRole(r)
	if err == nil {
		err = s.DB.Update(r.Context(), func(tx *db.Tx) error {
			if role.ID == "new" {
				_, err := people.AddRole(tx, role)
				return err
			}
			if _, err := people.RoleWith(tx, role.ID); err != nil {
				return err
			}
			return people.SaveRole(tx, role)
		})
	}
	if err != nil {
		return s.Refuse(w, r, err, func(tx *db.Tx, v *sheet.Sheet) error { return s.fillRole(tx, r, v) })
	}
	return s.Did(w, r, "/settings/roles", "Kept.")
}

func (s *Screens) removeRole(w http.ResponseWriter, r *http.Request) error {
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error { return people.RemoveRole(tx, r.PathValue("id")) }); err != nil {
		return s.Refuse(w, r, err, func(tx *db.Tx, v *sheet.Sheet) error { return s.fillRole(tx, r, v) })
	}
	return s.Did(w, r, "/settings/roles", "Removed.")
}
