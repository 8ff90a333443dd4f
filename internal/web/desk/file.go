package desk

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/text"
	"muster/internal/ticket"
)

// maxUpload bounds one file.
const maxUpload = 35 << 20

// upload keeps a file for an answer that is being written.
func (s *Screens) upload(w http.ResponseWriter, r *http.Request) error {
	if err := actor(r).Must(access.TicketsWrite); err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxUpload+maxForm)
	if err := r.ParseMultipartForm(maxForm); err != nil {
		return fault.New(fault.TooLarge, "A file can have 35 MB. Send a link to a larger one.")
	}
	defer r.MultipartForm.RemoveAll()
	file, head, err := r.FormFile("file")
	if err != nil {
		return fault.Field("file", "No file arrived. Choose it again.")
	}
	defer file.Close()
	n, _ := strconv.ParseInt(r.URL.Query().Get("ticket"), 10, 64) // 0: not for a ticket yet
	kept, err := s.keepFile(r, n, file, head)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(map[string]any{"id": kept.ID, "name": kept.Name, "url": "/attachments/" + kept.ID, "type": kept.Type, "size": kept.Size})
}

func (s *Screens) keepFile(r *http.Request, n int64, file multipart.File, head *multipart.FileHeader) (*ticket.Attachment, error) {
	ref, err := s.Blobs.Put(r.Context(), file)
	if err != nil {
		return nil, fmt.Errorf("keep %s: %w", head.Filename, err)
	}
	a := ticket.Attachment{Name: fileName(head.Filename), Type: fileType(head.Header.Get("Content-Type")), Size: ref.Size, Blob: ref.Key}
	var kept *ticket.Attachment
	err = s.DB.Update(r.Context(), func(tx *db.Tx) (err error) {
		kept, err = ticket.Upload(tx, n, a)
		return err
	})
	return kept, err
}

// fileName is a name without folders, of a bounded length.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(text.Valid(name), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == '"' {
			return -1
		}
		return r
	}, name)
	if name == "" || name == "." || name == "/" {
		return "file"
	}
	return text.Snippet(name, 200)
}

func fileType(t string) string {
	kind, _, err := mime.ParseMediaType(t)
	if err != nil {
		return "application/octet-stream"
	}
	return kind
}

// shown are the types that a browser may draw in a page of ours: pictures without scripts.
var shown = []string{"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"}

// attachment sends a file. What could run scripts is only ever saved.
func (s *Screens) attachment(w http.ResponseWriter, r *http.Request) error {
	var a *ticket.Attachment
	if err := s.DB.View(r.Context(), func(tx *db.Tx) (err error) {
		a, err = ticket.FindAttachment(tx, r.PathValue("id"))
		return err
	}); err != nil {
		return err
	}
	body, err := s.Blobs.Open(r.Context(), a.Blob)
	if err != nil {
		return err
	}
	defer body.Close()
	h := w.Header()
	disposition := "attachment"
	h.Set("Content-Type", "application/octet-stream")
	if slices.Contains(shown, a.Type) {
		disposition = "inline"
		h.Set("Content-Type", a.Type)
	}
	h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": fileName(a.Name)}))
	h.Set("Content-Length", strconv.FormatInt(a.Size, 10))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, max-age=3600")
	_, err = io.Copy(w, body)
	if err != nil {
		return nil // the reader has gone, or sees that it is cut short
	}
	return nil
}

// attachmentRef finds what a text refers to: ![a picture](attachment:ID) or [a file](attachment:ID).
var attachmentRef = regexp.MustCompile(`(!?)\[[^\]]*\]\(attachment:([0-9a-v]{20})\)`)

// attached are the files of an answer: those its text refers to, those chosen
// in the form and, from a browser without scripts, those sent along.
func (s *Screens) attached(r *http.Request, body ticket.Body) ([]ticket.Attachment, error) {
	var all []ticket.Attachment
	seen := map[string]bool{}
	add := func(id string, inline bool) {
		if id != "" && !seen[id] {
			seen[id] = true
			all = append(all, ticket.Attachment{ID: id, Inline: inline})
		}
	}
	for _, m := range attachmentRef.FindAllStringSubmatch(body.Source, -1) {
		add(m[2], m[1] != "")
	}
	for _, id := range r.PostForm["attachment"] {
		add(id, false)
	}
	if r.MultipartForm == nil {
		return all, nil
	}
	for _, head := range r.MultipartForm.File["file"] {
		file, err := head.Open()
		if err != nil {
			return nil, err
		}
		if head.Size == 0 {
			file.Close()
			continue
		}
		kept, err := s.keepFile(r, 0, file, head)
		file.Close()
		if err != nil {
			return nil, err
		}
		add(kept.ID, false)
	}
	return all, nil
}
