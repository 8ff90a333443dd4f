package app

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"muster/internal/mustertest"
)

type wireTicket struct {
	Number   int64  `json:"number"`
	Title    string `json:"title"`
	State    string `json:"state"`
	Category string `json:"category"`
	Entries  int    `json:"entries"`
	Version  int64  `json:"version"`
}

type wireList[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"`
}

// From a mail to an answer: a mail becomes a ticket, a note stays inside, a
// reply arrives as mail, the customer's answer joins and reopens it, and it is resolved.
func TestMailStory(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d := startDesk(t, url)
		d.deliver("maren@fennoway.example", "support@quillmere.example",
			letterFrom("Maren Oduya <maren@fennoway.example>", "first@fennoway.example", "Invoices exported twice", "", "Both runs carry the same number."))
		var tickets wireList[wireTicket]
		d.await("the mail is a ticket", func() bool { d.must("GET", "/tickets?q=exported", nil, &tickets); return len(tickets.Items) == 1 })
		if got := tickets.Items[0]; got.Title != "Invoices exported twice" || got.Category != "new" {
			t.Errorf("opened %+v", got)
		}
		d.must("POST", "/tickets/1/replies", map[string]any{"body": "Seen before, in *February*.", "public": false}, nil)
		d.must("POST", "/tickets/1/replies", map[string]any{"body": "Hello Maren,\n\nwe have **paused** it.", "state": "waiting-customer"}, nil)
		d.await("the reply has arrived", func() bool { return len(d.sink.mails()) == 1 })
		reply := d.sink.mails()[0]
		if len(reply.To) != 1 || reply.To[0] != "maren@fennoway.example" || strings.Contains(string(reply.Raw), "February") {
			t.Errorf("sent to %v:\n%s", reply.To, reply.Raw)
		}
		if got := reply.header(t, "In-Reply-To"); got != "<first@fennoway.example>" {
			t.Errorf("the reply answers %s, want the first mail", got)
		}
		d.deliver("maren@fennoway.example", "support@quillmere.example", letterFrom("Maren Oduya <maren@fennoway.example>", "second@fennoway.example",
			"AW: Re: Invoices exported twice", "In-Reply-To: "+reply.header(t, "Message-ID")+"\n", "It happened again.\n\n> we have paused it"))
		var tk wireTicket
		d.await("the answer joined and opened it", func() bool { d.must("GET", "/tickets/1", nil, &tk); return tk.Category == "open" })
		if tk.Entries != 4 {
			t.Errorf("the ticket has %d entries, want 4", tk.Entries)
		}
		d.must("PATCH", "/tickets/1", map[string]any{"state": "resolved"}, &tk)
		if tk.Category != "review" {
			t.Errorf("it is %s, want resolved", tk.Category)
		}
		d.deliver("maren@fennoway.example", "support@quillmere.example", letterFrom("Maren Oduya <maren@fennoway.example>", "third@fennoway.example",
			"Re: Invoices exported twice", "References: <first@fennoway.example> "+reply.header(t, "Message-ID")+"\n", "Once more, sorry."))
		d.await("the answer reopened it", func() bool { d.must("GET", "/tickets/1", nil, &tk); return tk.Category == "open" })
		d.must("PATCH", "/tickets/1", map[string]any{"state": "resolved"}, &tk)
		var sum struct{ Received, Pending, Unaccounted int64 }
		d.must("GET", "/mail/summary", nil, &sum)
		if sum.Received != 3 || sum.Pending != 0 || sum.Unaccounted != 0 {
			t.Errorf("custody says %+v, want 3 received, none pending or unaccounted", sum)
		}
	})
}

