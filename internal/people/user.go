package people

import (
	"slices"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people/client"
	"muster/internal/people/record"
	"muster/internal/text"
)

// User is an agent: somebody who can sign in.
type User struct {
	ID            string
	Email         string
	Name          string
	Role          string   // the role's id: "customer-support"
	Organisations []string // the ids of those whose tickets the agent may see; nil: everyone's
	Locale, Zone  string   // empty: the workspace's
	Theme         string   // light, dark, or empty: as the machine has it
	Active        bool
	HasPassword   bool
	CreatedAt     time.Time
	Version       int64 // counts changes

	hash  Hash
	epoch int64 // sessions of another epoch have ended
}

// NewUser says whom to add.
type NewUser struct {
	Email, Name   string
	Role          string
	Password      Hash // from a Hasher, since it takes long; empty: cannot sign in with one
	Organisations []string
	Locale, Zone  string
}

// UserChange says what to change of a user: nil leaves a thing as it is.
type UserChange struct {
	Email, Name, Role   *string
	Locale, Zone, Theme *string
	Active              *bool
	Organisations       *[]string
	Version             int64 // that the caller has seen; 0: any
}

// UserAdded says that somebody can work here.
type UserAdded struct{ ID, Email, Name, Role string }

// UserChanged says what is different about a user.
type UserChanged struct {
	ID      string
	Changes []record.Difference
}

// PasswordSet says that a user has another password, and no session.
type PasswordSet struct{ ID string }

func (UserAdded) EventName() string           { return "user.added" }
func (e UserAdded) About() (string, string)   { return "user", e.ID }
func (UserChanged) EventName() string         { return "user.changed" }
func (e UserChanged) About() (string, string) { return "user", e.ID }
func (PasswordSet) EventName() string         { return "user.password_set" }
func (e PasswordSet) About() (string, string) { return "user", e.ID }

// AddUser adds an agent. Nobody can give a role that has rights they lack.
func AddUser(tx *db.Tx, n NewUser) (User, error) {
	if err := tx.Must(access.StaffManage); err != nil {
		return User{}, err
	}
	email, emailErr := record.CheckAddress("email", n.Email)
	name, nameErr := record.CheckName(n.Name)
	role, roleErr := findRole(tx, n.Role)
	if err := fault.Join(emailErr, nameErr, roleErr, checkLimit(tx, role.ID, n.Organisations), record.CheckLocale(n.Locale), checkZone(n.Zone)); err != nil {
		return User{}, err
	}
	if err := MayManage(tx, role); err != nil {
		return User{}, err
	}
	u := User{ID: tx.NewID(), Email: email, Name: name, Role: role.ID, Organisations: n.Organisations, Locale: n.Locale, Zone: n.Zone,
		Active: true, HasPassword: n.Password != "", CreatedAt: tx.Now, Version: 1, hash: n.Password, epoch: 1}
	if err := insertUser(tx, u); err != nil {
		return User{}, err
	}
	tx.Emit(UserAdded{u.ID, u.Email, u.Name, u.Role})
	return u, nil
}

// FindUser returns the user with an id.
func FindUser(tx *db.Tx, id string) (User, error) {
	if err := tx.Must(access.PeopleRead); err != nil {
		return User{}, err
	}
	return userBy(tx, "id", id, id)
}

// UserByEmail returns the user who signs in with an address, however it is capitalised.
func UserByEmail(tx *db.Tx, email string) (User, error) {
	if err := tx.Must(access.PeopleRead); err != nil {
		return User{}, err
	}
	return userBy(tx, "email_folded", record.FoldAddress(email), email)
}

// UserNamed returns the agent that people call by a name or mail address.
func UserNamed(tx *db.Tx, name string) (User, error) {
	if err := tx.Must(access.PeopleRead); err != nil {
		return User{}, err
	}
	all, err := Users(tx)
	if err != nil {
		return User{}, err
	}
	for _, u := range all {
		if record.FoldAddress(u.Email) == record.FoldAddress(name) {
			return u, nil
		}
	}
	for _, u := range all {
		if text.Fold(u.Name) == text.Fold(name) {
			return u, nil
		}
	}
	return User{}, fault.New(fault.NotFound, "There is no agent called %.100q.", name)
}

// Users returns every user by name, at most 1,000.
func Users(tx *db.Tx) ([]User, error) {
	if err := tx.Must(access.PeopleRead); err != nil {
		return nil, err
	}
	return allUsers(tx)
}

// ChangeUser changes a user. One made inactive, or given another address, has no session any more.
func ChangeUser(tx *db.Tx, id string, c UserChange) (User, error) {
	if err := tx.Must(access.StaffManage); err != nil {
		return User{}, err
	}
	u, err := userBy(tx, "id", id, id)
	if err != nil {
		return User{}, err
	}
	if err := manage(tx, u); err != nil {
		return User{}, err
	}
	if c.Role != nil {
		role, err := findRole(tx, *c.Role)
		if err != nil {
			return User{}, err
		}
		if err := MayManage(tx, role); err != nil {
			return User{}, err
		}
		c.Role = &role.ID
	}
	return changeUser(tx, u, c)
}

// ChangeOwn changes what users decide for themselves: name, locale, zone and theme.
func ChangeOwn(tx *db.Tx, c UserChange) (User, error) {
	if err := tx.Must(access.Anyone); err != nil {
		return User{}, err
	}
	u, err := own(tx)
	if err != nil {
		return User{}, err
	}
	if c.Email != nil || c.Role != nil || c.Active != nil || c.Organisations != nil {
		return User{}, fault.New(fault.Denied, "Only who manages the staff can change an address, a role or what somebody may see.")
	}
	return changeUser(tx, u, c)
}

