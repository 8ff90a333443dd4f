package api

import (
	"context"
	"strconv"
	"strings"

	"muster/internal/db"
	"muster/internal/fault"
)

// Match is the header by which a client changes only what it has seen.
type Match struct {
	Match string `header:"If-Match" doc:"The ETag that you have seen. If others changed it since, the change is refused with 412."`
}

// Versioned is a record with its version as the ETag.
type Versioned[T any] struct {
	ETag string `header:"ETag"`
	Body T
}

func versioned[T any](version int64, body T) *Versioned[T] {
	return &Versioned[T]{`"` + strconv.FormatInt(version, 10) + `"`, body}
}

// anyVersion is the version for who does not mind what others changed.
const anyVersion int64 = 0

// version is the one that the client has seen.
func (m Match) version() (int64, error) {
	match := strings.TrimSpace(m.Match)
	if match == "" || match == "*" {
		return anyVersion, nil
	}
	n, err := strconv.ParseInt(strings.Trim(strings.TrimPrefix(match, "W/"), `"`), 10, 64)
	if err != nil || n < 1 {
		return 0, fault.Field("If-Match", "If-Match must be the ETag that you have seen, such as %q, not %q.", `"3"`, match)
	}
	return n, nil
}

// behind marks a conflict with what others changed since the version that the
// client has seen: RFC 9110 has a status of its own for it.
type behind struct{ error }

func (b behind) Unwrap() error { return b.error }

// late marks err if it is a conflict, and the version that the client has seen is not the stored one.
func late(seen, stored int64, err error) error {
	if seen != anyVersion && seen != stored && fault.Is(err, fault.Conflict) {
		return behind{err}
	}
	return err
}

// change changes a record that has a version: read tells which one is stored,
// do makes the change if that is the one that the client has seen.
func change[O any](ctx context.Context, a *API, m Match, read func(*db.Tx) (int64, error), do func(tx *db.Tx, seen int64) (O, error)) (O, error) {
	seen, err := m.version()
	if err != nil {
		var none O
		return none, problemAt(ctx, "header", err)
	}
	return update(ctx, a, func(tx *db.Tx) (out O, err error) {
		stored, err := read(tx)
		if err != nil {
			return out, err
		}
		out, err = do(tx, seen)
		return out, late(seen, stored, err)
	})
}
