package api

import (
	"context"
	"mime/multipart"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/ticket"
)

func (a *API) officeRoutes(h huma.API) {
	upload := op("POST", "/attachments", "uploadFile", "Tickets", "Upload a file, to attach to a reply", 201)
	upload.Middlewares = huma.Middlewares{formOf(h)}
	huma.Register(h, upload, a.upload)
	huma.Register(h, op("GET", "/me", "me", "People", "Read who the token is and what it may do", 200), a.me)
	huma.Register(h, op("GET", "/jobs/dead", "deadJobs", "Operations", "List work that was given up", 200), a.deadJobs)
	huma.Register(h, op("POST", "/jobs/dead/{id}/retry", "retryJob", "Operations", "Do work that was given up after all", 204), a.retryJob)
}

// Me is who a token is.
type Me struct {
	ID     string   `json:"id"`
	Name   string   `json:"name"`
	Role   string   `json:"role"`
	Rights []string `json:"rights"`
}

func (a *API) me(ctx context.Context, _ *struct{}) (*Answer[Me], error) {
	actor := access.From(ctx)
	me := Me{actor.ID, actor.Name, actor.Role, []string{}}
	for _, r := range actor.Rights {
		me.Rights = append(me.Rights, string(r))
	}
	return &Answer[Me]{me}, nil
}

const (
	maxUpload = 35 << 20 // of one file
	maxForm   = 1 << 20  // of a form that is kept in memory while it is read

	largeFile = "A file can have 35 MB. Send a link to a larger one."
)

type uploadInput struct {
	RawBody huma.MultipartFormFiles[struct {
		File huma.FormFile `form:"file" required:"true"`
	}]
}

func (a *API) upload(ctx context.Context, in *uploadInput) (*Answer[Attachment], error) {
	if err := access.From(ctx).Must(access.TicketsWrite); err != nil {
		return nil, problem(ctx, err)
	}
	file := in.RawBody.Data().File
	if file.Size > maxUpload {
		return nil, problem(ctx, fault.New(fault.TooLarge, largeFile))
	}
	stored, err := a.Blobs.Put(ctx, multipart.File(file))
	if err != nil {
		return nil, problem(ctx, err)
	}
	return update(ctx, a, func(tx *db.Tx) (*Answer[Attachment], error) {
		f, err := ticket.Upload(tx, 0, ticket.Attachment{Name: file.Filename, Type: file.ContentType, Size: stored.Size, Blob: stored.Key})
		if err != nil {
			return nil, err
		}
		return &Answer[Attachment]{Attachment{f.ID, f.Name, f.Type, f.Size, f.Inline}}, nil
	})
}

// DeadJob is work that was given up.
type DeadJob struct {
	ID        string    `json:"id"`
	Task      string    `json:"task"`
	Reason    string    `json:"reason"`
	Attempts  int       `json:"attempts"`
	CreatedAt time.Time `json:"created_at"`
	DeadAt    time.Time `json:"dead_at"`
}

func (a *API) deadJobs(ctx context.Context, _ *struct{}) (*Answer[List[DeadJob]], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[List[DeadJob]], error) {
		dead, err := event.DeadLetters(tx, 200)
		var items []DeadJob
		for _, d := range dead {
			items = append(items, DeadJob{d.ID, d.Task, d.Reason, d.Attempts, d.CreatedAt, d.DeadAt})
		}
		return list(items, ""), err
	})
}

type jobInput struct {
	ID string `path:"id"`
}

func (a *API) retryJob(ctx context.Context, in *jobInput) (*nothing, error) {
	out, err := do(ctx, a, func(tx *db.Tx) error { return event.Retry(tx, in.ID) })
	if err == nil {
		a.Bus.Wake()
	}
	return out, err
}
