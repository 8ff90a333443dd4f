package imap

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/mustertest"
)

// world is a mail server, a database, and a ledger that takes what is fetched.
type world struct {
	t      *testing.T
	server *mustertest.Dovecot
	d      *db.DB
	ctx    context.Context
	p      *puller

	mu       sync.Mutex
	settings Settings
	seen     map[string]int // by SHA-256: how often it was given
	ledger   []Message      // each message once
	given    chan Message
	accept   func(Message) error // before it is kept
	gone     bool
}

// each runs a story on each engine, with a mail server of its own.
func each(t *testing.T, f func(w *world)) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d := mustertest.Open(t, url)
		t.Cleanup(func() { d.Close() })
		w := &world{t: t, server: mustertest.NewDovecot(t), d: d, seen: map[string]int{}, given: make(chan Message, 10000)}
		event.NewBus(d, "story")
		w.ctx = access.With(t.Context(), access.System("acme"))
		w.settings = Settings{Host: "localhost", Port: w.server.TLSPort, User: "help", Password: w.server.Password}
		w.p = &puller{c: w.config().orDefault(), batch: batchMost}
		f(w)
	})
}

func (w *world) config() Config {
	return Config{DB: w.d, Allow: func(a netip.Addr) bool { return a.IsLoopback() }, Roots: w.server.Roots, Accept: w.take, Known: w.known,
		Settings: func(context.Context, string) (Settings, error) {
			w.mu.Lock()
			defer w.mu.Unlock()
			if w.gone {
				return Settings{}, errGone
			}
			return w.settings, nil
		}}
}

