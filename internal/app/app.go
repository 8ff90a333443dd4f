// Package app wires the program: commands, settings, and what runs when it serves.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/alecthomas/kong"

	"muster/internal/access"
	"muster/internal/automation"
	"muster/internal/blob"
	"muster/internal/clock"
	"muster/internal/complaint"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/live"
	"muster/internal/mailbox"
	"muster/internal/mailbox/imap"
	"muster/internal/notify"
	"muster/internal/people"
	"muster/internal/request"
	"muster/internal/routing"
	"muster/internal/survey"
	"muster/internal/task"
	"muster/internal/ticket"
	"muster/internal/webhook"
	"muster/internal/workspace"
)

// commands are what can be said on the command line.
type commands struct {
	Config `embed:""`

	Serve   serveCommand   `cmd:"" help:"Serve the desk: pages, API, mail and the work behind them."`
	Demo    demoCommand    `cmd:"" help:"Fill an empty desk with a believable company and its history."`
	Migrate migrateCommand `cmd:"" help:"Bring the database up to date, and end."`
	User    struct {
		Add userAddCommand `cmd:"" help:"Add an agent."`
	} `cmd:"" help:"Agents."`
	Workspace struct {
		Add workspaceAddCommand `cmd:"" help:"Add a workspace with a host name of its own, and its administrator."`
	} `cmd:"" help:"Workspaces: desks of their own."`
	Token struct {
		Create tokenCreateCommand `cmd:"" help:"Make a token for the API."`
	} `cmd:"" help:"API tokens."`
	Mail struct {
		Replay mailReplayCommand `cmd:"" help:"Read messages again from their raw bytes."`
	} `cmd:"" help:"Mail in custody."`
	Doctor  doctorCommand  `cmd:"" help:"Check everything that can be checked; replay the log against kept values."`
	Backup  backupCommand  `cmd:"" help:"Write a consistent copy of a running desk into one file."`
	Restore restoreCommand `cmd:"" help:"Make a desk of a backup."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

// Run does what the arguments say and returns the exit status.
func Run(ctx context.Context, args []string, out, errs io.Writer) int {
	slog.SetDefault(slog.New(slog.NewTextHandler(errs, nil)))
	var c commands
	parser, err := kong.New(&c, kong.Name("muster"), kong.Writers(out, errs), kong.Exit(func(code int) { panic(exit(code)) }),
		kong.Description("The operations desk on which eight support roles share one record."), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		fmt.Fprintln(errs, "muster:", err)
		return 1
	}
	return guarded(func() error {
		k, err := parser.Parse(args)
		if err != nil {
			return fault.New(fault.Invalid, "%s. See what there is with “muster -h”, or “muster COMMAND -h”.", err)
		}
		if err := c.check(); err != nil {
			return err
		}
		k.BindTo(ctx, (*context.Context)(nil))
		k.BindTo(out, (*io.Writer)(nil))
		return k.Run(&c.Config)
	}, errs)
}

// exit is how the parser ends the program after it has printed its help.
type exit int

func guarded(run func() error, errs io.Writer) (code int) {
	defer func() {
		if p := recover(); p != nil {
			status, ok := p.(exit)
			if !ok {
				panic(p)
			}
			code = int(status)
		}
	}()
	err := run()
	switch {
	case err == nil:
		return 0
	case fault.KindOf(err) != fault.Internal:
		fmt.Fprintln(errs, "muster:", fault.Message(err))
		return 2
	}
	fmt.Fprintln(errs, "muster:", strings.TrimSpace(err.Error()))
	return 1
}

// house is an open desk: what every command works with.
type house struct {
	config    *Config
	db        *db.DB
	bus       *event.Bus
	desk      *ticket.Desk
	blobs     blob.Store
	hub       *live.Hub
	hasher    *people.Hasher
	office    *mailbox.Office
	clerk     *automation.Clerk
	asker     *survey.Asker
	works     *clock.Works
	imap      imap.Config
	hooks     *webhook.Hooks
	router    *routing.Router
	bell      *notify.Bell
	stopping  chan struct{}       // closed when the node is told to stop
	workspace workspace.Workspace // the first
}

// open opens the database and wires who reacts to what.
func open(ctx context.Context, c *Config) (_ *house, err error) {
	if err := c.prepare(); err != nil {
		return nil, err
	}
	h := &house{config: c, hasher: people.NewHasher(), stopping: make(chan struct{})}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.close())
		}
	}()
	if h.db, err = db.Open(ctx, c.DB); err != nil {
		return nil, unusable("MUSTER_DB", err)
	}
	if err := checkRestored(ctx, h.db); err != nil {
		return nil, err
	}
	if h.blobs, err = blob.Open(ctx, c.Blobs); err != nil {
		return nil, unusable("MUSTER_BLOBS", err)
	}
	node := nodeName()
	h.bus = event.NewBus(h.db, node)
	h.desk = ticket.NewDesk(request.Kind(), complaint.Kind(), task.Kind())
	h.hub = live.NewHub(h.db, h.bus, node)
	if err := h.react(); err != nil {
		return nil, err
	}
	h.workspace, err = workspace.Ensure(ctx, h.db, "Muster")
	return h, err
}

func (h *house) close() error {
	var errs []error
	if h.blobs != nil {
		errs = append(errs, h.blobs.Close())
	}
	if h.db != nil {
		errs = append(errs, h.db.Close())
	}
	return errors.Join(errs...)
}

var errNoPage = fault.New(fault.NotFound, "There is no such page. Look for it with the search, or go back to your queue.")

// everyWorkspace does f in each workspace, as Muster.
func (h *house) everyWorkspace(f func(context.Context, workspace.Workspace) error) func(context.Context) error {
	return func(ctx context.Context) error {
		all, err := workspace.All(ctx, h.db)
		if err != nil {
			return err
		}
		var errs []error
		for _, w := range all {
			errs = append(errs, f(access.With(ctx, access.System(w.ID)), w))
		}
		return errors.Join(errs...)
	}
}

// messagesWith returns the ids of the messages with an outcome.
func (h *house) messagesWith(ctx context.Context, outcome mailbox.Outcome) (ids []string, err error) {
	for cursor := ""; ; {
		var page mailbox.LedgerPage
		if err := h.db.View(ctx, func(tx *db.Tx) (err error) {
			page, err = mailbox.Ledger(tx, mailbox.LedgerQuery{Outcome: outcome, Cursor: cursor, Limit: 200})
			return err
		}); err != nil {
			return nil, err
		}
		for _, m := range page.Messages {
			ids = append(ids, m.ID)
		}
		if cursor = page.Next; cursor == "" {
			return ids, nil
		}
	}
}
