package app

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"slices"
	"strings"

	"muster/internal/fault"
	"muster/internal/mailbox"
	"muster/internal/mailbox/inbox"
	"muster/internal/mailbox/outbox"
	"muster/internal/mailbox/smarthost"
	"muster/internal/mailbox/smtpd"
)

// smtpConfig lets the listener ask which addresses are ours, and gives what it takes in into custody.
func (h *house) smtpConfig() smtpd.Config {
	host := "localhost"
	if u, err := url.Parse(h.config.URL); err == nil && net.ParseIP(u.Hostname()) == nil {
		host = u.Hostname()
	}
	return smtpd.Config{Host: host, Recipient: h.recipient, Accept: h.accept}
}

func (h *house) recipient(ctx context.Context, address string) error {
	_, _, ok, err := h.office.Inboxes.Route(ctx, address)
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "There is no inbox %s here.", address)
	}
	return err
}

// accept takes custody of a message, once for each workspace that it is for.
func (h *house) accept(ctx context.Context, e smtpd.Envelope, raw io.Reader) error {
	to := map[string][]string{}
	for _, address := range e.To {
		workspace, _, ok, err := h.office.Inboxes.Route(ctx, address)
		if err != nil {
			return err
		}
		if ok {
			to[workspace] = append(to[workspace], address)
		}
	}
	ref, err := h.office.Keep(ctx, raw)
	if err != nil {
		return err
	}
	for workspace, addresses := range to {
		origin := mailbox.Origin{Source: mailbox.SMTP, Transaction: e.ID, Remote: e.Remote.Addr().String(), Helo: e.Helo,
			EnvelopeFrom: e.From, EnvelopeTo: addresses, ReceivedAt: e.At}
		if _, err := h.office.File(ctx, workspace, origin, ref); err != nil {
			return fmt.Errorf("take a mail into custody: %w", err)
		}
	}
	return nil
}

// sender hands outgoing mail to the smarthost, signed if its inbox has a key. Nil: there is no smarthost.
func sender(c *Config) (func(context.Context, outbox.Mail) []outbox.Result, error) {
	if c.Smarthost == "" {
		return nil, nil
	}
	config, err := smarthost.Parse(c.Smarthost)
	if err != nil {
		return nil, err
	}
	host := smarthost.New(config)
	return func(ctx context.Context, o outbox.Mail) []outbox.Result {
		raw := o.Raw
		if o.DKIM != nil && o.DKIM.Key != "" {
			signed, err := sign(raw, o.DKIM)
			if err != nil {
				return deferred(o.Recipients, err)
			}
			raw = signed
		}
		var results []outbox.Result
		for _, r := range host.Send(ctx, o.EnvelopeFrom, o.Recipients, raw) {
			state := outbox.Deferred
			switch {
			case r.Sent:
				state = outbox.Sent
			case r.Permanent:
				state = outbox.Undelivered
			}
			results = append(results, outbox.Result{Recipient: r.Recipient, State: state, Code: r.Code, Text: r.Text})
		}
		return results
	}, nil
}

func sign(raw []byte, d *inbox.DKIM) ([]byte, error) {
	key, err := smarthost.Key(d.Key)
	if err != nil {
		return nil, err
	}
	return smarthost.Sign(raw, d.Domain, d.Selector, key)
}

func deferred(recipients []string, err error) []outbox.Result {
	var results []outbox.Result
	for _, r := range recipients {
		results = append(results, outbox.Result{Recipient: r, State: outbox.Deferred, Text: err.Error()})
	}
	return results
}

// replay reads messages again from their raw bytes.
func (h *house) replay(ctx context.Context, out io.Writer, ids []string, outcome string) error {
	if outcome != "" {
		if known := append(mailbox.Outcomes(), mailbox.Pending); !slices.Contains(known, mailbox.Outcome(outcome)) {
			return fault.New(fault.Invalid, "There is no outcome %q; there are %s.", outcome, strings.Trim(fmt.Sprint(known), "[]"))
		}
		more, err := h.messagesWith(ctx, mailbox.Outcome(outcome))
		if err != nil {
			return err
		}
		ids = append(ids, more...)
	}
	for _, id := range ids {
		said, err := h.office.Replay(ctx, id)
		if err != nil {
			return fmt.Errorf("replay %s: %w", id, err)
		}
		fmt.Fprintf(out, "%s: %s\n", id, cmp.Or(strings.Join(said, "; "), "read again"))
	}
	return nil
}