// take keeps a message, and knows it again by what it holds.
func (w *world) take(_ context.Context, m Message) error {
	if w.accept != nil {
		if err := w.accept(m); err != nil {
			return err
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.seen[m.SHA256]++; w.seen[m.SHA256] == 1 || m.Problem != "" {
		w.ledger = append(w.ledger, m)
	}
	w.given <- m
	return nil
}

func (w *world) known(_ context.Context, _, folder string, validity uint32, uids []uint32) (known []uint32, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, m := range w.ledger {
		if m.Folder == folder && m.UIDValidity == validity && slices.Contains(uids, m.UID) {
			known = append(known, m.UID)
		}
	}
	return known, nil
}

// pass connects, looks once, and goes.
func (w *world) pass() error {
	w.t.Helper()
	s, err := open(w.ctx, w.p.c, w.settings.orDefault())
	if err != nil {
		return err
	}
	defer s.close()
	return w.p.look(w.ctx, s, "in1")
}

func (w *world) mustPass() {
	w.t.Helper()
	if err := w.pass(); err != nil {
		w.t.Fatal(err)
	}
}

// subjects returns what the ledger holds, in order.
func (w *world) subjects() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []string
	for _, m := range w.ledger {
		_, after, _ := strings.Cut(string(m.Raw), "Subject: ")
		line, _, _ := strings.Cut(after, "\r\n")
		for _, word := range []string{"deleted", "broke", "bytes"} {
			if strings.Contains(m.Problem, word) {
				line += "(" + word + ")"
			}
		}
		all = append(all, line)
	}
	return strings.Join(all, " ")
}

func (w *world) want(want string) {
	w.t.Helper()
	if got := w.subjects(); got != want {
		w.t.Errorf("got the ledger %q, want %q", got, want)
	}
}

func (w *world) deliver(subjects ...string) {
	w.t.Helper()
	w.deliverTo("INBOX", subjects...)
}

func (w *world) deliverTo(folder string, subjects ...string) {
	w.t.Helper()
	for _, s := range subjects {
		w.server.Deliver(w.t, w.settings.User, folder, mail(s))
	}
}

func mail(subject string) string {
	return "From: ann@out.example\nMessage-ID: <" + subject + "@out.example>\nSubject: " + subject + "\n\nHello " + subject + ".\n"
}

// human is somebody else who reads the mailbox.
func (w *world) human(folder string) *session {
	w.t.Helper()
	set := w.settings.orDefault()
	set.After = Seen // so that folders can be written to
	s, err := open(w.ctx, w.p.c, set)
	if err == nil {
		_, err = s.choose(folder)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(s.close)
	return s
}

func (w *world) flag(uid uint32, f imap.Flag) {
	w.t.Helper()
	s := w.human("INBOX")
	if err := s.client.Store(imap.UIDSetNum(imap.UID(uid)), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{f}}, nil).Close(); err != nil {
		w.t.Fatal(err)
	}
	if f == imap.FlagDeleted {
		if err := s.client.Expunge().Close(); err != nil {
			w.t.Fatal(err)
		}
	}
	s.close()
}

// flags returns the flags of each message of a folder.
func (w *world) flags(folder string) (all [][]imap.Flag) {
	w.t.Helper()
	s := w.human(folder)
	defer s.close()
	found, err := s.client.Fetch(imap.UIDSet{{Start: 1}}, &imap.FetchOptions{UID: true, Flags: true}).Collect()
	if err != nil {
		w.t.Fatal(err)
	}
	for _, m := range found {
		if m.UID > 0 {
			all = append(all, slices.DeleteFunc(m.Flags, func(f imap.Flag) bool { return f == `\Recent` }))
		}
	}
	return all
}

// setValidity gives the INBOX another UIDVALIDITY and forgets its UIDs, as a restored backup does.
func (w *world) setValidity(v int) {
	w.t.Helper()
	w.server.Stop(w.t)
	dir := w.server.Maildir(w.settings.User, "INBOX")
	lists, _ := filepath.Glob(filepath.Join(dir, "dovecot*"))
	for _, f := range lists {
		if err := os.RemoveAll(f); err != nil {
			w.t.Fatal(err)
		}
	}
	file := filepath.Join(dir, "dovecot-uidlist")
	info, err := os.Stat(dir)
	if err == nil {
		err = os.WriteFile(file, fmt.Appendf(nil, "3 V%d N1 G0123456789abcdef0123456789abcdef\n", v), 0o644)
	}
	if err == nil {
		err = os.Chmod(file, 0o666)
	}
	if err != nil || info == nil {
		w.t.Fatal(err)
	}
	w.server.Own(w.t)
	w.server.Start(w.t)
}

func (w *world) cursor() Cursor {
	w.t.Helper()
	c, err := w.p.loadCursor(w.ctx, "in1", "INBOX")
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func (w *world) state() (s State) {
	w.t.Helper()
	mustertest.See(w.t, w.d, w.ctx, func(tx *db.Tx) (err error) { s, err = StateOf(tx, "in1"); return err })
	return s
}

// work has a node fetch the inbox until stop.
func (w *world) work(c Config, name string) (stop func()) { w.t.Helper(); return w.node(c, name)() }

// node makes a node, which fetches from start to stop. All nodes are made before any works.
func (w *world) node(c Config, name string) (start func() (stop func())) {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	c.Stopping = ctx.Done()
	bus := event.NewBus(w.d, name)
	Register(bus, c)
	return func() func() {
		mustertest.Do(w.t, w.d, w.ctx, func(tx *db.Tx) error { return Watch(tx, "in1") })
		done := make(chan error, 1)
		go func() { done <- bus.Work(ctx) }()
		stop := sync.OnceFunc(func() {
			cancel()
			if err := <-done; err != nil {
				w.t.Error(err)
			}
		})
		w.t.Cleanup(stop)
		return stop
	}
}

// next waits for the next message.
func (w *world) next() Message {
	w.t.Helper()
	select {
	case m := <-w.given:
		return m
	case <-time.After(30 * time.Second):
		w.t.Fatalf("no message within 30 seconds; the state is %+v", w.state())
		return Message{}
	}
}

// until waits for a state.
func (w *world) until(want Status) State {
	w.t.Helper()
	for began := time.Now(); ; <-time.After(20 * time.Millisecond) {
		if s := w.state(); s.Status == want {
			return s
		}
		if time.Since(began) > 30*time.Second {
			w.t.Fatalf("got the state %+v after 30 seconds, want %s", w.state(), want)
		}
	}
}
