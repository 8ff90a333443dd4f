package imap

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
)

// patience is how long a server may take for one answer.
const patience = time.Minute

// session is one connection to a mail server. The library waits for an answer
// for ever, so a watchdog ends the connection when none comes.
type session struct {
	c Config
	s Settings

	addrs   []netip.Addr
	conn    net.Conn
	client  *imapclient.Client
	dog     *time.Timer
	uncut   func() bool
	changed chan struct{} // there may be new mail
}

// stage is one step of a connection: it returns what there is to tell of it.
type stage struct {
	name   string
	status Status // of the inbox if the step does not succeed
	do     func(ctx context.Context) (detail string, err error)
}

func newSession(c Config, s Settings) *session {
	return &session{c: c, s: s, changed: make(chan struct{}, 1)}
}

func (s *session) stages() []stage {
	return []stage{
		{"Resolve", Unreachable, s.resolve},
		{"Connect", Unreachable, s.connect},
		{"Encrypt", Unreachable, s.encrypt},
		{"Capabilities", Unreachable, s.greet},
		{"Sign in", Refused, s.signIn},
	}
}

// setback is an error that says what the state of the inbox is.
type setback struct {
	status Status
	err    error
}

func (e *setback) Error() string { return e.err.Error() }
func (e *setback) Unwrap() error { return e.err }

// open connects and signs in.
func open(ctx context.Context, c Config, settings Settings) (*session, error) {
	s := newSession(c, settings)
	for _, stage := range s.stages() {
		if _, err := stage.do(ctx); err != nil {
			s.close()
			return nil, because(stage, err)
		}
	}
	return s, nil
}

// because keeps a status that the step has found out better.
func because(s stage, err error) error {
	if _, ok := errors.AsType[*setback](err); ok {
		return err
	}
	return &setback{s.status, err}
}

func (s *session) resolve(ctx context.Context) (detail string, err error) {
	if s.addrs, err = resolve(ctx, s.s.Host, s.c.Allow); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s is at %s", s.s.Host, s.addrs[0]), nil
}

func (s *session) connect(ctx context.Context) (detail string, err error) {
	if s.conn, err = connect(ctx, s.addrs, s.s.Port); err != nil {
		return "", fmt.Errorf("nobody answers at %s, port %d: %w", s.s.Host, s.s.Port, err)
	}
	s.uncut = context.AfterFunc(ctx, func() { s.conn.Close() })
	s.dog = time.AfterFunc(patience, func() { s.conn.Close() })
	return fmt.Sprintf("%s answers", s.conn.RemoteAddr()), nil
}

// alive gives the server more time.
func (s *session) alive(d time.Duration) { s.dog.Reset(d) }

func (s *session) encrypt(ctx context.Context) (string, error) {
	o := &imapclient.Options{TLSConfig: s.c.tlsConfig(s.s), UnilateralDataHandler: &imapclient.UnilateralDataHandler{
		Mailbox: func(d *imapclient.UnilateralDataMailbox) {
			if d.NumMessages != nil {
				s.wake()
			}
		}}}
	var state tls.ConnectionState
	o.TLSConfig.VerifyConnection = observe(o.TLSConfig.VerifyConnection, &state)
	switch s.s.TLS {
	case Cleartext:
		s.client = imapclient.New(s.conn, o)
		return "not wanted: all goes in the clear", nil
	case StartTLS:
		client, err := imapclient.NewStartTLS(s.conn, o)
		if err != nil {
			return "", untrusted(s.s.Host, err)
		}
		s.client = client
	default:
		sealed := tls.Client(s.conn, o.TLSConfig)
		if err := sealed.HandshakeContext(ctx); err != nil {
			return "", untrusted(s.s.Host, err)
		}
		s.client = imapclient.New(sealed, o)
	}
	cert := state.PeerCertificates[0]
	return fmt.Sprintf("%s, certificate of %s, valid until %s", tls.VersionName(state.Version), cert.Subject.CommonName, cert.NotAfter.UTC().Format("2006-01-02")), nil
}

// observe notes the state of a connection that is being encrypted.
func observe(check func(tls.ConnectionState) error, state *tls.ConnectionState) func(tls.ConnectionState) error {
	return func(s tls.ConnectionState) error {
		*state = s
		if check != nil {
			return check(s)
		}
		return nil
	}
}

func (s *session) greet(context.Context) (string, error) {
	s.alive(patience)
	if err := s.client.WaitGreeting(); err != nil {
		return "", fmt.Errorf("%s does not speak IMAP: %w", s.s.Host, err)
	}
	caps := s.client.Caps()
	if len(caps) == 0 {
		return "", fmt.Errorf("%s does not say what it can do", s.s.Host)
	}
	return fmt.Sprintf("tells of new mail: %s; moves mail: %s", yes(s.canIdle()), yes(caps.Has(imap.CapMove))), nil
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func (s *session) canIdle() bool { return s.client.Caps().Has(imap.CapIdle) }

func (s *session) signIn(context.Context) (string, error) {
	s.alive(patience)
	caps := s.client.Caps()
	var err error
	switch {
	case caps.Has(imap.AuthCap("PLAIN")):
		err = s.client.Authenticate(sasl.NewPlainClient("", s.s.User, s.s.Password))
	case caps.Has(imap.CapLoginDisabled):
		return "", fmt.Errorf("%s takes no password on this connection: choose another encryption", s.s.Host)
	default:
		err = s.client.Login(s.s.User, s.s.Password).Wait()
	}
	if err == nil {
		return "as " + s.s.User, nil
	}
	answer, ok := errors.AsType[*imap.Error](err)
	if !ok || answer.Code == imap.ResponseCodeUnavailable || answer.Code == imap.ResponseCodeInUse || answer.Code == imap.ResponseCodeLimit {
		return "", &setback{Unreachable, fmt.Errorf("%s broke off the sign-in: %w", s.s.Host, err)}
	}
	return "", fmt.Errorf("%s does not let %s in with this password: %s", s.s.Host, s.s.User, strings.TrimSpace(answer.Text))
}

// choose selects a folder. Where nothing is to be changed, nothing can be.
func (s *session) choose(folder string) (*imap.SelectData, error) {
	s.alive(patience)
	data, err := s.client.Select(folder, &imap.SelectOptions{ReadOnly: s.s.After == Leave}).Wait()
	if err == nil {
		return data, nil
	}
	if answer, ok := errors.AsType[*imap.Error](err); ok {
		return nil, &setback{NoFolder, fmt.Errorf("the folder %q cannot be opened: %s", folder, strings.TrimSpace(answer.Text))}
	}
	return nil, fmt.Errorf("open the folder %q: %w", folder, err)
}

// wake notes that there may be new mail.
func (s *session) wake() {
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// wait returns when there may be new mail, and at the latest after a while.
func (s *session) wait(ctx context.Context) error {
	pause := s.c.Every
	if s.canIdle() {
		s.alive(patience)
		idle, err := s.client.Idle()
		if err != nil {
			return fmt.Errorf("wait for news: %w", err)
		}
		defer func() { idle.Wait() }()
		defer idle.Close()
		if len(s.s.Folders) == 1 {
			pause = s.c.Idle // the others are not told of
		}
	}
	s.alive(pause + patience)
	defer s.alive(patience)
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-s.client.Closed():
		return errors.New("the server ended the connection")
	case <-timer.C:
	case <-s.changed:
	}
	return nil
}

// close ends the connection.
func (s *session) close() {
	if s.conn == nil {
		return
	}
	s.uncut()
	s.dog.Stop()
	s.conn.Close()
	if s.client != nil {
		s.client.Close()
	}
}
