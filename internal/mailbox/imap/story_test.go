package imap

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mustertest"
)

var errGone = fault.New(fault.NotFound, "There is no such inbox.")

func TestEachMessageOnce(t *testing.T) {
	each(t, func(w *world) {
		w.deliver("a", "b")
		w.mustPass()
		w.want("a b")
		m := w.ledger[0]
		if m.Inbox != "in1" || m.Folder != "INBOX" || m.UID != 1 || m.UIDValidity == 0 || m.MessageID != "<a@out.example>" ||
			m.Arrived.IsZero() || m.Size != int64(len(m.Raw)) || m.Problem != "" || len(m.SHA256) != 64 {
			w.t.Errorf("got %+v, want all that is known of the message", m)
		}
		if want := strings.ReplaceAll(mail("a"), "\n", "\r\n"); string(m.Raw) != want {
			w.t.Errorf("got %q, want %q", m.Raw, want)
		}
		w.mustPass()
		if len(w.given) != 2 {
			w.t.Errorf("given %d messages, want that none is given again", len(w.given))
		}
		w.deliver("c")
		w.mustPass()
		w.want("a b c")
		if c := w.cursor(); c.Last != 3 || c.First != 1 {
			w.t.Errorf("got the cursor %+v, want that it is at 3", c)
		}
		if flags := w.flags("INBOX"); len(flags) != 3 || len(slices.Concat(flags...)) != 0 {
			w.t.Errorf("got the flags %v, want none: others use this mailbox", flags)
		}
	})
}

func TestMailThatSomebodyReadBeforeUs(t *testing.T) {
	each(t, func(w *world) {
		w.deliver("a")
		w.mustPass()
		w.deliver("read", "unread")
		w.flag(2, imap.FlagSeen)
		w.mustPass()
		w.want("a read unread")
	})
}

func TestTenDaysAway(t *testing.T) {
	each(t, func(w *world) {
		w.deliver("a")
		w.mustPass()
		var want = "a"
		for i := range 200 {
			w.deliver(fmt.Sprint("m", i))
			want += fmt.Sprint(" m", i)
		}
		w.mustPass()
		got := strings.Fields(w.subjects())
		slices.Sort(got)
		all := strings.Fields(want)
		slices.Sort(all)
		if !slices.Equal(got, all) {
			w.t.Errorf("got %d messages, want all %d", len(got), len(all))
		}
	})
}

func TestFolderThatBeginsAnew(t *testing.T) {
	each(t, func(w *world) {
		w.deliver("a", "b")
		w.mustPass()
		old := w.cursor().Validity
		w.setValidity(4711)
		w.deliver("c")
		w.mustPass()
		w.want("a b c")
		if c := w.cursor(); c.Validity != 4711 || old == 4711 || c.Last != 3 {
			w.t.Errorf("got the cursor %+v, want the new UIDVALIDITY", c)
		}
		if len(w.given) != 5 {
			w.t.Errorf("given %d messages, want 2 and then all 3 again", len(w.given))
		}
	})
}

func TestMessageDeletedBeforeItCouldBeFetched(t *testing.T) {
	each(t, func(w *world) {
		w.deliver("a", "b", "c")
		w.p.batch = 1
		w.accept = func(m Message) error {
			if m.UID == 1 {
				w.flag(2, imap.FlagDeleted)
			}
			return nil
		}
		w.mustPass()
		w.want("a (deleted) c")
		if m := w.ledger[1]; m.UID != 2 || m.Raw != nil || !strings.Contains(m.Problem, "deleted on the server before it could be fetched") {
			w.t.Errorf("got %+v, want that it is told of", m)
		}
	})
}

func TestGapsAreNoHindrance(t *testing.T) {
	each(t, func(w *world) {
		w.deliver("a", "b", "c", "d")
		w.flag(1, imap.FlagDeleted)
		w.flag(3, imap.FlagDeleted)
		w.mustPass()
		w.want("b d")
		w.flag(4, imap.FlagDeleted)
		w.mustPass()
		w.deliver("e")
		w.mustPass()
		w.want("b d e")
	})
}

// Whoever is killed after a message is in custody, and before the cursor is, gets it again.
func TestKilledBeforeTheCursorIsStored(t *testing.T) {
	each(t, func(w *world) {
		w.deliver("a", "b", "c")
		full := errors.New("the disk is full")
		w.accept = func(m Message) error {
			if m.UID == 3 && len(w.given) == 2 {
				return full
			}
			return nil
		}
		if err := w.pass(); !errors.Is(err, full) {
			w.t.Fatalf("got %v, want %v", err, full)
		}
		if c := w.cursor(); c.Last != 0 || c.Tries != 0 || c.Careful != 0 {
			w.t.Errorf("got the cursor %+v, want that it has not moved: it is not the connection that broke", c)
		}
		w.mustPass()
		w.want("a b c")
		if len(w.given) != 5 {
			w.t.Errorf("given %d messages, want 2 and then all 3 again", len(w.given))
		}
	})
}

