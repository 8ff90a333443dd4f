package desk

import (
	"strings"
	"testing"

	"muster/internal/ticket"
)

// What a reader must know of a mail is not hidden by what else there is to say of it.
func TestStripSaysAll(t *testing.T) {
	e := &ticket.Entry{ID: "e1", Verdict: ticket.Verdict{DMARC: "fail", Notes: "The sender had not taken part in this ticket before."}, Body: ticket.Body{Remote: 2}}
	rec := &record{Ticket: &ticket.Ticket{Number: 7}}
	s := stripOf(nil, rec, e)
	for _, want := range []string{"does not vouch", "not taken part", "2 images"} {
		if s == nil || !strings.Contains(s.Text, want) || s.Is != "warn" || len(s.Actions) != 1 {
			t.Fatalf("got %+v, want a warning with %q, and the button that loads the images", s, want)
		}
	}
	if s := stripOf(nil, rec, &ticket.Entry{}); s != nil {
		t.Errorf("got %+v of a mail of which there is nothing to say", s)
	}
}

// A picture that the text shows is not listed under it. Phones send photos to stand in the text that no text refers to.
func TestFilesUnderAMessage(t *testing.T) {
	picture := func(id, cid string) ticket.Attachment {
		return ticket.Attachment{ID: id, Name: id + ".png", Type: "image/png", ContentID: cid, Inline: true}
	}
	e := &ticket.Entry{ID: "e1", Body: ticket.Body{HTML: `<p>See <img src="cid:shown@x"/></p>`, Quoted: `<img src="cid:quoted@x"/>`},
		Attachments: []ticket.Attachment{picture("shown", "shown@x"), picture("quoted", "quoted@x"), picture("photo", ""), picture("other", "other@x"), {ID: "list", Name: "list.csv"}}}
	var names []string
	for _, f := range messageOf(nil, &record{Ticket: &ticket.Ticket{Number: 7}}, e).Files {
		names = append(names, f.Name)
	}
	if got := strings.Join(names, " "); got != "photo.png other.png list.csv" {
		t.Errorf("got the files %q, want those that no text shows", got)
	}
}
