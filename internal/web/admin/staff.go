package admin

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/people"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
)

func (s *Screens) showStaff(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Agents")
	v.Actions = []ui.Button{{Text: "New agent", Icon: "plus", Is: "main", Href: "/settings/staff/new"}}
	return s.See(w, r, &v, func(tx *db.Tx) error {
		if err := tx.Must(access.StaffManage); err != nil {
			return err
		}
		users, err := people.Users(tx)
		if err != nil {
			return err
		}
		roles, err := people.Roles(tx)
		if err != nil {
			return err
		}
		t := ui.Table{Caption: "Agents", Head: []ui.Column{{Text: "Name"}, {Text: "Mail address", Wide: true}, {Text: "Role"}, {Text: "State"}}}
		for _, u := range users {
			state := ui.Badge{Text: "Active", Is: "good", Icon: "check"}
			if !u.Active {
				state = ui.Badge{Text: "Off"}
			}
			t.Rows = append(t.Rows, []ui.Cell{{Text: u.Name, Href: "/settings/staff/" + u.ID, Head: true}, {Text: u.Email}, {Text: roleName(roles, u.Role)}, {Parts: []ui.Part{state}}})
		}
		v.Parts = []ui.Part{t}
		return nil
	})
}

func roleName(roles []people.Role, id string) string {
	i := slices.IndexFunc(roles, func(r people.Role) bool { return r.ID == id })
	if i < 0 {
		return id
	}
	return roles[i].Name
}

func roleOptions(roles []people.Role) (all []ui.Option) {
	for _, r := range roles {
		all = append(all, ui.Option{Value: r.ID, Text: r.Name})
	}
	return all
}

func (s *Screens) showUser(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Agent")
	return s.See(w, r, &v, func(tx *db.Tx) error { return fillUser(tx, r, &v) })
}

func fillUser(tx *db.Tx, r *http.Request, v *sheet.Sheet) error {
	v.Back = "/settings/staff"
	if err := tx.Must(access.StaffManage); err != nil {
		return err
	}
	roles, err := people.Roles(tx)
	if err != nil {
		return err
	}
	u := people.User{Active: true, Role: "customer-support"}
	id := r.PathValue("id")
	if id != "new" {
		if u, err = people.FindUser(tx, id); err != nil {
			return err
		}
		v.Title, v.Heading1 = u.Name, u.Name
		v.Actions = []ui.Button{{Text: "Tickets", Icon: "ticket", Href: "/search?q=" + url.QueryEscape("is:open is:waiting assignee:"+strconv.Quote(u.Name))}}
	}
	organisations, err := sheet.OrganisationNames(tx, u.Organisations)
	v.Forms = []ui.Form{{Action: "/settings/staff/" + id, Send: ui.Button{Text: "Keep"}, Fields: []ui.Field{
		sheet.Version(u.Version),
		{Name: "name", Label: "Name", Value: u.Name, Required: true},
		{Name: "email", Label: "Mail address", Kind: ui.Email, Value: u.Email, Required: true, Hint: "To sign in with."},
		{Name: "role", Label: "Role", Kind: ui.Select, Value: u.Role, Options: roleOptions(slices.DeleteFunc(slices.Clone(roles), func(r people.Role) bool { return r.ID != u.Role && people.MayManage(tx, r) != nil }))},
		{Name: "organisations", Label: "Sees only tickets of these organisations", Kind: ui.Long, Rows: 2, Value: organisations, Hint: "One name a line. Empty: those of all."},
		{Name: "active", Label: "Can sign in", Kind: ui.Check, Value: sheet.Truth(u.Active), Hint: "Who leaves keeps their tickets until they are given to others."},
		{Name: "password", Label: "Password", Kind: ui.Password, Auto: "new-password", Hint: "Empty: it stays as it is. A new one ends all sessions of this agent."},
	}}}
	if i := slices.IndexFunc(roles, func(r people.Role) bool { return r.ID == u.Role }); i >= 0 {
		lockUnlessManaged(tx, v, roles[i])
	}
	return err
}

func (s *Screens) saveUser(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	err := s.keepUser(r)
	if err != nil {
		return s.Refuse(w, r, err, func(tx *db.Tx, v *sheet.Sheet) error { return fillUser(tx, r, v) })
	}
	return s.Did(w, r, "/settings/staff", "Kept.")
}

