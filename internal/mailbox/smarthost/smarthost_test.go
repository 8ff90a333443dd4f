package smarthost

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// server is a mail server that keeps what it is given, and refuses what it is told to.
type server struct {
	mu       sync.Mutex
	got      []delivery
	sessions int
	conns    []net.Conn
	refuse   map[string]*smtp.SMTPError // by address
	data     func() error
	auth     []string
	password string
}

type delivery struct{ from, to, raw, user, helo string }

type session struct {
	s    *server
	helo string
	d    delivery
	to   []string
}

func (s *server) NewSession(c *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions++
	s.conns = append(s.conns, c.Conn())
	return &session{s: s, helo: c.Hostname()}, nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.d.from = from
	return s.refusal(from)
}

func (s *session) refusal(addr string) error {
	if e := s.s.refuse[addr]; e != nil {
		return e
	}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if err := s.refusal(to); err != nil {
		return err
	}
	s.to = append(s.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.s.mu.Lock()
	defer s.s.mu.Unlock()
	if s.s.data != nil {
		if err := s.s.data(); err != nil {
			return err
		}
	}
	s.s.got = append(s.s.got, delivery{s.d.from, strings.Join(s.to, " "), string(b), s.d.user, s.helo})
	return nil
}

func (s *session) Reset()                   { s.d.from, s.to = "", nil }
func (s *session) Logout() error            { return nil }
func (s *session) AuthMechanisms() []string { return s.s.auth }
func (s *session) Auth(method string) (sasl.Server, error) {
	check := func(user, password string) error {
		if password != s.s.password {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "Wrong password"}
		}
		s.d.user = user
		return nil
	}
	if method == "LOGIN" {
		return &loginServer{check: check}, nil
	}
	return sasl.NewPlainServer(func(_, user, password string) error { return check(user, password) }), nil
}

type loginServer struct {
	check func(user, password string) error
	said  []string
	asked bool
}

func (l *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	if l.asked {
		l.said = append(l.said, string(response))
	}
	l.asked = true
	switch len(l.said) {
	case 0:
		return []byte("Username:"), false, nil
	case 1:
		return []byte("Password:"), false, nil
	}
	return nil, true, l.check(l.said[0], l.said[1])
}

func (s *server) all() []delivery { s.mu.Lock(); defer s.mu.Unlock(); return slices.Clone(s.got) }

// certificate is one for mail.test and the authority that vouches for it.
var certificate = sync.OnceValues(func() (tls.Certificate, *x509.CertPool) {
	key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail.test"}, DNSNames: []string{"mail.test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	cert, _ := x509.ParseCertificate(der)
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
})

// listen serves s and returns a config whose host mail.test leads there.
func listen(t *testing.T, s *server, sealed, implicit bool, change func(*smtp.Server)) Config {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	cert, pool := certificate()
	srv := smtp.NewServer(s)
	srv.AllowInsecureAuth, srv.EnableSMTPUTF8 = true, true
	srv.ErrorLog = log.New(io.Discard, "", 0)
	if sealed {
		srv.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}}
	}
	if change != nil {
		change(srv)
	}
	addr := l.Addr().String()
	if implicit {
		l = tls.NewListener(l, srv.TLSConfig)
	}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	t.Cleanup(func() { srv.Close(); l.Close(); <-done })
	return Config{Host: "mail.test", Port: 25, TLS: Opportunistic, Helo: "desk.example", TLSConfig: &tls.Config{RootCAs: pool},
		Dial: func(ctx context.Context, network, asked string) (net.Conn, error) {
			if asked != "mail.test:25" {
				return nil, fmt.Errorf("dialled %s, want mail.test:25", asked)
			}
			return (&net.Dialer{}).DialContext(ctx, network, addr)
		}}
}

func relay(t *testing.T, c Config) *Relay {
	t.Helper()
	r := New(c)
	t.Cleanup(r.Close)
	return r
}

const letter = "From: help@desk.example\r\nTo: ann@out.example\r\nSubject: Re: Printer\r\n\r\nPut it out.\r\n.\r\n"

