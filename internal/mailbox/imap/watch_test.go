package imap

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/mustertest"
	"muster/internal/reach"
)

// tell returns the log as text.
func tell(tx *db.Tx) (string, error) {
	all, err := event.Of(tx, Subject, "in1", "", 100)
	var b strings.Builder
	for _, e := range all {
		fmt.Fprintln(&b, e.Name, e.Body)
	}
	return b.String(), err
}

func TestNewMailIsTakenAtOnce(t *testing.T) {
	each(t, func(w *world) {
		c := w.config()
		c.Idle = time.Hour // a look would come too late
		w.deliver("a")
		w.work(c, "n1")
		w.next()
		w.until(Watching)
		for _, s := range []string{"b", "c"} {
			w.deliver(s)
			if m := w.next(); !strings.Contains(string(m.Raw), "Subject: "+s) {
				w.t.Errorf("got %q, want %s", m.Raw, s)
			}
		}
		if s := w.state(); s.Detail != "" || s.Fetched.IsZero() || s.Failures != 0 {
			w.t.Errorf("got %+v, want that all is well", s)
		}
	})
}

func TestWrongPasswordIsSeenAndMended(t *testing.T) {
	each(t, func(w *world) {
		w.settings.Password = "wrong"
		w.deliver("a")
		w.work(w.config(), "n1")
		s := w.until(Refused)
		if !strings.Contains(s.Detail, "localhost does not let help in with this password") || s.Failures != 1 {
			w.t.Errorf("got %+v, want a sentence that says so", s)
		}
		w.mu.Lock()
		w.settings.Password = w.server.Password
		w.mu.Unlock()
		mustertest.Do(w.t, w.d, w.ctx, func(tx *db.Tx) error { return Watch(tx, "in1") })
		w.next()
		w.until(Watching)
		mustertest.See(w.t, w.d, w.ctx, func(tx *db.Tx) error {
			log, err := tell(tx)
			if strings.Count(log, "imap.troubled") != 1 || strings.Count(log, "imap.recovered") != 1 {
				w.t.Errorf("got the log %q, want the trouble and its end once each", log)
			}
			return err
		})
	})
}

func TestServerAwayAndBack(t *testing.T) {
	each(t, func(w *world) {
		w.deliver("a")
		w.work(w.config(), "n1")
		w.next()
		w.until(Watching)
		w.server.Stop(w.t)
		w.until(Unreachable)
		w.deliver("b")
		w.server.Start(w.t)
		if m := w.next(); !strings.Contains(string(m.Raw), "Subject: b") {
			w.t.Errorf("got %q, want what came meanwhile", m.Raw)
		}
		w.until(Watching)
	})
}

// One node watches an inbox; when it goes, another takes it over.
func TestAnotherNodeTakesOver(t *testing.T) {
	each(t, func(w *world) {
		w.deliver("a")
		first, second := w.node(w.config(), "n1"), w.node(w.config(), "n2")
		stop := first()
		w.next()
		second()
		w.deliver("b")
		w.next()
		began := time.Now()
		stop()
		if took := time.Since(began); took > 4*time.Second {
			w.t.Errorf("the node took %v to stop, want that it does not wait for the mail server", took)
		}
		w.deliver("c")
		// The first may have stopped between taking b and noting so: then b comes again, and is known.
		for m := w.next(); !strings.Contains(string(m.Raw), "Subject: c"); m = w.next() {
		}
		w.want("a b c")
	})
}

// Changed settings take effect at once, while the server would tell of nothing for an hour; on whichever node they were changed.
func TestChangedSettingsTakeEffectAtOnce(t *testing.T) {
	each(t, func(w *world) {
		c := w.config()
		c.Idle = time.Hour
		w.deliver("a")
		w.work(c, "n1")
		w.next()
		w.until(Watching)
		w.server.Deliver(w.t, "help", "Second", mail("b"))
		w.mu.Lock()
		w.settings.Folders = []string{"INBOX", "Second"}
		w.mu.Unlock()
		if m := w.next(); !strings.Contains(string(m.Raw), "Subject: b") || m.Folder != "Second" {
			w.t.Errorf("got %q of %s, want what is in the new folder", m.Raw, m.Folder)
		}
		if s := w.state(); s.Failures != 0 {
			w.t.Errorf("got %+v, want that a change is no failure", s)
		}
	})
}

