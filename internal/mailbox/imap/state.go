package imap

import (
	"time"

	"muster/internal/access"
	"muster/internal/db"
)

// Status says whether the mail of an inbox can be fetched.
type Status string

const (
	Waiting     Status = "waiting"     // nobody has tried yet
	Watching    Status = "watching"    // all is fetched, and new mail will be
	Refused     Status = "refused"     // user or password are wrong
	Unreachable Status = "unreachable" // the server does not answer, or breaks off
	NoFolder    Status = "no-folder"   // a folder is not there, or cannot be used
	Stuck       Status = "stuck"       // we cannot keep what we fetch
)

// State is how an inbox is doing.
type State struct {
	Status   Status
	Detail   string    // a sentence for the administrator; empty: all is well
	Since    time.Time // of the status
	Failures int       // attempts in a row
	Fetched  time.Time // when all was fetched last; zero: never
}

// Subject is how the log names an inbox as the record that an event is about.
const Subject = "inbox"

// Troubled says that the mail of an inbox can no longer be fetched.
type Troubled struct {
	Inbox  string `json:"inbox"`
	Status Status `json:"status"`
	Detail string `json:"detail"`
}

// Recovered says that it can be fetched again.
type Recovered struct {
	Inbox string `json:"inbox"`
}

// EventName is how the log names it.
func (Troubled) EventName() string { return "imap.troubled" }

// EventName is how the log names it.
func (Recovered) EventName() string { return "imap.recovered" }

// About is the inbox.
func (e Troubled) About() (string, string) { return Subject, e.Inbox }

// About is the inbox.
func (e Recovered) About() (string, string) { return Subject, e.Inbox }

// StateOf returns how an inbox is doing.
func StateOf(tx *db.Tx, inbox string) (State, error) {
	if err := tx.Must(access.MailRead); err != nil {
		return State{}, err
	}
	return selectState(tx, inbox)
}

// Cursors returns how far the folders of an inbox have been read.
func Cursors(tx *db.Tx, inbox string) ([]Cursor, error) {
	if err := tx.Must(access.MailRead); err != nil {
		return nil, err
	}
	return selectCursors(tx, inbox)
}

// Forget removes what is known of an inbox that is gone.
func Forget(tx *db.Tx, inbox string) error {
	if err := tx.Must(access.InboxManage); err != nil {
		return err
	}
	return deleteInbox(tx, inbox)
}

// note keeps how an attempt went, and tells when that is news.
func note(tx *db.Tx, inbox string, status Status, detail string) (State, error) {
	was, err := selectState(tx, inbox)
	if err != nil {
		return was, err
	}
	is := was
	is.Status, is.Detail = status, detail
	if status != was.Status {
		is.Since = tx.Now
	}
	if status == Watching {
		is.Failures, is.Fetched = 0, tx.Now
	} else {
		is.Failures++
	}
	switch {
	case status != Watching && status != was.Status:
		tx.Emit(Troubled{inbox, status, detail})
	case status == Watching && was.Status != Watching && was.Status != Waiting:
		tx.Emit(Recovered{inbox})
	}
	return is, upsertState(tx, inbox, is)
}
