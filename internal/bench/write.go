package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"
)

const clients = 8

// rate runs something with all clients for a while, and returns how often a second it was done.
func rate(ctx context.Context, span time.Duration, do func(client, i int) error) (float64, error) {
	ctx, cancel := context.WithTimeout(ctx, span)
	defer cancel()
	var done atomic.Int64
	var mu sync.Mutex
	var errs error
	var wg sync.WaitGroup
	began := time.Now()
	for c := range clients {
		wg.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				if err := do(c, i); err != nil {
					mu.Lock()
					errs = errors.Join(errs, err)
					mu.Unlock()
					cancel()
					return
				}
				done.Add(1)
			}
		})
	}
	wg.Wait()
	return float64(done.Load()) / time.Since(began).Seconds(), errs
}

func (d *served) creates(ctx context.Context, span time.Duration) (float64, error) {
	return rate(ctx, span, func(c, i int) error {
		body, err := json.Marshal(map[string]any{"title": fmt.Sprintf("Ticket %d of client %d", i, c), "body": "The scanner at the gate does not answer any more.",
			"requester": map[string]string{"email": fmt.Sprintf("c%d@customer%d.example", i%500, i%100), "name": "Customer"}, "tags": []string{"bench"}})
		if err != nil {
			return err
		}
		return fetch(d.api, "POST", d.url+"/api/v1/tickets", d.token, body)
	})
}

// replies writes notes and public replies to many tickets. Their mail is not waited for.
func (d *served) replies(ctx context.Context, span time.Duration) (float64, error) {
	return rate(ctx, span, func(c, i int) error {
		n := 2 + (c*1009+i*13)%min(5000, d.size-2)
		return fetch(d.api, "POST", fmt.Sprintf("%s/api/v1/tickets/%d/replies", d.url, n), d.token, []byte(`{"body":"We are looking into it, and will write again today."}`))
	})
}

// intake delivers mails over connections that are kept, as mail servers do, and
// counts only once the ledger has an outcome for every one.
func (d *served) intake(ctx context.Context, span time.Duration) (float64, error) {
	d.calm()
	before, err := d.summary()
	if err != nil {
		return 0, err
	}
	conns := make([]*smtp.Client, clients)
	for i := range conns {
		if conns[i], err = smtp.Dial(d.smtp); err != nil {
			return 0, err
		}
		defer conns[i].Close()
	}
	began := time.Now()
	if _, err := rate(ctx, span, func(c, i int) error {
		from := fmt.Sprintf("sender%d-%d@mail%d.example", c, i, i%200)
		raw := fmt.Sprintf("From: Sender <%s>\r\nTo: support@bench.example\r\nSubject: Question %d of %d\r\nMessage-ID: <%d.%d.%d@bench.example>\r\nDate: %s\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n",
			from, i, c, c, i, began.UnixNano(), time.Now().Format(time.RFC1123Z), strings.Repeat("Where is the order that we placed last week? ", 40))
		return conns[c].SendMail(from, []string{"support@bench.example"}, strings.NewReader(raw))
	}); err != nil {
		return 0, err
	}
	for {
		now, err := d.summary()
		if err != nil {
			return 0, err
		}
		if now.Pending == 0 {
			if now.Unaccounted != 0 {
				return 0, fmt.Errorf("%d messages are unaccounted for", now.Unaccounted)
			}
			return float64(now.Received-before.Received) / time.Since(began).Seconds(), nil
		}
		time.Sleep(20 * time.Millisecond)
	}
}

type summary struct{ Received, Pending, Unaccounted int64 }

func (d *served) summary() (s summary, err error) {
	r, err := d.get("/api/v1/mail/summary")
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(r, &s)
}

func (d *served) get(path string) ([]byte, error) {
	r, err := http.NewRequest(http.MethodGet, d.url+path, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+d.token)
	answer, err := d.api.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	return io.ReadAll(answer.Body)
}

// calm waits until what was written before has gone out.
func (d *served) calm() {
	for d.sink.quietFor() < 2*time.Second {
		time.Sleep(100 * time.Millisecond)
	}
}

// arrivals replies and waits for the mail, one after the other.
func (d *served) arrivals(n int) ([]float64, error) {
	d.calm()
	var times []float64
	for i := range n {
		mark := fmt.Sprintf("arrival-%d-%d", i, time.Now().UnixNano())
		wait := d.sink.expect(mark)
		began := time.Now()
		if err := fetch(d.api, "POST", d.url+"/api/v1/tickets/2/replies", d.token, []byte(`{"body":"`+mark+`"}`)); err != nil {
			return nil, err
		}
		select {
		case <-wait:
			times = append(times, float64(time.Since(began).Microseconds())/1000)
		case <-time.After(30 * time.Second):
			return nil, errors.New("a reply did not arrive within 30 s")
		}
	}
	return times, nil
}

// sink is the mail server that replies arrive at.
type sink struct {
	address string
	server  *smtp.Server

	mu    sync.Mutex
	last  time.Time
	waits map[string]chan struct{}
}

func newSink() (*sink, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &sink{address: l.Addr().String(), waits: map[string]chan struct{}{}, last: time.Now()}
	s.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{s}, nil }))
	go s.server.Serve(l)
	return s, nil
}

func (s *sink) close() { s.server.Close() }

func (s *sink) quietFor() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Since(s.last)
}

// expect returns a channel that is closed when a mail with a mark arrives.
func (s *sink) expect(mark string) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := make(chan struct{})
	s.waits[mark] = c
	return c
}

type session struct{ *sink }

func (*session) Mail(string, *smtp.MailOptions) error { return nil }
func (*session) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (*session) Reset()                               {}
func (*session) Logout() error                        { return nil }
func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = time.Now()
	for mark, c := range s.waits {
		if strings.Contains(string(b), mark) {
			close(c)
			delete(s.waits, mark)
		}
	}
	return nil
}
