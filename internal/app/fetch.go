package app

import (
	"bytes"
	"context"
	"net/netip"
	"strings"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/mailbox"
	"muster/internal/mailbox/imap"
	"muster/internal/mailbox/inbox"
	"muster/internal/mailbox/letter"
	"muster/internal/mailbox/trust"
	"muster/internal/reach"
)

// fetching has the mail of inboxes fetched that live on another mail server.
func (h *house) fetching() {
	where, _ := reach.Named(h.config.IMAPReach)
	h.imap = imap.Config{DB: h.db, Settings: h.imapSettings, Accept: h.acceptFetched, Known: h.knownFetched, Allow: where, Stopping: h.stopping}
	imap.Register(h.bus, h.imap)
	event.On(h.bus, func(tx *db.Tx, e inbox.Saved) error { return imap.Watch(tx, e.ID) })
}

// imapSettings are those of an inbox as they are now: NotFound if it is not fetched.
func (h *house) imapSettings(ctx context.Context, id string) (imap.Settings, error) {
	var in inbox.Inbox
	if err := h.db.View(ctx, func(tx *db.Tx) (err error) { in, err = inbox.Find(tx, id); return err }); err != nil {
		return imap.Settings{}, err
	}
	if !in.Active || in.IMAP.Host == "" {
		return imap.Settings{}, fault.New(fault.NotFound, "The inbox %s is not fetched.", in.Address)
	}
	return h.settingsOf(in)
}

func (h *house) settingsOf(in inbox.Inbox) (imap.Settings, error) {
	open, err := h.office.Inboxes.Unseal(in)
	if err != nil {
		return imap.Settings{}, err
	}
	s := imap.Settings{Host: open.IMAP.Host, Port: open.IMAP.Port, User: open.IMAP.User, Password: open.IMAP.Password, Fingerprint: open.IMAP.Trust,
		TLS: map[string]imap.TLS{"starttls": imap.StartTLS, "none": imap.Cleartext}[open.IMAP.Security]}
	s.Folders, s.After, s.MoveTo = open.IMAP.Folders(), imap.After(open.IMAP.After), open.IMAP.MoveTo
	return s, nil
}

// acceptFetched takes custody of a message. Of one that could not be fetched
// whole, the reason stands where its text would.
func (h *house) acceptFetched(ctx context.Context, m imap.Message) error {
	raw := m.Raw
	if m.Problem != "" {
		if len(raw) == 0 {
			raw = []byte("Subject: A mail that could not be fetched\r\n")
		}
		raw = append(bytes.TrimRight(raw, "\r\n"), []byte("\r\n\r\n"+m.Problem+"\r\n")...)
	}
	origin := mailbox.Origin{Source: mailbox.IMAP, Inbox: m.Inbox, Folder: m.Folder, UIDValidity: m.UIDValidity, UID: m.UID, ReceivedAt: m.Arrived}
	_, err := h.office.Accept(ctx, access.From(ctx).Workspace, origin, bytes.NewReader(raw))
	return err
}

func (h *house) knownFetched(ctx context.Context, inbox, folder string, validity uint32, uids []uint32) ([]uint32, error) {
	known, err := h.office.Known(ctx, access.From(ctx).Workspace, inbox, folder, validity, uids)
	var all []uint32
	for uid := range known {
		all = append(all, uid)
	}
	return all, err
}

// judge tells where a mail comes from: what we find ourselves of mail that came to us from outside, and what a server
// that is trusted found of mail that it took in first, whether we fetched it or a relay of ours handed it over.
func judge(ctx context.Context, m mailbox.Message, in inbox.Inbox, raw []byte, l *letter.Letter) mailbox.Verdict {
	remote, err := netip.ParseAddr(m.Origin.Remote)
	outside := m.Origin.Source == mailbox.SMTP && err == nil && !remote.IsLoopback() && !remote.IsPrivate()
	var v trust.Verdict
	switch {
	case outside:
		_, domain, _ := strings.Cut(l.From.Mailbox, "@")
		v = trust.Check(ctx, trust.Options{}, trust.Message{Remote: remote, Helo: m.Origin.Helo, MailFrom: m.Origin.EnvelopeFrom, Raw: raw, From: domain})
	case in.TrustedHost != "":
		v = trust.FromAuthResults(l.AuthResults, in.TrustedHost)
	}
	return mailbox.Verdict{SPF: string(v.SPF), DKIM: string(v.DKIM), DMARC: string(v.DMARC), Policy: string(v.Policy), Detail: v.Detail}
}
