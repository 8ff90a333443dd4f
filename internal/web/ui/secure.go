package ui

import (
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode"

	"muster/internal/fault"
)

// policy is what a page may load: its own scripts, styles and pictures, and nothing inline.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; " +
	"media-src 'self' blob:; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// Secure sets the headers that keep a page to itself, and refuses what another site's page sends in
// the reader's name. A program that is not a browser passes: it has no reader's session to misuse.
func Secure(next http.Handler) http.Handler {
	origin := http.NewCrossOriginProtection()
	origin.SetDenyHandler(Handler(func(http.ResponseWriter, *http.Request) error {
		return fault.New(fault.Denied, "This was sent from a page of another site, so nothing was done. Open Muster itself and do it there.")
	}))
	guarded := origin.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
		h.Set("X-Frame-Options", "DENY")
		if r.TLS != nil {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		guarded.ServeHTTP(w, r)
	})
}

// AllowImages lets this one page load pictures from other hosts, as its reader has asked.
func AllowImages(w http.ResponseWriter) {
	w.Header().Set("Content-Security-Policy", strings.Replace(policy, "img-src 'self'", "img-src 'self' https:", 1))
}

// Limit bounds what a request may send, in bytes: upload for a form with files, form for anything
// else. Reading further fails, and Handler says so; and so it does where nothing comes for a while.
func Limit(next http.Handler, form, upload int64) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		most := form
		if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && strings.HasPrefix(kind, "multipart/") {
			most = upload
		}
		r.Body = http.MaxBytesReader(w, impatient{r.Body, http.NewResponseController(w), time.Now().Add(wholeBody)}, most)
		next.ServeHTTP(w, r)
	})
}

const (
	nextPiece = time.Minute // between two pieces of what a request sends
	wholeBody = 30 * time.Minute
)

// impatient is the body of a request that may not take for ever: a connection costs something while it waits.
type impatient struct {
	io.ReadCloser
	stream *http.ResponseController
	last   time.Time
}

func (b impatient) Read(p []byte) (int, error) {
	until := time.Now().Add(nextPiece)
	if b.last.Before(until) {
		until = b.last
	}
	b.stream.SetReadDeadline(until)
	n, err := b.ReadCloser.Read(p)
	b.stream.SetReadDeadline(time.Time{}) // the answer may take longer
	return n, err
}

const year = 365 * 24 * 3600

// ThemeOf returns the theme that the browser keeps: "light", "dark", or "" for what the system says.
func ThemeOf(r *http.Request) string {
	c, err := r.Cookie("theme")
	if err != nil || (c.Value != "light" && c.Value != "dark") {
		return ""
	}
	return c.Value
}

// SetTheme answers POST /theme: it keeps the form's theme in a cookie and goes back. With scripts the
// page does this by itself.
func SetTheme() http.Handler {
	return Handler(func(w http.ResponseWriter, r *http.Request) error {
		c := &http.Cookie{Name: "theme", Value: r.PostFormValue("theme"), Path: "/", MaxAge: year, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil}
		switch c.Value {
		case "light", "dark":
		case "":
			c.MaxAge = -1
		default:
			return fault.Field("theme", "The theme is light, dark, or as the system is.")
		}
		http.SetCookie(w, c)
		http.Redirect(w, r, back(r.PostFormValue("back")), http.StatusSeeOther)
		return nil
	})
}

// back is a path of ours to return to: never another host, which "//host" and "/\host" would name, and
// "/<tab>/host" too, since browsers drop tabs and line breaks.
func back(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsRune(path, '\\') || strings.ContainsFunc(path, unicode.IsControl) {
		return "/"
	}
	return path
}