// A stranger who quotes a ticket's number does not join it.
func TestStrangerDoesNotJoin(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d := startDesk(t, url)
		d.must("POST", "/tickets", map[string]any{"title": "Payroll", "body": "Salaries are wrong.", "requester": map[string]string{"email": "maren@fennoway.example"}}, nil)
		d.deliver("eve@elsewhere.example", "support@quillmere.example",
			letterFrom("Eve <eve@elsewhere.example>", "x@elsewhere.example", "Re: Payroll [#1]", "", "What are the salaries?"))
		var tickets wireList[wireTicket]
		d.await("the stranger's mail is a ticket of its own", func() bool { d.must("GET", "/tickets", nil, &tickets); return len(tickets.Items) == 2 })
		var one wireTicket
		d.must("GET", "/tickets/1", nil, &one)
		if one.Entries != 1 {
			t.Errorf("the ticket has %d entries: the stranger joined it", one.Entries)
		}
	})
}

// A file that an answer names comes along; the recipient sees its name, not a link to our desk.
// A copy goes to somebody besides the requester, not in the requester's place; and so do later replies.
func TestCopiesOfAReply(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d := startDesk(t, url)
		d.must("POST", "/tickets", map[string]any{"title": "Manual", "body": "Where is it?", "requester": map[string]string{"email": "maren@fennoway.example"}}, nil)
		d.must("POST", "/tickets", map[string]any{"title": "The same"}, nil)
		d.must("POST", "/tickets/2/merge", map[string]any{"into": 1}, nil)
		for _, row := range []struct {
			rule, path string
			body       map[string]any
			to         string
		}{
			{"a reply with a copy", "/tickets/1/replies", map[string]any{"body": "Here.", "cc": []string{"it@fennoway.example"}}, "it@fennoway.example maren@fennoway.example"},
			{"the next", "/tickets/1/replies", map[string]any{"body": "And here."}, "it@fennoway.example maren@fennoway.example"},
			{"by the number of a ticket that was merged", "/tickets/2/replies", map[string]any{"body": "There.", "cc": []string{"bo@fennoway.example"}}, "bo@fennoway.example it@fennoway.example maren@fennoway.example"},
		} {
			before := len(d.sink.mails())
			d.must("POST", row.path, row.body, nil)
			var to []string
			d.await(row.rule+" has arrived", func() bool {
				to = nil
				for _, p := range d.sink.mails()[before:] {
					to = append(to, p.To...)
				}
				return len(to) >= len(strings.Fields(row.to))
			})
			if slices.Sort(to); strings.Join(to, " ") != row.to {
				t.Errorf("%s went to %v, want %s", row.rule, to, row.to)
			}
		}
		if status, said := d.call("POST", "/tickets/1/replies", map[string]any{"body": "Inside.", "public": false, "cc": []string{"it@fennoway.example"}}, nil); status != 422 || !strings.Contains(said, "A note goes to nobody") {
			t.Errorf("a note with copies: %d %s, want it refused", status, said)
		}
	})
}

func TestFileInReply(t *testing.T) {
	d := startDesk(t, "sqlite:"+t.TempDir()+"/muster.db")
	d.must("POST", "/tickets", map[string]any{"title": "Manual", "body": "Where is it?", "requester": map[string]string{"email": "maren@fennoway.example"}}, nil)
	d.must("GET", "/me", nil, nil)
	var form strings.Builder
	form.WriteString("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"manual.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n--b--\r\n")
	r, err := http.NewRequest("POST", d.URL+"/api/v1/attachments", strings.NewReader(form.String()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+d.token)
	r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var file struct{ ID string }
	if err := json.NewDecoder(answer.Body).Decode(&file); err != nil || file.ID == "" {
		t.Fatalf("upload: %s, %v", answer.Status, err)
	}
	d.must("POST", "/tickets/1/replies", map[string]any{"body": "Here: [manual.pdf](attachment:" + file.ID + ")", "attachments": []string{file.ID}}, nil)
	d.await("the reply has arrived", func() bool { return len(d.sink.mails()) == 1 })
	raw := string(d.sink.mails()[0].Raw)
	if strings.Contains(raw, "attachment:") || !strings.Contains(raw, "manual.pdf") || !strings.Contains(raw, "JVBERg") {
		t.Errorf("the mail holds a link of ours, or not the file:\n%s", raw)
	}
}
