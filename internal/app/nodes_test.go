package app

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/mailbox"
	"muster/internal/mustertest"
	"muster/internal/people"
)

// twoNodes starts two nodes on one PostgreSQL, one folder of files and one secret. They are nil on SQLite, where one file serves one node.
func twoNodes(t *testing.T, url string) (a, b *running) {
	t.Helper()
	if strings.HasPrefix(url, "sqlite:") {
		return nil, nil
	}
	blobs := t.TempDir()
	shared := func(c *Config) { c.Blobs = "dir:" + blobs }
	a = startDesk(t, url, shared)
	b = startDesk(t, url, shared, func(c *Config) { c.Smarthost = "smtp://" + a.sink.address + "?tls=none" })
	b.sink, b.token = a.sink, a.mintToken(access.Admin)
	a.token = b.token
	return a, b
}

// A mail that either node accepts gets one outcome and one ticket, and a reply goes out once.
func TestNodesShareTheWork(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		a, b := twoNodes(t, url)
		if a == nil {
			return
		}
		const mails = 100
		var wg sync.WaitGroup
		for i := range mails {
			node := [2]*running{a, b}[i%2]
			wg.Go(func() {
				from := fmt.Sprintf("sender%d@fennoway.example", i)
				node.deliver(from, "support@quillmere.example", letterFrom(from, fmt.Sprintf("m%d@fennoway.example", i), fmt.Sprintf("Mail %d", i), "", "Text."))
			})
		}
		wg.Wait()
		a.arrived(mails)
		var sum struct {
			Received int64
			Outcomes map[string]int64
		}
		b.must("GET", "/mail/summary", nil, &sum)
		if sum.Outcomes["ticket"] != mails {
			t.Errorf("the outcomes of %d mails are %v, want a ticket of each", mails, sum.Outcomes)
		}
		numbers, titles := map[int64]bool{}, map[string]bool{}
		for cursor := ""; ; {
			var l wireList[wireTicket]
			b.must("GET", "/tickets?limit=30&cursor="+cursor, nil, &l)
			for _, tk := range l.Items {
				numbers[tk.Number], titles[tk.Title] = true, true
			}
			if l.Next == nil {
				break
			}
			cursor = *l.Next
		}
		if len(numbers) != mails || len(titles) != mails {
			t.Errorf("%d tickets with %d titles, want %d of each", len(numbers), len(titles), mails)
		}
		for i, number := range slices.Sorted(maps.Keys(numbers))[:20] {
			[2]*running{a, b}[i%2].must("POST", fmt.Sprintf("/tickets/%d/replies", number), map[string]any{"body": fmt.Sprintf("Answer %d.", i)}, nil)
		}
		a.await("the replies have arrived", func() bool { return len(a.sink.mails()) >= 20 })
		a.await("no job is left to do", func() bool { return a.waiting("mail.send") == 0 })
		if got := len(a.sink.mails()); got != 20 {
			t.Errorf("%d mails were sent for 20 replies", got)
		}
	})
}

// waiting counts the jobs of a task that are not done.
func (d *running) waiting(task string) int {
	d.t.Helper()
	n, err := db.Single(d.as(), d.house.db, db.Value[int], `SELECT count(*) FROM jobs WHERE workspace_id = $1 AND task = $2`, d.house.workspace.ID, task)
	if err != nil {
		d.t.Fatal(err)
	}
	return n[0]
}

