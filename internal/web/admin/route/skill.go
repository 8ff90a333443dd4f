package route

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"muster/internal/db"
	"muster/internal/people"
	"muster/internal/routing"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
)

// showSkills is the matrix: who knows what, and how well.
func (s *Screens) showSkills(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Skills")
	return s.See(w, r, &v, func(tx *db.Tx) error { return fillSkills(tx, r, &v) })
}

func fillSkills(tx *db.Tx, r *http.Request, v *sheet.Sheet) error {
	if err := mayRoute(r); err != nil {
		return err
	}
	v.Tabs = routingTabs("/settings/skills")
	skills, err := routing.Skills(tx)
	if err != nil {
		return err
	}
	users, err := people.Users(tx)
	if err != nil {
		return err
	}
	kept, err := routing.Profiles(tx)
	if err != nil {
		return err
	}
	t := ui.Table{Caption: "Who knows what: levels from 1 to 4", Head: []ui.Column{{Text: "Agent"}, {Text: "Carries", Right: true}}}
	var taken ui.Tags
	for _, skill := range skills {
		t.Head = append(t.Head, ui.Column{Text: skill.Name})
		taken = append(taken, ui.Tag{Text: skill.Name, Remove: "/settings/skill/" + skill.ID + "/remove"})
	}
	for _, u := range users {
		if u.Active {
			t.Rows = append(t.Rows, skillRow(u, profileOf(kept, u.ID), skills))
		}
	}
	v.Parts = []ui.Part{t}
	if len(taken) > 0 {
		v.Parts = append(v.Parts, taken)
	}
	v.Forms = []ui.Form{{Action: "/settings/skills", Send: ui.Button{Text: "Add", Icon: "plus"}, Fields: []ui.Field{{Name: "name", Label: "A new skill", Required: true, Placeholder: "Databases"}}}}
	return nil
}

func profileOf(kept []routing.Profile, user string) routing.Profile {
	if i := slices.IndexFunc(kept, func(p routing.Profile) bool { return p.User == user }); i >= 0 {
		return kept[i]
	}
	return routing.Profile{User: user}
}

func skillRow(u people.User, p routing.Profile, skills []routing.Skill) []ui.Cell {
	row := []ui.Cell{{Text: u.Name, Href: "/settings/skills/" + u.ID, Head: true}, {Text: sheet.Number(p.Capacity)}}
	for _, skill := range skills {
		level := p.Skills[skill.ID]
		cell := ui.Cell{Text: "–", Muted: true}
		if level > 0 {
			cell = ui.Cell{Text: strconv.Itoa(level) + " " + strings.Repeat("●", level)}
		}
		row = append(row, cell)
	}
	return row
}

func (s *Screens) addSkill(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error { _, err := routing.AddSkill(tx, r.PostForm.Get("name")); return err }); err != nil {
		return s.Refuse(w, r, err, func(tx *db.Tx, v *sheet.Sheet) error { return fillSkills(tx, r, v) })
	}
	return s.Did(w, r, "/settings/skills", "Added. Say who has it: choose an agent.")
}

func (s *Screens) removeSkill(w http.ResponseWriter, r *http.Request) error {
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error { return routing.RemoveSkill(tx, r.PathValue("id")) }); err != nil {
		return err
	}
	return s.Did(w, r, "/settings/skills", "Removed.")
}

func (s *Screens) showProfile(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Agent")
	return s.See(w, r, &v, func(tx *db.Tx) error { return s.fillProfile(tx, r, &v) })
}

func (s *Screens) fillProfile(tx *db.Tx, r *http.Request, v *sheet.Sheet) error {
	v.Back = "/settings/skills"
	if err := mayRoute(r); err != nil {
		return err
	}
	u, err := people.FindUser(tx, r.PathValue("user"))
	if err != nil {
		return err
	}
	v.Title, v.Heading1 = u.Name, u.Name
	skills, err := routing.Skills(tx)
	if err != nil {
		return err
	}
	kept, err := routing.Profiles(tx)
	if err != nil {
		return err
	}
	p := profileOf(kept, u.ID)
	form := ui.Form{Action: r.URL.Path, Send: ui.Button{Text: "Keep"}, Fields: []ui.Field{
		{Name: "capacity", Label: "Carries", Kind: ui.Number, Min: "0", Value: sheet.Number(p.Capacity), Unit: "points", Hint: "Empty: as the team's policy says."}}}
	for _, skill := range skills {
		f := ui.Field{Name: "skill-" + skill.ID, Label: skill.Name, Kind: ui.Radios, Value: strconv.Itoa(p.Skills[skill.ID])}
		for level, text := range []string{"None", "1 Knows of it", "2 Works with it", "3 Masters it", "4 Teaches it"} {
			f.Options = append(f.Options, ui.Option{Value: strconv.Itoa(level), Text: text})
		}
		form.Fields = append(form.Fields, f)
	}
	v.Forms = []ui.Form{form}
	return nil
}

func (s *Screens) saveProfile(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	p := routing.Profile{User: r.PathValue("user"), Skills: map[string]int{}}
	err := sheet.Whole(r, "capacity", &p.Capacity)
	for name := range r.PostForm {
		if skill, ok := strings.CutPrefix(name, "skill-"); ok && err == nil {
			level := 0
			err = sheet.Whole(r, name, &level)
			p.Skills[skill] = level
		}
	}
	if err == nil {
		err = s.DB.Update(r.Context(), func(tx *db.Tx) error { _, err := routing.SetProfile(tx, p); return err })
	}
	if err != nil {
		return s.Refuse(w, r, err, func(tx *db.Tx, v *sheet.Sheet) error { return s.fillProfile(tx, r, v) })
	}
	return s.Did(w, r, "/settings/skills", "Kept.")
}
