package app

import (
	"context"
	"errors"
	"fmt"
	"io"

	"muster/internal/blob"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/mailbox"
	"muster/internal/notify"
	"muster/internal/ticket"
	"muster/internal/ticket/past"
	"muster/internal/workspace"
)

type doctorCommand struct {
	Repair bool `help:"Set kept values to what the log and the rows say, where they differ."`
	Files  bool `help:"Read every attachment and every raw mail, and compare it with its hash: this takes a while." default:"true" negatable:""`
}

// finding is something that doctor looked at.
type finding struct {
	what string
	err  error // nil: it is as it should be
}

// Run checks all it can, says what it found, and fails if something is wrong.
func (d *doctorCommand) Run(ctx context.Context, c *Config, out io.Writer) error {
	return within(ctx, c, func(ctx context.Context, h *house) error {
		var all []finding
		all = append(all, finding{"the database answers", h.db.Ping(ctx)})
		if h.db.Engine() == db.SQLite {
			all = append(all, finding{"the database's file is whole", h.db.Check(ctx)})
		}
		err := h.everyWorkspace(func(ctx context.Context, w workspace.Workspace) error {
			all = append(all, d.examine(ctx, h, w)...)
			return nil
		})(ctx)
		if err != nil {
			return err
		}
		if d.Files {
			all = append(all, finding{"every blob is there, and holds what its name says", h.checkBlobs(ctx)})
		}
		return sayFindings(out, all)
	})
}

func sayFindings(out io.Writer, all []finding) error {
	wrong := 0
	for _, f := range all {
		if f.err == nil {
			fmt.Fprintln(out, "ok   ", f.what)
			continue
		}
		wrong++
		fmt.Fprintln(out, "WRONG", f.what+":", f.err)
	}
	if wrong > 0 {
		return fault.New(fault.Conflict, "%d of %d checks found something wrong.", wrong, len(all))
	}
	fmt.Fprintf(out, "All %d checks are fine.\n", len(all))
	return nil
}

func (d *doctorCommand) examine(ctx context.Context, h *house, w workspace.Workspace) []finding {
	in := func(what string) string { return w.Slug + ": " + what }
	return []finding{
		{in("the tickets are what their events say"), h.inUpdate(ctx, past.Check)},
		{in("the queues' counts are those of the tickets"), h.inUpdate(ctx, func(tx *db.Tx) error { return ticket.CheckCounts(tx, d.Repair) })},
		{in("every mail has one outcome, and the counts say so"), h.inUpdate(ctx, func(tx *db.Tx) error { return checkMail(tx, d.Repair) })},
		{in("every notice has one outcome on each of its ways, and the counts say so"), h.inUpdate(ctx, func(tx *db.Tx) error { return checkNotices(tx, d.Repair) })},
		{in("no work was given up"), h.inUpdate(ctx, checkJobs)},
	}
}

func (h *house) inUpdate(ctx context.Context, f func(*db.Tx) error) error { return h.db.Update(ctx, f) }

func checkMail(tx *db.Tx, repair bool) error {
	kept, counted, err := mailbox.Audit(tx, repair)
	if err != nil {
		return err
	}
	if fmt.Sprint(kept.Received, kept.Pending, kept.Outcomes) != fmt.Sprint(counted.Received, counted.Pending, counted.Outcomes) {
		return fmt.Errorf("kept %v, counted %v", kept, counted)
	}
	if counted.Unaccounted != 0 {
		return fmt.Errorf("%d messages are unaccounted for", counted.Unaccounted)
	}
	return nil
}

func checkNotices(tx *db.Tx, repair bool) error {
	kept, counted, err := notify.Audit(tx, repair)
	if err == nil && (kept.Unaccounted != 0 || fmt.Sprint(kept.Told, kept.Outcomes) != fmt.Sprint(counted.Told, counted.Outcomes)) {
		err = fmt.Errorf("kept %v, counted %v", kept, counted)
	}
	return err
}

func checkJobs(tx *db.Tx) error {
	dead, err := event.DeadLetters(tx, 1000)
	if err == nil && len(dead) > 0 {
		err = fmt.Errorf("%d jobs, the last %s: %s; see Settings, Given-up work", len(dead), dead[0].Task, dead[0].Reason)
	}
	return err
}

// checkBlobs reads every blob through the reader that compares it with its hash, and looks for those that mails and tickets name.
func (h *house) checkBlobs(ctx context.Context) error {
	var errs []error
	there := map[string]bool{}
	err := h.blobs.Walk(ctx, func(i blob.Info) error {
		there[i.Key] = true
		r, err := h.blobs.Open(ctx, i.Key)
		if err != nil {
			errs = append(errs, err)
			return nil
		}
		if _, err := io.Copy(io.Discard, r); err != nil {
			errs = append(errs, err)
		}
		return r.Close()
	})
	errs = append(errs, err, h.everyWorkspace(func(ctx context.Context, w workspace.Workspace) error {
		return errors.Join(h.checkNamed(ctx, there, "a mail", mailbox.Blobs), h.checkNamed(ctx, there, "an attachment", ticket.Blobs))
	})(ctx))
	return errors.Join(errs...)
}

// checkNamed looks for the blobs that records name. One that came while the others were read may be there by now.
func (h *house) checkNamed(ctx context.Context, there map[string]bool, of string, list func(tx *db.Tx, after string, limit int) ([]string, error)) error {
	var errs []error
	for after := ""; ; {
		var some []string
		if err := h.db.View(ctx, func(tx *db.Tx) (err error) { some, err = list(tx, after, 1000); return err }); err != nil {
			return err
		}
		for _, key := range some {
			after = key
			if there[key] {
				continue
			}
			if _, err := h.blobs.Stat(ctx, key); err != nil {
				errs = append(errs, fmt.Errorf("blob %s, of %s: %w", key, of, err))
			}
		}
		if len(some) < 1000 {
			return errors.Join(errs...)
		}
	}
}
