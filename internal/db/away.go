package db

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"muster/internal/fault"
)

// What keeps a database from its work and is nobody's mistake: whoever met it
// may try again later. A commit whose answer was lost may have been one.
var (
	errAway = fault.New(fault.Internal, "The database does not answer just now. Try again in a minute; if you were saving something, look first whether it was saved.")
	errHeld = fault.New(fault.Internal, "Another program keeps the database to itself just now. Try again in a minute.")
)

// Away reports whether err says that the database could not do its work just
// now, whatever the work was: the same may succeed later.
func Away(err error) bool {
	return errors.Is(err, errAway) || errors.Is(err, fault.Full) || errors.Is(err, errHeld)
}

// explained says in a sentence that the database was away, if that is what err means.
func (db *DB) explained(err error) error {
	if err == nil || Away(err) {
		return err
	}
	if why := db.engine.away(err); why != nil {
		return fmt.Errorf("%w: %w", why, err)
	}
	return err
}

func (e *sqliteEngine) away(err error) error {
	lite, ok := errors.AsType[*sqlite.Error](err)
	switch {
	case !ok:
		return nil
	case lite.Code()&0xff == sqlite3.SQLITE_FULL:
		return fault.Full
	case e.again(err):
		return errHeld
	}
	return nil
}

func (e *postgresEngine) away(err error) error {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch {
		case pg.Code == "53100":
			return fault.Full
		// The server stops, has stopped or starts; it has no room for us; it is another's copy, which takes no writes.
		case strings.HasPrefix(pg.Code, "57P"), strings.HasPrefix(pg.Code, "08"), pg.Code == "53300", pg.Code == "25006":
			return errAway
		}
		return nil
	}
	_, unreachable := errors.AsType[*pgconn.ConnectError](err)
	_, broken := errors.AsType[*net.OpError](err)
	if unreachable || broken || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return errAway
	}
	return nil
}
