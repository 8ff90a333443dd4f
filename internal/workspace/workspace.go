// Package workspace keeps tenants apart: each has its own people, tickets, settings and web address.
package workspace

import (
	"context"
	"regexp"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/text"
)

// Workspace is a tenant.
type Workspace struct {
	ID        string
	Slug      string // names it on the command line: "acme-support"
	Name      string
	Host      string // the host name that chooses it, without a port; empty: every host that chooses no other
	Settings  Settings
	CreatedAt time.Time
	Version   int64 // counts its changes
}

// Added says that a workspace was made.
type Added struct {
	ID, Slug, Name, Host string
}

// Changed says that the workspace's name, host or settings are others now.
type Changed struct {
	ID             string
	Name, Host     string
	Settings, Were Settings
}

func (Added) EventName() string           { return "workspace.added" }
func (e Added) About() (string, string)   { return "workspace", e.ID }
func (Changed) EventName() string         { return "workspace.changed" }
func (e Changed) About() (string, string) { return "workspace", e.ID }

// New says what workspace to make.
type New struct {
	Name     string
	Slug     string // empty: made from the name
	Host     string
	Settings Settings // the zero value: the defaults
}

// Ensure returns the first workspace there is. On an empty database it makes
// one with that name, which answers on every host; two nodes that start at
// once agree on one.
func Ensure(ctx context.Context, d *db.DB, name string) (Workspace, error) {
	w, err := first(ctx, d)
	if !db.Missing(err) {
		return w, err
	}
	w, err = Create(ctx, d, New{Name: name})
	if fault.Is(err, fault.Conflict) { // another node was quicker
		return first(ctx, d)
	}
	return w, err
}

// Create makes a workspace and the roles that it starts with, and does in the
// same unit of work what comes then, as Muster, in the new workspace. It is the
// operator's work, from outside any workspace, so it asks for no right.
func Create(ctx context.Context, d *db.DB, n New, then ...func(*db.Tx) error) (Workspace, error) {
	w, err := draft(n)
	if err != nil {
		return Workspace{}, err
	}
	// The id must be known before the unit of work: it says in which workspace that is done.
	if err := d.View(ctx, func(tx *db.Tx) error { w.ID = tx.NewID(); return nil }); err != nil {
		return Workspace{}, err
	}
	err = d.Update(access.With(ctx, access.System(w.ID)), func(tx *db.Tx) error {
		w.CreatedAt = tx.Now
		if err := insert(tx, w); err != nil {
			return err
		}
		for _, r := range access.Roles() {
			if err := insertRole(tx, r); err != nil {
				return err
			}
		}
		tx.Emit(Added{w.ID, w.Slug, w.Name, w.Host})
		for _, f := range then {
			if err := f(tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Workspace{}, err
	}
	return w, nil
}

func draft(n New) (Workspace, error) {
	w := Workspace{Name: strings.TrimSpace(n.Name), Slug: n.Slug, Settings: n.Settings.filled(), Version: 1}
	if w.Slug == "" {
		w.Slug = slugOf(w.Name)
	}
	var hostErr error
	w.Host, hostErr = checkHost(n.Host)
	return w, fault.Join(checkName(w.Name), checkSlug(w.Slug), hostErr, w.Settings.check())
}

// Changes says what to change of a workspace: nil leaves a thing as it is.
type Changes struct {
	Name     *string
	Host     *string
	Settings *Settings
	Version  int64 // that the caller has seen; 0: any
}

// Change changes the workspace of tx. Other nodes notice within a few seconds.
func Change(tx *db.Tx, c Changes) (Workspace, error) {
	if err := tx.Must(access.Settings); err != nil {
		return Workspace{}, err
	}
	w, err := read(tx)
	if err != nil {
		return Workspace{}, err
	}
	if c.Version != 0 && c.Version != w.Version {
		return Workspace{}, fault.New(fault.Conflict, "Somebody changed the settings meanwhile. Look at them again, then repeat your change.")
	}
	were := w.Settings
	if err := c.apply(&w); err != nil {
		return Workspace{}, err
	}
	w.Version++
	if err := update(tx, w); err != nil {
		return Workspace{}, err
	}
	tx.Note(currentKey{w.ID}, w)
	tx.Emit(Changed{ID: w.ID, Name: w.Name, Host: w.Host, Settings: w.Settings, Were: were})
	return w, nil
}

func (c Changes) apply(w *Workspace) error {
	var errs []error
	if c.Name != nil {
		w.Name = strings.TrimSpace(*c.Name)
		errs = append(errs, checkName(w.Name))
	}
	if c.Host != nil {
		host, err := checkHost(*c.Host)
		w.Host = host
		errs = append(errs, err)
	}
	if c.Settings != nil {
		w.Settings = c.Settings.filled()
		errs = append(errs, w.Settings.check())
	}
	return fault.Join(errs...)
}

type currentKey struct{ id string }

// Current returns the workspace of tx, which is read once a unit of work.
func Current(tx *db.Tx) (Workspace, error) {
	if err := tx.Must(access.Anyone); err != nil {
		return Workspace{}, err
	}
	if w, ok := tx.Noted(currentKey{tx.Workspace}).(Workspace); ok {
		return w, nil
	}
	w, err := read(tx)
	if err == nil {
		tx.Note(currentKey{w.ID}, w)
	}
	return w, err
}

const longestName = 100

func checkName(name string) error {
	if name == "" || len(name) > longestName {
		return fault.Field("name", "Give the workspace a name of at most %d characters.", longestName)
	}
	return nil
}

func checkSlug(slug string) error {
	if !regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?$`).MatchString(slug) {
		return fault.Field("slug", "A short name has lower-case letters, digits and hyphens, at most 50 of them; %q does not.", slug)
	}
	return nil
}

func slugOf(name string) string {
	slug := regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(text.Fold(name), "-")
	slug = strings.Trim(slug, "-")
	slug = strings.Trim(slug[:min(len(slug), 50)], "-")
	if slug == "" {
		return "workspace"
	}
	return slug
}
