package people

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people/record"
	"muster/internal/text"
)

// Role is a named set of rights, as the workspace keeps it.
type Role struct {
	ID     string // as on the command line: "customer-support"
	Name   string
	Rights []access.Right
	Reach  access.Reach
	Kinds  []string // the kinds of tickets it may see; nil: all

	Version int64 // counts changes; of a role to save, the one that the caller has seen, 0: any
}

// RoleSaved says that a role is new or has other rights.
type RoleSaved struct {
	ID     string
	Name   string
	Rights []access.Right
	Reach  access.Reach
	Kinds  []string
}

// RoleRemoved says that a role is no more.
type RoleRemoved struct{ ID, Name string }

func (RoleSaved) EventName() string           { return "role.saved" }
func (e RoleSaved) About() (string, string)   { return "role", e.ID }
func (RoleRemoved) EventName() string         { return "role.removed" }
func (e RoleRemoved) About() (string, string) { return "role", e.ID }

// Roles returns the roles by name, at most 1,000.
func Roles(tx *db.Tx) ([]Role, error) {
	if err := tx.Must(access.PeopleRead); err != nil {
		return nil, err
	}
	return allRoles(tx)
}

// FindRole returns a role by its id, or by its name however that is capitalised.
func FindRole(tx *db.Tx, id string) (Role, error) {
	if err := tx.Must(access.PeopleRead); err != nil {
		return Role{}, err
	}
	return findRole(tx, id)
}

// RoleWith returns the role with an id.
func RoleWith(tx *db.Tx, id string) (Role, error) {
	if err := tx.Must(access.PeopleRead); err != nil {
		return Role{}, err
	}
	roles, err := allRoles(tx)
	i := slices.IndexFunc(roles, func(r Role) bool { return r.ID == id })
	if err == nil && i < 0 {
		err = fault.New(fault.NotFound, "There is no role %.100q.", id)
	}
	if err != nil {
		return Role{}, err
	}
	return roles[i], nil
}

func findRole(tx *db.Tx, id string) (Role, error) {
	roles, err := allRoles(tx)
	if err != nil {
		return Role{}, err
	}
	var ids []string
	for _, r := range roles {
		if r.ID == id || text.Fold(r.Name) == text.Fold(id) || r.ID == strings.ReplaceAll(text.Fold(id), " ", "-") {
			return r, nil
		}
		ids = append(ids, r.ID)
	}
	slices.Sort(ids)
	return Role{}, fault.Field("role", "There is no role %.100q. The roles are %s.", id, strings.Join(ids, ", "))
}

// SaveRole adds a role or changes the one with the same id. The change counts
// for everybody who has the role, from their next request on.
func SaveRole(tx *db.Tx, r Role) error {
	if err := tx.Must(access.StaffManage); err != nil {
		return err
	}
	r, err := checkRole(r)
	if err != nil {
		return err
	}
	roles, err := allRoles(tx)
	if err != nil {
		return err
	}
	var stored int64
	for _, was := range roles {
		if was.ID == r.ID {
			stored = was.Version
			if err := fault.Join(MayManage(tx, was), record.Seen(r.Version, stored)); err != nil {
				return err
			}
		} else if text.Fold(was.Name) == text.Fold(r.Name) {
			return record.Taken("name", "There is already a role called "+was.Name+".")
		}
	}
	if err := MayManage(tx, r); err != nil {
		return err
	}
	r.Version = stored + 1
	tx.Emit(RoleSaved{r.ID, r.Name, r.Rights, r.Reach, r.Kinds})
	return upsertRole(tx, r)
}

// AddRole adds a role, whose id is made from its name.
func AddRole(tx *db.Tx, r Role) (Role, error) {
	if err := tx.Must(access.StaffManage); err != nil {
		return Role{}, err
	}
	name, err := record.CheckName(r.Name)
	if err != nil {
		return Role{}, err
	}
	r.ID = roleID(name)
	roles, err := allRoles(tx)
	if err != nil {
		return Role{}, err
	}
	for _, was := range roles {
		if was.ID == r.ID {
			return Role{}, record.Taken("name", "The role "+was.Name+" has nearly that name. Choose one that cannot be mistaken for it.")
		}
	}
	return r, SaveRole(tx, r)
}

// roleID makes an id of a name, as it may be written on the command line.
func roleID(name string) string {
	id := strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(text.Fold(name), "-"), "-")
	if id = strings.Trim(id[:min(len(id), 40)], "-"); len(id) < 2 || id[0] < 'a' || id == "new" {
		return strings.Trim("role-"+id, "-")
	}
	return id
}

