// Package desk serves the pages that agents work on: queues, tickets, search.
package desk

import (
	"cmp"
	"embed"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"muster/internal/access"
	"muster/internal/automation"
	"muster/internal/blob"
	"muster/internal/clock"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/live"
	"muster/internal/mailbox"
	"muster/internal/people"
	"muster/internal/routing"
	"muster/internal/ticket"
	"muster/internal/web/ui"
)

//go:embed *.html
var files embed.FS

// Screens are the pages of the desk.
type Screens struct {
	DB       *db.DB
	Bus      *event.Bus
	Desk     *ticket.Desk
	Blobs    blob.Store
	Office   *mailbox.Office
	Works    *clock.Works
	Hub      *live.Hub
	Sessions *people.Sessions
	Router   *routing.Router
	Clerk    *automation.Clerk
}

// Routes adds the pages to mux. What is under signed is for who has signed in.
func (s *Screens) Routes(mux *http.ServeMux, signed func(http.Handler) http.Handler) {
	mux.Handle("GET /sign-in", ui.Handler(s.showSignIn))
	mux.Handle("POST /sign-in", ui.Handler(s.signIn))
	mux.Handle("POST /sign-out", ui.Handler(s.signOut))
	for pattern, h := range map[string]ui.Handler{
		"GET /{$}":                         s.home,
		"GET /queues/{queue}":              s.showQueue,
		"GET /search":                      s.showSearch,
		"POST /tickets/bulk":               s.bulk,
		"GET /tickets/new":                 s.showNew,
		"POST /tickets":                    s.open,
		"GET /tickets/{number}":            s.showTicket,
		"GET /tickets/{number}/{act}":      s.toTicket,
		"GET /tickets/{number}/preview":    s.showPreview,
		"POST /tickets/{number}/write":     s.write,
		"POST /tickets/{number}/set":       s.set,
		"POST /tickets/{number}/shelf":     s.shelve,
		"POST /tickets/{number}/merge":     s.merge,
		"POST /tickets/{number}/split":     s.split,
		"POST /tickets/{number}/link":      s.link,
		"POST /tickets/{number}/unlink":    s.unlink,
		"POST /tickets/{number}/tags":      s.tag,
		"POST /tickets/{number}/people":    s.person,
		"POST /tickets/{number}/watch":     s.watch,
		"POST /tickets/{number}/complaint": s.complaint,
		"POST /tickets/{number}/withdraw":  s.withdraw,
		"POST /tickets/{number}/resend":    s.resend,
		"POST /tickets/{number}/macro":     s.macro,
		"GET /mentions":                    s.mentions,
		"POST /upload":                     s.upload,
		"GET /attachments/{id}":            s.attachment,
		"GET /inbox":                       s.showInbox,
		"GET /inbox/{id}":                  s.openNotice,
		"POST /inbox/mark":                 s.markNotices,
		"POST /inbox/read-all":             s.readAllNotices,
		"POST /inbox/unread-all":           s.unreadAllNotices,
		"GET /live":                        s.live,
		"POST /presence":                   s.presence,
		"POST /presence/own":               s.setPresence,
	} {
		mux.Handle(pattern, signed(h))
	}
}

// number reads a ticket's number out of the path.
func number(r *http.Request) (int64, error) {
	n, err := strconv.ParseInt(r.PathValue("number"), 10, 64)
	if err != nil {
		return 0, fault.New(fault.NotFound, "There is no ticket %q.", r.PathValue("number"))
	}
	return n, nil
}

// home leads to the reader's own work.
func (s *Screens) home(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, "/queues/mine", http.StatusSeeOther)
	return nil
}

// back leads to where the reader came from: a path of ours, never another site.
func back(w http.ResponseWriter, r *http.Request, otherwise string) error {
	http.Redirect(w, r, cmp.Or(ours(r.PostFormValue("back")), otherwise), http.StatusSeeOther)
	return nil
}

// ours is a path of this desk, "" if it leads elsewhere.
func ours(to string) string {
	if u, err := url.Parse(to); err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n") {
		return ""
	}
	return to
}

func ticketPath(number int64) string { return "/tickets/" + strconv.FormatInt(number, 10) }

// act does one thing to a ticket and leads back to it, for its many small forms.
// What is refused is shown in the dialog it came from; "" for none.
func (s *Screens) act(w http.ResponseWriter, r *http.Request, dialog string, f func(tx *db.Tx, number int64) error) error {
	n, err := number(r)
	if err != nil {
		return err
	}
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error { return f(tx, n) }); err != nil {
		return s.refuseDialog(w, r, n, err, dialog)
	}
	return back(w, r, ticketPath(n))
}

func actor(r *http.Request) access.Actor { return access.From(r.Context()) }
