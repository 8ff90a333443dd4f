package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/workspace"
)

// within opens the desk, does f and closes it.
func within(ctx context.Context, c *Config, f func(ctx context.Context, h *house) error) error {
	h, err := open(ctx, c)
	if err != nil {
		return err
	}
	ctx = access.With(ctx, access.System(h.workspace.ID))
	if err := f(ctx, h); err != nil {
		h.close()
		return err
	}
	return h.close()
}

// inWorkspace is a command that works in one workspace.
type inWorkspace struct {
	Workspace string `help:"The short name of the workspace; without it, the first one." placeholder:"SLUG"`
}

func (i inWorkspace) within(ctx context.Context, c *Config, f func(ctx context.Context, h *house) error) error {
	return within(ctx, c, func(ctx context.Context, h *house) error {
		if i.Workspace == "" {
			return f(ctx, h)
		}
		w, err := workspace.BySlug(ctx, h.db, i.Workspace)
		if err != nil {
			return err
		}
		return f(access.With(ctx, access.System(w.ID)), h)
	})
}

type migrateCommand struct{}

func (migrateCommand) Run(ctx context.Context, c *Config, out io.Writer) error {
	return within(ctx, c, func(_ context.Context, h *house) error {
		fmt.Fprintf(out, "The database is up to date (%s).\n", h.db.Engine())
		return nil
	})
}

type userAddCommand struct {
	inWorkspace
	Email    string `required:"" help:"The mail address that the agent signs in with."`
	Name     string `required:"" help:"The agent's name."`
	Role     string `required:"" help:"admin, or one of the eight, such as customer-support."`
	Password string `env:"MUSTER_PASSWORD" help:"The password; without it nobody can sign in before an administrator sets one."`
	JSON     bool   `help:"Print {\"id\",\"email\"}."`
}

func (u *userAddCommand) Run(ctx context.Context, c *Config, out io.Writer) error {
	return u.within(ctx, c, func(ctx context.Context, h *house) error {
		var hash people.Hash
		var err error
		if u.Password != "" {
			if hash, err = h.hasher.Hash(ctx, u.Password); err != nil {
				return err
			}
		}
		var user people.User
		if err := h.db.Update(ctx, func(tx *db.Tx) (err error) {
			user, err = people.AddUser(tx, people.NewUser{Email: u.Email, Name: u.Name, Role: u.Role, Password: hash})
			return err
		}); err != nil {
			return err
		}
		if u.JSON {
			return printJSON(out, map[string]string{"id": user.ID, "email": user.Email})
		}
		fmt.Fprintf(out, "%s can sign in as %s at %s.\n", user.Name, user.Email, c.URL)
		if u.Password == "" {
			fmt.Fprintln(out, "There is no password yet: nobody can sign in with this account before an administrator sets one.")
		}
		return nil
	})
}

type tokenCreateCommand struct {
	inWorkspace
	Name   string   `required:"" help:"What the token is for."`
	Role   string   `required:"" help:"admin, or one of the eight, such as customer-support."`
	Scopes []string `help:"The rights of the role that it has, such as tickets.read; without them, all."`
	JSON   bool     `help:"Print {\"token\"}."`
}

func (t *tokenCreateCommand) Run(ctx context.Context, c *Config, out io.Writer) error {
	return t.within(ctx, c, func(ctx context.Context, h *house) error {
		var scopes []access.Right
		for _, s := range t.Scopes {
			scopes = append(scopes, access.Right(strings.TrimSpace(s)))
		}
		var secret string
		if err := h.db.Update(ctx, func(tx *db.Tx) (err error) {
			_, secret, err = people.CreateToken(tx, people.NewToken{Name: t.Name, Role: t.Role, Scopes: scopes})
			return err
		}); err != nil {
			return err
		}
		if t.JSON {
			return printJSON(out, map[string]string{"token": secret})
		}
		fmt.Fprintln(out, secret)
		fmt.Fprintln(os.Stderr, "This is the only time that the token is shown.")
		return nil
	})
}

type mailReplayCommand struct {
	inWorkspace
	IDs     []string `arg:"" optional:"" name:"id" help:"Ids of messages in the ledger."`
	Outcome string   `help:"Replay all messages with this outcome: failed, say."`
}

func (m *mailReplayCommand) Run(ctx context.Context, c *Config, out io.Writer) error {
	if len(m.IDs) == 0 && m.Outcome == "" {
		return fault.New(fault.Invalid, "Name the messages to replay, or --outcome failed for all that failed.")
	}
	return m.within(ctx, c, func(ctx context.Context, h *house) error { return h.replay(ctx, out, m.IDs, m.Outcome) })
}

type versionCommand struct{}

func (versionCommand) Run(out io.Writer) error {
	fmt.Fprintln(out, "muster", version())
	return nil
}

// version is the one that the build was given, or the commit it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value[:min(len(s.Value), 12)]
		}
	}
	return "0.1.0"
}

func printJSON(out io.Writer, v any) error { return json.NewEncoder(out).Encode(v) }
