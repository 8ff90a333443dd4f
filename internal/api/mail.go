package api

import (
	"context"
	"io"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/db"
	"muster/internal/mailbox"
	"muster/internal/ticket"
)

func (a *API) mailRoutes(h huma.API) {
	huma.Register(h, op("GET", "/mail/summary", "mailSummary", "Mail", "Read whether every message is accounted for", 200), a.mailSummary)
	huma.Register(h, op("GET", "/mail/ledger", "mailLedger", "Mail", "List the messages in custody", 200), a.mailLedger)
	huma.Register(h, op("GET", "/mail/ledger/{id}", "mail", "Mail", "Read what is known of a message", 200), a.mail)
	huma.Register(h, op("GET", "/mail/ledger/{id}/raw", "rawMail", "Mail", "Read a message's raw bytes", 200), a.rawMail)
	huma.Register(h, op("POST", "/mail/ledger/{id}/release", "releaseMail", "Mail", "Trust a message in quarantine", 204), a.releaseMail)
	huma.Register(h, op("POST", "/mail/ledger/{id}/replay", "replayMail", "Mail", "Read a message again from its raw bytes", 204), a.replayMail)
}

// MailSummary tells how many messages there are. Unaccounted is zero, or something is wrong.
type MailSummary struct {
	Received    int64            `json:"received"`
	Pending     int64            `json:"pending"`
	Unaccounted int64            `json:"unaccounted"`
	Outcomes    map[string]int64 `json:"outcomes"`
}

func (a *API) mailSummary(ctx context.Context, _ *struct{}) (*Answer[MailSummary], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[MailSummary], error) {
		s, err := mailbox.Summary(tx)
		w := MailSummary{s.Received, s.Pending, s.Unaccounted, map[string]int64{}}
		for o, n := range s.Outcomes {
			w.Outcomes[string(o)] = n
		}
		return &Answer[MailSummary]{w}, err
	})
}

// Mail is a message in custody.
type Mail struct {
	ID         string     `json:"id"`
	Source     string     `json:"source"`
	Sender     string     `json:"from"`
	Subject    string     `json:"subject"`
	MessageID  string     `json:"message_id"`
	Size       int64      `json:"size"`
	SHA256     string     `json:"sha256"`
	ReceivedAt time.Time  `json:"received_at"`
	Outcome    string     `json:"outcome"`
	Reason     string     `json:"reason"`
	Ticket     int64      `json:"ticket,omitempty" doc:"The number."`
	Entry      string     `json:"entry,omitempty"`
	Other      string     `json:"other,omitempty" doc:"What a duplicate or a bounce is of."`
	Attempts   int        `json:"attempts"`
	SettledAt  *time.Time `json:"settled_at"`
	Steps      []MailStep `json:"steps,omitempty"`
}

// MailStep is something that was decided about a message.
type MailStep struct {
	At   time.Time `json:"at"`
	What string    `json:"what"`
}

func mail(tx *db.Tx, m mailbox.Message, steps bool) Mail {
	w := Mail{ID: m.ID, Source: m.Origin.Source, Sender: m.Sender, Subject: m.Subject, MessageID: m.MessageID, Size: m.Size, SHA256: m.Blob,
		ReceivedAt: m.ReceivedAt, Outcome: string(m.Outcome), Reason: m.Reason, Entry: m.Entry, Other: m.Other, Attempts: m.Attempts,
		SettledAt: instant(m.SettledAt)}
	if m.Ticket != "" {
		if t, err := ticket.ByID(tx, m.Ticket); err == nil {
			w.Ticket = t.Number
		}
	}
	if steps {
		for _, s := range m.Steps {
			w.Steps = append(w.Steps, MailStep{s.At, s.What})
		}
	}
	return w
}

type mailLedger struct {
	Outcome string `query:"outcome" enum:"pending,ticket,reply,quarantined,duplicate-of,bounce-of,dropped-by-rule,failed"`
	Words   string `query:"q" maxLength:"200"`
	Cursor  string `query:"cursor" pattern:"^[0-9a-v]{1,50}$" patternDescription:"the next of the page before, as it came"`
	Limit   int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

func (a *API) mailLedger(ctx context.Context, in *mailLedger) (*Answer[List[Mail]], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[List[Mail]], error) {
		page, err := mailbox.Ledger(tx, mailbox.LedgerQuery{Outcome: mailbox.Outcome(in.Outcome), Words: in.Words, Cursor: in.Cursor, Limit: in.Limit})
		var items []Mail
		for _, m := range page.Messages {
			items = append(items, mail(tx, m, false))
		}
		return list(items, page.Next), err
	})
}

type mailInput struct {
	ID string `path:"id"`
}

func (a *API) mail(ctx context.Context, in *mailInput) (*Answer[Mail], error) {
	return view(ctx, a, func(tx *db.Tx) (*Answer[Mail], error) {
		m, err := mailbox.Find(tx, in.ID)
		return &Answer[Mail]{mail(tx, m, true)}, err
	})
}

func (a *API) rawMail(ctx context.Context, in *mailInput) (*huma.StreamResponse, error) {
	_, r, err := a.Office.Raw(ctx, in.ID)
	if err != nil {
		return nil, problem(ctx, err)
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		defer r.Close()
		c.SetHeader("Content-Type", "message/rfc822")
		c.SetHeader("Content-Disposition", `attachment; filename="`+in.ID+`.eml"`)
		io.Copy(c.BodyWriter(), r) // who reads has gone, if this stops
	}}, nil
}

func (a *API) releaseMail(ctx context.Context, in *mailInput) (*nothing, error) {
	return do(ctx, a, func(tx *db.Tx) error { return mailbox.Release(tx, in.ID) })
}

func (a *API) replayMail(ctx context.Context, in *mailInput) (*nothing, error) {
	_, err := a.Office.Replay(ctx, in.ID)
	return &nothing{}, problem(ctx, err)
}
