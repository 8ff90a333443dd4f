package smtpd

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"

	"muster/internal/fault"
)

// taken is a message that the desk has accepted.
type taken struct {
	Envelope
	raw string
}

// desk is whom the listener asks: it keeps what it is given, and knows one domain.
type desk struct {
	mu       sync.Mutex
	messages []taken
	asked    []string
	accept   func(context.Context, taken) error
}

func (d *desk) recipient(_ context.Context, addr string) error {
	d.mu.Lock()
	d.asked = append(d.asked, addr)
	d.mu.Unlock()
	local, domain, _ := strings.Cut(addr, "@")
	switch {
	case local == "busy":
		return errors.New("database is away at 10.1.2.3")
	case domain == "desk.example" && !strings.ContainsAny(local, "%!@"), addr == "postmaster":
		return nil
	}
	return fault.New(fault.NotFound, "There is no inbox %s here.", addr)
}

func (d *desk) take(ctx context.Context, e Envelope, raw io.Reader) error {
	b, err := io.ReadAll(raw)
	if err != nil {
		return err
	}
	m := taken{e, string(b)}
	if d.accept != nil {
		if err := d.accept(ctx, m); err != nil {
			return err
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.messages = append(d.messages, m)
	return nil
}

func (d *desk) all() []taken { d.mu.Lock(); defer d.mu.Unlock(); return slices.Clone(d.messages) }

// open serves a desk on loopback until the test ends, and returns where.
func open(t *testing.T, d *desk, c Config) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serve(t, l, d, c)
	return l.Addr().String()
}

func serve(t *testing.T, l net.Listener, d *desk, c Config) (stop func() error) {
	t.Helper()
	c.Recipient, c.Accept = d.recipient, d.take
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, l, c) }()
	stop = sync.OnceValue(func() error { cancel(); return <-done })
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Errorf("Serve: got %v, want nil", err)
		}
	})
	return stop
}

