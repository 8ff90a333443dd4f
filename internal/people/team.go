package people

import (
	"slices"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/text"
)

// Team is a group of users that tickets can be given to.
type Team struct {
	ID, Name string
	Members  []string // the ids of its users
}

// TeamAdded says that there is a new team.
type TeamAdded struct{ ID, Name string }

// TeamChanged says what is different about a team. Joined and Left are users' ids.
type TeamChanged struct {
	ID, Name     string
	Changes      []Difference
	Joined, Left []string
}

func (TeamAdded) EventName() string           { return "team.added" }
func (e TeamAdded) About() (string, string)   { return "team", e.ID }
func (TeamChanged) EventName() string         { return "team.changed" }
func (e TeamChanged) About() (string, string) { return "team", e.ID }

// AddTeam adds a team that nobody is in yet.
func AddTeam(tx *db.Tx, name string) (Team, error) {
	if err := tx.Must(access.StaffManage); err != nil {
		return Team{}, err
	}
	name, err := checkName(name)
	if err != nil {
		return Team{}, err
	}
	t := Team{ID: tx.NewID(), Name: name}
	if err := insertTeam(tx, t); err != nil {
		return Team{}, err
	}
	tx.Emit(TeamAdded{t.ID, t.Name})
	return t, nil
}

// RenameTeam gives a team another name.
func RenameTeam(tx *db.Tx, id, name string) error {
	if err := tx.Must(access.StaffManage); err != nil {
		return err
	}
	name, err := checkName(name)
	if err != nil {
		return err
	}
	t, err := findTeam(tx, id)
	if err != nil || t.Name == name {
		return err
	}
	if err := renameTeam(tx, id, name); err != nil {
		return err
	}
	tx.Emit(TeamChanged{ID: id, Name: name, Changes: differ(nil, "name", t.Name, name)})
	return nil
}

// SetMembers says who is in a team: users' ids.
func SetMembers(tx *db.Tx, id string, users []string) error {
	if err := tx.Must(access.StaffManage); err != nil {
		return err
	}
	t, err := findTeam(tx, id)
	if err != nil {
		return err
	}
	e := TeamChanged{ID: id, Name: t.Name, Joined: without(users, t.Members), Left: without(t.Members, users)}
	if len(e.Joined)+len(e.Left) == 0 {
		return nil
	}
	for _, user := range e.Joined {
		_, err := userBy(tx, "id", user, user)
		if fault.Is(err, fault.NotFound) {
			return fault.Field("members", "%s", fault.Message(err))
		}
		if err != nil {
			return err
		}
	}
	if err := updateMembers(tx, id, e.Joined, e.Left); err != nil {
		return err
	}
	tx.Emit(e)
	return nil
}

// without returns the values of a, each once, that are not in b.
func without(a, b []string) []string {
	a = slices.Compact(slices.Sorted(slices.Values(a)))
	return slices.DeleteFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// Teams returns the teams by name, at most 1,000.
func Teams(tx *db.Tx) ([]Team, error) {
	if err := tx.Must(access.PeopleRead); err != nil {
		return nil, err
	}
	return teams(tx, tx.FilterAs("t"))
}

// FindTeam returns the team with an id.
func FindTeam(tx *db.Tx, id string) (Team, error) {
	if err := tx.Must(access.PeopleRead); err != nil {
		return Team{}, err
	}
	return findTeam(tx, id)
}

// TeamNamed returns the team with a name, however it is capitalised.
func TeamNamed(tx *db.Tx, name string) (Team, error) {
	if err := tx.Must(access.PeopleRead); err != nil {
		return Team{}, err
	}
	return oneTeam(tx, tx.FilterAs("t").Where("t.name_folded = ?", text.Fold(name)), name)
}

func findTeam(tx *db.Tx, id string) (Team, error) {
	return oneTeam(tx, tx.FilterAs("t").Where("t.id = ?", id), id)
}

func oneTeam(tx *db.Tx, f *db.Filter, asked string) (Team, error) {
	found, err := teams(tx, f)
	if err == nil && len(found) == 0 {
		err = fault.New(fault.NotFound, "There is no team %.100q.", asked)
	}
	if err != nil {
		return Team{}, err
	}
	return found[0], nil
}