// A page that is open at one node hears what is done at the other.
func TestNodesTellEachOther(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		a, b := twoNodes(t, url)
		if a == nil {
			return
		}
		a.hire("Ines Marrow", access.Admin)
		number := a.openOne("Heard everywhere")
		var by string // who acts at the other node only
		by, b.token = b.makeToken(t, people.NewToken{Name: "other", Role: access.Admin})
		c := a.browser()
		a.signIn(c, "ines.marrow@quillmere.example")
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		r, err := http.NewRequestWithContext(ctx, "GET", fmt.Sprintf("%s/live?topic=ticket:%d", a.URL, number), nil)
		if err != nil {
			t.Fatal(err)
		}
		stream, err := c.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer stream.Body.Close()
		var heard atomic.Bool
		go func() {
			for s := bufio.NewScanner(stream.Body); s.Scan(); {
				if strings.Contains(s.Text(), fmt.Sprintf(`"topic":"ticket:%d"`, number)) && strings.Contains(s.Text(), `"by":"`+by+`"`) {
					heard.Store(true)
				}
			}
		}()
		a.await("a page at one node has heard of a change at the other", func() bool {
			b.must("POST", fmt.Sprintf("/tickets/%d/replies", number), map[string]any{"body": "A note.", "public": false}, nil)
			for range 20 {
				if heard.Load() {
					return true
				}
				time.Sleep(50 * time.Millisecond)
			}
			return heard.Load()
		})
		// The session counts at both nodes.
		other := b.browser()
		other.Jar = c.Jar
		if got := b.visit(other, "GET", fmt.Sprintf("/tickets/%d", number), ""); got.Status != 200 {
			t.Errorf("the page at the other node: %d, want 200", got.Status)
		}
	})
}

// What a node had begun when it died, another does once the lease has ended; if the dead one comes to life, it disturbs nothing.
func TestNodeDies(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		if strings.HasPrefix(url, "sqlite:") {
			return // one file serves one node
		}
		blobs := t.TempDir()
		c := &Config{DB: url, Data: t.TempDir(), Blobs: "dir:" + blobs, Listen: freePort(t), Inbox: "support@quillmere.example", Secret: strings.Repeat("s", 40)}
		if err := c.check(); err != nil {
			t.Fatal(err)
		}
		first, err := open(t.Context(), c) // takes mail in, and does nothing else
		if err != nil {
			t.Fatal(err)
		}
		defer first.close()
		if _, err := first.office.Inboxes.Ensure(t.Context(), first.workspace.ID, c.Inbox); err != nil {
			t.Fatal(err)
		}
		origin := mailbox.Origin{Source: mailbox.SMTP, EnvelopeFrom: "maren@fennoway.example", EnvelopeTo: []string{c.Inbox}, ReceivedAt: time.Now()}
		raw := letterFrom("Maren <maren@fennoway.example>", "orphan@fennoway.example", "Left behind", "", "Text.")
		if _, err := first.office.Accept(t.Context(), first.workspace.ID, origin, strings.NewReader(raw)); err != nil {
			t.Fatal(err)
		}
		dyingDB := mustertest.Open(t, url)
		defer dyingDB.Close()
		dying := event.NewBus(dyingDB, "dying")
		began, awake := make(chan struct{}), make(chan struct{})
		event.Task(dying, "mailbox.intake", func(context.Context, json.RawMessage) error { close(began); <-awake; return nil }, event.Options{Lease: 3 * time.Second})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- dying.Work(ctx) }()
		<-began
		b := startDesk(t, url, func(c *Config) { c.Blobs = "dir:" + blobs })
		var sum struct {
			Received, Pending, Unaccounted int64
			Outcomes                       map[string]int64
		}
		b.must("GET", "/mail/summary", nil, &sum)
		if sum.Received != 1 || sum.Pending != 1 {
			t.Errorf("while a node holds the mail custody says %+v, want it pending", sum)
		}
		cancel()
		if err := <-ended; err == nil {
			t.Error("the node left work behind and did not say so")
		}
		b.arrived(1)
		close(awake)
		b.must("GET", "/mail/summary", nil, &sum)
		var l wireList[wireTicket]
		b.must("GET", "/tickets", nil, &l)
		if sum.Outcomes["ticket"] != 1 || len(l.Items) != 1 || b.waiting("mailbox.intake") != 0 {
			t.Errorf("custody says %+v of %d tickets, and %d jobs wait; want one ticket", sum, len(l.Items), b.waiting("mailbox.intake"))
		}
	})
}
