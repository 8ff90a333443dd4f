package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/api/desk"
	"muster/internal/api/rest"
)

// bounded is a mux whose endpoints read no more of a request than they may,
// and are asked for nothing that no database can hold.
type bounded struct{ *http.ServeMux }

// HandleFunc adds an endpoint.
func (b bounded) HandleFunc(pattern string, f func(http.ResponseWriter, *http.Request)) {
	b.ServeMux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		asked, err := query(r)
		if err != nil || !plain(r.URL.Path) || !plain(asked) || !plain(r.Header.Get("Idempotency-Key")) {
			refuse(w, http.StatusBadRequest, "The address or a header holds bytes that are no text. Send UTF-8, percent-encoded, without U+0000.")
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, desk.MaxUpload+rest.MaxBody)
		f(w, r)
	})
}

func plain(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

// query is all that a request's query says, decoded. What cannot be decoded must not be passed over.
func query(r *http.Request) (string, error) {
	asked, err := url.ParseQuery(r.URL.RawQuery)
	var b strings.Builder
	for name, values := range asked {
		b.WriteString(name + strings.Join(values, ""))
	}
	return b.String(), err
}

// noRoute answers what no endpoint does: that there is none, or which methods there are.
func noRoute(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var allowed []string
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
			if _, pattern := mux.Handler(&http.Request{Method: method, URL: r.URL, Host: r.Host}); pattern != "/api/" && pattern != "" {
				allowed = append(allowed, method)
			}
		}
		if len(allowed) == 0 {
			refuse(w, http.StatusNotFound, "There is nothing at this address. See /api for what there is.")
			return
		}
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		refuse(w, http.StatusMethodNotAllowed, "Here the method must be "+strings.Join(allowed, " or ")+", not "+r.Method+".")
	})
}

// refuse answers a problem from outside of the endpoints.
func refuse(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(huma.ErrorModel{Status: status, Title: http.StatusText(status), Detail: detail}) // who asks has gone, if this stops
}

// Refuse answers a request that cannot be served at all, such as one for a workspace that is not there.
func Refuse(w http.ResponseWriter, r *http.Request, err error) {
	p, ok := errors.AsType[*huma.ErrorModel](rest.Problem(r.Context(), err))
	if ok {
		refuse(w, p.Status, p.Detail)
	}
}
