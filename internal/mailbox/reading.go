package mailbox

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html"
	"io"
	"strings"
	"time"

	"muster/internal/blob"
	"muster/internal/fault"
	"muster/internal/mailbox/letter"
	"muster/internal/text"
	"muster/internal/ticket"
)

// reading is a message as it was read: what decisions about it are made of.
type reading struct {
	letter  *letter.Letter
	over    string // the sentence that says which limit it is over; empty: none
	auto    letter.Auto
	author  letter.Address // who is to be answered
	forward letter.Address // who wrote what this passes on; empty: it is no forward
	title   string
	content string // SHA-256 of what it says, without the marks of its way here
	body    ticket.Body
	notes   []string
	files   []ticket.Attachment
}

// machine reports whether a machine sent the message.
func (r *reading) machine() bool { return r.auto.Kind != letter.Person }

// raw returns the bytes of a message; of one that is too large, just so many that it shows.
func (o *Office) raw(ctx context.Context, m Message) ([]byte, error) {
	r, err := o.Blobs.Open(ctx, m.Blob)
	if err != nil {
		return nil, fmt.Errorf("open the raw mail: %w", err)
	}
	defer r.Close()
	raw, err := io.ReadAll(io.LimitReader(r, o.Limits.Size+1))
	if err != nil {
		return nil, fmt.Errorf("read the raw mail: %w", err)
	}
	if int64(len(raw)) == m.Size { // the end is where damage is reported
		if _, err := r.Read(make([]byte, 1)); err != nil && err != io.EOF {
			return nil, fmt.Errorf("read the raw mail: %w", err)
		}
	}
	return raw, nil
}

// read reads a message. It is costly and touches nothing.
func (o *Office) read(m Message, raw []byte) (*reading, error) {
	l, err := letter.Read(raw, o.Limits)
	r := &reading{letter: l, auto: l.Detect(o.marks.Host()), author: l.Author(), title: title(l)}
	switch {
	case err == nil:
		r.content = contentHash(l.Date, raw)
		r.say()
	case fault.Is(err, fault.TooLarge):
		r.tooMuch(m, fault.Message(err), o.Limits.Size)
	default:
		return nil, err
	}
	for _, n := range l.Notes {
		r.notes = append(r.notes, n.Sentence())
	}
	return r, nil
}

func title(l *letter.Letter) string {
	t := text.Subject(l.Subject)
	if t == "" {
		return "(no subject)"
	}
	return text.Snippet(t, 400)
}

// say divides what the letter says into its writer's words and the history under them.
// In a forward the history is the point, so that it stays.
func (r *reading) say() {
	l := r.letter
	from, forward := l.Forwarded()
	if !forward && l.Text == "" && forwards(l) {
		from, forward = letter.QuotedSender(text.Plain(l.HTML))
	}
	if forward {
		r.forward = from
	}
	if l.HTML == "" {
		r.plain(forward || forwards(l))
		return
	}
	visible, quoted := text.Body(l.HTML)
	if forward || forwards(l) {
		visible, quoted = text.CleanHTML(l.HTML), text.Clean{}
	}
	r.body = ticket.Body{Text: text.Plain(visible.HTML), HTML: visible.HTML, Quoted: quoted.HTML, Remote: visible.RemoteImages + quoted.RemoteImages}
	if visible.Cut || quoted.Cut {
		r.notes = append(r.notes, letter.NoteCut.Sentence())
	}
}

// forwards reports whether the subject says that the letter passes another on.
func forwards(l *letter.Letter) bool {
	word, _, ok := strings.Cut(strings.ToLower(strings.TrimSpace(l.Subject)), ":")
	switch strings.TrimSpace(word) {
	case "fwd", "fw", "wg", "tr", "rv", "doorst", "vb", "vl", "enc":
		return ok
	}
	return false
}

func (r *reading) plain(whole bool) {
	visible, quoted := text.Valid(r.letter.Text), ""
	if !whole {
		visible, quoted = text.TrimText(visible)
	}
	r.body = ticket.Body{Text: visible, HTML: lines(visible), Quoted: lines(quoted)}
}

// lines shows a plain text as HTML.
func lines(plain string) string {
	if plain == "" {
		return ""
	}
	return "<p>" + strings.ReplaceAll(html.EscapeString(plain), "\n", "<br>") + "</p>"
}

// tooMuch stands for a message over a limit: its raw bytes are attached, not read.
func (r *reading) tooMuch(m Message, sentence string, most int64) {
	if m.Size > most {
		sentence = fmt.Sprintf("The message is %.1f MiB; this desk takes messages of up to %.1f MiB. Send large files in another way.",
			float64(m.Size)/(1<<20), float64(most)/(1<<20))
	}
	r.over, r.content = sentence, "raw."+m.Blob
	say := sentence + " It was not read; the original is attached."
	r.body = ticket.Body{Text: say, HTML: lines(say)}
	r.files = []ticket.Attachment{{Name: "message.eml", Type: "message/rfc822", Size: m.Size, Blob: m.Blob}}
}

// keepFiles puts the letter's parts into the blob store. Done twice, it does the same.
func (o *Office) keepFiles(ctx context.Context, r *reading) error {
	if r.over != "" {
		return nil
	}
	r.files = make([]ticket.Attachment, 0, len(r.letter.Parts))
	for _, p := range r.letter.Parts {
		ref, err := blob.PutBytes(ctx, o.Blobs, p.Data)
		if err != nil {
			return fmt.Errorf("keep the attachment %q: %w", p.Name, err)
		}
		id := p.ContentID
		if id == "" {
			id = p.Location
		}
		r.files = append(r.files, ticket.Attachment{Name: p.Name, Type: p.Type, Size: ref.Size, Blob: ref.Key, ContentID: id, Inline: p.Inline})
	}
	return nil
}

// contentHash tells apart what messages say, and when they were written. Their
// way here adds and changes other header fields, and line ends, so these do not count.
func contentHash(written time.Time, raw []byte) string {
	sum := sha256.New()
	fmt.Fprintln(sum, written.Unix())
	body := afterHead(raw)
	blank := 0
	for len(body) > 0 {
		line, rest, _ := bytes.Cut(body, []byte{'\n'})
		body = rest
		line = bytes.TrimRight(line, " \t\r")
		if len(line) == 0 {
			blank++
			continue
		}
		for ; blank > 0; blank-- {
			sum.Write([]byte{'\n'})
		}
		sum.Write(line)
		sum.Write([]byte{'\n'})
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func afterHead(raw []byte) []byte {
	for rest := raw; len(rest) > 0; {
		line, after, _ := bytes.Cut(rest, []byte{'\n'})
		if rest = after; len(bytes.TrimRight(line, "\r")) == 0 {
			return rest
		}
	}
	return nil
}
