package app

import (
	"context"
	"fmt"
	"io"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/workspace"
)

type workspaceAddCommand struct {
	Name     string `required:"" help:"What the workspace is called."`
	Host     string `required:"" help:"The host name that people reach it at, such as desk.example.org."`
	Slug     string `help:"Its short name; made from the name if not given."`
	Email    string `required:"" help:"The mail address that its administrator signs in with."`
	Admin    string `required:"" help:"The administrator's name."`
	Password string `env:"MUSTER_PASSWORD" required:"" help:"The administrator's password."`
	JSON     bool   `help:"Print {\"id\",\"slug\",\"host\"}."`
}

func (c *workspaceAddCommand) Run(ctx context.Context, config *Config, out io.Writer) error {
	return within(ctx, config, func(ctx context.Context, h *house) error {
		if c.Host == "" {
			return fault.New(fault.Invalid, "Give the host name that people reach the workspace at.")
		}
		hash, err := h.hasher.Hash(ctx, c.Password)
		if err != nil {
			return err
		}
		made, err := workspace.Create(ctx, h.db, workspace.New{Name: c.Name, Host: c.Host, Slug: c.Slug}, func(tx *db.Tx) error {
			_, err := people.AddUser(tx, people.NewUser{Name: c.Admin, Email: c.Email, Role: access.Admin, Password: hash})
			return err
		})
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(out, map[string]string{"id": made.ID, "slug": made.Slug, "host": made.Host})
		}
		fmt.Fprintf(out, "%s is there. %s can sign in at %s.\n", made.Name, c.Admin, made.Host)
		return nil
	})
}