func TestInboxThatIsGoneIsNoLongerWatched(t *testing.T) {
	each(t, func(w *world) {
		c := w.config()
		c.Idle = time.Hour
		w.deliver("a")
		w.work(c, "n1")
		w.next()
		w.mu.Lock()
		w.gone = true
		w.mu.Unlock()
		for began := time.Now(); ; <-time.After(20 * time.Millisecond) {
			var due int64
			mustertest.See(w.t, w.d, w.ctx, func(tx *db.Tx) (err error) {
				due, err = db.One(tx, db.Value[int64], `SELECT count(*) FROM jobs WHERE workspace_id = $1`, tx.Workspace)
				return err
			})
			if due == 0 {
				break
			}
			if time.Since(began) > 30*time.Second {
				w.t.Fatalf("%d jobs are left after 30 seconds, want none", due)
			}
		}
		mustertest.Do(w.t, w.d, w.ctx, func(tx *db.Tx) error { return Forget(tx, "in1") })
		mustertest.See(w.t, w.d, w.ctx, func(tx *db.Tx) error {
			all, err := Cursors(tx, "in1")
			if len(all) != 0 || w.state().Status != Waiting {
				w.t.Errorf("got %+v, want that nothing is known any more", all)
			}
			return err
		})
	})
}

func TestTest(t *testing.T) {
	s := mustertest.NewDovecot(t)
	s.Deliver(t, "help", "INBOX", mail("a"), mail("b"))
	loopback := func(a netip.Addr) bool { return a.IsLoopback() }
	base := Settings{Host: "localhost", Port: s.TLSPort, User: "help", Password: s.Password}
	probe := func(c Config, change func(*Settings)) []Step {
		settings := base
		if change != nil {
			change(&settings)
		}
		return Test(t.Context(), c, settings)
	}
	trusted := Config{Allow: loopback, Roots: s.Roots}
	pinned := ""
	if steps := probe(Config{Allow: loopback}, nil); len(steps) == 3 {
		pinned = steps[2].Detail[strings.LastIndex(steps[2].Detail, " ")+1:]
	}
	for _, row := range []struct {
		rule   string
		c      Config
		change func(*Settings)
		steps  int
		ok     bool
		last   string
	}{
		{"all is well", trusted, nil, 7, true, "the server tells of it at once"},
		{"with STARTTLS", trusted, func(s *Settings) { s.TLS, s.Port = StartTLS, 0 }, 7, true, "at once"},
		{"in the clear", trusted, func(s *Settings) { s.TLS, s.Port = Cleartext, 0 }, 7, true, "at once"},
		{"no such host", trusted, func(s *Settings) { s.Host = "nowhere.invalid" }, 1, false, "there is no address for nowhere.invalid"},
		{"an address inside, which nobody has allowed", Config{Roots: s.Roots}, nil, 1, false, "the operator of Muster has not allowed mail servers there"},
		{"the address at which clouds tell secrets", Config{Allow: reach.Internal}, func(s *Settings) { s.Host = "169.254.169.254" }, 1, false, "has not allowed"},
		{"nobody listens", trusted, func(s *Settings) { s.Port = 1 }, 2, false, "nobody answers at localhost, port 1"},
		{"a certificate that nobody vouches for", Config{Allow: loopback}, nil, 3, false, "put the SHA-256 of its certificate into the settings: "},
		{"which the administrator knows", Config{Allow: loopback}, func(s *Settings) { s.Fingerprint = strings.ToUpper(pinned[:2]) + ":" + pinned[2:] }, 7, true, "at once"},
		{"another than the one that is known", Config{Allow: loopback}, func(s *Settings) { s.Fingerprint = strings.Repeat("0", 64) }, 3, false, "another than the one in the settings"},
		{"TLS where there is none", trusted, func(st *Settings) { st.Port = s.Port }, 3, false, "encrypt the connection to localhost"},
		{"a wrong password", trusted, func(s *Settings) { s.Password = "wrong" }, 5, false, "does not let help in with this password"},
		{"no such folder", trusted, func(s *Settings) { s.Folders = []string{"INBOX", "Nope"} }, 7, false, `the folder "Nope" cannot be opened`},
	} {
		t.Run(row.rule, func(t *testing.T) {
			change := row.change
			steps := probe(row.c, func(st *Settings) {
				if change != nil {
					change(st)
				}
				if st.Port == 0 {
					st.Port = s.Port
				}
			})
			last := steps[len(steps)-1]
			if len(steps) != row.steps || last.OK != row.ok || !strings.Contains(last.Detail, row.last) {
				t.Errorf("got %+v, want %d steps, the last %v: %s", steps, row.steps, row.ok, row.last)
			}
			if row.ok && steps[5] != (Step{"Folder INBOX", true, "2 messages"}) {
				t.Errorf("got %+v, want that there are 2 messages", steps[5])
			}
		})
	}
}

func TestHangingServerIsGivenUp(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, encryption := range []TLS{Implicit, StartTLS, Cleartext} {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		steps := Test(ctx, Config{Allow: func(netip.Addr) bool { return true }}, Settings{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, TLS: encryption})
		if last := steps[len(steps)-1]; last.OK || len(steps) > 4 {
			t.Errorf("%s: got %+v, want that it ends with its context", encryption, steps)
		}
		cancel()
	}
}
