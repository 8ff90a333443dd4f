package demo

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"strings"
	"sync"
	"time"

	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mailbox"
	"muster/internal/ticket"
)

// letter is a mail on its way to us.
type letter struct {
	from, address string // its sender
	to            string // the inbox that it is written to
	envelope      string // the one that it comes to, if that is another
	id, answers   string // Message-IDs; answers is empty in the first of a thread
	subject, text string
	more          string // fields of the header, each with its line end
	file, data    string // what is attached; no name: nothing is
	kind          string // of the whole, where the text is no plain one
	verdict       mailbox.Verdict
	at            time.Time

	number int
	ready  chan struct{} // closed when it is unpacked
	parcel *mailbox.Parcel
	err    error
	became ticket.ID
}

// genuine is what the domain of an honest sender says.
var genuine = mailbox.Verdict{SPF: "pass", DKIM: "pass", DMARC: "pass", Policy: "reject"}

// send puts a letter into the post.
func (h *house) send(l letter) *letter {
	l.number, l.ready = len(h.post), make(chan struct{})
	if l.id == "" {
		l.id = fmt.Sprintf("%012x.%d@%s", h.rand.Uint64()>>16, l.number, domainOf(l.address))
	}
	h.post = append(h.post, &l)
	return &l
}

func domainOf(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }

// hands is how many letters are unpacked at a time: most wait for the disk.
const hands = 16

// sort unpacks the post, which takes many hands, and begins with what came first.
func (h *house) sort(ctx context.Context) (wait func()) {
	todo := make(chan *letter)
	var wg sync.WaitGroup
	for range hands {
		wg.Go(func() {
			for l := range todo {
				l.parcel, l.err = h.Office.Unpack(ctx, l.origin(h.Seed), l.raw())
				close(l.ready)
			}
		})
	}
	wg.Go(func() {
		defer close(todo)
		for _, l := range h.post {
			if !l.at.Before(h.Now) {
				continue // time is up before it comes
			}
			select {
			case todo <- l:
			case <-ctx.Done():
				return
			}
		}
	})
	return wg.Wait
}

// receive has the desk decide about a letter. Any other outcome than the one that the story goes on with is a mistake in it.
func (h *house) receive(tx *db.Tx, l *letter, want mailbox.Outcome) (mailbox.Message, error) {
	select {
	case <-l.ready:
	case <-tx.Context().Done():
		return mailbox.Message{}, tx.Context().Err()
	}
	if l.err != nil {
		return mailbox.Message{}, l.err
	}
	m, err := h.Office.Settle(tx, l.parcel)
	if err == nil && m.Outcome != want {
		err = fault.New(fault.Internal, "The mail %q became %s, not %s: %s", l.subject, m.Outcome, want, m.Reason)
	}
	l.became = m.Ticket
	return m, err
}

func (l *letter) origin(seed uint64) mailbox.Origin {
	return mailbox.Origin{Source: mailbox.SMTP, Transaction: fmt.Sprintf("demo-%d-%d", seed, l.number), Remote: fmt.Sprintf("192.0.2.%d", 1+len(l.address)*7%250),
		Helo: "mail." + domainOf(l.address), EnvelopeFrom: l.address, EnvelopeTo: []string{cmp.Or(l.envelope, l.to)}, Verdict: l.verdict}
}

// raw is the letter as it came over the wire.
func (l *letter) raw() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "From: %s <%s>\nTo: %s\nSubject: %s\nMessage-ID: <%s>\nDate: %s\n", mime.QEncoding.Encode("utf-8", l.from), l.address, l.to,
		mime.QEncoding.Encode("utf-8", l.subject), l.id, l.at.Format(time.RFC1123Z))
	if l.answers != "" {
		fmt.Fprintf(&b, "In-Reply-To: <%s>\nReferences: <%s>\n", l.answers, l.answers)
	}
	b.WriteString(l.more + "MIME-Version: 1.0\n")
	switch {
	case l.kind != "":
		b.WriteString("Content-Type: " + l.kind + "\n\n" + l.text)
	case l.file != "":
		b.WriteString("Content-Type: multipart/mixed; boundary=part\n\n--part\n")
		writeText(&b, l.text)
		fmt.Fprintf(&b, "\n--part\nContent-Type: text/csv\nContent-Disposition: attachment; filename=%q\nContent-Transfer-Encoding: base64\n\n%s\n--part--\n",
			l.file, base64.StdEncoding.EncodeToString([]byte(l.data)))
	default:
		writeText(&b, l.text)
	}
	plain := bytes.ReplaceAll(b.Bytes(), []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(plain, []byte("\n"), []byte("\r\n"))
}

func writeText(b *bytes.Buffer, text string) {
	b.WriteString("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n")
	w := quotedprintable.NewWriter(b)
	w.Write([]byte(text + "\n")) // a buffer takes everything
	w.Close()
}
