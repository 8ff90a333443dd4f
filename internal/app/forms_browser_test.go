package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"muster/internal/access"
)

// dot is a picture of one point.
var dot = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\r\xefF\xb8\x00\x00\x00\x00IEND\xaeB`\x82")

func wants(t *testing.T, what string, p page, status int, texts ...string) {
	t.Helper()
	if p.status != status {
		t.Errorf("%s: got status %d at %s, want %d", what, p.status, p.path, status)
	}
	for _, text := range texts {
		without, negated := strings.CutPrefix(text, "!")
		if strings.Contains(p.body, without) == negated {
			t.Errorf("%s: the page at %s has %q: %v, want %v", what, p.path, without, negated, !negated)
		}
	}
}

// two is a desk with one mail on ticket 1, and two agents who both have it open.
func two(t *testing.T) (d *running, ann, bob *visitor) {
	t.Helper()
	d = startDesk(t, "sqlite:"+t.TempDir()+"/muster.db")
	d.letsTakeBack(3)
	ann, bob = d.signedIn(t, d.hire("Ann Arbour", access.Admin).Email), d.signedIn(t, d.hire("Bob Burrow", access.Admin).Email)
	d.deliver("maren@fennoway.example", "support@quillmere.example",
		letterFrom("Maren Oduya <maren@fennoway.example>", "first@fennoway.example", "Invoices exported twice", "", "Both runs carry the same number."))
	d.await("the mail is a ticket", func() bool { return ann.see("/tickets/1").status == 200 })
	return d, ann, bob
}

// What somebody else did meanwhile is told, and nothing that was typed is lost.
func TestStaleForms(t *testing.T) {
	_, ann, bob := two(t)
	open := ann.see("/tickets/1")
	wants(t, "a title", bob.post("/tickets/1/set", "title", "Invoices <twice>", "version", open.field("version")), 200)
	stale := ann.post("/tickets/1/set", "title", "My own & title", "version", open.field("version"))
	wants(t, "a stale title", stale, 409, "was changed while you had it open", "Bob Burrow", `value="My own &amp; title"`, `<dialog class="dialog" id="title" open data-show`)
	wants(t, "the title again", ann.post("/tickets/1/set", "title", "My own & title", "version", stale.field("version")), 200, "My own &amp; title</h1>")

	open = ann.see("/tickets/1")
	wants(t, "a reply", bob.post("/tickets/1/write", "kind", "reply", "body", "I am on it.", "seen", open.field("seen")), 200, "I am on it.")
	stale = ann.post("/tickets/1/write", "kind", "reply", "body", "We both *are*.", "cc", "it@fennoway.example", "seen", open.field("seen"))
	wants(t, "a stale reply", stale, 409, "Bob Burrow replied to ticket 1 while you were writing", "We both *are*.</textarea>", `value="it@fennoway.example"`, "data-refused")
	wants(t, "the same reply, having read", ann.post("/tickets/1/write", "kind", "reply", "body", "We both *are*.", "seen", stale.field("seen")), 200, "<em>are</em>")
}

// What a ticket is about is said on its page; what is retired stays where it is named, and is named no more.
func TestWhatTicketIsAbout(t *testing.T) {
	d, ann, _ := two(t)
	for _, name := range []string{"Ledger", "Telex"} {
		ann.post("/settings/catalogue", "name", name, "kind", "product")
	}
	ledger, telex := d.itemNamed(t, "Ledger"), d.itemNamed(t, "Telex")
	wants(t, "nothing yet", ann.see("/tickets/1"), 200, "Product or service", "Not said yet.")
	wants(t, "said", ann.post("/tickets/1/set", "item", telex, "version", ann.see("/tickets/1").field("version")), 200, `href="/search?q=item%3A%22Telex%22"`)
	wants(t, "and found", ann.see("/search?q=item:%22Telex%22"), 200, "Invoices exported twice")
	wants(t, "retired", ann.post("/settings/catalogue/"+telex, "name", "Telex", "kind", "product", "retired", "1"), 200, "Retired")
	wants(t, "it stays", ann.see("/tickets/1"), 200, "Telex</a>", `value="`+telex+`" selected`)
	wants(t, "it is not offered", ann.see("/tickets/new"), 200, `value="`+ledger+`"`, `!value="`+telex+`"`)
	wants(t, "nor taken", ann.post("/tickets", "title", "Two", "item", telex), 422, "Telex is retired")
	wants(t, "what is split off is about the same", ann.post("/tickets/1/write", "kind", "note", "body", "Another matter."), 200)
	entry := regexp.MustCompile(`name="entries" value="([0-9a-v]{20})"`).FindAllStringSubmatch(ann.see("/tickets/1").body, -1)
	wants(t, "split", ann.post("/tickets/1/split", "title", "Of its own", "entries", entry[len(entry)-1][1]), 200, "Of its own</h1>", "Telex</a>")
	wants(t, "another", ann.post("/tickets/1/set", "item", ledger), 200, "Ledger</a>")
	wants(t, "back to what is retired", ann.post("/tickets/1/set", "item", telex), 422, "Telex is retired", `id="item" open data-show`)
}

// Who sees a part of the tickets is offered what they may open, and it stands there already.
func TestNewTicketForWhoIsNarrowed(t *testing.T) {
	d, ann, bob := two(t)
	ann.post("/settings/teams/new", "name", "Product", "members", ann.idOf("bob"))
	ann.post("/settings/teams/new", "name", "Far")
	role := []string{"name", "Narrow", "reach", "teams", "kinds", "complaint"}
	for _, right := range []string{"tickets.read", "tickets.write", "people.read", "catalogue.read"} {
		role = append(role, "rights", right)
	}
	ann.post("/settings/roles/new", role...)
	wants(t, "a narrow role", ann.post("/settings/staff/"+ann.idOf("bob"), "name", "Bob Burrow", "email", "bob.burrow@quillmere.example", "role", "narrow", "active", "1"), 200, "Narrow")
	form := bob.see("/tickets/new")
	wants(t, "what is offered", form, 200, `value="complaint" checked`, `!value="task"`, `value="`+d.teamNamed(t, "Product")+`" selected`, "!Far</option>")
	wants(t, "and opened", bob.post("/tickets", "kind", "complaint", "title", "Ours", "team", d.teamNamed(t, "Product")), 200, "Ours</h1>")
}

// Who may write to customers no more keeps what they had typed.
func TestRightLostWhileWriting(t *testing.T) {
	d, ann, bob := two(t)
	open := bob.see("/tickets/1")
	wants(t, "another role", ann.post("/settings/staff/"+d.listed(t, "/users", "Bob Burrow"), "name", "Bob Burrow", "email", "bob.burrow@quillmere.example", "role", "product-operations", "active", "1"), 200)
	wants(t, "a reply", bob.post("/tickets/1/write", "kind", "reply", "body", "A long answer.", "seen", open.field("seen")), 403, "lacks the right tickets.reply", "A long answer.</textarea>", "Write a note")
}

// A reply is for whom the composer named: it does not follow its ticket, unseen, to the customer of another.
func TestReplyToMergedTicket(t *testing.T) {
	_, ann, bob := two(t)
	other := bob.post("/tickets", "title", "Another customer's", "requester", "Ilka <ilka@nordhalm.example>")
	own := bob.post("/tickets", "title", "More of hers", "requester", "maren@fennoway.example")
	open, hers := ann.see("/tickets/1"), ann.see(own.path)
	bob.post(own.path+"/merge", "into", "1")
	wants(t, "of the same customer", ann.post(own.path+"/write", "kind", "reply", "body", "Dear Maren", "seen", hers.field("seen")), 200, "Dear Maren</p>")
	bob.post("/tickets/1/merge", "into", strings.TrimPrefix(other.path, "/tickets/"))
	refused := ann.post("/tickets/1/write", "kind", "reply", "body", "Dear Maren, in confidence", "seen", open.field("seen"))
	wants(t, "of another", refused, 409, "was merged into", "in confidence</textarea>", `action="`+other.path+`/write"`, "ilka@nordhalm.example", "!in confidence</p>")
	wants(t, "having read", ann.post(other.path+"/write", "kind", "reply", "body", "Dear Ilka", "seen", refused.field("seen")), 200, "Dear Ilka</p>")
}

// Each menu changes the ticket as its reader saw it: after somebody else's change it is refused, and says what that was.
func TestStaleMenus(t *testing.T) {
	_, ann, bob := two(t)
	bob.post("/settings/teams/new", "name", "First line")
	tests := []struct{ menu, choice, theirs, name, value string }{
		{"states", "Waiting on customer", "set the title", "title", "One"},
		{"prios", "Critical", "moved it from", "state", "open"},
		{"owners", "Bob Burrow", "set the priority", "priority", "low"},
		{"teams", "First line", "set the title", "title", "Two"},
	}
	for _, tt := range tests {
		open := ann.see("/tickets/1")
		bob.post("/tickets/1/set", tt.name, tt.value)
		form := open.choice(t, tt.menu, tt.choice)
		before := bob.see("/tickets/1").field("version")
		stale := ann.post("/tickets/1/set", form...)
		wants(t, "the stale menu of "+tt.menu, stale, 409, "was changed while you had it open", "Bob Burrow "+tt.theirs)
		if after := bob.see("/tickets/1").field("version"); after != before {
			t.Errorf("the stale menu of %s changed the ticket from version %s to %s", tt.menu, before, after)
		}
		wants(t, "the menu of "+tt.menu+" again", ann.post("/tickets/1/set", stale.choice(t, tt.menu, tt.choice)...), 200, "!was changed while")
	}
}

// A form that is refused comes back as it was typed; htmx marks the fields where they stand.
func TestRefusedForms(t *testing.T) {
	_, ann, _ := two(t)
	for _, row := range []struct {
		rule, path string
		form       []string
		status     int
		texts      []string
	}{
		{"a ticket needs a title", "/tickets", []string{"kind", "request", "title", "", "tags", "one, two", "body", "Kept <text>", "impact", "high", "urgency", "low"}, 422, []string{`value="one, two"`, "Kept &lt;text&gt;</textarea>", `<option value="high" selected>`, `aria-invalid="true"`}},
		{"a requester has an address", "/tickets", []string{"kind", "request", "title", "Kept", "requester", "nobody"}, 422, []string{"is no mail address", `value="Kept"`, `value="nobody"`}},
		{"an empty answer", "/tickets/1/write", []string{"kind", "note", "body", ""}, 422, []string{"Write something first", `value="note" checked`}},
		{"a copy to no address", "/tickets/1/write", []string{"kind", "reply", "body", "Kept", "cc", "not an address"}, 422, []string{"is no list of mail addresses", "Kept</textarea>", `value="not an address"`}},
		{"merge into what is not there", "/tickets/1/merge", []string{"into", "77"}, 422, []string{`id="merge" open`, `value="77"`, `aria-invalid="true"`}},
		{"merge into no number", "/tickets/1/merge", []string{"into", "x"}, 422, []string{`id="merge" open`, "Give the number"}},
		{"link to what is not there", "/tickets/1/link", []string{"type", "child", "other", "77"}, 422, []string{`id="link" open`, `value="77"`, `<option value="child" selected>`}},
		{"split off nothing", "/tickets/1/split", []string{"title", "Kept"}, 422, []string{`id="split" open`, `value="Kept"`}},
		{"an empty tag", "/tickets/1/tags", []string{"tag", " "}, 422, []string{`id="tag" open`, "Write the tag first"}},
		{"an empty title", "/tickets/1/set", []string{"title", ""}, 422, []string{`id="title" open`}},
	} {
		wants(t, row.rule, ann.post(row.path, row.form...), row.status, row.texts...)
		r := ann.form(row.path, row.form...)
		r.Header.Set("HX-Request", "true")
		if p := ann.do(r); p.status != row.status || !strings.Contains(p.head.Get("HX-Trigger"), "muster:fields") || p.head.Get("HX-Reswap") != "none" {
			t.Errorf("%s, with htmx: got %d, trigger %q, reswap %q; want %d and the fields", row.rule, p.status, p.head.Get("HX-Trigger"), p.head.Get("HX-Reswap"), row.status)
		}
	}
	if p := ann.see("/tickets/1/merge"); p.path != "/tickets/1" {
		t.Errorf("loading a refused form again leads to %s, want the ticket", p.path)
	}
}

// What is written reaches whom it names: copies, pictures in the text, colleagues.
func TestWriting(t *testing.T) {
	d, ann, bob := two(t)
	picture := ann.upload("/upload?ticket=1", "dot.png", "image/png", dot)
	paper := ann.upload("/upload?ticket=1", "paper.html", "text/html", []byte("<script>1</script>"))
	p := ann.post("/tickets/1/write", "kind", "reply", "cc", "Accounts <it@fennoway.example>", "body", "See ![dot.png](attachment:"+picture+") here", "attachment", paper)
	wants(t, "a reply with files", p, 200, `src="/attachments/`+picture+`"`, `href="/attachments/`+paper+`"`, `!href="/attachments/`+picture+`"`)
	got := func(address string) bool {
		return slices.ContainsFunc(d.sink.mails(), func(m parcel) bool { return slices.Contains(m.To, address) })
	}
	d.await("the customer and the copy have it", func() bool { return got("maren@fennoway.example") && got("it@fennoway.example") })
	raw := d.sink.mails()[0].Raw
	for _, want := range []string{"cid:" + picture, "Content-ID: <" + picture, "multipart/related"} {
		if !bytes.Contains(bytes.ReplaceAll(raw, []byte("=\r\n"), nil), []byte(want)) && !bytes.Contains(bytes.ToLower(raw), bytes.ToLower([]byte(want))) {
			t.Errorf("the mail has no %q:\n%s", want, raw)
		}
	}
	if bytes.Contains(raw, []byte("attachment:")) {
		t.Error("the mail has a reference that only Muster understands")
	}
	file := bob.see("/attachments/" + paper)
	if got := file.head; file.body != "<script>1</script>" || got.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(got.Get("Content-Disposition"), "attachment;") ||
		got.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(got.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("a page among the files is sent as %v", got)
	}
	if got := bob.see("/attachments/" + picture).head; got.Get("Content-Type") != "image/png" || !strings.HasPrefix(got.Get("Content-Disposition"), "inline") {
		t.Errorf("a picture is sent as %v", got)
	}

	note := ann.post("/tickets/1/write", "kind", "note", "body", fmt.Sprintf("[@Bob Burrow](mention:%s) and [@Nobody](mention:%s), `@Bob Burrow`", bob.idOf("bob"), strings.Repeat("0", 20)))
	wants(t, "a note that calls a colleague", note, 200, `<span class="at">@Bob Burrow</span> and `, "!>@Nobody</span>")
	wants(t, "the ticket for who was called", bob.see("/tickets/1"), 200, `name="watch" value="off"`)
	wants(t, "what they are told, as one reads it", bob.see("/inbox"), 200, "Ann Arbour: @Bob Burrow and @Nobody, @Bob Burrow", "!mention:")
	wants(t, "the ticket for who was not", ann.see("/tickets/1"), 200, `name="watch" value="on"`)
}

// idOf is the id of a colleague, as @ offers it.
func (v *visitor) idOf(name string) string {
	v.t.Helper()
	var list []struct{ ID string }
	if p := v.see("/mentions?q=" + name); json.Unmarshal([]byte(p.body), &list) != nil || len(list) != 1 {
		v.t.Fatalf("asked for %s, got %d %s", name, p.status, p.body)
	}
	return list[0].ID
}

// What is rarer: pictures from elsewhere, lists, merged and shelved tickets, outcomes.
func TestRareForms(t *testing.T) {
	d, ann, _ := two(t)
	d.deliver("seller@watches.example", "support@quillmere.example", strings.Replace(letterFrom("Seller <seller@watches.example>", "ad@watches.example", "Cheap watches", "",
		`<p>Look:</p><img src="https://watches.example/seen.png" alt="a watch">`), "text/plain", "text/html", 1))
	d.await("the second mail is a ticket", func() bool { return ann.see("/tickets/2").status == 200 })
	shut := ann.see("/tickets/2")
	wants(t, "pictures from elsewhere", shut, 200, `! src="https://watches`, "is not loaded", "Load them once")
	if strings.Contains(shut.head.Get("Content-Security-Policy"), "https:") {
		t.Error("the page may load pictures from elsewhere, though nobody asked")
	}
	for _, link := range shut.links(t) {
		if strings.Contains(link, "images=") {
			open := ann.see(link)
			wants(t, "pictures on request", open, 200, ` src="https://watches.example/seen.png"`)
			if !strings.Contains(open.head.Get("Content-Security-Policy"), "img-src 'self' https:") {
				t.Error("the page may not load the pictures its reader asked for")
			}
		}
	}

	for i := range 55 {
		wants(t, "a ticket", ann.post("/tickets", "kind", "request", "title", fmt.Sprintf("Number %d", i), "tags", "many", "impact", "low", "urgency", "low"), 200)
	}
	first := ann.see("/queues/open")
	wants(t, "the first page", first, 200, "Number 54<", "!Number 1<", `rel="next"`)
	for _, link := range first.links(t) {
		if strings.Contains(link, "after=") {
			wants(t, "the second page", ann.see(link), 200, "Number 1<", "!Number 54<", `rel="prev"`)
		}
	}
	wants(t, "a search", ann.see("/queues/open?q=watches"), 200, "Cheap <mark>watches</mark>", "!Number 1<")
	wants(t, "a search for a tag", ann.see("/search?q=tag:many"), 200, "Number 9<", "!Cheap watches")
	wants(t, "a search that finds nothing", ann.see("/search?q=zebra"), 200, "Nothing was found")
	wants(t, "the number of a ticket", ann.see("/search?q=%232"), 200, "Cheap watches</h1>")
	wants(t, "an order", ann.see("/queues/open?sort=created"), 200, `aria-checked="true">Newest`)
	wants(t, "an order there is not", ann.see("/queues/open?sort=magic"), 422)
	wants(t, "what can be resolved", ann.see("/tickets/2"), 200, `data-key="e"`)
	wants(t, "what is resolved is not resolved again", ann.post("/tickets/2/set", "state", "resolved"), 200, `!data-key="e"`)
	wants(t, "nor among several", ann.post("/tickets/bulk?back=/queues/open%3Fq%3Dwatches", "id", "2", "do", "resolve"), 200, "Nothing was changed. Ticket 2 cannot be resolved from where it is", `value="watches"`)
	wants(t, "a search nobody can read stays in its page", ann.see("/queues/open?q=is:magic"), 422, "is:magic is not known", `value="is:magic"`, "<h1>All open</h1>", "Unassigned")
	wants(t, "nor one of a priority there is not", ann.see("/search?q=priority:hgh"), 422, "is no priority; there are", `value="priority:hgh"`)
	wants(t, "nor one of a kind there is not", ann.see("/search?q=kind:wish"), 422, "There is no kind", "request", `value="kind:wish"`)
	wants(t, "nor one that turns a filter round", ann.see("/search?q=-tag:many"), 422, "Only words can be left out", `value="-tag:many"`)
	wants(t, "nor one that only leaves out", ann.see("/search?q=is:open+-watches"), 422, "one that should be found", `value="is:open -watches"`)
	wants(t, "a filter there is not", ann.see("/search?q=asignee:me"), 200, "Nothing was found", "asignee: is no filter")
	wants(t, "an address is no filter", ann.see("/search?q=https://zebra.example"), 200, "Nothing was found", "!is no filter")
	wants(t, "a number alone", ann.see("/search?q=57"), 200, "Number 54</h1>")
	wants(t, "nor one about whom nobody knows", ann.see("/search?q=org:nobody"), 422, "There is no organisation called", `value="org:nobody"`, "<h1>Search</h1>")

	wants(t, "several at once", ann.post("/tickets/bulk?back=/queues/mine", "assignee", ann.idOf("ann"), "id", "3", "id", "4"), 200, "Number 0<", "Number 1<", "Done: 2 tickets.")
	wants(t, "none selected", ann.post("/tickets/bulk", "do", "resolve"), 422, "Select one")
	wants(t, "several resolved", ann.post("/tickets/bulk?back=/queues/mine", "do", "resolve", "id", "3", "id", "4"), 200)
	wants(t, "one of them", ann.see("/tickets/3"), 200, "Resolved")

	wants(t, "spam", ann.post("/tickets/2/shelf", "to", "spam"), 200, "This ticket is in spam.", "Bring back")
	wants(t, "the spam queue", ann.see("/queues/spam"), 200, "Cheap watches")
	wants(t, "brought back", ann.post("/tickets/2/shelf", "to", "open"), 200, "!This ticket is in spam.")
	wants(t, "trash", ann.post("/tickets/2/shelf", "to", "trash"), 200, "This ticket is in the trash.")
	wants(t, "brought back from there", ann.post("/tickets/2/shelf", "to", "open"), 200, "!This ticket is in the trash.")

	wants(t, "merge", ann.post("/tickets/5/merge", "into", "#6"), 200)
	if p := ann.see("/tickets/5"); !strings.HasPrefix(p.path, "/tickets/6") || !strings.Contains(p.body, "#5 was merged into this ticket.") {
		t.Errorf("the merged ticket leads to %s", p.path)
	}
	wants(t, "link", ann.post("/tickets/7/link", "type", "relates", "other", "8"), 200, `href="/tickets/8"`)
	wants(t, "adopt", ann.post("/tickets/9/link", "type", "child", "other", "8"), 200, `href="/tickets/8"`, "set the parent to #8", "child of")
	wants(t, "what it is a part of", ann.see("/tickets/8"), 200, `href="/tickets/9"`, "Ann Arbour linked #9", "parent of")
	wants(t, "a required part", ann.post("/tickets/9/link", "type", "required-child", "other", "8"), 200, "required by")
	wants(t, "what requires it waits", ann.post("/tickets/8/set", "state", "resolved"), 422, "while what it requires is open: #9")
	wants(t, "no part any more", ann.post("/tickets/8/unlink?type=parent", "other", "9"), 200, "!requires<", "Ann Arbour removed the link to #9")
	wants(t, "the part", ann.see("/tickets/9"), 200, "!required by")
	wants(t, "no link any more", ann.post("/tickets/8/unlink?type=relates", "other", "7"), 200, "!Remove the link")
	bob := ann.idOf("bob")
	wants(t, "a colleague watches", ann.post("/tickets/9/watch", "user", bob, "watch", "on"), 200, "Bob Burrow watches")
	wants(t, "and no more", ann.post("/tickets/9/watch?user="+bob, "watch", "off"), 200, "Bob Burrow watches no more")
	wants(t, "nobody watches", ann.post("/tickets/9/watch", "user", "", "watch", "on"), 422, "Choose who")
	wants(t, "a note", ann.post("/tickets/1/write", "kind", "note", "body", "Another matter."), 200)
	entry := regexp.MustCompile(`name="entries" value="([0-9a-v]{20})"`).FindAllStringSubmatch(ann.see("/tickets/1").body, -1)
	if len(entry) == 0 {
		t.Fatal("no message can be split off")
	}
	wants(t, "split", ann.post("/tickets/1/split", "title", "Of its own", "entries", entry[len(entry)-1][1]), 200, "Of its own</h1>", "Another matter.")
	wants(t, "tags", ann.post("/tickets/1/tags", "tag", "ledger"), 200, `value="ledger"`)
	wants(t, "no tag", ann.post("/tickets/1/tags?remove=1", "tag", "ledger"), 200, `!value="ledger"`)

	c := ann.post("/tickets", "kind", "complaint", "title", "Nobody called", "impact", "low", "urgency", "low")
	wants(t, "an outcome", ann.post(c.path+"/complaint", "outcome", "upheld", "lesson", "Call back the same day."), 200, "Upheld</dd>", "Call back the same day.</dd>")
}

