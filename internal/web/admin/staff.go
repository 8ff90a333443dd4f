package admin

import (
	"net/http"
	"slices"

	"muster/internal/access"
	"muster/internal/catalogue"
	"muster/internal/db"
	"muster/internal/event"
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
	}
	var options []ui.Option
	for _, role := range roles {
		options = append(options, ui.Option{Value: role.ID, Text: role.Name})
	}
	v.Forms = []ui.Form{{Action: "/settings/staff/" + id, Send: ui.Button{Text: "Keep"}, Fields: []ui.Field{
		{Name: "name", Label: "Name", Value: u.Name, Required: true},
		{Name: "email", Label: "Mail address", Kind: ui.Email, Value: u.Email, Required: true, Hint: "To sign in with."},
		{Name: "role", Label: "Role", Kind: ui.Select, Value: u.Role, Options: options},
		{Name: "active", Label: "Can sign in", Kind: ui.Check, Value: sheet.Truth(u.Active)},
		{Name: "password", Label: "Password", Kind: ui.Password, Auto: "new-password", Hint: "Empty: it stays as it is. A new one ends all sessions of this agent."},
	}}}
	return nil
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
		if r.PathValue("id") == "new" {
			_, err := people.AddUser(tx, people.NewUser{Name: name, Email: email, Role: role, Password: hash})
			return err
		}
		_, err := people.ChangeUser(tx, r.PathValue("id"), people.UserChange{Name: &name, Email: &email, Role: &role, Active: &active})
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
		id, name := r.PathValue("id"), r.PostForm.Get("name")
		if id == "new" {
			team, err := people.AddTeam(tx, name)
			if err != nil {
				return err
			}
			id = team.ID
		} else if err := people.RenameTeam(tx, id, name); err != nil {
			return err
		}
		return people.SetMembers(tx, id, r.PostForm["members"])
	})
	if err != nil {
		return s.Refuse(w, r, err, func(tx *db.Tx, v *sheet.Sheet) error { return fillTeam(tx, r, v) })
	}
	return s.Did(w, r, "/settings/teams", "Kept.")
}

func (s *Screens) showTokens(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "API tokens")
	return s.See(w, r, &v, func(tx *db.Tx) error { return fillTokens(tx, &v) })
}

func fillTokens(tx *db.Tx, v *sheet.Sheet) error {
	if err := tx.Must(access.StaffManage); err != nil {
		return err
	}
	tokens, err := people.Tokens(tx)
	if err != nil {
		return err
	}
	roles, err := people.Roles(tx)
	if err != nil {
		return err
	}
	t := ui.Table{Caption: "Tokens", Head: []ui.Column{{Text: "Name"}, {Text: "Role"}, {Text: "Made"}, {Text: "State"}, {Text: ""}},
		Empty: &ui.Empty{Icon: "key", Title: "No token yet", Text: "A program needs one to use the API.", Next: "Make one below."}}
	for _, k := range tokens {
		state, cell := ui.Badge{Text: "Valid", Is: "good", Icon: "check"}, ui.Cell{Parts: []ui.Part{ui.Button{Text: "Revoke", Is: "bad", Action: "/settings/tokens/" + k.ID + "/revoke"}}}
		if !k.RevokedAt.IsZero() {
			state, cell = ui.Badge{Text: "Revoked"}, ui.Cell{}
		}
		t.Rows = append(t.Rows, []ui.Cell{{Text: k.Name, Head: true}, {Text: roleName(roles, k.Role)}, {At: k.CreatedAt}, {Parts: []ui.Part{state}}, cell})
	}
	var options []ui.Option
	for _, role := range roles {
		options = append(options, ui.Option{Value: role.ID, Text: role.Name})
	}
	v.Parts = []ui.Part{t}
	v.Forms = []ui.Form{{Action: "/settings/tokens", Send: ui.Button{Text: "Make a token", Icon: "key"}, Fields: []ui.Field{
		{Name: "name", Label: "What it is for", Required: true}, {Name: "role", Label: "Role", Kind: ui.Select, Options: options, Value: "customer-support"}}}}
	return nil
}

