package app

import (
	"context"
	"crypto"
	"net"
	"slices"
	"time"

	"muster/internal/fault"
	"muster/internal/mailbox/imap"
	"muster/internal/mailbox/inbox"
	"muster/internal/mailbox/smarthost"
	"muster/internal/mailbox/trust"
	"muster/internal/web/ui"
)

// testInbox tries an inbox out: whether mail to it is taken in, whether mail is fetched, and whether answers can go out.
func (h *house) testInbox(ctx context.Context, in inbox.Inbox) []ui.Step {
	steps := h.testIntake(ctx, in)
	if in.IMAP.Host != "" {
		settings, err := h.settingsOf(in)
		if err != nil {
			return append(steps, step("The password can be unsealed", false, err.Error()))
		}
		for _, s := range imap.Test(ctx, h.imap, settings) {
			steps = append(steps, step("IMAP: "+s.Name, s.OK, s.Detail))
		}
	}
	return slices.Concat(steps, h.testSending(ctx, in), h.testSigning(ctx, in))
}

func step(name string, ok bool, detail string) ui.Step {
	s := ui.Step{Text: name, Is: ui.Done, Note: detail}
	if !ok {
		s.Is = ui.Broken
	}
	return s
}

func (h *house) testIntake(ctx context.Context, in inbox.Inbox) []ui.Step {
	said := in.Address
	err := h.recipient(ctx, in.Address)
	if err != nil {
		said = err.Error() + " Make the inbox active."
	}
	steps := []ui.Step{step("The address belongs to an active inbox", err == nil, said)}
	if h.config.SMTPListen == "" {
		return append(steps, ui.Step{Text: "The mail listener is turned off", Is: ui.Waits, Note: "MUSTER_SMTP_LISTEN is empty: mail comes by IMAP only."})
	}
	if err := dial(ctx, h.config.SMTPListen); err != nil {
		return append(steps, step("The mail listener answers", false, err.Error()+"; see MUSTER_SMTP_LISTEN"))
	}
	return append(steps, step("The mail listener answers", true, h.config.SMTPListen))
}

// testSending asks the smarthost whether it would take a mail from the inbox, and sends none.
func (h *house) testSending(ctx context.Context, in inbox.Inbox) []ui.Step {
	if h.config.Smarthost == "" {
		return []ui.Step{{Text: "No mail server to send through", Is: ui.Waits, Note: "MUSTER_SMARTHOST is not set: answers wait in the outbox."}}
	}
	c, err := smarthost.Parse(h.config.Smarthost)
	if err != nil {
		return []ui.Step{step("Sending", false, err.Error())}
	}
	var steps []ui.Step
	for _, s := range smarthost.Probe(ctx, c, in.Address, in.Address) {
		steps = append(steps, step("Sending: "+s.Name, s.OK, s.Detail))
	}
	return steps
}

// testSigning looks whether others can check the signature of what the inbox sends.
func (h *house) testSigning(ctx context.Context, in inbox.Inbox) []ui.Step {
	open, err := h.office.Inboxes.Unseal(in)
	if err == nil && open.DKIM.Key == "" {
		return nil
	}
	var key crypto.Signer
	if err == nil {
		key, err = smarthost.Key(open.DKIM.Key)
	}
	if err != nil {
		return []ui.Step{step("Mail is signed", false, fault.Message(err))}
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	s := smarthost.Published(ctx, trust.System().TXT, open.DKIM.Domain, open.DKIM.Selector, key)
	return []ui.Step{step(s.Name, s.OK, s.Detail)}
}

func dial(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	return conn.Close()
}
