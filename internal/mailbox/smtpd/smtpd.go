// Package smtpd takes in the mail that other mail servers deliver, and says "accepted" only once a message is safe with us.
package smtpd

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"time"

	"github.com/emersion/go-smtp"
)

// drained is how long a message that is being taken in may still need when Muster stops.
const drained = 7 * time.Second

// Config says how mail is taken in, and whom to ask. The zero value of all but the two functions suits a small desk.
type Config struct {
	Host          string        // our name in the greeting; "": localhost
	TLS           *tls.Config   // nil: a self-signed certificate is made, which senders do not mind
	MaxSize       int64         // bytes of a message; 0: 35 MiB
	MaxRecipients int           // of a message; 0: 100
	MaxLine       int           // bytes of a line; 0: 512 KiB. A line is held in memory, so it bounds that too
	MaxConns      int           // at once; 0: 300
	MaxPerIP      int           // at once from one IPv4 address or one IPv6 network of 64 bits; 0: 50
	Timeout       time.Duration // between two commands, or two pieces of a message; 0: 5 min
	MaxData       time.Duration // for a whole message; 0: 30 min

	// Recipient says whether mail for an address is ours: nil if it is, a
	// fault if it is not. It is asked at RCPT, so it must be quick.
	Recipient func(ctx context.Context, addr string) error

	// Accept keeps a message. It reads raw to its end and returns nil only
	// when the message is durable: the sender forgets it then. It is called
	// once a transaction, whatever the number of recipients. A fault that is
	// not TooMany, Conflict or Internal refuses the message for good; any
	// other error asks the sender to try again.
	Accept func(ctx context.Context, e Envelope, raw io.Reader) error
}

// Envelope is what a sender said of a message before sending it.
type Envelope struct {
	ID     string         // of the transaction: random, and told to the sender
	Helo   string         // what the sender calls itself
	Remote netip.AddrPort // where it connects from
	TLS    string         // protocol and cipher; empty: not encrypted
	From   string         // MAIL FROM; empty for bounces
	To     []string       // RCPT TO: those that Recipient agreed to, in order, each once
	UTF8   bool           // the sender asked for SMTPUTF8
	At     time.Time      // when the message began to arrive
}

func (c Config) orDefault() (Config, error) {
	if c.Recipient == nil || c.Accept == nil {
		return c, errors.New("smtpd: Recipient and Accept must be set")
	}
	if c.Host == "" {
		c.Host = "localhost"
	}
	for _, d := range []struct {
		n       *int
		instead int
	}{{&c.MaxRecipients, 100}, {&c.MaxLine, 512 << 10}, {&c.MaxConns, 300}, {&c.MaxPerIP, 50}} {
		if *d.n == 0 {
			*d.n = d.instead
		}
	}
	if c.MaxSize == 0 {
		c.MaxSize = 35 << 20
	}
	if c.Timeout == 0 {
		c.Timeout = 5 * time.Minute
	}
	if c.MaxData == 0 {
		c.MaxData = 30 * time.Minute
	}
	if c.TLS == nil {
		cert, err := selfSigned(c.Host, time.Now())
		if err != nil {
			return c, fmt.Errorf("make a certificate: %w", err)
		}
		c.TLS = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	}
	return c, nil
}

// Serve takes in mail at l until ctx ends, then lets what is being sent
// arrive for up to seven seconds. It closes l.
func Serve(ctx context.Context, l net.Listener, c Config) error {
	c, err := c.orDefault()
	if err != nil {
		return err
	}
	// What has begun goes on when ctx ends: its callbacks have a context of their own.
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	door := newDoor(l, c)
	server := newServer(work, c, door)
	served := make(chan error, 1)
	go func() { served <- server.Serve(door) }()
	select {
	case err := <-served:
		door.slam()
		return err
	case <-ctx.Done():
	}
	door.drain()
	patience, stop := context.WithTimeout(work, drained)
	defer stop()
	err = server.Shutdown(patience)
	if err != nil {
		door.slam()
	}
	return ignoreEnd(err)
}

func ignoreEnd(err error) error {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

func newServer(ctx context.Context, c Config, d *door) *smtp.Server {
	s := smtp.NewServer(smtp.BackendFunc(func(conn *smtp.Conn) (smtp.Session, error) {
		return newSession(ctx, c, d, conn), nil
	}))
	s.Domain = c.Host
	s.TLSConfig = c.TLS
	s.MaxRecipients = c.MaxRecipients
	s.MaxMessageBytes = c.MaxSize
	s.MaxLineLength = c.MaxLine
	s.ReadTimeout = c.Timeout
	s.WriteTimeout = c.Timeout
	s.EnableSMTPUTF8 = true
	s.ErrorLog = quiet{}
	return s
}

// quiet logs what goes wrong on connections of strangers where nobody is woken by it.
type quiet struct{}

func (quiet) Printf(format string, v ...any) { slog.Debug("smtp: " + fmt.Sprintf(format, v...)) }
func (quiet) Println(v ...any)               { slog.Debug("smtp: " + fmt.Sprint(v...)) }