// A reply that is taken back comes into the composer with its files, which can be sent again.
func TestTakenBackReplyKeepsItsFiles(t *testing.T) {
	d, ann, _ := two(t)
	named, added := ann.upload("/upload?ticket=1", "photo.png", "image/png", dot), ann.upload("/upload?ticket=1", "list [1].csv", "text/csv", []byte("a;b"))
	sent := ann.post("/tickets/1/write", "kind", "reply", "body", "See ![photo](attachment:"+named+").", "attachment", added, "cc", "it@fennoway.example", "state", "waiting-customer")
	wants(t, "the reply", sent, 200, "list [1].csv", "withdraw?cc=it%40fennoway.example")
	back := ann.post("/tickets/1/withdraw?cc=it%40fennoway.example", "entry", entryOf(t, sent))
	wants(t, "the ticket", back, 200, "moved it from Waiting on customer to New", "data-restored", `name="cc" value="it@fennoway.example"`, "Taken back before it was sent.")
	text := regexp.MustCompile(`(?s)<textarea name="body"[^>]*>\n(.*?)</textarea>`).FindStringSubmatch(back.body)[1]
	ids := regexp.MustCompile(`attachment:([0-9a-v]{20})`).FindAllStringSubmatch(text, -1)
	if !strings.Contains(text, "See ![photo](attachment:") || !strings.Contains(text, "[list (1).csv](attachment:") || len(ids) != 2 || ids[0][1] == named {
		t.Fatalf("the composer holds %q, want the text, with files that are not on the other reply", text)
	}
	wants(t, "the page again", ann.see("/tickets/1"), 200, "!data-restored")
	wants(t, "the reply again", ann.post("/tickets/1/write", "kind", "reply", "body", text), 200, "!was not uploaded by you")
	d.await("it has arrived", func() bool { return len(d.sink.mails()) == 1 })
	if raw := string(d.sink.mails()[0].Raw); !strings.Contains(raw, "photo.png") || !strings.Contains(raw, "list") {
		t.Error("the files did not come along")
	}
}

