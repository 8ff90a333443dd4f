package outbox

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"muster/internal/blob"
	"muster/internal/db"
	"muster/internal/mailbox/compose"
	"muster/internal/mailbox/letter"
	"muster/internal/text"
	"muster/internal/ticket"
	"muster/internal/workspace"
)

// pack writes the mail that an entry goes out as.
func (b *Box) pack(ctx context.Context, p *parcel) (*Mail, error) {
	m, err := b.mail(ctx, p)
	if err != nil {
		return nil, err
	}
	raw, err := m.Bytes()
	if err != nil {
		return nil, err
	}
	out := &Mail{Workspace: p.workspace, Entry: p.entry.ID, From: p.from.Address, EnvelopeFrom: p.from.Address, Raw: raw, DKIM: p.from.DKIM}
	if p.from.Plus {
		out.EnvelopeFrom = b.Marks.BounceAddress(p.workspace, p.from.Address, p.entry.ID)
	}
	for _, d := range p.deliveries {
		out.Recipients = append(out.Recipients, d.Address)
	}
	return out, nil
}

func (b *Box) mail(ctx context.Context, p *parcel) (compose.Message, error) {
	m := compose.Message{From: compose.Person{Name: compose.OneLine(p.from.Name), Address: p.from.Address}, Date: time.Now(), MessageID: p.entry.MessageID}
	if p.from.Plus {
		m.ReplyTo = compose.Person{Name: m.From.Name, Address: b.Marks.TicketAddress(p.workspace, p.from.Address, p.ticket.Number)}
	}
	for _, d := range p.all { // who has it already still stands in the header
		to := compose.Person{Name: d.Name, Address: d.Address}
		switch {
		case !compose.Writable(d.Address):
		case d.Copy:
			m.Cc = append(m.Cc, to)
		default:
			m.To = append(m.To, to)
		}
	}
	p.thread(&m)
	m.Subject = subject(p)
	b.marksOf(&m, p)
	return m, b.fill(ctx, &m, p)
}

// followed bounds how many messages a mail may refer to.
const followed = 40

// follow reads what the mail follows: the messages before it, and what the customer said last.
func (p *parcel) follow(tx *db.Tx) (err error) {
	if p.last, err = ticket.Thread(tx, p.ticket, p.entry.ID, followed); err != nil {
		return err
	}
	i := slices.IndexFunc(p.last, func(l ticket.Letter) bool { return l.Kind == ticket.FromCustomer })
	if i < 0 {
		return nil
	}
	p.asked, err = ticket.FindEntry(tx, p.ticket, p.last[i].Entry)
	return err
}

// thread says which messages the mail follows, and which it answers: the customer's last, else the last.
func (p *parcel) thread(m *compose.Message) {
	var ids []string
	var answered string
	for _, e := range slices.Backward(p.last) {
		ids = append(ids, e.MessageID)
		if e.Kind == ticket.FromCustomer {
			answered = e.MessageID
		}
	}
	m.References = compose.References(ids)
	switch n := len(m.References); {
	case slices.Contains(m.References, answered):
		m.InReplyTo = answered
	case n > 0:
		m.InReplyTo = m.References[n-1]
	}
}

// subject is the ticket's title with its tag, so that an answer that lost all else finds its way.
func subject(p *parcel) string {
	s := fmt.Sprintf("%s [#%d]", compose.OneLine(p.ticket.Title), p.ticket.Number)
	if p.asked != nil {
		return "Re: " + s
	}
	return s
}

// marksOf says on automatic mail that it is. What a person wrote does not carry
// the loop header: another Muster would take it for a machine's, and open nothing again for it.
func (b *Box) marksOf(m *compose.Message, p *parcel) {
	if p.entry.Kind != ticket.Automatic {
		return
	}
	kind := "auto-generated"
	if m.InReplyTo != "" {
		kind = "auto-replied"
	}
	m.More = append(m.More, compose.Field{Name: "Auto-Submitted", Value: kind}, compose.Field{Name: "X-Auto-Response-Suppress", Value: "All"},
		compose.Field{Name: letter.LoopHeader, Value: b.Marks.Instance(p.workspace)})
}

// fileLink is a link to a file of the entry, in cleaned HTML.
var fileLink = regexp.MustCompile(`(?s)<a [^>]*href="attachment:[^"]*"[^>]*>(.*?)</a>`)

// fill gives a mail its text, its pictures and its files.
func (b *Box) fill(ctx context.Context, m *compose.Message, p *parcel) error {
	pictures := map[string]bool{}
	words := fileLink.ReplaceAllString(p.entry.Body.HTML, "$1") // the files come along: a link to our desk leads the recipient nowhere
	if p.entry.Kind == ticket.Automatic {
		words = b.Complete(p.workspace, words)
	}
	page := text.RewriteAttachments(words, func(id string) (string, bool) {
		for _, a := range p.entry.Attachments {
			if a.ID == id && strings.HasPrefix(a.Type, "image/") {
				pictures[id] = true
				return "cid:" + id + "@muster", true
			}
		}
		return "", false
	})
	signature := text.Markdown(p.from.Signature)
	m.Text, m.HTML = compose.Answer(text.Plain(words), page, text.Plain(signature), signature, p.quote())
	left := b.Most()
	for _, a := range p.entry.Attachments {
		data, err := blob.ReadAll(ctx, b.Blobs, a.Blob, left)
		if err != nil {
			return fmt.Errorf("attach %q: %w", a.Name, err)
		}
		left -= int64(len(data))
		f := compose.File{Name: compose.OneLine(a.Name), Type: a.Type, Data: data}
		if pictures[a.ID] {
			f.ContentID = a.ID + "@muster"
			m.Inline = append(m.Inline, f)
		} else {
			m.Files = append(m.Files, f)
		}
	}
	return nil
}

// quote is the customer's last message before the entry. What a machine writes
// quotes nothing: whoever forged an address would have us deliver their words there.
func (p *parcel) quote() compose.Quote {
	e := p.asked
	if e == nil || p.entry.Kind != ticket.Reply {
		return compose.Quote{}
	}
	return compose.Quote{Author: compose.OneLine(e.Author.Name), At: e.CreatedAt.In(p.zone), Text: e.Body.Text}
}

func zoneOf(tx *db.Tx) *time.Location {
	if w, err := workspace.Current(tx); err == nil {
		if zone, err := time.LoadLocation(w.Settings.Zone); err == nil {
			return zone
		}
	}
	return time.UTC
}
