package app

import (
	"context"
	"net"
	"time"

	"muster/internal/mailbox"
	"muster/internal/web/ui"
)

// testInbox tries an inbox out: whether mail to it is taken in, and whether mail from it can go out.
func (h *house) testInbox(ctx context.Context, in mailbox.Inbox) []ui.Step {
	t := &trial{ctx: ctx}
	t.step("The address belongs to this inbox", "Make the inbox active.", func() (string, error) {
		return in.Address, h.recipient(ctx, in.Address)
	})
	if h.config.SMTPListen != "" {
		t.step("The mail listener answers", "See MUSTER_SMTP_LISTEN.", func() (string, error) { return h.config.SMTPListen, dial(ctx, h.config.SMTPListen) })
	} else {
		t.note("The mail listener is turned off", "MUSTER_SMTP_LISTEN is empty: mail comes by IMAP only.")
	}
	if h.config.Smarthost == "" {
		t.note("No mail server to send through", "MUSTER_SMARTHOST is not set: answers wait in the outbox.")
	}
	return t.steps
}

// trial collects the steps of a test; after one that went wrong the others still run, since they do not depend on it.
type trial struct {
	ctx   context.Context
	steps []ui.Step
}

func (t *trial) step(what, remedy string, try func() (string, error)) {
	began := time.Now()
	note, err := try()
	s := ui.Step{Text: what, Is: ui.Done, Note: note, Took: time.Since(began)}
	if err != nil {
		s.Is, s.Note = ui.Broken, err.Error()+" "+remedy
	}
	t.steps = append(t.steps, s)
}

func (t *trial) note(what, why string) {
	t.steps = append(t.steps, ui.Step{Text: what, Is: ui.Waits, Note: why})
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