func TestSend(t *testing.T) {
	s := &server{refuse: map[string]*smtp.SMTPError{
		"gone@out.example": {Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No such user"},
		"full@out.example": {Code: 452, EnhancedCode: smtp.EnhancedCode{4, 2, 2}, Message: "Mailbox full"},
	}}
	r := relay(t, listen(t, s, true, false, nil))
	got := r.Send(t.Context(), "help@desk.example", []string{"ann@out.example", "gone@out.example", "full@out.example", "bob@out.example", "x\r\nRCPT TO:<y@z>", "x@y\r\nRSET", ""}, []byte(letter))
	want := []Result{
		{"ann@out.example", true, 250, "2.0.0", "OK: queued", false},
		{"gone@out.example", false, 550, "5.1.1", "No such user", true},
		{"full@out.example", false, 452, "4.2.2", "Mailbox full", false},
		{"bob@out.example", true, 250, "2.0.0", "OK: queued", false},
		{"x\r\nRCPT TO:<y@z>", false, 553, "5.1.3", "This is no address that mail can be sent to or from.", true},
		{"x@y\r\nRSET", false, 553, "5.1.3", "This is no address that mail can be sent to or from.", true},
		{"", false, 553, "5.1.3", "This is no address that mail can be sent to or from.", true},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if d := s.all(); len(d) != 1 || d[0] != (delivery{"help@desk.example", "ann@out.example bob@out.example", letter, "", "desk.example"}) {
		t.Errorf("the server got %+v, want the message once, for the two it agreed to", d)
	}
}

func TestAnswersForAll(t *testing.T) {
	to := []string{"ann@out.example", "bob@out.example"}
	for _, row := range []struct {
		rule      string
		s         *server
		change    func(*smtp.Server)
		from      string
		raw       string
		code      int
		permanent bool
		text      string
	}{
		{"the sender is refused", &server{refuse: map[string]*smtp.SMTPError{"help@desk.example": {Code: 550, Message: "Not you"}}}, nil, "help@desk.example", letter, 550, true, "Not you"},
		{"the sender is put off", &server{refuse: map[string]*smtp.SMTPError{"help@desk.example": {Code: 451, Message: "Greylisted"}}}, nil, "help@desk.example", letter, 451, false, "Greylisted"},
		{"the message is refused", &server{data: func() error { return &smtp.SMTPError{Code: 554, Message: "Spam"} }}, nil, "help@desk.example", letter, 554, true, "Spam"},
		{"the message is put off", &server{data: func() error { return &smtp.SMTPError{Code: 451, Message: "Disk full"} }}, nil, "help@desk.example", letter, 451, false, "Disk full"},
		{"the connection breaks after the message", &server{data: func() error { panic("ouch") }}, nil, "help@desk.example", letter, 421, false, ""},
		{"too large, said before it is sent", &server{}, func(s *smtp.Server) { s.MaxMessageBytes = 50 }, "help@desk.example", letter, 552, true, "takes 50 at most"},
		{"every recipient is refused", &server{refuse: map[string]*smtp.SMTPError{to[0]: {Code: 550, Message: "No"}, to[1]: {Code: 550, Message: "No"}}}, nil, "help@desk.example", letter, 550, true, "No"},
		{"a letter beyond ASCII where the server takes none", &server{}, func(s *smtp.Server) { s.EnableSMTPUTF8 = false }, "hälp@desk.example", letter, 553, true, "beyond ASCII"},
		{"a sender that could end the command", &server{}, nil, "a> SIZE=1\r\nRCPT TO:<b", letter, 553, true, "no address"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			got := relay(t, listen(t, row.s, true, false, row.change)).Send(t.Context(), row.from, to, []byte(row.raw))
			if len(got) != 2 {
				t.Fatalf("got %d results, want 2", len(got))
			}
			for i, r := range got {
				if r.Recipient != to[i] || r.Sent || r.Code != row.code || r.Permanent != row.permanent || !strings.Contains(r.Text, row.text) {
					t.Errorf("got %+v, want %d, permanent %v: %s", r, row.code, row.permanent, row.text)
				}
			}
		})
	}
}

func TestAddressesBeyondASCII(t *testing.T) {
	s := &server{}
	r := relay(t, listen(t, s, true, false, nil))
	for _, res := range r.Send(t.Context(), "", []string{"ann@grün.example", "änn@grün.example"}, []byte(letter)) {
		if !res.Sent {
			t.Errorf("got %+v, want that it is sent", res)
		}
	}
	if d := s.all(); len(d) != 1 || d[0].to != "ann@xn--grn-ioa.example änn@xn--grn-ioa.example" || d[0].from != "" {
		t.Errorf("got %+v, want the domain in ASCII", d)
	}
}

// A lone CR or LF could end the message for the next server, and begin another in our name.
func TestNothingIsSmuggledOut(t *testing.T) {
	s := &server{}
	r := relay(t, listen(t, s, true, false, nil))
	r.Send(t.Context(), "help@desk.example", []string{"ann@out.example"}, []byte("A: b\n\n1\n.\n2\r.\r3\r\n.\n4\n.\r\n5"))
	if want := "A: b\r\n\r\n1\r\n.\r\n2\r\n.\r\n3\r\n.\r\n4\r\n.\r\n5\r\n"; len(s.all()) != 1 || s.all()[0].raw != want {
		t.Errorf("got %+v, want one message %q", s.all(), want)
	}
}

func TestEncryptionAndSignIn(t *testing.T) {
	for _, row := range []struct {
		rule             string
		sealed, implicit bool
		auth             []string
		change           func(*Config)
		text             string // of what goes wrong; empty: it is sent
	}{
		{"required, and there", true, false, nil, func(c *Config) { c.TLS = Required }, ""},
		{"required, and not there", false, false, nil, func(c *Config) { c.TLS = Required }, "offers no encryption, so nothing was sent"},
		{"required, with a certificate for another name", true, false, nil, func(c *Config) {
			c.TLS, c.Host = Required, "mail.test"
			c.TLSConfig = &tls.Config{}
		}, "certificate"},
		{"opportunistic checks nobody", true, false, nil, func(c *Config) { c.TLSConfig = nil }, ""},
		{"opportunistic, and not there", false, false, nil, nil, ""},
		{"none", true, false, nil, func(c *Config) { c.TLS = Cleartext }, ""},
		{"from the first byte", true, true, nil, func(c *Config) { c.TLS, c.Implicit = Required, true }, ""},
		{"PLAIN", true, false, []string{"LOGIN", "PLAIN"}, func(c *Config) { c.TLS, c.User, c.Password = Required, "help", "s3cret" }, ""},
		{"LOGIN", true, false, []string{"LOGIN"}, func(c *Config) { c.TLS, c.User, c.Password = Required, "help", "s3cret" }, ""},
		{"neither", true, false, []string{"GSSAPI"}, func(c *Config) { c.TLS, c.User, c.Password = Required, "help", "s3cret" }, "no way to sign in that we know"},
		{"a wrong password", true, false, []string{"PLAIN"}, func(c *Config) { c.TLS, c.User, c.Password = Required, "help", "wrong" }, "5.7.8 Wrong password"},
		{"a password does not go over the wire in the clear", false, false, []string{"PLAIN"}, func(c *Config) { c.User, c.Password = "help", "s3cret" }, "the password was not sent"},
		{"but where the operator says so", false, false, []string{"PLAIN"}, func(c *Config) { c.TLS, c.User, c.Password = Cleartext, "help", "s3cret" }, ""},
	} {
		t.Run(row.rule, func(t *testing.T) {
			s := &server{auth: row.auth, password: "s3cret"}
			c := listen(t, s, row.sealed, row.implicit, nil)
			if row.change != nil {
				row.change(&c)
			}
			got := relay(t, c).Send(t.Context(), "help@desk.example", []string{"ann@out.example"}, []byte(letter))
			steps := Probe(t.Context(), c, "help@desk.example", "ann@out.example")
			last := steps[len(steps)-1]
			if row.text == "" {
				if !got[0].Sent || len(s.all()) != 1 || s.all()[0].user != c.User {
					t.Errorf("got %+v, server %+v; want it sent", got, s.all())
				}
				if !last.OK || last.Name != "Recipient" || len(steps) != 6 {
					t.Errorf("probe: got %+v, want six steps that succeed", steps)
				}
				return
			}
			if got[0].Sent || got[0].Permanent || !strings.Contains(got[0].Text, row.text) {
				t.Errorf("got %+v, want it put off: %s", got, row.text)
			}
			if last.OK || !strings.Contains(last.Detail, row.text) {
				t.Errorf("probe: got %+v, want that the last says %s", steps, row.text)
			}
		})
	}
}

func TestProbeAsksOfAddresses(t *testing.T) {
	s := &server{refuse: map[string]*smtp.SMTPError{"gone@out.example": {Code: 550, Message: "No such user"}}}
	c := listen(t, s, true, false, nil)
	steps := Probe(t.Context(), c, "help@desk.example", "gone@out.example")
	if last := steps[len(steps)-1]; last.OK || last.Name != "Recipient" || last.Detail != "mail.test says 550 No such user" {
		t.Errorf("got %+v, want what the server says of the recipient", steps)
	}
	if len(s.all()) != 0 {
		t.Errorf("sent %+v, want nothing sent", s.all())
	}
	c.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("refused") }
	if steps := Probe(t.Context(), c, "a@b", "c@d"); len(steps) != 1 || steps[0].OK || steps[0].Name != "Connect" {
		t.Errorf("got %+v, want that it ends with Connect", steps)
	}
}

