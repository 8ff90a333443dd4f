package mailbox_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/blob"
	"muster/internal/complaint"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/mailbox"
	"muster/internal/request"
	"muster/internal/task"
	"muster/internal/ticket"
	"muster/internal/workspace"
)

// desk opens a desk for a benchmark, on a disk that it waits for.
func desk(b *testing.B, address string) (*mailbox.Office, *event.Bus, string) {
	d, err := db.Open(b.Context(), address)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { d.Close() })
	store, err := blob.Open(b.Context(), "dir:"+b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	bus := event.NewBus(d, "bench")
	o := mailbox.NewOffice(mailbox.Office{DB: d, Bus: bus, Desk: ticket.NewDesk(request.Kind(), complaint.Kind(), task.Kind()), Blobs: store,
		Secret: []byte("secret"), URL: "https://desk.example"})
	w, err := workspace.Ensure(b.Context(), d, "Bench")
	if err != nil {
		b.Fatal(err)
	}
	if _, err := o.Inboxes.Ensure(b.Context(), w.ID, "support@bench.example"); err != nil {
		b.Fatal(err)
	}
	return o, bus, w.ID
}

func bench(b *testing.B, f func(b *testing.B, address string)) {
	b.Run("sqlite", func(b *testing.B) { f(b, "sqlite:"+b.TempDir()+"/bench.db") })
	if server := os.Getenv("MUSTER_TEST_POSTGRES"); server != "" {
		b.Run("postgres", func(b *testing.B) {
			u, err := url.Parse(server)
			if err != nil {
				b.Fatal(err)
			}
			f(b, freshSchema(b, u))
		})
	}
}

const paragraph = "The printer on the second floor has stopped again, and nobody knows why.\r\n"

// BenchmarkIntake takes mails from the network to tickets: custody, then what becomes of them.
func BenchmarkIntake(b *testing.B) {
	bench(b, func(b *testing.B, address string) {
		o, bus, ws := desk(b, address)
		start := time.Now()
		ctx, stop := context.WithCancel(b.Context())
		done := make(chan error)
		go func() { done <- bus.Work(ctx) }()
		b.ResetTimer()
		var wg sync.WaitGroup
		for worker := range 16 {
			wg.Go(func() {
				for n := worker; n < b.N; n += 16 {
					raw := fmt.Sprintf("From: Person %d <p%d@c%d.example>\r\nTo: support@bench.example\r\nSubject: Printer %d\r\nMessage-ID: <%d@c.example>\r\n\r\n%s",
						n%900, n%900, n%50, n, n, strings.Repeat(paragraph, 20))
					if _, err := o.Accept(ctx, ws, mailbox.Origin{Source: mailbox.SMTP, Transaction: fmt.Sprint(n), EnvelopeTo: []string{"support@bench.example"}}, strings.NewReader(raw)); err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		accepted := time.Since(start)
		for pending(b, o, ws) > 0 {
			time.Sleep(5 * time.Millisecond)
		}
		b.StopTimer()
		b.ReportMetric(float64(o.DB.Retries())/float64(b.N), "retries/mail")
		b.ReportMetric(float64(b.N)/accepted.Seconds(), "accepted/s")
		b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "mails/s")
		stop()
		if err := <-done; err != nil {
			b.Error(err)
		}
	})
}

func pending(b *testing.B, o *mailbox.Office, ws string) int64 {
	var s mailbox.Counts
	err := o.DB.View(access.With(b.Context(), access.System(ws)), func(tx *db.Tx) (err error) {
		s, err = mailbox.Summary(tx)
		return err
	})
	if err != nil || s.Outcomes[mailbox.Failed] > 0 {
		b.Fatal(s, err)
	}
	return s.Pending
}

// freshSchema returns the address of a schema of the benchmark's own, which is dropped at its end.
func freshSchema(b *testing.B, u *url.URL) string {
	pool, err := sql.Open("pgx", u.String())
	if err != nil {
		b.Fatal(err)
	}
	const name = "bench_mailbox"
	if _, err := pool.Exec(`DROP SCHEMA IF EXISTS ` + name + ` CASCADE; CREATE SCHEMA ` + name); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		pool.Exec(`DROP SCHEMA ` + name + ` CASCADE`)
		pool.Close()
	})
	own := *u
	q := own.Query()
	q.Set("search_path", name)
	own.RawQuery = q.Encode()
	return own.String()
}
