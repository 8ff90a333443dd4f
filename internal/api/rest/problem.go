package rest

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"maps"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/fault"
)

var statusOf = map[fault.Kind]int{
	fault.Invalid: http.StatusUnprocessableEntity, fault.NotFound: http.StatusNotFound, fault.Denied: http.StatusForbidden,
	fault.Conflict: http.StatusConflict, fault.TooMany: http.StatusTooManyRequests, fault.TooLarge: http.StatusRequestEntityTooLarge,
}

// Problem makes an RFC 9457 problem of an error. What is ours is logged under
// a reference that the caller is told.
func Problem(ctx context.Context, err error) error { return ProblemIn(ctx, "body", err) }

// ProblemIn is Problem for fields that stand in that part of the request.
func ProblemIn(ctx context.Context, part string, err error) error {
	if err == nil {
		return nil
	}
	status, ok := statusOf[fault.KindOf(err)]
	if !ok {
		reference := rand.Text()[:8]
		slog.Error("answer an API request", "reference", reference, "err", err)
		return &huma.ErrorModel{Status: 500, Title: http.StatusText(500), Detail: fault.Message(err) + " Reference: " + reference + "."}
	}
	if _, ok := errors.AsType[behind](err); ok {
		status = http.StatusPreconditionFailed
	}
	p := &huma.ErrorModel{Status: status, Title: http.StatusText(status), Detail: fault.Message(err)}
	for name, sentence := range fault.Fields(err) {
		p.Errors = append(p.Errors, &huma.ErrorDetail{Location: part + "." + name, Message: sentence})
	}
	return p
}

// Renamed gives fields of a fault the names that they have for clients: pairs are the one and the other, in turn.
func Renamed(err error, pairs ...string) error {
	e, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return err
	}
	fields := maps.Clone(e.Fields)
	for i := 0; i < len(pairs); i += 2 {
		if sentence, named := fields[pairs[i]]; named {
			delete(fields, pairs[i])
			fields[pairs[i+1]] = sentence
		}
	}
	return &fault.Error{Kind: e.Kind, Message: e.Message, Fields: fields}
}