// own returns the user who acts.
func own(tx *db.Tx) (User, error) {
	if tx.Kind != access.Human {
		return User{}, fault.New(fault.Denied, "Sign in as a person to do this.")
	}
	return userBy(tx, "id", tx.ID, tx.Name)
}

func changeUser(tx *db.Tx, u User, c UserChange) (User, error) {
	if err := record.Seen(c.Version, u.Version); err != nil {
		return User{}, err
	}
	were := u
	if err := fault.Join(c.apply(&u), checkLimit(tx, u.Role, u.Organisations)); err != nil {
		return User{}, err
	}
	changes := differencesOf(were, u)
	if len(changes) == 0 {
		return were, nil
	}
	if err := keepAnAdmin(tx, were, u); err != nil {
		return User{}, err
	}
	if were.Active && !u.Active || were.Email != u.Email {
		if err := endSessions(tx, &u); err != nil {
			return User{}, err
		}
	}
	u.Version++
	if err := updateUser(tx, u); err != nil {
		return User{}, err
	}
	tx.Emit(UserChanged{u.ID, changes})
	return u, nil
}

// apply checks the changes and makes them; the role has been checked.
func (c UserChange) apply(u *User) error {
	var emailErr, nameErr, themeErr error
	if c.Email != nil {
		u.Email, emailErr = record.CheckAddress("email", *c.Email)
	}
	if c.Name != nil {
		u.Name, nameErr = record.CheckName(*c.Name)
	}
	record.Set(&u.Role, c.Role)
	record.Set(&u.Locale, c.Locale)
	record.Set(&u.Zone, c.Zone)
	record.Set(&u.Theme, c.Theme)
	record.Set(&u.Active, c.Active)
	record.Set(&u.Organisations, c.Organisations)
	if !slices.Contains([]string{"", "light", "dark"}, u.Theme) {
		themeErr = fault.Field("theme", "The theme is light or dark, or empty for that of the machine.")
	}
	return fault.Join(emailErr, nameErr, themeErr, record.CheckLocale(u.Locale), checkZone(u.Zone))
}

// mostOrganisations bounds a limit: who sees more than that sees everyone's.
const mostOrganisations = 200

// checkLimit makes sure that who sees the tickets of some organisations alone can: an administrator, who sets up what all
// others see, cannot.
func checkLimit(tx *db.Tx, role string, organisations []string) error {
	switch {
	case organisations == nil:
		return nil
	case role == access.Admin:
		return fault.Field("organisations", "An administrator sees the tickets of all organisations. Choose another role, or no organisation.")
	case len(organisations) > mostOrganisations:
		return fault.Field("organisations", "An agent can be limited to %d organisations at most.", mostOrganisations)
	}
	for _, id := range organisations {
		if err := client.CheckOrganisation(tx, "organisations", id); err != nil {
			return err
		}
	}
	return nil
}

func checkZone(s string) error {
	if _, err := time.LoadLocation(s); err != nil || s == "Local" {
		return fault.Field("zone", "%.100q is no time zone; write it like Europe/Berlin.", s)
	}
	return nil
}

func differencesOf(a, b User) []record.Difference {
	active := map[bool]string{true: "active", false: "inactive"}
	scope := func(u User) string {
		if u.Organisations == nil {
			return "everyone"
		}
		return strings.Join(u.Organisations, ", ")
	}
	ds := record.Differ(nil, "email", a.Email, b.Email)
	ds = record.Differ(ds, "name", a.Name, b.Name)
	ds = record.Differ(ds, "role", a.Role, b.Role)
	ds = record.Differ(ds, "state", active[a.Active], active[b.Active])
	ds = record.Differ(ds, "organisations", scope(a), scope(b))
	ds = record.Differ(ds, "locale", a.Locale, b.Locale)
	ds = record.Differ(ds, "zone", a.Zone, b.Zone)
	return record.Differ(ds, "theme", a.Theme, b.Theme)
}

// keepAnAdmin makes sure that somebody is left who can do everything.
func keepAnAdmin(tx *db.Tx, were, is User) error {
	admin := func(u User) bool { return u.Active && u.Role == access.Admin }
	if !admin(were) || admin(is) {
		return nil
	}
	if n, err := countAdmins(tx); err != nil || n > 1 {
		return err
	}
	return fault.New(fault.Conflict, "%s is the only active administrator left. Make somebody else one first.", were.Name)
}

// SetPassword gives a user another password and ends all of the user's sessions.
func SetPassword(tx *db.Tx, id string, password Hash) error {
	if err := tx.Must(access.StaffManage); err != nil {
		return err
	}
	u, err := userBy(tx, "id", id, id)
	if err != nil {
		return err
	}
	if err := manage(tx, u); err != nil {
		return err
	}
	return setPassword(tx, u, password)
}

// SetOwnPassword does so for the user who acts. The caller has confirmed the old one with Gate.Confirm.
func SetOwnPassword(tx *db.Tx, password Hash) error {
	if err := tx.Must(access.Anyone); err != nil {
		return err
	}
	u, err := own(tx)
	if err != nil {
		return err
	}
	return setPassword(tx, u, password)
}

func setPassword(tx *db.Tx, u User, password Hash) error {
	if password == "" {
		return fault.Field("password", "Give a password.")
	}
	u.hash = password
	if err := endSessions(tx, &u); err != nil {
		return err
	}
	u.Version++
	tx.Emit(PasswordSet{u.ID})
	return updateUser(tx, u)
}

// endSessions ends the user's sessions, and those that are about to begin.
func endSessions(tx *db.Tx, u *User) error {
	u.epoch++
	return deleteSessionsOf(tx, u.ID)
}