func dial(t *testing.T, addr string) *smtp.Client {
	t.Helper()
	c, err := smtp.Dial(addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

const letter = "From: ann@out.example\r\nSubject: Printer\r\n\r\nIt smokes.\r\n.It does.\r\n"

func TestAcceptsWithItsEnvelope(t *testing.T) {
	d := &desk{}
	addr := open(t, d, Config{Host: "mx.desk.example"})
	plain := dial(t, addr)
	if err := plain.Hello("mail.out.example"); err != nil {
		t.Fatal(err)
	}
	sealed, err := smtp.DialStartTLS(addr, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	defer sealed.Close()
	if err := sealed.Hello("tls.out.example"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []*smtp.Client{plain, sealed} {
		if err := c.SendMail("ann@out.example", []string{"help@desk.example", "sales@desk.example", "help@desk.example"}, strings.NewReader(letter)); err != nil {
			t.Fatal(err)
		}
	}
	got := d.all()
	if len(got) != 2 {
		t.Fatalf("got %d messages, want 2: one of each transaction, though it has several recipients", len(got))
	}
	for i, m := range got {
		if m.raw != letter {
			t.Errorf("got %q, want what was sent: %q", m.raw, letter)
		}
		if want := []string{"help@desk.example", "sales@desk.example"}; m.From != "ann@out.example" || !slices.Equal(m.To, want) {
			t.Errorf("got from %q to %q, want from ann@out.example to %q", m.From, m.To, want)
		}
		if want := []string{"mail.out.example", "tls.out.example"}[i]; m.Helo != want {
			t.Errorf("got HELO %q, want %q", m.Helo, want)
		}
		if !m.Remote.Addr().IsLoopback() || m.Remote.Port() == 0 || m.ID == "" || m.At.IsZero() {
			t.Errorf("got %+v, want where it came from, when, and an id", m.Envelope)
		}
	}
	if got[0].TLS != "" || !strings.HasPrefix(got[1].TLS, "TLS 1.3 ") || got[0].ID == got[1].ID {
		t.Errorf("got TLS %q and %q, ids %q and %q; want the second alone encrypted, and ids that differ", got[0].TLS, got[1].TLS, got[0].ID, got[1].ID)
	}
}

func TestBounceHasNoSender(t *testing.T) {
	d := &desk{}
	if err := dial(t, open(t, d, Config{})).SendMail("", []string{"help@desk.example"}, strings.NewReader(letter)); err != nil {
		t.Fatal(err)
	}
	if got := d.all(); len(got) != 1 || got[0].From != "" {
		t.Errorf("got %+v, want one message from nobody", got)
	}
}

func TestSaysYesOnlyOnceItIsDurable(t *testing.T) {
	arrived, durable, answered := make(chan bool), make(chan bool), make(chan error, 1)
	d := &desk{accept: func(context.Context, taken) error { arrived <- true; <-durable; return nil }}
	c := dial(t, open(t, d, Config{}))
	go func() {
		answered <- c.SendMail("ann@out.example", []string{"help@desk.example"}, strings.NewReader(letter))
	}()
	<-arrived
	select {
	case err := <-answered:
		t.Errorf("answered %v before the message was durable", err)
	default:
	}
	close(durable)
	if err := <-answered; err != nil {
		t.Errorf("got %v, want yes once it is durable", err)
	}
}

func TestIsNoOpenRelay(t *testing.T) {
	d := &desk{}
	addr := open(t, d, Config{})
	for _, to := range []string{
		"victim@else.example",
		"victim%else.example@desk.example",
		"else.example!victim@desk.example",
		`"victim@else.example"@desk.example`,
		"victim@desk.example.else.example",
		"help",
		"help@",
	} {
		t.Run(to, func(t *testing.T) {
			c := dial(t, addr)
			if err := c.Mail("help@desk.example", nil); err != nil {
				t.Fatal(err)
			}
			err := c.Rcpt(to, nil)
			if code := code(err); code/100 != 5 {
				t.Errorf("RCPT TO:<%s>: got %v, want a refusal for good", to, err)
			}
			if _, err := c.Data(); code(err)/100 != 5 {
				t.Errorf("DATA with nobody to get it: got %v, want a refusal", err)
			}
		})
	}
	if got := d.all(); len(got) != 0 {
		t.Errorf("took %+v", got)
	}
}

func code(err error) int {
	if e, ok := errors.AsType[*smtp.SMTPError](err); ok {
		return e.Code
	}
	return 0
}

func TestAnswers(t *testing.T) {
	for _, row := range []struct {
		rule string
		err  error
		code int
		text string
	}{
		{"what is no fault is ours: try again, and nothing of it is told", errors.New("disk /dev/sda1 is full"), 451, "We cannot take this just now"},
		{"internal is ours", fault.New(fault.Internal, "secret"), 451, "We cannot take this just now"},
		{"too many may come later", fault.New(fault.TooMany, "Slow down."), 451, "Slow down."},
		{"changed under us: again", fault.New(fault.Conflict, "secret"), 451, "We cannot take this just now"},
		{"too large never fits", fault.New(fault.TooLarge, "Too big."), 552, "Too big."},
		{"denied is for good", fault.New(fault.Denied, "You are blocked."), 550, "You are blocked."},
		{"invalid is for good", fault.New(fault.Invalid, "Not\r\n250 a message."), 554, "Not 250 a message."},
		{"a panic is ours", nil, 421, ""},
	} {
		t.Run(row.rule, func(t *testing.T) {
			d := &desk{accept: func(context.Context, taken) error {
				if row.err == nil {
					panic("ouch")
				}
				return row.err
			}}
			err := dial(t, open(t, d, Config{})).SendMail("ann@out.example", []string{"help@desk.example"}, strings.NewReader(letter))
			if code(err) != row.code || !strings.Contains(err.Error(), row.text) || strings.Contains(err.Error(), "secret") {
				t.Errorf("got %v, want %d %s", err, row.code, row.text)
			}
		})
	}
}

func TestTransientRecipient(t *testing.T) {
	c := dial(t, open(t, &desk{}, Config{}))
	if err := c.Mail("ann@out.example", nil); err != nil {
		t.Fatal(err)
	}
	if err := c.Rcpt("busy@desk.example", nil); code(err) != 451 || strings.Contains(err.Error(), "10.1.2.3") {
		t.Errorf("got %v, want 451 and nothing of our insides", err)
	}
	if err := c.Rcpt("nobody@else.example", nil); code(err) != 550 || !strings.Contains(err.Error(), "There is no inbox nobody@else.example here.") {
		t.Errorf("got %v, want 550 with the sentence", err)
	}
}

func TestYesToHalfAMessageIsNoYes(t *testing.T) {
	d := &desk{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- Serve(ctx, l, Config{Recipient: d.recipient, Accept: func(_ context.Context, _ Envelope, raw io.Reader) error {
			_, err := io.CopyN(io.Discard, raw, 10)
			return err
		}})
	}()
	err = dial(t, l.Addr().String()).SendMail("ann@out.example", []string{"help@desk.example"}, strings.NewReader(letter))
	if code(err) != 451 {
		t.Errorf("got %v, want 451: the rest of the message is kept nowhere", err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestTooLarge(t *testing.T) {
	d := &desk{}
	c := dial(t, open(t, d, Config{Host: "mx.desk.example", MaxSize: 2 << 20}))
	if n, ok := c.MaxMessageSize(); !ok || n != 2<<20 {
		t.Errorf("got SIZE %d, want %d", n, 2<<20)
	}
	if err := c.Mail("ann@out.example", &smtp.MailOptions{Size: 2<<20 + 1}); code(err) != 552 {
		t.Errorf("MAIL with SIZE: got %v, want 552", err)
	}
	big := strings.Repeat(strings.Repeat("x", 98)+"\r\n", 2<<20/100+1)
	err := c.SendMail("ann@out.example", []string{"help@desk.example"}, strings.NewReader(big))
	if code(err) != 552 || !strings.Contains(err.Error(), "larger than the 2 MiB that mx.desk.example takes") {
		t.Errorf("got %v, want 552 with a sentence", err)
	}
	if err := c.SendMail("ann@out.example", []string{"help@desk.example"}, strings.NewReader(letter)); err != nil {
		t.Errorf("the next on the same connection: got %v, want that it is taken", err)
	}
	if got := d.all(); len(got) != 1 || got[0].raw != letter {
		t.Errorf("took %d messages, want the small one alone", len(got))
	}
}

func TestLineLength(t *testing.T) {
	d := &desk{}
	addr := open(t, d, Config{MaxLine: 64 << 10})
	long := "Subject: x\r\n\r\n" + strings.Repeat("y", 60<<10) + "\r\n"
	if err := dial(t, addr).SendMail("ann@out.example", []string{"help@desk.example"}, strings.NewReader(long)); err != nil {
		t.Errorf("a line of 60 KiB: got %v, want that it is taken: such mail is common", err)
	}
	err := dial(t, addr).SendMail("ann@out.example", []string{"help@desk.example"}, strings.NewReader(long+strings.Repeat("z", 70<<10)+"\r\n"))
	if code(err) != 554 || !strings.Contains(err.Error(), "a line longer than") {
		t.Errorf("a line of 70 KiB: got %v, want 554 with a sentence", err)
	}
	if got := d.all(); len(got) != 1 || got[0].raw != long {
		t.Errorf("took %d messages, want the first alone", len(got))
	}
}

func TestLimitsOfConnections(t *testing.T) {
	for _, row := range []struct {
		rule string
		c    Config
	}{
		{"at once", Config{MaxConns: 2}},
		{"at once from one address", Config{MaxPerIP: 2}},
	} {
		t.Run(row.rule, func(t *testing.T) {
			addr := open(t, &desk{}, row.c)
			first, second := dial(t, addr), dial(t, addr)
			for _, c := range []*smtp.Client{first, second} {
				if err := c.Noop(); err != nil {
					t.Fatalf("within the limit: %v", err)
				}
			}
			if err := dial(t, addr).Noop(); code(err) != 421 {
				t.Errorf("the third: got %v, want 421", err)
			}
			if err := first.Quit(); err != nil {
				t.Fatal(err)
			}
			// The server makes room a moment after it has said good bye.
			var err error
			for range 1000 {
				if err = dial(t, addr).Noop(); err == nil {
					break
				}
			}
			if err != nil {
				t.Errorf("after one has left: got %v, want that there is room", err)
			}
		})
	}
}

func TestSearchForAddressesEnds(t *testing.T) {
	d := &desk{}
	c := dial(t, open(t, d, Config{}))
	if err := c.Mail("ann@out.example", nil); err != nil {
		t.Fatal(err)
	}
	var err error
	for range strangers + 1 {
		err = c.Rcpt("guess@else.example", nil)
	}
	if code(err) != 421 {
		t.Errorf("got %v, want 421 after %d unknown recipients", err, strangers)
	}
	if err := c.Rcpt("help@desk.example", nil); err == nil || code(err) == 550 {
		t.Errorf("got %v, want that the connection is at its end", err)
	}
}

func TestServeWithoutFunctions(t *testing.T) {
	if err := Serve(t.Context(), nil, Config{}); err == nil {
		t.Error("got nil, want that it is refused")
	}
}

func TestSelfSignedNamesTheHost(t *testing.T) {
	c, err := smtp.DialStartTLS(open(t, &desk{}, Config{Host: "mx.desk.example"}), &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Noop(); err != nil {
		t.Fatal(err)
	}
	state, _ := c.TLSConnectionState()
	if err := state.PeerCertificates[0].VerifyHostname("mx.desk.example"); err != nil {
		t.Error(err)
	}
	if ok, _ := c.Extension("STARTTLS"); ok {
		t.Error("STARTTLS is on offer again inside of TLS")
	}
}
