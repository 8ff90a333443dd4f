package routing

import (
	"slices"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/ticket"
)

// Default is the team whose policy holds for those that have none of their own.
const Default = ""

// Stored is a policy as it is kept.
type Stored struct {
	Team    string // Default, or a team
	Version int64  // counts changes; 0: none is kept
	Policy
}

// Policies returns those that are kept, the default first.
func Policies(tx *db.Tx) ([]Stored, error) {
	if err := tx.Must(access.RulesEdit); err != nil {
		return nil, err
	}
	return policies(tx)
}

// PolicyOf returns the policy that is kept for a team: a zero one if none is.
func PolicyOf(tx *db.Tx, team string) (Stored, error) {
	if err := tx.Must(access.RulesEdit); err != nil {
		return Stored{}, err
	}
	if err := teamExists(tx, team); err != nil {
		return Stored{}, err
	}
	all, err := policies(tx)
	return exactly(all, team), err
}

// exactly is the policy of a team itself.
func exactly(all []Stored, team string) Stored {
	if i := slices.IndexFunc(all, func(s Stored) bool { return s.Team == team }); i >= 0 {
		return all[i]
	}
	return Stored{Team: team}
}

// holding is the policy that holds for a team: its own, else the default.
func holding(all []Stored, team string) Policy {
	if s := exactly(all, team); s.Version > 0 {
		return s.Policy
	}
	return exactly(all, Default).Policy
}

// SetPolicy keeps a policy for a team that the caller has seen in a version (0: any). Tickets that
// come from now on are given by it; what is in the queue already stays as it is.
func SetPolicy(tx *db.Tx, team string, p Policy, version int64) (Stored, error) {
	if err := tx.Must(access.RulesEdit); err != nil {
		return Stored{}, err
	}
	was, err := PolicyOf(tx, team)
	if err != nil {
		return Stored{}, err
	}
	if version != 0 && version != was.Version {
		return Stored{}, fault.New(fault.Conflict, "Somebody changed this policy meanwhile. Look at it again, then repeat your change.")
	}
	if err := fault.Join(p.Check(), checkSkills(tx, &p)); err != nil {
		return Stored{}, err
	}
	now := Stored{Team: team, Version: was.Version + 1, Policy: p}
	tx.Emit(PolicySet{Team: team, Policy: p})
	return now, savePolicy(tx, now)
}

// RemovePolicy has a team go by the default again.
func RemovePolicy(tx *db.Tx, team string) error {
	if err := tx.Must(access.RulesEdit); err != nil {
		return err
	}
	if _, err := PolicyOf(tx, team); err != nil {
		return err
	}
	tx.Emit(PolicySet{Team: team, Removed: true})
	return deletePolicy(tx, team)
}

func teamExists(tx *db.Tx, team string) error {
	if team == Default {
		return nil
	}
	_, err := people.FindTeam(tx, team)
	return err
}

// checkSkills makes sure that routes ask for skills that there are, and names them.
func checkSkills(tx *db.Tx, p *Policy) error {
	all, err := skills(tx)
	if err != nil {
		return err
	}
	for _, r := range p.Routes {
		for i, n := range r.Needs {
			at := slices.IndexFunc(all, func(s Skill) bool { return s.ID == n.Skill })
			if at < 0 {
				return fault.Field("needs", "The route %s asks for a skill that there is not: %.60q.", r.Name, n.Skill)
			}
			r.Needs[i].Name = all[at].Name
		}
	}
	return nil
}

// Skill is something that agents know, at a level from 1 to 4.
type Skill struct{ ID, Name string }

// Skills returns the skills by name.
func Skills(tx *db.Tx) ([]Skill, error) {
	if err := tx.Must(access.PeopleRead); err != nil {
		return nil, err
	}
	return skills(tx)
}

// AddSkill adds a skill.
func AddSkill(tx *db.Tx, name string) (Skill, error) {
	if err := tx.Must(access.RulesEdit); err != nil {
		return Skill{}, err
	}
	name = strings.Join(strings.Fields(name), " ")
	if name == "" || len([]rune(name)) > longestName {
		return Skill{}, fault.Field("name", "Give the skill a name of at most %d characters.", longestName)
	}
	s := Skill{ID: tx.NewID(), Name: name}
	if err := insertSkill(tx, s); err != nil {
		return Skill{}, err
	}
	tx.Emit(SkillSet{ID: s.ID, Name: name})
	return s, nil
}

// RemoveSkill removes a skill that no route asks for, and with it what agents know of it.
func RemoveSkill(tx *db.Tx, id string) error {
	if err := tx.Must(access.RulesEdit); err != nil {
		return err
	}
	all, err := skills(tx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(s Skill) bool { return s.ID == id })
	if i < 0 {
		return fault.New(fault.NotFound, "There is no such skill.")
	}
	kept, err := policies(tx)
	if err != nil {
		return err
	}
	for _, p := range kept {
		for _, r := range p.Routes {
			if slices.ContainsFunc(r.Needs, func(n Need) bool { return n.Skill == id }) {
				return fault.New(fault.Conflict, "The route %s asks for %s. Change the route first.", r.Name, all[i].Name)
			}
		}
	}
	tx.Emit(SkillSet{ID: id, Name: all[i].Name, Removed: true})
	return deleteSkill(tx, id)
}

// Profile is what an agent knows and carries.
type Profile struct {
	User     string
	Capacity int            // points; 0: as the policy says
	Skills   map[string]int // levels by skill
}

// Profiles returns what agents know and carry, of those of whom something is kept.
func Profiles(tx *db.Tx) ([]Profile, error) {
	if err := tx.Must(access.PeopleRead); err != nil {
		return nil, err
	}
	return profiles(tx)
}

// SetProfile says what an agent knows and carries. A skill that is not named, or at level 0, they do not have.
func SetProfile(tx *db.Tx, p Profile) (Profile, error) {
	if err := tx.Must(access.RulesEdit); err != nil {
		return Profile{}, err
	}
	if _, err := people.FindUser(tx, p.User); err != nil {
		return Profile{}, err
	}
	if p.Capacity < 0 || p.Capacity > mostPoints {
		return Profile{}, fault.Field("capacity", "An agent carries 1 to %d points, or as the policy says if you say 0; not %d.", mostPoints, p.Capacity)
	}
	all, err := skills(tx)
	if err != nil {
		return Profile{}, err
	}
	has := map[string]int{}
	for id, level := range p.Skills {
		switch {
		case !slices.ContainsFunc(all, func(s Skill) bool { return s.ID == id }):
			return Profile{}, fault.Field("skills", "There is no skill %.60q.", id)
		case level < 0 || level > highest:
			return Profile{}, fault.Field("skills", "A skill has a level from %d to %d, or 0 for none; not %d.", lowest, highest, level)
		case level > 0:
			has[id] = level
		}
	}
	p.Skills = has
	tx.Emit(AgentSet{User: p.User, Capacity: p.Capacity, Skills: has})
	return p, saveProfile(tx, p)
}

// Wait is a ticket that waits for somebody to be able to take it.
type Wait struct {
	Ticket ticket.ID
	Since  time.Time
}

// Waiting returns what waits in a team, in the order in which it will be given out, at most 200.
func Waiting(tx *db.Tx, team string) ([]Wait, error) {
	if err := tx.Must(access.RulesEdit); err != nil {
		return nil, err
	}
	some, err := waits(tx, team, fillAtOnce)
	var all []Wait
	for _, w := range some {
		all = append(all, Wait{w.ticket, w.since})
	}
	return all, err
}
