package mail

import (
	"context"
	"io"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/api/rest"
	"muster/internal/db"
	"muster/internal/mailbox"
	"muster/internal/ticket"
)

// MailSummary tells how many messages there are. Unaccounted is zero, or something is wrong.
type MailSummary struct {
	Received    int64            `json:"received"`
	Pending     int64            `json:"pending"`
	Unaccounted int64            `json:"unaccounted"`
	Outcomes    map[string]int64 `json:"outcomes"`
}

func (a *API) mailSummary(ctx context.Context, _ *struct{}) (*rest.Answer[MailSummary], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Answer[MailSummary], error) {
		s, err := mailbox.Summary(tx)
		w := MailSummary{s.Received, s.Pending, s.Unaccounted, map[string]int64{}}
		for o, n := range s.Outcomes {
			w.Outcomes[string(o)] = n
		}
		return rest.AnswerOf(w), err
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
		SettledAt: rest.Instant(m.SettledAt)}
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
	Outcome string `query:"outcome" enum:"pending,ticket,reply,quarantined,duplicate-of,bounce-of,dropped-by-rule,failed" doc:"Only messages with this outcome."`
	Words   string `query:"q" maxLength:"200" doc:"Only messages with this in sender, subject or Message-ID."`
	Cursor  string `query:"cursor" pattern:"^[0-9a-v]{1,50}$" patternDescription:"the next of the page before, as it came" doc:"The next of the page before; without it, the first page."`
	Limit   int    `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"How many items a page has at most."`
}

func (a *API) mailLedger(ctx context.Context, in *mailLedger) (*rest.Page[Mail], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[Mail], error) {
		page, err := mailbox.Ledger(tx, mailbox.LedgerQuery{Outcome: mailbox.Outcome(in.Outcome), Words: in.Words, Cursor: in.Cursor, Limit: in.Limit})
		return rest.ListAs(page.Messages, page.Next, func(m mailbox.Message) Mail { return mail(tx, m, false) }), err
	})
}

func (a *API) mail(ctx context.Context, in *rest.Identified) (*rest.Answer[Mail], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Answer[Mail], error) {
		m, err := mailbox.Find(tx, in.ID)
		return rest.AnswerOf(mail(tx, m, true)), err
	})
}

func (a *API) rawMail(ctx context.Context, in *rest.Identified) (*huma.StreamResponse, error) {
	_, r, err := a.Office.Raw(ctx, in.ID)
	if err != nil {
		return nil, rest.Problem(ctx, err)
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		defer r.Close()
		c.SetHeader("Content-Type", "message/rfc822")
		c.SetHeader("Content-Disposition", `attachment; filename="`+in.ID+`.eml"`)
		io.Copy(c.BodyWriter(), r) // who reads has gone, if this stops
	}}, nil
}

func (a *API) releaseMail(ctx context.Context, in *rest.Identified) (*rest.Nothing, error) {
	return rest.Do(ctx, a.DB, func(tx *db.Tx) error { return mailbox.Release(tx, in.ID) })
}

func (a *API) replayMail(ctx context.Context, in *rest.Identified) (*rest.Nothing, error) {
	_, err := a.Office.Replay(ctx, in.ID)
	return &rest.Nothing{}, rest.Problem(ctx, err)
}
