package people

import (
	"slices"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people/record"
	"muster/internal/text"
)

// Team is a group of users that tickets can be given to.
type Team struct {
	ID, Name string
	Members  []string // the ids of its users
	Version  int64    // counts changes
}

// TeamChange says what to change of a team: nil leaves a thing as it is.
type TeamChange struct {
	Name    *string
	Members *[]string // the ids of all who are to be in it
	Version int64     // that the caller has seen; 0: any
}

// TeamAdded says that there is a new team.
type TeamAdded struct{ ID, Name string }

// TeamChanged says what is different about a team. Joined and Left are users' ids.
type TeamChanged struct {
	ID, Name     string
	Changes      []record.Difference
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
	name, err := record.CheckName(name)
	if err != nil {
		return Team{}, err
	}
	t := Team{ID: tx.NewID(), Name: name, Version: 1}
	if err := insertTeam(tx, t); err != nil {
		return Team{}, err
	}
	tx.Emit(TeamAdded{t.ID, t.Name})
	return t, nil
}

// ChangeTeam gives a team another name, or says who is in it.
func ChangeTeam(tx *db.Tx, id string, c TeamChange) (Team, error) {
	if err := tx.Must(access.StaffManage); err != nil {
		return Team{}, err
	}
	was, err := findTeam(tx, id)
	if err != nil {
		return Team{}, err
	}
	if err := record.Seen(c.Version, was.Version); err != nil {
		return Team{}, err
	}
	t, err := c.made(tx, was)
	if err != nil {
		return Team{}, err
	}
	e := TeamChanged{ID: id, Name: t.Name, Changes: record.Differ(nil, "name", was.Name, t.Name), Joined: without(t.Members, was.Members), Left: without(was.Members, t.Members)}
	if len(e.Changes)+len(e.Joined)+len(e.Left) == 0 {
		return was, nil
	}
	t.Version++
	if err := updateTeam(tx, t, e.Joined, e.Left); err != nil {
		return Team{}, err
	}
	tx.Emit(e)
	return t, nil
}

// made returns t with the changes made. Who joins is known here.
func (c TeamChange) made(tx *db.Tx, t Team) (Team, error) {
	var nameErr, membersErr error
	if c.Name != nil {
		t.Name, nameErr = record.CheckName(*c.Name)
	}
	if c.Members != nil {
		for _, user := range without(*c.Members, t.Members) {
			if _, err := userBy(tx, "id", user, user); fault.Is(err, fault.NotFound) {
				membersErr = fault.Field("members", "%s", fault.Message(err))
			} else if err != nil {
				return t, err
			}
		}
		t.Members = without(*c.Members, nil)
	}
	return t, fault.Join(nameErr, membersErr)
}

// SetMembers says who is in a team, whoever was: users' ids.
func SetMembers(tx *db.Tx, id string, users []string) error {
	if err := tx.Must(access.StaffManage); err != nil {
		return err
	}
	_, err := ChangeTeam(tx, id, TeamChange{Members: &users})
	return err
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
