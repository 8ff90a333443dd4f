package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	gosmtp "github.com/emersion/go-smtp"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/mustertest"
	"muster/internal/people"
	"muster/internal/workspace"
)

// running is a whole Muster that serves on ports of its own, with a mail server to send through.
type running struct {
	t     *testing.T
	house *house
	sink  *sink
	URL   string
	token string
	stop  func()
}

const deskPassword = "correct horse battery"

// startDesk serves a new desk on the database at url until the test ends.
func startDesk(t *testing.T, url string, change ...func(*Config)) *running {
	t.Helper()
	s := newSink(t)
	c := &Config{DB: url, Data: t.TempDir(), Listen: freePort(t), SMTPListen: freePort(t), Inbox: "support@quillmere.example",
		Smarthost: "smtp://" + s.address + "?tls=none", Secret: strings.Repeat("s", 40)}
	for _, f := range change {
		f(c)
	}
	if err := c.check(); err != nil {
		t.Fatal(err)
	}
	h, err := open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	h.hasher = people.NewQuickHasher()
	d := &running{t: t, house: h, sink: s, URL: c.URL}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- h.serve(ctx, io.Discard) }()
	var once sync.Once
	d.stop = func() {
		once.Do(func() {
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
			mustertest.CheckPlans(t, h.db)
			if err := h.close(); err != nil {
				t.Error(err)
			}
		})
	}
	t.Cleanup(d.stop)
	d.await("the desk is ready", func() bool {
		r, err := http.Get(d.URL + "/readyz")
		if err != nil {
			return false
		}
		r.Body.Close()
		return r.StatusCode == 200
	})
	return d
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// as is a context in which Muster acts in the desk's workspace.
func (d *running) as() context.Context {
	return access.With(context.Background(), access.System(d.house.workspace.ID))
}

// letsTakeBack has a reply wait for so many seconds before it is sent. What
// a workspace has set is remembered for a while: it comes before the first request.
func (d *running) letsTakeBack(seconds int) {
	d.t.Helper()
	set := workspace.Defaults()
	set.UndoSeconds = seconds
	if err := d.house.db.Update(d.as(), func(tx *db.Tx) error {
		_, err := workspace.Change(tx, workspace.Changes{Settings: &set})
		return err
	}); err != nil {
		d.t.Fatal(err)
	}
}

// hire makes an agent who can sign in.
func (d *running) hire(name, role string) people.User {
	d.t.Helper()
	hash, err := d.house.hasher.Hash(d.as(), deskPassword)
	if err != nil {
		d.t.Fatal(err)
	}
	var u people.User
	email := strings.ToLower(strings.ReplaceAll(name, " ", ".")) + "@quillmere.example"
	if err := d.house.db.Update(d.as(), func(tx *db.Tx) (err error) {
		u, err = people.AddUser(tx, people.NewUser{Email: email, Name: name, Role: role, Password: hash})
		return err
	}); err != nil {
		d.t.Fatal(err)
	}
	return u
}

// mintToken makes a token of a role.
func (d *running) mintToken(role string) string {
	d.t.Helper()
	var secret string
	if err := d.house.db.Update(d.as(), func(tx *db.Tx) (err error) {
		_, secret, err = people.CreateToken(tx, people.NewToken{Name: "test", Role: role})
		return err
	}); err != nil {
		d.t.Fatal(err)
	}
	return secret
}

// call asks the API and reads its answer into out, unless that is nil.
func (d *running) call(method, path string, in, out any) (status int, problem string) {
	d.t.Helper()
	if d.token == "" {
		d.token = d.mintToken(access.Admin)
	}
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			d.t.Fatal(err)
		}
		body = bytes.NewReader(b)
	}
	r, err := http.NewRequest(method, d.URL+"/api/v1"+path, body)
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+d.token)
	r.Header.Set("Content-Type", "application/json")
	answer := d.send(http.DefaultClient, r)
	if answer.Status >= 400 {
		return answer.Status, string(answer.Body)
	}
	if out != nil {
		if err := json.Unmarshal(answer.Body, out); err != nil {
			d.t.Fatalf("%s %s answered %s: %v", method, path, answer.Body, err)
		}
	}
	return answer.Status, ""
}

// must is call that has to succeed.
func (d *running) must(method, path string, in, out any) {
	d.t.Helper()
	if status, problem := d.call(method, path, in, out); status >= 400 {
		d.t.Fatalf("%s %s: %d %s", method, path, status, problem)
	}
}

// deliver hands a mail to the desk's listener, as another mail server does.
func (d *running) deliver(from, to, raw string) {
	d.t.Helper()
	raw = strings.ReplaceAll(strings.ReplaceAll(raw, "\r\n", "\n"), "\n", "\r\n")
	c, err := gosmtp.Dial(d.house.config.SMTPListen)
	if err != nil {
		d.t.Fatal(err)
	}
	defer c.Close()
	if err := c.SendMail(from, []string{to}, strings.NewReader(raw)); err != nil {
		d.t.Fatalf("deliver a mail: %v", err)
	}
}

// await waits until something holds, in real time, since other processes take part.
func (d *running) await(what string, holds func() bool) {
	d.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for !holds() {
		if time.Now().After(deadline) {
			d.t.Fatalf("waited in vain until %s", what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// sink is a mail server that keeps what it is given.
type sink struct {
	address string
	mu      sync.Mutex
	got     []parcel
	refuses bool // everybody whose address begins with gone
}

type parcel struct {
	From string
	To   []string
	Raw  []byte
	At   time.Time
}

func newSink(t *testing.T) *sink {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &sink{address: l.Addr().String()}
	server := gosmtp.NewServer(gosmtp.BackendFunc(func(*gosmtp.Conn) (gosmtp.Session, error) { return &sinkSession{sink: s}, nil }))
	server.Domain = "mail.example"
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return s
}

// mails are those that have arrived so far.
func (s *sink) mails() []parcel {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]parcel(nil), s.got...)
}

func (s *sink) refuse(refuses bool) { s.mu.Lock(); defer s.mu.Unlock(); s.refuses = refuses }

type sinkSession struct {
	sink *sink
	parcel
}

func (s *sinkSession) Mail(from string, _ *gosmtp.MailOptions) error { s.From = from; return nil }
func (s *sinkSession) Rcpt(to string, _ *gosmtp.RcptOptions) error {
	s.sink.mu.Lock()
	defer s.sink.mu.Unlock()
	if s.sink.refuses && strings.HasPrefix(to, "gone") {
		return &gosmtp.SMTPError{Code: 550, EnhancedCode: gosmtp.EnhancedCode{5, 1, 1}, Message: "Nobody of that name here"}
	}
	s.To = append(s.To, to)
	return nil
}
func (s *sinkSession) Reset()        { s.parcel = parcel{} }
func (s *sinkSession) Logout() error { return nil }
func (s *sinkSession) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.Raw, s.At = b, time.Now()
	s.sink.mu.Lock()
	defer s.sink.mu.Unlock()
	s.sink.got = append(s.sink.got, s.parcel)
	return nil
}

// header reads a field of a mail that was sent.
func (p parcel) header(t *testing.T, name string) string {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(p.Raw))
	if err != nil {
		t.Fatalf("what was sent is no mail: %v\n%s", err, p.Raw)
	}
	return m.Header.Get(name)
}

// letterFrom is a plain mail.
func letterFrom(from, id, subject, more, text string) string {
	return fmt.Sprintf("From: %s\nTo: support@quillmere.example\nSubject: %s\nMessage-ID: <%s>\nDate: %s\n%sMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n%s\n",
		from, subject, id, time.Now().Format(time.RFC1123Z), more, text)
}
