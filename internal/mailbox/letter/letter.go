// Package letter reads one e-mail: who wrote it, what it says, what it answers,
// and whether a machine sent it.
//
// Everything in a Letter comes from a stranger. Its strings are valid UTF-8
// without control characters and of bounded length, and that is all: HTML is
// as it was sent, and no address has been proved.
package letter

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"muster/internal/fault"
	"muster/internal/mailbox/letter/mime"
)

// Letter is one e-mail, read.
//
// When HTML is not empty it is the whole letter, and Text is the plain wording
// that the sender gave with it, if any. When HTML is empty, Text is the whole letter.
type Letter struct {
	MessageID        string // without <>; never empty
	MessageIDMissing bool   // the sender gave none, so that MessageID is made from the bytes
	InReplyTo        []string
	References       []string // oldest first; the first and the newest are kept of a long list

	From        Address   // the first of Froms
	Froms       []Address // more than one is lawful, and rare
	Sender      []Address
	ReplyTo     []Address
	To          []Address
	Cc          []Address
	DeliveredTo []Address // where the mail systems on the way say they delivered it
	ReturnPath  *string   // nil without the header, "" for the null path of a report

	Subject string
	Date    time.Time // UTC; zero if there is none or it makes no sense

	Text  string // lines end in \n
	HTML  string // as sent: clean it before anyone sees it
	Parts []Part // attachments and pictures, in the order of the message

	Notes       []Note // what a reader of the letter should know about it
	Auto        Auto
	Report      *Report  // what a mail system tells about a letter of ours; nil for any other letter
	AuthResults []string // Authentication-Results, newest first; trust only those of a host you trust

	header mime.Header
}

// Part is an attachment, or a picture that the HTML shows.
type Part struct {
	Name      string // fit for display and for a file name; never empty
	Type      string // "image/png"; what the sender claims
	ContentID string // without <>; of two parts with the same the first is meant
	Location  string // Content-Location, which HTML may use instead of the Content-ID
	Inline    bool   // belongs into the text and not under it
	Data      []byte
}

// Limits bound what a letter may cost. A zero field means the default.
type Limits struct {
	Size        int64         // bytes of the raw message
	Attachments int           // parts that are not the text
	Links       int           // in Text and HTML together
	Addresses   int           // From, To, Cc and the like together
	Depth       int           // multiparts within multiparts
	ParseTime   time.Duration // for reading the whole message
}

// DefaultLimits returns the limits of a desk that nobody has configured.
func DefaultLimits() Limits {
	return Limits{Size: 35 << 20, Attachments: 200, Links: 5000, Addresses: 100, Depth: 20, ParseTime: 10 * time.Second}
}

// Read reads a raw message. It always returns a Letter. With an error, which is
// a fault whose sentence can be sent to the author, the Letter has what the
// header says and no content: the message is over a limit (TooLarge).
func Read(raw []byte, lim Limits) (*Letter, error) {
	r := newReading(lim)
	l := &Letter{}
	var body []byte
	l.header, body = mime.Open(raw[:min(len(raw), r.headBytes(len(raw)))])
	over := l.readHead(raw, r.lim.Addresses)
	l.Auto = detect(l)
	err := r.check(raw, over)
	if err == nil {
		err = r.read(l, body)
	}
	if err != nil {
		l.Text, l.HTML, l.Parts, l.Report = "", "", nil, nil
		return l, err
	}
	l.Report = readReport(l, r.told)
	l.Auto = detect(l)
	return l, nil
}

// readHead fills l from its header and reports whether it names too many addresses.
func (l *Letter) readHead(raw []byte, most int) (over bool) {
	h := l.header
	l.MessageID = firstID(h)
	if l.MessageIDMissing = l.MessageID == ""; l.MessageIDMissing {
		sum := sha256.Sum256(raw)
		l.MessageID = "sha256." + hex.EncodeToString(sum[:]) + "@missing"
	}
	l.InReplyTo = ids(h.Raw("In-Reply-To"))
	l.References = ids(h.Raw("References"))
	left := most
	for _, f := range []struct {
		to    *[]Address
		names []string
	}{
		{&l.Froms, []string{"From"}}, {&l.Sender, []string{"Sender"}}, {&l.ReplyTo, []string{"Reply-To"}},
		{&l.To, []string{"To"}}, {&l.Cc, []string{"Cc"}},
		{&l.DeliveredTo, []string{"Delivered-To", "X-Original-To", "Envelope-To", "X-Delivered-To"}},
	} {
		for _, name := range f.names {
			found := addresses(h, name, left+1)
			if len(found) > left {
				found, over = found[:left], true
			}
			left -= len(found)
			*f.to = append(*f.to, found...)
		}
	}
	if len(l.Froms) > 0 {
		l.From = l.Froms[0]
	}
	l.ReturnPath = returnPath(h)
	l.Subject = mime.Clip(h.Get("Subject"), maxSubject)
	l.Date = readDate(h.Get("Date"))
	l.AuthResults = h.Values("Authentication-Results")
	return over
}

// Get returns the first value of a header field, decoded and on one line: "" if there is none.
func (l *Letter) Get(name string) string { return l.header.Get(name) }

// Values returns all values of a header field, decoded, each on one line.
func (l *Letter) Values(name string) []string { return l.header.Values(name) }

// Has reports whether the letter has a note.
func (l *Letter) Has(n Note) bool { return slices.Contains(l.Notes, n) }

// check holds a raw message against the limits that need no reading.
func (r *reading) check(raw []byte, manyAddresses bool) error {
	switch {
	case int64(len(raw)) > r.lim.Size:
		return fault.New(fault.TooLarge, "The message is %s; this desk takes messages of up to %s. Send large files in another way.",
			bytesText(int64(len(raw))), bytesText(r.lim.Size))
	case manyAddresses:
		return fault.New(fault.TooLarge, "The message names more than %d addresses; this desk takes no more than that.", r.lim.Addresses)
	}
	return nil
}