// RemoveRole removes a role that nobody has. Those that a workspace begins with stay.
func RemoveRole(tx *db.Tx, id string) error {
	if err := tx.Must(access.StaffManage); err != nil {
		return err
	}
	r, err := RoleWith(tx, id)
	if err != nil {
		return err
	}
	if r.BuiltIn() {
		return fault.New(fault.Conflict, "The role %s is there from the beginning and stays. Change its rights instead.", r.Name)
	}
	if err := MayManage(tx, r); err != nil {
		return err
	}
	users, tokens, err := countRole(tx, r.ID)
	if err != nil {
		return err
	}
	if users+tokens > 0 {
		return fault.New(fault.Conflict, "The role %s is given to agents (%d) or API tokens (%d, with those revoked). Only a role that nobody has can be removed.", r.Name, users, tokens)
	}
	tx.Emit(RoleRemoved{r.ID, r.Name})
	return deleteRole(tx, r.ID)
}

// BuiltIn reports whether a workspace begins with the role.
func (r Role) BuiltIn() bool {
	return slices.ContainsFunc(access.Roles(), func(b access.Role) bool { return b.ID == r.ID })
}

func checkRole(r Role) (Role, error) {
	var nameErr, idErr, rightsErr, reachErr error
	r.Name, nameErr = record.CheckName(r.Name)
	r.Reach = cmp.Or(r.Reach, access.Everything)
	if r.ID == access.Admin {
		idErr = fault.Field("id", "The role %s has every right and cannot be changed.", access.Admin)
	} else if !regexp.MustCompile(`^[a-z][a-z0-9-]{0,48}[a-z0-9]$`).MatchString(r.ID) {
		idErr = fault.Field("id", "A role is written with lower-case letters, digits and hyphens, like customer-support; %.100q is not.", r.ID)
	}
	for _, right := range r.Rights {
		if !slices.Contains(access.All(), right) {
			rightsErr = fault.Field("rights", "There is no right %.100q. The rights are %s.", right, fault.Names(access.All()))
		}
	}
	if r.Reach != access.Everything && r.Reach != access.OwnTeams {
		reachErr = fault.Field("reach", "A role sees all tickets or those of the agent's teams, not %.100q.", r.Reach)
	}
	if len(r.Kinds) == 0 {
		r.Kinds = nil // none chosen is all
	}
	r.Rights = slices.Compact(slices.Sorted(slices.Values(r.Rights)))
	return r, fault.Join(idErr, nameErr, rightsErr, reachErr)
}

// MayManage makes sure that nobody hands out, or takes over, more than they have: it refuses a role that may more than the actor.
func MayManage(tx *db.Tx, r Role) error {
	if err := tx.Must(access.StaffManage); err != nil {
		return err
	}
	if tx.Scope.Teams != nil || tx.Scope.Orgs != nil || tx.Scope.Kinds != nil {
		return fault.New(fault.Denied, "%s sees only a part of the tickets, so may not manage who sees them.", tx.Name)
	}
	for _, right := range r.Rights {
		if !tx.May(right) {
			return fault.New(fault.Denied, "The role %s has the right %s, which %s lacks. Ask somebody who has it.", r.Name, right, tx.Name)
		}
	}
	return nil
}

// manage is MayManage for the role that a user has now.
func manage(tx *db.Tx, u User) error {
	r, err := findRole(tx, u.Role)
	if err != nil {
		return err
	}
	return MayManage(tx, r)
}

// ActorOf returns a user as somebody who acts: what the user may do and see now.
func ActorOf(tx *db.Tx, u User) (access.Actor, error) {
	if err := tx.Must(access.PeopleRead); err != nil {
		return access.Actor{}, err
	}
	if !u.Active {
		return access.Actor{}, fault.New(fault.Denied, "%s is not active any more.", u.Name)
	}
	r, err := findRole(tx, u.Role)
	if err != nil {
		return access.Actor{}, err
	}
	teams, err := teamsOf(tx, u.ID)
	if err != nil {
		return access.Actor{}, err
	}
	return actor(tx.Workspace, u, r, teams), nil
}

// actor makes an actor of what was read about a user.
func actor(workspace string, u User, r Role, teams []string) access.Actor {
	a := access.Actor{Workspace: workspace, ID: u.ID, Name: u.Name, Kind: access.Human, Role: r.ID, Rights: r.Rights, Teams: teams,
		Scope: access.Scope{Orgs: u.Organisations, Kinds: r.Kinds}}
	if r.Reach == access.OwnTeams {
		a.Scope.Teams = append([]string{}, teams...) // not nil: none is not all
	}
	return a
}