// entryOf is the reply that a page offers to take back.
func entryOf(t *testing.T, p page) string {
	t.Helper()
	m := regexp.MustCompile(`name="entry" value="([0-9a-v]{20})"`).FindStringSubmatch(p.body)
	if m == nil {
		t.Fatalf("no reply on %s can be taken back", p.path)
	}
	return m[1]
}

// All whom a reply did not reach are named, and it can be sent to them again.
func TestUndeliveredReplyIsSentAgain(t *testing.T) {
	d, ann, _ := two(t)
	d.sink.refuse(true)
	sent := ann.post("/tickets/1/write", "kind", "reply", "body", "Hello.", "cc", "gone@fennoway.example, gone-too@fennoway.example")
	const both = "Not delivered to gone-too@fennoway.example, gone@fennoway.example."
	d.await("the page names both", func() bool { return strings.Contains(ann.see("/tickets/1").body, both) })
	wants(t, "what can be done", ann.see("/tickets/1"), 200, "Try again", "Nobody of that name here")
	d.sink.refuse(false)
	wants(t, "sent again", ann.post("/tickets/1/resend", "entry", entryOf(t, sent)), 200, "!"+both)
	d.await("both have it, and nobody has it twice", func() bool {
		var to []string
		for _, m := range d.sink.mails() {
			to = append(to, m.To...)
		}
		return slices.Contains(to, "gone@fennoway.example") && slices.Contains(to, "gone-too@fennoway.example") && len(to) == 3
	})
	wants(t, "the page after that", ann.see("/tickets/1"), 200, "!Not delivered", "!Try again")
}
