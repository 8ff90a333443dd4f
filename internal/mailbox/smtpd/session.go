package smtpd

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// strangers is how many unknown recipients one connection may name before it
// is taken for a search for addresses.
const strangers = 20

// session is what one sender says over one connection.
type session struct {
	ctx  context.Context
	c    Config
	door *door
	smtp *smtp.Conn
	wire *conn
	tls  string

	mu      sync.Mutex // a message in chunks is read beside the commands that follow it
	e       Envelope
	unknown int
}

func newSession(ctx context.Context, c Config, d *door, conn *smtp.Conn) *session {
	s := &session{ctx: ctx, c: c, door: d, smtp: conn, wire: wire(conn.Conn())}
	if state, ok := conn.TLSConnectionState(); ok {
		s.tls = tls.VersionName(state.Version) + " " + tls.CipherSuiteName(state.CipherSuite)
	}
	return s
}

func (s *session) Mail(from string, opts *smtp.MailOptions) error {
	if s.door.isClosing() {
		return closing()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.e = Envelope{ID: rand.Text(), Helo: s.smtp.Hostname(), Remote: s.wire.remote, TLS: s.tls, From: from, UTF8: opts != nil && opts.UTF8}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.door.isClosing() {
		return closing()
	}
	ctx, cancel := context.WithTimeout(s.ctx, s.c.Timeout)
	defer cancel()
	if err := s.c.Recipient(ctx, to); err != nil {
		return s.refuse(to, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(s.e.To, to) {
		s.e.To = append(s.e.To, to)
	}
	return nil
}

// refuse answers for a recipient that is not ours, and ends a connection that asks for too many of them.
func (s *session) refuse(to string, err error) error {
	answer := reply(err, "recipient", to)
	if answer.Temporary() {
		return answer
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.unknown++; s.unknown > strangers {
		s.wire.retire(0)
		return say(421, 4, 7, 0, "Too many unknown recipients. Good bye.")
	}
	return answer
}

func (s *session) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.e = Envelope{}
}

func (s *session) Logout() error { return nil }

func (s *session) envelope() Envelope {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.e.At = time.Now().UTC()
	e := s.e
	e.To = slices.Clone(e.To)
	return e
}

// Data takes in a message.
func (s *session) Data(r io.Reader) error {
	if s.door.isClosing() {
		return closing()
	}
	s.wire.work(1)
	defer s.wire.work(-1)
	ctx, cancel := context.WithTimeout(s.ctx, s.c.MaxData)
	defer cancel()
	e := s.envelope()
	b := newBody(r, s.extend(e.At))
	err := s.c.Accept(ctx, e, b)
	answer := s.answer(e, b, err)
	if b.overlooked {
		return s.lastWords(answer)
	}
	return answer
}

// extend returns what gives the sender more time each time some of the message has come.
func (s *session) extend(began time.Time) func() {
	return func() {
		until := time.Now().Add(s.c.Timeout)
		if last := began.Add(s.c.MaxData); last.Before(until) {
			until = last
		}
		s.wire.SetReadDeadline(until)
	}
}

// answer is what the sender is told of its message.
func (s *session) answer(e Envelope, b *body, err error) *smtp.SMTPError {
	switch {
	case b.end == smtp.ErrDataTooLarge:
		return say(552, 5, 3, 4, fmt.Sprintf("This message is larger than the %s that %s takes. Send large files as a link.", size(s.c.MaxSize), s.c.Host))
	case b.end == smtp.ErrTooLongLine:
		return say(554, 5, 6, 0, fmt.Sprintf("This message has a line longer than %s. Encode it, and send it again.", size(int64(s.c.MaxLine))))
	case b.end != nil && b.end != io.EOF:
		return say(451, 4, 4, 2, "The message did not arrive whole. Please send it again.")
	case err == nil && !b.whole():
		err = errors.New("accepted before it was read to its end")
	}
	if err != nil {
		return reply(err, "message", e.ID)
	}
	return say(250, 2, 0, 0, "Accepted as "+e.ID+".")
}

// lastWords answers on the connection itself and ends it: the library still
// waits for the end of the message, and would read whatever comes as part of it.
func (s *session) lastWords(answer *smtp.SMTPError) error {
	c := s.smtp.Conn()
	c.SetWriteDeadline(time.Now().Add(s.c.Timeout))
	fmt.Fprintf(c, "%d %d.%d.%d %s\r\n", answer.Code, answer.EnhancedCode[0], answer.EnhancedCode[1], answer.EnhancedCode[2], answer.Message)
	if half, ok := c.(interface{ CloseWrite() error }); ok {
		half.CloseWrite()
	}
	if half, ok := s.wire.Conn.(*net.TCPConn); ok {
		half.CloseWrite()
	}
	// The sender reads the answer, and closes. A close from here could take the answer with it.
	s.wire.work(-1)
	s.wire.retire(5 * time.Second)
	s.wire.work(1)
	return answer
}

// say makes an answer.
func say(code, class, subject, detail int, text string) *smtp.SMTPError {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{class, subject, detail}, Message: text}
}

func closing() error { return say(421, 4, 3, 2, "We are restarting. Please try again in a minute.") }

func size(n int64) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d bytes", n)
}
