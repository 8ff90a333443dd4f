// Package smarthost hands outgoing mail to the next mail server.
package smarthost

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

const (
	dialTime    = 15 * time.Second
	commandTime = 60 * time.Second
	submitTime  = 5 * time.Minute
	idleTime    = 20 * time.Second // after which a kept connection is not trusted
	keptConns   = 8
)

// Result is what the server said for one recipient.
type Result struct {
	Recipient string
	Sent      bool
	Permanent bool // it will not be taken, however often it is tried
	Code      int  // 0: the server was not reached
	Text      string
}

// Host is a mail server that takes mail for everyone. It keeps a few
// connections open, so that one mail after the other costs no new handshake.
type Host struct {
	config Config
	idle   chan *conn
}

type conn struct {
	*smtp.Client
	used time.Time
}

// New returns a host that nobody has connected to yet.
func New(c Config) *Host { return &Host{config: c, idle: make(chan *conn, keptConns)} }

// Send hands a mail over and tells what became of it for each recipient. A
// server that cannot be reached is a result too: no recipient is left without one.
func (h *Host) Send(ctx context.Context, from string, to []string, raw []byte) []Result {
	c, err := h.connect(ctx)
	if err != nil {
		return same(to, err)
	}
	results, err := c.send(from, to, raw)
	if err != nil {
		c.Close()
		return results
	}
	h.keep(c)
	return results
}

// Close ends the kept connections.
func (h *Host) Close() error {
	for {
		select {
		case c := <-h.idle:
			c.Quit()
		default:
			return nil
		}
	}
}

func (h *Host) keep(c *conn) {
	c.used = time.Now()
	select {
	case h.idle <- c:
	default:
		c.Quit()
	}
}

// connect returns a kept connection that still answers, or a new one.
func (h *Host) connect(ctx context.Context) (*conn, error) {
	for {
		select {
		case c := <-h.idle:
			if time.Since(c.used) < idleTime && c.Reset() == nil {
				return c, nil
			}
			c.Close()
			continue
		default:
		}
		return h.dial(ctx)
	}
}

func (h *Host) dial(ctx context.Context) (*conn, error) {
	client, err := h.greet(ctx, h.config.Security)
	if err != nil {
		return nil, err
	}
	// The library cannot upgrade a connection that it has begun to use: begin anew.
	if offered, _ := client.Extension("STARTTLS"); h.config.Security == Opportunistic && offered && !loopback(h.config.Host) {
		client.Quit()
		if client, err = h.greet(ctx, Required); err != nil {
			return nil, err
		}
	}
	if h.config.User != "" {
		if err := client.Auth(h.sasl(client)); err != nil {
			client.Close()
			return nil, fmt.Errorf("sign in at the mail server: %w", err)
		}
	}
	return &conn{Client: client}, nil
}

func (h *Host) greet(ctx context.Context, s Security) (*smtp.Client, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	nc, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(h.config.Host, h.config.Port))
	if err != nil {
		return nil, err
	}
	trust := &tls.Config{ServerName: h.config.Host}
	var client *smtp.Client
	switch s {
	case Implicit:
		client = smtp.NewClient(tls.Client(nc, trust))
	case Required:
		if client, err = smtp.NewClientStartTLS(nc, trust); err != nil {
			nc.Close()
			return nil, fmt.Errorf("protect the connection with STARTTLS, which is required unless the address ends in ?tls=none: %w", err)
		}
	default:
		client = smtp.NewClient(nc)
	}
	client.CommandTimeout, client.SubmissionTimeout = commandTime, submitTime
	if err := client.Hello(helo()); err != nil && s != Required {
		client.Close()
		return nil, fmt.Errorf("greet the mail server: %w", err)
	}
	return client, nil
}

// helo is what this machine calls itself.
func helo() string {
	if name, err := os.Hostname(); err == nil && name != "" {
		return name
	}
	return "localhost"
}

func (h *Host) sasl(c *smtp.Client) sasl.Client {
	if !c.SupportsAuth(sasl.Plain) && c.SupportsAuth(sasl.Login) {
		return sasl.NewLoginClient(h.config.User, h.config.Password)
	}
	return sasl.NewPlainClient("", h.config.User, h.config.Password)
}

// send runs one transaction. An error means that the connection is not to be used again.
func (c *conn) send(from string, to []string, raw []byte) ([]Result, error) {
	if err := c.Mail(from, nil); err != nil {
		return same(to, err), err
	}
	results := make([]Result, len(to))
	taken := 0
	for i, recipient := range to {
		results[i] = Result{Recipient: recipient}
		if err := c.Rcpt(recipient, nil); err != nil {
			results[i] = refusal(recipient, err)
			continue
		}
		taken++
	}
	if taken == 0 {
		return results, c.Reset()
	}
	code, text, err := c.data(raw)
	for i, r := range results {
		if r.Text != "" {
			continue // refused by itself
		}
		if err != nil {
			results[i] = refusal(r.Recipient, err)
			continue
		}
		results[i] = Result{Recipient: r.Recipient, Sent: true, Code: code, Text: text}
	}
	return results, err
}

func (c *conn) data(raw []byte) (int, string, error) {
	w, err := c.Data()
	if err != nil {
		return 0, "", err
	}
	if _, err := bytes.NewReader(raw).WriteTo(w); err != nil {
		return 0, "", err
	}
	answer, err := w.CloseWithResponse()
	if err != nil {
		return 0, "", err
	}
	return 250, answer.StatusText, nil
}

func same(to []string, err error) []Result {
	results := make([]Result, len(to))
	for i, r := range to {
		results[i] = refusal(r, err)
	}
	return results
}

// refusal is what an error says for a recipient. Only an answer in the 500s is for ever.
func refusal(recipient string, err error) Result {
	r := Result{Recipient: recipient, Text: err.Error()}
	if said, ok := errors.AsType[*smtp.SMTPError](err); ok {
		r.Code, r.Permanent, r.Text = said.Code, said.Code >= 500, said.Message
	}
	return r
}
