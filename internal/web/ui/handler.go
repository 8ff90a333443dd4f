package ui

import (
	"bytes"
	"crypto/rand"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"

	"muster/internal/fault"
)

//go:embed pages/*.html
var pages embed.FS

// Handler is an http.HandlerFunc that may fail. What failed is shown as the request can take it: a
// page, a toast or the form's fields for htmx, JSON for a script.
type Handler func(http.ResponseWriter, *http.Request) error

// ServeHTTP calls h and shows what it could not do.
func (h Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			fail(w, r, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	err := whole(r)
	if err == nil {
		err = h(w, r)
	}
	if err != nil {
		fail(w, r, err)
	}
}

// whole reads a form that has no files, so that none is worked on by half: who
// asks for single fields would take what did not arrive for empty.
func whole(r *http.Request) error {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if !strings.EqualFold(strings.TrimSpace(kind), "application/x-www-form-urlencoded") {
		return nil
	}
	err := r.ParseForm()
	if _, large := errors.AsType[*http.MaxBytesError](err); err == nil || large {
		return err
	}
	return fault.New(fault.Invalid, "The form did not arrive whole. Send it again.")
}

// status maps what can be wrong to what HTTP calls it.
func status(kind fault.Kind) int {
	switch kind {
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Denied:
		return http.StatusForbidden
	case fault.Conflict:
		return http.StatusConflict
	case fault.TooMany:
		return http.StatusTooManyRequests
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusInternalServerError
}

func aboutFields(err error) bool { return len(fault.Fields(err)) > 0 }

// trouble is what the reader is told about an error.
type trouble struct {
	Status    int               `json:"status"`
	Message   string            `json:"message"`
	Fields    map[string]string `json:"fields,omitempty"`
	Reference string            `json:"reference,omitempty"`
}

// fail tells the reader about err. What is our own doing is logged under a reference, which is shown.
func fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil && errors.Is(err, r.Context().Err()) {
		return // the reader has gone
	}
	if big, ok := errors.AsType[*http.MaxBytesError](err); ok {
		err = fault.New(fault.TooLarge, "This is more than the %s that are taken at once. Send less, or in parts.", tongues()["en"].size(big.Limit))
	}
	f := FrameOf(r, "")
	kind := fault.KindOf(err)
	say := languageOf(f.Me.Locale).say
	t := trouble{Status: status(kind), Message: say(fault.Message(err)), Fields: fault.Fields(err)}
	if kind == fault.Internal {
		t.Reference = reference()
		slog.ErrorContext(r.Context(), "request not answered", "reference", t.Reference, "method", r.Method, "path", r.URL.Path, "err", err)
	}
	w.Header().Del("Content-Length")
	w.Header().Set("Cache-Control", "no-store")
	switch {
	case r.Header.Get("Muster-Live") != "":
		w.WriteHeader(t.Status) // a refresh nobody asked for: what is on the page stays
	case strings.HasPrefix(r.Header.Get("Accept"), "application/json"):
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(t.Status)
		json.NewEncoder(w).Encode(t)
	case r.Header.Get("HX-Request") != "" && !strings.HasSuffix(r.Header.Get("HX-Target"), "main#main"):
		toastFault(w, f, t)
	default:
		pageFault(w, r, f, kind, t)
	}
}

// reference is what the reader can name, and the log can be searched for: 7F3K-20QM.
func reference() string {
	s := rand.Text()
	return s[:4] + "-" + s[4:8]
}

// toastFault answers htmx: the form's fields are marked where they stand, anything else is a toast.
func toastFault(w http.ResponseWriter, f Frame, t trouble) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	if len(t.Fields) > 0 {
		b, err := json.Marshal(map[string]any{"muster:fields": map[string]any{"fields": t.Fields}})
		if err == nil {
			h.Set("HX-Reswap", "none")
			h.Set("HX-Trigger", ascii(b))
			w.WriteHeader(t.Status)
			return
		}
	}
	toast := Toast{Text: t.Message, Is: "bad", Icon: "stop", Reference: t.Reference}
	text, err := draw(f, toast)
	if err != nil {
		slog.Error("toast not drawn", "err", err)
	}
	h.Set("HX-Retarget", "#toasts")
	h.Set("HX-Reswap", "beforeend")
	w.WriteHeader(t.Status)
	w.Write(text)
}

// ascii escapes JSON for a header, which holds nothing else.
func ascii(b []byte) string {
	var out bytes.Buffer
	for _, c := range string(b) {
		switch {
		case c < 0x80:
			out.WriteRune(c)
		case c > 0xffff:
			hi, lo := surrogates(c)
			fmt.Fprintf(&out, `\u%04x\u%04x`, hi, lo)
		default:
			out.WriteString(`\u` + fmt.Sprintf("%04s", strconv.FormatInt(int64(c), 16)))
		}
	}
	return out.String()
}

func surrogates(c rune) (rune, rune) { c -= 0x10000; return 0xd800 + c>>10, 0xdc00 + c&0x3ff }

// draw draws one part by itself.
func draw(f Frame, p Part) ([]byte, error) {
	s, err := faultPage().page.take(readerOf(f))
	if err != nil {
		return nil, err
	}
	defer faultPage().page.put(s)
	text, err := s.show(p)
	return []byte(text), err
}
