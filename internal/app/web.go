package app

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"muster/internal/api"
	"muster/internal/people"
	"muster/internal/web/admin"
	"muster/internal/web/admin/client"
	"muster/internal/web/admin/promise"
	"muster/internal/web/admin/rehearse"
	"muster/internal/web/admin/route"
	"muster/internal/web/admin/rule"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/admin/tell"
	"muster/internal/web/desk"
	"muster/internal/web/public"
	"muster/internal/web/report"
	"muster/internal/web/ui"
	"muster/internal/workspace"
)

const (
	maxForm   = 4 << 20
	maxUpload = 40 << 20
)

// handler is everything that is served over HTTP: pages for people, the API
// for programs, and what watches over the node.
func (h *house) handler(ctx context.Context) (http.Handler, error) {
	secure := strings.HasPrefix(h.config.URL, "https://")
	gate := people.NewGate(h.db, h.hasher)
	sessions := people.NewSessions(h.db, gate, secure)
	screens := &desk.Screens{
		DB: h.db, Bus: h.bus, Desk: h.desk, Blobs: h.blobs, Office: h.office, Hub: h.hub, Sessions: sessions,
		Works:  h.works,
		Router: h.router,
		Clerk:  h.clerk,
	}
	hosts := workspace.NewHosts(h.db)

	pages := http.NewServeMux()
	screens.Routes(pages, screens.Signed)
	for pattern, page := range h.settings(screens, gate) {
		pages.Handle(pattern, screens.Signed(page))
	}
	(&public.Screens{DB: h.db, Asker: h.asker}).Routes(pages)
	(&report.Screens{DB: h.db, Desk: h.desk, Router: h.router}).Routes(pages, screens.Signed)
	pages.Handle("POST /theme", ui.SetTheme())
	pages.Handle("GET /parts", ui.Parts())
	pages.Handle("GET /assets/", ui.Assets())
	pages.Handle("/", screens.Signed(ui.Handler(notFound)))

	programs := http.NewServeMux()
	a := &api.API{
		DB: h.db, Bus: h.bus, Desk: h.desk, Blobs: h.blobs, Office: h.office, Keys: people.NewKeyring(h.db, h.bus), Limits: h.config.limits, URL: h.config.URL, Version: version(),
		Asker:  h.asker,
		Router: h.router,
		Clerk:  h.clerk,
		Works:  h.works,
		Hooks:  h.hooks,
	}
	a.Routes(programs)

	root := http.NewServeMux()
	root.Handle("GET /healthz", http.HandlerFunc(h.healthy))
	root.Handle("GET /readyz", http.HandlerFunc(h.ready))
	root.Handle("GET /metrics", promhttp.HandlerFor(h.metrics(), promhttp.HandlerOpts{}))
	root.Handle("/api/", hosts.Middleware(programs, api.Refuse))
	root.Handle("GET /api", ui.Secure(hosts.Middleware(programs, refuseHTTP)))
	root.Handle("/", ui.Secure(readable(ui.Gzip(ui.Limit(hosts.Middleware(sessions.Middleware(pages, refuseHTTP), refuseHTTP), maxForm, maxUpload)))))
	return logged(fromProxies(h.config.proxies, root)), nil
}

// settings are the pages by which the desk is run.
func (h *house) settings(screens *desk.Screens, gate *people.Gate) map[string]ui.Handler {
	pages := sheet.Pages{DB: h.db, Flash: screens.Flash}
	all := (&admin.Screens{Pages: pages, Bus: h.bus, Desk: h.desk, Office: h.office, Hasher: h.hasher, Gate: gate, TestInbox: h.testInbox}).Routes()
	maps.Copy(all, (&client.Screens{Pages: pages}).Routes())
	maps.Copy(all, (&promise.Screens{Pages: pages, Bus: h.bus, Desk: h.desk, Works: h.works}).Routes())
	maps.Copy(all, (&route.Screens{Pages: pages, Bus: h.bus, Desk: h.desk, Router: h.router}).Routes())
	maps.Copy(all, (&rule.Screens{Pages: pages, Bus: h.bus, Desk: h.desk, Clerk: h.clerk, Hooks: h.hooks}).Routes())
	maps.Copy(all, (&rehearse.Screens{Pages: pages, Bus: h.bus}).Routes())
	maps.Copy(all, (&tell.Screens{Pages: pages, Desk: h.desk, Asker: h.asker, Hooks: h.hooks, Bell: h.bell}).Routes())
	return all
}

func notFound(http.ResponseWriter, *http.Request) error { return errNoPage }

// readable refuses an address that is no text: no database could look for what it names.
func readable(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query, err := url.QueryUnescape(r.URL.RawQuery)
		if asked := r.URL.Path + query; err != nil || !utf8.ValidString(asked) || strings.Contains(asked, "\x00") {
			refuseHTTP(w, r, errNoPage)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// refuseHTTP answers a request that cannot be served at all.
func refuseHTTP(w http.ResponseWriter, r *http.Request, err error) {
	ui.Handler(func(http.ResponseWriter, *http.Request) error { return err }).ServeHTTP(w, r)
}

// healthy says that the process answers.
func (h *house) healthy(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Write([]byte("OK\n"))
}

// ready says that the node can do its work: the database answers.
func (h *house) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if err := h.db.Ping(ctx); err != nil {
		slog.Warn("not ready", "err", err)
		http.Error(w, "The database does not answer.", http.StatusServiceUnavailable)
		return
	}
	h.healthy(w, r)
}

// logged writes down requests that took long.
func logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		next.ServeHTTP(w, r)
		if took := time.Since(began); took > time.Second && r.URL.Path != "/live" {
			slog.Info("a slow request", "method", r.Method, "path", r.URL.Path, "took", took.Round(time.Millisecond))
		}
	})
}
