package rest

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

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

// VersionedOf answers with a body under its version.
func VersionedOf[T any](version int64, body T) *Versioned[T] {
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
		return 0, fault.Field("If-Match", "If-Match must be the ETag that you have seen, such as “%s”, not “%.100s”.", `"3"`, match)
	}
	return n, nil
}

// NotModified tells who has what stands under an ETag that it is not sent again; nil for who has it not.
func NotModified(have, etag string) error {
	if !matches(have, etag) {
		return nil
	}
	return huma.ErrorWithHeaders(huma.Status304NotModified(), http.Header{"ETag": {etag}})
}

// matches tells whether one of the ETags that a client has is this one, as RFC 9110 compares them.
func matches(have, etag string) bool {
	for one := range strings.SplitSeq(have, ",") {
		if one = strings.TrimSpace(one); one == "*" || strings.TrimPrefix(one, "W/") == etag {
			return true
		}
	}
	return false
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

// Change changes a record that has a version: read tells which one is stored,
// do makes the change if that is the one that the client has seen.
func Change[O any](ctx context.Context, d *db.DB, m Match, read func(*db.Tx) (int64, error), do func(tx *db.Tx, seen int64) (O, error)) (O, error) {
	seen, err := m.version()
	if err != nil {
		var none O
		return none, ProblemIn(ctx, "header", err)
	}
	return Update(ctx, d, func(tx *db.Tx) (out O, err error) {
		stored, err := read(tx)
		if err != nil {
			return out, err
		}
		out, err = do(tx, seen)
		return out, late(seen, stored, err)
	})
}