// addToken makes a token and shows it, the only time.
func (s *Screens) addToken(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	var secret string
	err := s.DB.Update(r.Context(), func(tx *db.Tx) (err error) {
		_, secret, err = people.CreateToken(tx, people.NewToken{Name: r.PostForm.Get("name"), Role: r.PostForm.Get("role")})
		return err
	})
	if err != nil {
		return s.Refuse(w, r, err, fillTokens)
	}
	v := sheet.New(r, "API tokens")
	if err := s.DB.View(r.Context(), func(tx *db.Tx) error { return fillTokens(tx, &v) }); err != nil {
		return err
	}
	v.Parts = append([]ui.Part{ui.Banner{Icon: "key", Is: "good", Strong: "Copy the token now: it is shown this once.", Text: secret}}, v.Parts...)
	w.Header().Set("Cache-Control", "no-store")
	return sheet.Page.Render(w, r, v)
}

func (s *Screens) revokeToken(w http.ResponseWriter, r *http.Request) error {
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error { return people.RevokeToken(tx, r.PathValue("id")) }); err != nil {
		return err
	}
	return s.Did(w, r, "/settings/tokens", "Revoked. Programs that use it are turned away from now on.")
}

func (s *Screens) showCatalogue(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Catalogue")
	return s.See(w, r, &v, func(tx *db.Tx) error { return fillCatalogue(tx, &v) })
}

func fillCatalogue(tx *db.Tx, v *sheet.Sheet) error {
	items, err := catalogue.Items(tx)
	t := ui.Table{Caption: "Catalogue", Head: []ui.Column{{Text: "Name"}, {Text: "Kind"}, {Text: "What it is", Wide: true}},
		Empty: &ui.Empty{Icon: "service", Title: "Nothing in the catalogue", Text: "Tickets can name the product or service they are about.", Next: "Add the first."}}
	for _, i := range items {
		t.Rows = append(t.Rows, []ui.Cell{{Text: i.Name, Head: true}, {Text: string(i.Kind)}, {Text: i.Description, Muted: true}})
	}
	v.Parts = []ui.Part{t}
	if !tx.May(access.CatalogueEdit) {
		return err
	}
	var kinds []ui.Option
	for _, k := range catalogue.Kinds() {
		kinds = append(kinds, ui.Option{Value: string(k), Text: string(k)})
	}
	v.Forms = []ui.Form{{Action: "/settings/catalogue", Send: ui.Button{Text: "Add", Icon: "plus"}, Fields: []ui.Field{
		{Name: "name", Label: "Name", Required: true}, {Name: "kind", Label: "Kind", Kind: ui.Select, Options: kinds}, {Name: "description", Label: "What it is"}}}}
	return err
}

func (s *Screens) addItem(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	f := r.PostForm
	err := s.DB.Update(r.Context(), func(tx *db.Tx) error {
		_, err := catalogue.Add(tx, catalogue.New{Name: f.Get("name"), Kind: catalogue.Kind(f.Get("kind")), Description: f.Get("description")})
		return err
	})
	if err != nil {
		return s.Refuse(w, r, err, fillCatalogue)
	}
	return s.Did(w, r, "/settings/catalogue", "Added.")
}

// showJobs lists the work that was given up.
func (s *Screens) showJobs(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Given-up work")
	return s.See(w, r, &v, func(tx *db.Tx) error {
		dead, err := event.DeadLetters(tx, 200)
		t := ui.Table{Caption: "Given-up work", Head: []ui.Column{{Text: "Given up"}, {Text: "Task"}, {Text: "Why"}, {Text: "Attempts", Right: true}, {Text: ""}},
			Empty: &ui.Empty{Icon: "check", Title: "Nothing was given up", Text: "All work was done, or is waiting for its time."}}
		for _, d := range dead {
			t.Rows = append(t.Rows, []ui.Cell{{At: d.DeadAt}, {Text: d.Task, Head: true}, {Text: d.Reason, Muted: true}, {Text: sheet.Number(d.Attempts)},
				{Parts: []ui.Part{ui.Button{Text: "Try again", Icon: "undo", Action: "/settings/jobs/" + d.ID + "/retry"}}}})
		}
		v.Parts = []ui.Part{t}
		return err
	})
}

func (s *Screens) retryJob(w http.ResponseWriter, r *http.Request) error {
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error { return event.Retry(tx, r.PathValue("id")) }); err != nil {
		return err
	}
	s.Bus.Wake()
	return s.Did(w, r, "/settings/jobs", "It is tried again now.")
}
