package admin

import (
	"net/http"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
)

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
	t := ui.Table{Caption: "Tokens", Head: []ui.Column{{Text: "Name"}, {Text: "Role"}, {Text: "May", Wide: true}, {Text: "Made", Wide: true}, {Text: "Ends"}, {Text: "State"}, {Text: ""}},
		Empty: &ui.Empty{Icon: "key", Title: "No token yet", Text: "A program needs one to use the API.", Next: "Make one below."}}
	for _, k := range tokens {
		t.Rows = append(t.Rows, tokenRow(k, roles, tx.Now))
	}
	v.Parts = []ui.Part{t}
	v.Actions = []ui.Button{{Text: "How to use the API", Icon: "book", Href: "/api"}}
	v.Forms = []ui.Form{tokenForm(tx, roles)}
	return nil
}

func tokenRow(k people.Token, roles []people.Role, now time.Time) []ui.Cell {
	may := "All that the role may"
	if k.Scopes != nil {
		may = strings.Join(sheet.Texts(k.Scopes), ", ")
	}
	ends := ui.Cell{At: k.ExpiresAt}
	if k.ExpiresAt.IsZero() {
		ends = ui.Cell{Text: "Never", Muted: true}
	}
	row := []ui.Cell{{Text: k.Name, Head: true}, {Text: roleName(roles, k.Role)}, {Text: may, Muted: true}, {At: k.CreatedAt}, ends}
	badge := func(b ui.Badge) ui.Cell { return ui.Cell{Parts: []ui.Part{b}} }
	switch {
	case !k.RevokedAt.IsZero():
		return append(row, badge(ui.Badge{Text: "Revoked"}), ui.Cell{})
	case !k.ExpiresAt.IsZero() && !k.ExpiresAt.After(now):
		return append(row, badge(ui.Badge{Text: "Ended"}), ui.Cell{})
	}
	return append(row, badge(ui.Badge{Text: "Valid", Is: "good", Icon: "check"}),
		ui.Cell{Parts: []ui.Part{ui.Button{Text: "Revoke", Is: "bad", Action: "/settings/tokens/" + k.ID + "/revoke"}}})
}

func tokenForm(tx *db.Tx, roles []people.Role) ui.Form {
	return ui.Form{Action: "/settings/tokens", Send: ui.Button{Text: "Make a token", Icon: "key"}, Fields: []ui.Field{
		{Name: "name", Label: "What it is for", Required: true},
		{Name: "role", Label: "Role", Kind: ui.Select, Options: roleOptions(roles), Value: "customer-support"},
		{Name: "expiresAt", Label: "Last day", Kind: ui.Date, Hint: "Empty: it does not end by itself."},
		{Name: "scopes", Label: "Only these rights of the role", Kind: ui.Checks, Options: rightOptions(tx, nil), Hint: "None chosen: all that the role has."},
	}}
}

// readToken reads what token to make. It is good until its last day is over, where the reader is.
func readToken(r *http.Request, zone *time.Location) (n people.NewToken, err error) {
	f := r.PostForm
	n = people.NewToken{Name: f.Get("name"), Role: f.Get("role")}
	for _, right := range f["scopes"] {
		n.Scopes = append(n.Scopes, access.Right(right))
	}
	if day := f.Get("expiresAt"); day != "" {
		last, err := time.ParseInLocation(time.DateOnly, day, zone)
		if err != nil {
			return n, fault.Field("expiresAt", "%.40q is no day; write it like 2027-01-31.", day)
		}
		n.ExpiresAt = last.AddDate(0, 0, 1).Add(-time.Second)
	}
	return n, nil
}

// addToken makes a token and shows it, the only time.
func (s *Screens) addToken(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	v := sheet.New(r, "API tokens")
	n, err := readToken(r, v.Me.Zone)
	var secret string
	if err == nil {
		err = s.DB.Update(r.Context(), func(tx *db.Tx) (err error) {
			_, secret, err = people.CreateToken(tx, n)
			return err
		})
	}
	if err != nil {
		return s.Refuse(w, r, err, fillTokens)
	}
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