func (s *Screens) keepUser(r *http.Request) error {
	f := r.PostForm
	var hash people.Hash
	if f.Get("password") != "" {
		if err := sheet.Actor(r).Must(access.StaffManage); err != nil { // a hash is costly: not for everyone
			return err
		}
		var err error
		if hash, err = s.Hasher.Hash(r.Context(), f.Get("password")); err != nil {
			return err
		}
	}
	name, email, role, active := f.Get("name"), f.Get("email"), f.Get("role"), f.Get("active") != ""
	return s.DB.Update(r.Context(), func(tx *db.Tx) error {
		organisations, err := sheet.Organisations(tx, f.Get("organisations"))
		if err != nil {
			return err
		}
		if r.PathValue("id") == "new" {
			_, err := people.AddUser(tx, people.NewUser{Name: name, Email: email, Role: role, Organisations: organisations, Password: hash})
			return err
		}
		_, err = people.ChangeUser(tx, r.PathValue("id"), people.UserChange{Name: &name, Email: &email, Role: &role, Organisations: &organisations, Active: &active, Version: sheet.Seen(r)})
		if err == nil && hash != "" {
			err = people.SetPassword(tx, r.PathValue("id"), hash)
		}
		return err
	})
}

func (s *Screens) showTeams(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Teams")
	v.Actions = []ui.Button{{Text: "New team", Icon: "plus", Is: "main", Href: "/settings/teams/new"}}
	return s.See(w, r, &v, func(tx *db.Tx) error {
		if err := tx.Must(access.StaffManage); err != nil {
			return err
		}
		teams, err := people.Teams(tx)
		t := ui.Table{Caption: "Teams", Head: []ui.Column{{Text: "Name"}, {Text: "Members", Right: true}},
			Empty: &ui.Empty{Icon: "users", Title: "No team yet", Text: "A team has a queue of its own.", Next: "Make the first."}}
		for _, team := range teams {
			t.Rows = append(t.Rows, []ui.Cell{{Text: team.Name, Href: "/settings/teams/" + team.ID, Head: true}, {Text: sheet.Number(len(team.Members))}})
		}
		v.Parts = []ui.Part{t}
		return err
	})
}

func (s *Screens) showTeam(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Team")
	return s.See(w, r, &v, func(tx *db.Tx) error { return fillTeam(tx, r, &v) })
}

func fillTeam(tx *db.Tx, r *http.Request, v *sheet.Sheet) error {
	v.Back = "/settings/teams"
	if err := tx.Must(access.StaffManage); err != nil {
		return err
	}
	var team people.Team
	var err error
	if r.PathValue("id") != "new" {
		if team, err = people.FindTeam(tx, r.PathValue("id")); err != nil {
			return err
		}
		v.Title, v.Heading1 = team.Name, team.Name
	}
	users, err := people.Users(tx)
	var options []ui.Option
	for _, u := range users {
		if u.Active || slices.Contains(team.Members, u.ID) {
			options = append(options, ui.Option{Value: u.ID, Text: u.Name})
		}
	}
	v.Forms = []ui.Form{{Action: "/settings/teams/" + r.PathValue("id"), Send: ui.Button{Text: "Keep"}, Fields: []ui.Field{
		sheet.Version(team.Version),
		{Name: "name", Label: "Name", Value: team.Name, Required: true},
		{Name: "members", Label: "Members", Kind: ui.Checks, Values: team.Members, Options: options},
	}}}
	return err
}

func (s *Screens) saveTeam(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	err := s.DB.Update(r.Context(), func(tx *db.Tx) error {
		id, name, members := r.PathValue("id"), r.PostForm.Get("name"), r.PostForm["members"]
		if id == "new" {
			team, err := people.AddTeam(tx, name)
			if err != nil {
				return err
			}
			id = team.ID
		}
		_, err := people.ChangeTeam(tx, id, people.TeamChange{Name: &name, Members: &members, Version: sheet.Seen(r)})
		return err
	})
	if err != nil {
		return s.Refuse(w, r, err, func(tx *db.Tx, v *sheet.Sheet) error { return fillTeam(tx, r, v) })
	}
	return s.Did(w, r, "/settings/teams", "Kept.")
}