func TestConnectionIsUsedAgain(t *testing.T) {
	s := &server{}
	r := relay(t, listen(t, s, true, false, nil))
	for range 20 {
		if got := r.Send(t.Context(), "help@desk.example", []string{"ann@out.example"}, []byte(letter)); !got[0].Sent {
			t.Fatalf("got %+v", got)
		}
	}
	if s.sessions != 2 || len(s.all()) != 20 { // one before STARTTLS, one after
		t.Errorf("got %d sessions for %d messages, want one connection for 20", s.sessions, len(s.all()))
	}
}

func TestConnectionThatTheServerClosedIsReplaced(t *testing.T) {
	s := &server{}
	r := relay(t, listen(t, s, false, false, nil))
	for i := range 3 {
		if got := r.Send(t.Context(), "help@desk.example", []string{"ann@out.example"}, []byte(letter)); !got[0].Sent {
			t.Errorf("message %d: got %+v, want it sent over a new connection", i, got)
		}
		s.conns[i].Close()
	}
	if len(s.all()) != 3 || s.sessions != 3 {
		t.Errorf("got %d messages over %d connections, want 3 over 3", len(s.all()), s.sessions)
	}
}

func TestManyAtOnce(t *testing.T) {
	s := &server{}
	c := listen(t, s, true, false, nil)
	c.Connections = 4
	r := relay(t, c)
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() {
			if got := r.Send(t.Context(), "help@desk.example", []string{"ann@out.example"}, []byte(letter)); !got[0].Sent {
				t.Errorf("got %+v", got)
			}
		})
	}
	wg.Wait()
	if len(s.all()) != 100 || s.sessions > 8 {
		t.Errorf("got %d messages in %d sessions, want 100 in at most 8: four connections", len(s.all()), s.sessions)
	}
}

