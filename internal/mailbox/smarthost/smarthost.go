// Package smarthost hands our outgoing mail to the mail server that delivers it, and says for each recipient what became of it.
package smarthost

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// Relay is a mail server that takes our mail. It keeps connections open for a
// while, so that the next message need not wait for one. Any number of
// goroutines may send.
type Relay struct {
	c    Config
	room chan struct{} // filled by the connections there are

	mu     sync.Mutex
	idle   []*link // the most recently used last
	closed bool
}

// Result is what became of a message for one recipient.
type Result struct {
	Recipient string
	Sent      bool   // the server has taken the message over
	Code      int    // of the server's answer; 0: there was none
	Enhanced  string // like 5.1.1; empty: the server did not say
	Text      string // what the server said, or why it could not be asked
	Permanent bool   // not delivered, and trying again is of no use
}

// New returns a relay. It connects when there is something to send.
func New(c Config) *Relay {
	c = c.orDefault()
	return &Relay{c: c, room: make(chan struct{}, c.Connections)}
}

// Send hands over one message and returns a result for each recipient, in
// order. A message without an answer may have arrived all the same: send it
// again with the same Message-ID. Line ends of raw are made CR LF, whatever
// they were.
func (r *Relay) Send(ctx context.Context, from string, to []string, raw []byte) []Result {
	m := newMail(from, to, raw)
	if len(m.open) == 0 {
		return m.results
	}
	ctx, cancel := context.WithTimeout(ctx, r.c.Timeout)
	defer cancel()
	select {
	case r.room <- struct{}{}:
		defer func() { <-r.room }()
	case <-ctx.Done():
		return m.fail(fmt.Errorf("all connections to %s are busy", r.c.Host))
	}
	for {
		l, used, err := r.take(ctx)
		if err != nil {
			return m.fail(err)
		}
		err = l.send(ctx, m)
		r.give(l, err)
		if used && errors.Is(err, errStale) {
			continue // the server had closed it meanwhile: nothing of the message has got there
		}
		if err != nil {
			return m.fail(err)
		}
		return m.results
	}
}

// Close ends the connections that wait. What is being sent is not cut off.
func (r *Relay) Close() {
	r.mu.Lock()
	r.closed = true
	idle := r.idle
	r.idle = nil
	r.mu.Unlock()
	for _, l := range idle {
		l.quit()
	}
}

// take returns a connection, and whether it was used before.
func (r *Relay) take(ctx context.Context) (l *link, used bool, err error) {
	r.mu.Lock()
	if n := len(r.idle); n > 0 {
		l = r.idle[n-1]
		r.idle = r.idle[:n-1]
	}
	r.mu.Unlock()
	if l != nil {
		l.expiry.Stop()
		return l, true, nil
	}
	l, err = dial(ctx, r.c)
	return l, false, err
}

// give takes a connection back, for the next message or for good.
func (r *Relay) give(l *link, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil || r.closed {
		go l.quit()
		return
	}
	r.idle = append(r.idle, l)
	l.expiry = time.AfterFunc(r.c.Idle, func() { r.expire(l) })
}

// expire ends a connection that nobody has needed for a while.
func (r *Relay) expire(l *link) {
	r.mu.Lock()
	found := false
	for i, other := range r.idle {
		if other == l {
			r.idle, found = append(r.idle[:i:i], r.idle[i+1:]...), true
			break
		}
	}
	r.mu.Unlock()
	if found {
		l.quit()
	}
}

// tlsConfig returns how a connection is encrypted. One that is encrypted only
// if possible is not checked either: who could change the answer could also
// have said that encryption is not possible.
func (c Config) tlsConfig() *tls.Config {
	t := c.TLSConfig.Clone()
	if t == nil {
		t = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	t.ServerName = c.Host
	t.InsecureSkipVerify = t.InsecureSkipVerify || c.TLS == Opportunistic
	return t
}

// hostPort is where the server listens.
func (c Config) hostPort() string { return net.JoinHostPort(c.Host, fmt.Sprint(c.Port)) }