func TestServerRestartsWhileWeFetch(t *testing.T) {
	each(t, func(w *world) {
		for i := range 120 {
			w.deliver(fmt.Sprint("m", i))
		}
		stopped := false
		w.accept = func(m Message) error {
			if m.UID == 60 && !stopped {
				stopped = true
				w.server.Stop(w.t)
				w.server.Start(w.t)
			}
			return nil
		}
		if err := w.pass(); err == nil {
			w.t.Error("got nil, want that the connection broke")
		}
		w.mustPass()
		if got := len(strings.Fields(w.subjects())); got != 120 {
			w.t.Errorf("got %d messages, want 120", got)
		}
	})
}

// A message at which the connection breaks each time must not stop those after it.
func TestMessageThatBreaksTheConnection(t *testing.T) {
	each(t, func(w *world) {
		w.deliver("a", "poison", "c")
		w.mustPass() // the connection is real: that it breaks is told to the cursor by hand
		w.ledger, w.seen = nil, map[string]int{}
		c := w.cursor()
		c.Last = 1
		for range stuck {
			c = c.broke(2, true)
		}
		if err := w.p.saveCursor(w.ctx, c); err != nil {
			w.t.Fatal(err)
		}
		w.mustPass()
		w.want("(broke) c")
		if c := w.cursor(); c.Last != 3 || c.Tries != 0 {
			w.t.Errorf("got the cursor %+v, want that it is past the message", c)
		}
	})
}

func TestHugeMessage(t *testing.T) {
	each(t, func(w *world) {
		w.settings.MaxSize = 1 << 20
		w.deliver("a")
		w.server.Deliver(w.t, "help", "INBOX", "Message-ID: <big@out.example>\nSubject: big\n\n"+strings.Repeat(strings.Repeat("x", 99)+"\n", 20000))
		w.deliver("c")
		w.mustPass()
		w.mustPass()
		w.want("a c big(bytes)")
		m := w.ledger[2]
		if string(m.Raw) != "Message-ID: <big@out.example>\r\nSubject: big\r\n\r\n" || m.Size < 2000000 || m.MessageID != "<big@out.example>" || !strings.Contains(m.Problem, "more than the 1048576 that are taken here") {
			w.t.Errorf("got %d bytes of %d, id %s, problem %q; want the header and why", len(m.Raw), m.Size, m.MessageID, m.Problem)
		}
		w.settings.MaxSize = 5 << 20
		w.p.c.Reconcile = -1
		w.mustPass()
		w.want("a c big(bytes)") // it is in the ledger: nothing is missing
	})
}

func TestThousandMessages(t *testing.T) {
	each(t, func(w *world) {
		for i := range 1000 {
			w.deliver(fmt.Sprint("m", i))
		}
		began := time.Now()
		w.mustPass()
		if got := len(strings.Fields(w.subjects())); got != 1000 {
			w.t.Errorf("got %d messages, want 1000", got)
		}
		took := time.Since(began)
		w.t.Logf("1,000 messages in %v", took)
		if took > time.Minute {
			w.t.Errorf("took %v, want far less than a minute", took)
		}
	})
}

func TestWhatIsDoneOnTheServerAfterwards(t *testing.T) {
	each(t, func(w *world) {
		w.settings.After = Seen
		w.deliver("a")
		w.mustPass()
		if flags := w.flags("INBOX"); len(flags) != 1 || !slices.Contains(flags[0], imap.FlagSeen) {
			w.t.Errorf("got the flags %v, want that it is marked as read", flags)
		}
		w.settings.After, w.settings.MoveTo = Move, "Done"
		w.deliver("b", "c")
		w.mustPass()
		w.want("a b c")
		if in, done := len(w.flags("INBOX")), len(w.flags("Done")); in != 1 || done != 2 {
			w.t.Errorf("got %d in INBOX and %d in Done, want 1 and 2", in, done)
		}
		if flags := slices.Concat(w.flags("Done")...); len(flags) != 0 {
			w.t.Errorf("got the flags %v, want that what was moved is still unread", flags)
		}
	})
}