func TestServerThatDoesNotAnswer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c := Config{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, TLS: Cleartext, Timeout: 50 * time.Millisecond}
	got := relay(t, c).Send(t.Context(), "help@desk.example", []string{"ann@out.example"}, []byte(letter))
	if got[0].Sent || got[0].Permanent || !strings.Contains(got[0].Text, "did not answer in time") {
		t.Errorf("got %+v, want that it is put off for want of an answer", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := relay(t, c).Send(ctx, "help@desk.example", []string{"ann@out.example"}, []byte(letter)); got[0].Sent || got[0].Permanent {
		t.Errorf("cancelled: got %+v, want that it is put off", got)
	}
}

func TestOldServerWithoutExtensions(t *testing.T) {
	here, there := net.Pipe()
	go script(there, "220 old", "EHLO", "500 what", "HELO", "250 old", "MAIL FROM:<help@desk.example>\r\n", "250 ok", "RCPT TO:<ann@out.example>\r\n", "250 ok", "RCPT TO:<bob@out.example>\r\n", "550 no\tBob", "DATA", "354 go", ".", "250 ok 1234")
	r := relay(t, Config{Host: "old.test", Port: 25, TLS: Opportunistic, Dial: func(context.Context, string, string) (net.Conn, error) { return here, nil }})
	got := r.Send(t.Context(), "help@desk.example", []string{"ann@out.example", "bob@out.example"}, []byte("A: b\r\n\r\nx\r\n"))
	if want := (Result{"ann@out.example", true, 250, "", "ok 1234", false}); got[0] != want || got[1].Code != 550 || got[1].Text != "no\tBob" {
		t.Errorf("got %+v, want %+v and a refusal", got, want)
	}
}

func TestServerThatWantsNoDataNow(t *testing.T) {
	here, there := net.Pipe()
	go script(there, "220 busy", "EHLO", "250 busy", "MAIL", "250 ok", "RCPT", "250 ok", "DATA", "451 4.3.1 not now", "RSET", "250 ok",
		"MAIL", "250 ok", "RCPT", "250 ok", "DATA", "354 go", ".", "250 ok")
	r := relay(t, Config{Host: "busy.test", Port: 25, TLS: Opportunistic, Timeout: 10 * time.Second, Dial: func(context.Context, string, string) (net.Conn, error) { return here, nil }})
	first := r.Send(t.Context(), "help@desk.example", []string{"ann@out.example"}, []byte("A: b\r\n\r\nx\r\n"))
	if want := (Result{"ann@out.example", false, 451, "4.3.1", "not now", false}); first[0] != want {
		t.Errorf("got %+v, want %+v", first[0], want)
	}
	if again := r.Send(t.Context(), "help@desk.example", []string{"ann@out.example"}, []byte("A: b\r\n\r\nx\r\n")); !again[0].Sent {
		t.Errorf("the next over the same connection: got %+v, want it sent", again[0])
	}
}

// script says and hears lines in turn.
func script(c net.Conn, lines ...string) {
	for i, line := range lines {
		if i%2 == 0 {
			fmt.Fprintf(c, "%s\r\n", line)
			continue
		}
		for heard, b := "", make([]byte, 1); !strings.HasSuffix(heard, "\n") || !strings.HasPrefix(heard, strings.TrimSuffix(line, "\r\n")); {
			if strings.HasSuffix(heard, "\n") {
				heard = ""
			}
			if _, err := c.Read(b); err != nil {
				return
			}
			heard += string(b)
		}
	}
	io.Copy(io.Discard, c)
}
