package desk

import (
	"context"
	"errors"
	"mime/multipart"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"muster/internal/access"
	"muster/internal/api/rest"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/ticket"
)

func (a *API) fileRoutes(h huma.API) {
	upload := rest.Op("POST", "/attachments", "uploadFile", "Tickets", "Upload a file, to attach to a reply", 201)
	upload.Middlewares = huma.Middlewares{formOf(h)}
	huma.Register(h, upload, a.upload)
}

// MaxUpload bounds a file that is uploaded, in bytes.
const MaxUpload = 35 << 20

const (
	maxForm   = 1 << 20 // of a form that is kept in memory while it is read, in bytes
	largeFile = "A file can have 35 MB. Send a link to a larger one."
)

type uploadInput struct {
	RawBody huma.MultipartFormFiles[struct {
		File huma.FormFile `form:"file" required:"true"`
	}]
}

func (a *API) upload(ctx context.Context, in *uploadInput) (*rest.Answer[Attachment], error) {
	if err := access.From(ctx).Must(access.TicketsWrite); err != nil {
		return nil, rest.Problem(ctx, err)
	}
	file := in.RawBody.Data().File
	if file.Size > MaxUpload {
		return nil, rest.Problem(ctx, fault.New(fault.TooLarge, largeFile))
	}
	stored, err := a.Blobs.Put(ctx, multipart.File(file))
	if err != nil {
		return nil, rest.Problem(ctx, err)
	}
	return rest.Update(ctx, a.DB, func(tx *db.Tx) (*rest.Answer[Attachment], error) {
		f, err := ticket.Upload(tx, 0, ticket.Attachment{Name: file.Filename, Type: file.ContentType, Size: stored.Size, Blob: stored.Key})
		if err != nil {
			return nil, err
		}
		return rest.AnswerOf(Attachment{f.ID, f.Name, f.Type, f.Size, f.Inline}), nil
	})
}

// formOf reads the form that an upload is, so that one that is too large or no form is told apart.
func formOf(h huma.API) func(huma.Context, func(huma.Context)) {
	return func(c huma.Context, next func(huma.Context)) {
		r, _ := humago.Unwrap(c)
		err := r.ParseMultipartForm(maxForm)
		if r.MultipartForm != nil {
			defer r.MultipartForm.RemoveAll()
		}
		_, large := errors.AsType[*http.MaxBytesError](err)
		switch {
		case errors.Is(err, http.ErrNotMultipart):
			huma.WriteErr(h, c, http.StatusUnsupportedMediaType, "")
		case large:
			huma.WriteErr(h, c, http.StatusRequestEntityTooLarge, largeFile)
		case err != nil:
			huma.WriteErr(h, c, http.StatusBadRequest, "The form did not arrive whole. Send it again.")
		default:
			next(c)
		}
	}
}
