package smarthost

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"net/textproto"
	"strings"
	"time"
)

// errStale says that a connection ended before the server has seen anything of a message.
var errStale = errors.New("the server has closed the connection")

// link is one connection. The client of the standard library connects,
// encrypts and signs in; the message itself is sent here, command by command,
// since no client tells what the server says of each recipient.
type link struct {
	c      Config
	conn   net.Conn
	client *smtp.Client
	expiry *time.Timer
}

// stage is one step of making a connection: it returns what there is to tell of it.
type stage struct {
	name string
	do   func(ctx context.Context) (detail string, err error)
}

// stages are the steps up to where mail can be sent.
func (l *link) stages() []stage {
	all := []stage{{"Connect", l.connect}, {"Greeting", l.greet}, {"Encrypt", l.encrypt}, {"Sign in", l.signIn}}
	if l.c.Implicit {
		all[1], all[2] = stage{"Encrypt", l.seal}, all[1]
	}
	return all
}

// dial connects, encrypts and signs in. The error is a sentence for the administrator.
func dial(ctx context.Context, c Config) (*link, error) {
	l := &link{c: c}
	for _, s := range l.stages() {
		if _, err := l.try(ctx, s); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// try does one step, and ends the connection if it does not succeed.
func (l *link) try(ctx context.Context, s stage) (detail string, err error) {
	if l.conn != nil {
		defer l.within(ctx)()
	}
	if detail, err = s.do(ctx); err == nil {
		return detail, nil
	}
	if l.conn != nil {
		l.conn.Close()
	}
	return "", because(ctx, err)
}

func (l *link) connect(ctx context.Context) (string, error) {
	conn, err := l.c.Dial(ctx, "tcp", l.c.hostPort())
	if err != nil {
		return "", fmt.Errorf("connect to %s: %w", l.c.hostPort(), err)
	}
	l.conn = conn
	return fmt.Sprintf("%s answers at %s", l.c.Host, conn.RemoteAddr()), nil
}

// seal encrypts a connection that is encrypted from its first byte.
func (l *link) seal(ctx context.Context) (string, error) {
	sealed := tls.Client(l.conn, l.c.tlsConfig())
	if err := sealed.HandshakeContext(ctx); err != nil {
		return "", fmt.Errorf("encrypt the connection to %s: %w", l.c.Host, err)
	}
	l.conn = sealed
	return l.c.describe(sealed.ConnectionState()), nil
}

func (l *link) greet(context.Context) (string, error) {
	var err error
	if l.client, err = smtp.NewClient(l.conn, l.c.Host); err != nil {
		return "", fmt.Errorf("wait for the greeting of %s: %w", l.c.Host, err)
	}
	if err := l.client.Hello(l.c.Helo); err != nil {
		return "", fmt.Errorf("introduce ourselves as %s: %w", l.c.Helo, err)
	}
	return "we are " + l.c.Helo, nil
}

// encrypt asks for TLS where it is wanted and not there yet.
func (l *link) encrypt(context.Context) (string, error) {
	if l.c.TLS == Cleartext {
		return "not wanted", nil
	}
	if offered, _ := l.client.Extension("STARTTLS"); !offered {
		if l.c.TLS == Opportunistic {
			return "not offered: all is sent in the clear", nil
		}
		return "", fmt.Errorf("%s offers no encryption, so nothing was sent: tls=none in its address would allow that", l.c.Host)
	}
	if err := l.client.StartTLS(l.c.tlsConfig()); err != nil {
		return "", fmt.Errorf("encrypt the connection to %s: %w", l.c.Host, err)
	}
	state, _ := l.client.TLSConnectionState()
	return l.c.describe(state), nil
}

func (c Config) describe(s tls.ConnectionState) string {
	text := tls.VersionName(s.Version)
	if len(s.PeerCertificates) > 0 {
		cert := s.PeerCertificates[0]
		text += fmt.Sprintf(", certificate of %s, valid until %s", cert.Subject.CommonName, cert.NotAfter.UTC().Format("2006-01-02"))
	}
	if c.TLS == Opportunistic {
		text += ", which nobody has checked"
	}
	return text
}

func (l *link) signIn(context.Context) (string, error) {
	if l.c.User == "" {
		return "not wanted", nil
	}
	if _, sealed := l.client.TLSConnectionState(); !sealed && l.c.TLS != Cleartext && !l.c.local() {
		return "", fmt.Errorf("%s offers no encryption, so the password was not sent: tls=none in its address would allow that", l.c.Host)
	}
	_, methods := l.client.Extension("AUTH")
	var auth smtp.Auth
	switch {
	case hasWord(methods, "PLAIN"):
		auth = plain{l.c}
	case hasWord(methods, "LOGIN"):
		auth = &login{c: l.c}
	default:
		return "", fmt.Errorf("%s offers no way to sign in that we know: it offers %q", l.c.Host, methods)
	}
	if err := l.client.Auth(auth); err != nil {
		return "", fmt.Errorf("sign in to %s as %s: %w", l.c.Host, l.c.User, err)
	}
	return "as " + l.c.User, nil
}

func hasWord(list, word string) bool {
	for w := range strings.FieldsSeq(list) {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}

// within has the connection end with its context: no command can wait for longer.
func (l *link) within(ctx context.Context) (stop func()) {
	until, _ := ctx.Deadline()
	l.conn.SetDeadline(until)
	cut := context.AfterFunc(ctx, func() { l.conn.SetDeadline(time.Unix(1, 0)) })
	return func() { cut() }
}

// because tells an end of time from other ends.
func because(ctx context.Context, err error) error {
	if timeout, ok := errors.AsType[net.Error](err); ctx.Err() != nil || ok && timeout.Timeout() {
		return fmt.Errorf("the server did not answer in time: %w", err)
	}
	return err
}

// quit ends a connection, politely if that takes no time.
func (l *link) quit() {
	l.conn.SetDeadline(time.Now().Add(2 * time.Second))
	l.client.Quit()
	l.conn.Close()
}

// command sends one command and returns the server's answer. An answer of
// whatever code is no error.
func (l *link) command(format string, args ...any) (answer, error) {
	id, err := l.client.Text.Cmd(format, args...)
	if err != nil {
		return answer{}, err
	}
	return l.answer(id)
}

func (l *link) answer(id uint) (answer, error) {
	l.client.Text.StartResponse(id)
	defer l.client.Text.EndResponse(id)
	return l.read()
}

func (l *link) read() (answer, error) {
	code, text, err := l.client.Text.ReadResponse(0)
	if protocol, ok := errors.AsType[*textproto.Error](err); ok {
		code, text, err = protocol.Code, protocol.Msg, nil
	}
	return newAnswer(code, text), err
}

// body sends the message itself. It ends with a line that has only a dot.
func (l *link) body(raw []byte) error {
	w := l.client.Text.DotWriter()
	if _, err := w.Write(raw); err != nil {
		return err
	}
	return w.Close()
}
