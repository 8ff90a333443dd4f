package imap

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Reconciled says that a folder was compared with the ledger, and that
// messages of it were not there: they have been fetched.
type Reconciled struct {
	Inbox    string `json:"inbox"`
	Folder   string `json:"folder"`
	OnServer int    `json:"onServer"`
	Missing  int    `json:"missing"`
}

// EventName is how the log names it.
func (Reconciled) EventName() string { return "imap.reconciled" }

// About is the inbox.
func (r Reconciled) About() (string, string) { return Subject, r.Inbox }

// asked is how many messages the ledger is asked of at a time.
const asked = 500

// reconcile compares what a folder holds up to the cursor with what is in
// custody, once a day, and fetches what is missing.
func (p *puller) reconcile(ctx context.Context, f *folder) error {
	now := time.Now().UTC()
	if p.c.Known == nil || now.Sub(f.cursor.Reconciled) < p.c.Reconcile || f.cursor.Last < f.cursor.First {
		return nil
	}
	all, err := f.s.list(f.cursor.First, f.cursor.Last)
	if err != nil {
		return err
	}
	all = f.ours(all)
	known, missing, err := p.compare(ctx, f.cursor, all)
	if err != nil {
		return err
	}
	for _, batch := range batches(missing, f.batch) {
		whole, err := f.custody(ctx, batch)
		if err != nil {
			return err
		}
		known = append(known, whole...)
	}
	if f.s.s.After == Move { // those that a crash has left behind
		if err := f.after(known); err != nil {
			return err
		}
	}
	f.cursor.Reconciled = now
	return p.saveReconciled(ctx, f.cursor, Reconciled{f.cursor.Inbox, f.cursor.Folder, len(all), len(missing)})
}

// compare asks the ledger which messages it knows.
func (p *puller) compare(ctx context.Context, c Cursor, all []meta) (known []uint32, missing []meta, err error) {
	for some := range slices.Chunk(all, asked) {
		var uids []uint32
		for _, m := range some {
			uids = append(uids, m.uid)
		}
		there, err := p.c.Known(ctx, c.Inbox, c.Folder, c.Validity, uids)
		if err != nil {
			return nil, nil, fmt.Errorf("compare a folder with the ledger: %w", err)
		}
		for _, m := range some {
			if slices.Contains(there, m.uid) {
				known = append(known, m.uid)
			} else {
				missing = append(missing, m)
			}
		}
	}
	return known, missing, nil
}
