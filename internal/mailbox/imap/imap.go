// Package imap fetches the mail of inboxes that live on another mail server, each message once, and misses none.
//
// How far a folder has been read is its UIDVALIDITY and the last UID, never
// what is unread or what is recent: others may read mail before we do, and we
// may be away for days. A message is given to Accept, which makes it durable,
// before the cursor moves; so a message may be given twice, and is never lost.
package imap

import (
	"context"
	"crypto/x509"
	"net/netip"
	"time"

	"muster/internal/db"
	"muster/internal/reach"
)

// TLS says how a connection is encrypted.
type TLS string

const (
	Implicit  TLS = "implicit" // from the first byte; the zero value means this too
	StartTLS  TLS = "starttls" // asked for in the clear, and required
	Cleartext TLS = "none"     // never: on the same machine, say
)

// After says what is done with a message on its server once it is in custody.
type After string

const (
	Leave After = "leave" // nothing: not even that it was read is marked; the zero value means this too
	Seen  After = "seen"  // it is marked as read
	Move  After = "move"  // it is moved to another folder
)

// Settings are what an administrator sets up for an inbox.
type Settings struct {
	Host           string
	Port           int // 0: 993, or 143 where TLS is not implicit
	TLS            TLS
	Fingerprint    string // SHA-256 of the certificate in hexadecimal: this one and no other is right; empty: an authority vouches
	User, Password string
	Folders        []string // empty: INBOX
	After          After
	MoveTo         string // with Move
	NewOnly        bool   // what is in a folder when it is first seen is not ours
	MaxSize        int64  // bytes of a message; 0: 35 MiB
}

// Message is one message of a folder.
type Message struct {
	Inbox, Folder string
	UIDValidity   uint32
	UID           uint32
	Arrived       time.Time // at its server
	Size          int64     // as the server says
	Raw           []byte    // all of it, unless there is a problem
	SHA256        string    // of Raw, in hexadecimal
	MessageID     string    // as the header has it; empty: it has none
	Problem       string    // why Raw has only the header, or nothing; empty: it is whole
}

// Config says how mail is fetched, and whom to ask.
type Config struct {
	DB *db.DB

	// Settings returns those of an inbox as they are now, and NotFound if it
	// is gone or no longer fetched.
	Settings func(ctx context.Context, inbox string) (Settings, error)

	// Accept takes custody of a message: when it returns nil, the message is
	// durable. It gets messages that it has already, and must know them: the
	// same UIDValidity and UID, or, after a folder began anew, the same SHA256.
	Accept func(ctx context.Context, m Message) error

	// Known returns those UIDs of a folder that are in custody; nil: nothing is reconciled.
	Known func(ctx context.Context, inbox, folder string, validity uint32, uids []uint32) ([]uint32, error)

	Allow     func(netip.Addr) bool // where a server may be; nil: reach.Public
	Roots     *x509.CertPool        // nil: the machine's certificate authorities
	Every     time.Duration         // between two looks where the server does not tell of new mail; 0: 1 min
	Idle      time.Duration         // between two looks where it does; 0: 5 min
	Reconcile time.Duration         // between two comparisons of a folder with the ledger; 0: 24 h
	Life      time.Duration         // of a connection; 0: 1 h
	Notice    time.Duration         // between two looks at the settings; 0: 2 s

	// Stopping is closed when this node begins to stop, so that another can go
	// on at once; nil: connections end only when jobs are told to.
	Stopping <-chan struct{}
}

func (c Config) orDefault() Config {
	for _, d := range []struct {
		at      *time.Duration
		instead time.Duration
	}{{&c.Every, time.Minute}, {&c.Idle, 5 * time.Minute}, {&c.Reconcile, 24 * time.Hour}, {&c.Life, time.Hour}, {&c.Notice, 2 * time.Second}} {
		if *d.at == 0 {
			*d.at = d.instead
		}
	}
	if c.Allow == nil {
		c.Allow = reach.Public
	}
	return c
}

func (s Settings) orDefault() Settings {
	if s.TLS == "" {
		s.TLS = Implicit
	}
	if s.Port == 0 {
		s.Port = 143
		if s.TLS == Implicit {
			s.Port = 993
		}
	}
	if len(s.Folders) == 0 {
		s.Folders = []string{"INBOX"}
	}
	if s.After == "" {
		s.After = Leave
	}
	if s.MaxSize == 0 {
		s.MaxSize = 35 << 20
	}
	return s
}
