// Package rest is what every endpoint is made of: how it is asked, how it answers, and how it says what is wrong.
package rest

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/db"
)

// MaxBody bounds a request's body, in bytes; files are uploaded apart.
const MaxBody = 4 << 20

// Op describes an endpoint.
func Op(method, path, id, tag, summary string, status int) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: "/api/v1" + path, Summary: summary, Tags: []string{tag},
		DefaultStatus: status, MaxBodyBytes: MaxBody, BodyReadTimeout: 30 * time.Second}
}

// Identified is a request about the record with an id.
type Identified struct {
	ID string `path:"id" doc:"The record's id."`
}

// Numbered is a request about one ticket.
type Numbered struct {
	Number int64 `path:"number" minimum:"1" doc:"The ticket's number."`
}

// Paging says which part of a list is asked for.
type Paging struct {
	Cursor string `query:"cursor" doc:"The next of the page before; without it, the first page."`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"How many items a page has at most."`
}

// List is how every list is answered.
type List[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next" doc:"The cursor of the next page; null on the last." nullable:"true"`
}

// Answer is a body and nothing else.
type Answer[T any] struct{ Body T }

// AnswerOf answers with a body.
func AnswerOf[T any](body T) *Answer[T] { return &Answer[T]{body} }

// Page is the answer that is a list.
type Page[T any] = Answer[List[T]]

// ListOf answers with items. next is the cursor of the next page; empty on the last.
func ListOf[T any](items []T, next string) *Page[T] {
	l := List[T]{Items: items}
	if l.Items == nil {
		l.Items = []T{}
	}
	if next != "" {
		l.Next = &next
	}
	return AnswerOf(l)
}

// ListAs answers with what is kept, each as the API shows it.
func ListAs[K, T any](kept []K, next string, show func(K) T) *Page[T] {
	var items []T
	for _, k := range kept {
		items = append(items, show(k))
	}
	return ListOf(items, next)
}

// Nothing is the answer of who is told nothing but that it is done.
type Nothing struct{}

// View runs a read. It says what is wrong as a problem.
func View[O any](ctx context.Context, d *db.DB, f func(*db.Tx) (O, error)) (O, error) {
	return read(ctx, d, "query", f)
}

// Ask is View for a request that has a body.
func Ask[O any](ctx context.Context, d *db.DB, f func(*db.Tx) (O, error)) (O, error) {
	return read(ctx, d, "body", f)
}

func read[O any](ctx context.Context, d *db.DB, part string, f func(*db.Tx) (O, error)) (out O, err error) {
	err = d.View(ctx, func(tx *db.Tx) (err error) {
		out, err = f(tx)
		return err
	})
	return out, ProblemIn(ctx, part, err)
}

// Update runs a unit of work. It says what is wrong as a problem.
func Update[O any](ctx context.Context, d *db.DB, f func(*db.Tx) (O, error)) (out O, err error) {
	err = d.Update(ctx, func(tx *db.Tx) (err error) {
		out, err = f(tx)
		return err
	})
	return out, Problem(ctx, err)
}

// Do is Update for work that answers nothing.
func Do(ctx context.Context, d *db.DB, f func(*db.Tx) error) (*Nothing, error) {
	return Update(ctx, d, func(tx *db.Tx) (*Nothing, error) { return &Nothing{}, f(tx) })
}

// Set sets what a change gives; what it does not give stays as it is.
func Set[T any](to *T, given *T) {
	if given != nil {
		*to = *given
	}
}

// Instant is when something was; null if it was not.
func Instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