func TestOnlyWhatIsNew(t *testing.T) {
	each(t, func(w *world) {
		w.settings.NewOnly = true
		w.deliver("old", "older")
		w.age()
		w.mustPass()
		w.want("")
		w.deliver("new")
		w.mustPass()
		w.want("new")
		w.setValidity(99)
		w.deliver("newer")
		w.mustPass()
		w.want("new newer") // the folder began anew, and what was there before us is still not ours
		if c := w.cursor(); c.Validity != 99 || c.Last != 4 {
			w.t.Errorf("got the cursor %+v, want that it is past all four", c)
		}
		w.age()
		w.setValidity(100)
		w.mustPass()
		if c := w.cursor(); c.Validity != 100 || c.Last != 4 || len(w.given) != 3 {
			w.t.Errorf("got the cursor %+v after %d messages, want that it passes over what is not ours", c, len(w.given))
		}
	})
}

// age has all mail in the INBOX be an hour older than it is.
func (w *world) age() {
	w.t.Helper()
	for _, sub := range []string{"new", "cur"} {
		files, _ := filepath.Glob(filepath.Join(w.server.Maildir("help", "INBOX"), sub, "*"))
		for _, f := range files {
			if err := os.Chtimes(f, time.Time{}, time.Now().Add(-time.Hour)); err != nil {
				w.t.Fatal(err)
			}
		}
	}
}

// The library may take the answer about one message for another's: a message
// that did not come is asked for again before it is told that it is gone.
func TestMessageThatDidNotComeIsAskedForAgain(t *testing.T) {
	each(t, func(w *world) {
		w.deliver("a")
		s, err := open(w.ctx, w.p.c, w.settings.orDefault())
		if err == nil {
			defer s.close()
			_, err = s.choose("INBOX")
		}
		if err != nil {
			w.t.Fatal(err)
		}
		f := &folder{c: w.p.c, s: s, cursor: Cursor{Inbox: "in1", Folder: "INBOX"}, batch: 1}
		met := map[uint32]bool{}
		keep := func(m meta, got fetched) error {
			met[m.uid] = true
			return w.take(w.ctx, s.message(f.cursor, m, got))
		}
		if err := f.again(w.ctx, meta{uid: 1}, keep, met); err != nil {
			w.t.Fatal(err)
		}
		w.want("a")
	})
}

func TestNothingCanBeChangedWhereNothingIsToBe(t *testing.T) {
	each(t, func(w *world) {
		w.deliver("a")
		s, err := open(w.ctx, w.p.c, w.settings.orDefault())
		if err == nil {
			defer s.close()
			_, err = s.choose("INBOX")
		}
		if err != nil {
			w.t.Fatal(err)
		}
		s.client.Store(imap.UIDSetNum(1), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagSeen}}, nil).Close()
		if flags := w.flags("INBOX"); len(flags) != 1 || len(flags[0]) != 0 {
			w.t.Errorf("got the flags %v, want none: the folder is open for reading only", flags)
		}
	})
}

func TestReconcile(t *testing.T) {
	each(t, func(w *world) {
		w.deliver("a", "b", "c")
		w.mustPass()
		w.ledger = slices.DeleteFunc(w.ledger, func(m Message) bool { return m.UID == 2 }) // as if a restore had lost it
		w.seen = map[string]int{}
		w.mustPass()
		w.want("a c")
		w.p.c.Reconcile = -1
		w.mustPass()
		w.want("a c b")
		mustertest.See(w.t, w.d, w.ctx, func(tx *db.Tx) error {
			log, err := tell(tx)
			if !strings.Contains(log, `imap.reconciled {"inbox":"in1","folder":"INBOX","onServer":3,"missing":1}`) {
				w.t.Errorf("got the log %q, want that one was missing", log)
			}
			return err
		})
	})
}

func TestReconcileMovesWhatACrashLeftBehind(t *testing.T) {
	each(t, func(w *world) {
		w.deliver("a")
		w.mustPass() // as if it had ended before it could move
		w.settings.After, w.settings.MoveTo = Move, "Done"
		w.p.c.Reconcile = -1
		w.mustPass()
		if in, done := len(w.flags("INBOX")), len(w.flags("Done")); in != 0 || done != 1 || len(w.given) != 1 {
			w.t.Errorf("got %d in INBOX, %d in Done, %d given; want it moved, and given once", in, done, len(w.given))
		}
	})
}

func TestSeveralFolders(t *testing.T) {
	each(t, func(w *world) {
		w.settings.Folders = []string{"INBOX", "NotThere", "Sales"}
		w.deliverTo("Sales", "s")
		w.deliver("a")
		w.mustPass()
		w.want("s a")
		if s := w.state(); s.Status != NoFolder || !strings.Contains(s.Detail, `the folder "NotThere" cannot be opened`) {
			w.t.Errorf("got %+v, want that the folder is not there, and the others are read", s)
		}
	})
}
