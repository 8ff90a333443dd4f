package app

import (
	"net/http"
	"strings"
	"testing"

	"muster/internal/access"
	"muster/internal/mustertest"
)

// What is sent after the session has ended is carried through the sign-in: nothing typed is lost.
func TestSessionEndsInMidTyping(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d := startDesk(t, url)
		bob := d.hire("Bob Burrow", access.Admin)
		v := d.visitor(t)
		send := func(path string, pairs ...string) page {
			r := v.form(path, pairs...)
			r.Header.Set("Accept", "text/html,application/xhtml+xml")
			return v.do(r)
		}
		typed := []string{"kind", "request", "title", `The <printer> & "more"`, "requester", "maren@fennoway.example", "body", "First line\nsecond", "impact", "low", "urgency", "low", "tags", "one", "tags", "two", "password", "hunter2!"}
		asked := send("/tickets", typed...)
		wants(t, "who is signed out", asked, http.StatusForbidden, "You were signed out meanwhile", `name="sent.title" value="The &lt;printer&gt; &amp; &#34;more&#34;"`, "First line\nsecond", `value="/tickets"`, "!hunter2")
		carried := []string{"sent-to", "/tickets"}
		for i := 0; i < len(typed)-2; i += 2 {
			carried = append(carried, "sent."+typed[i], typed[i+1])
		}
		wrong := send("/sign-in", append(carried, "email", bob.Email, "password", "not this one")...)
		wants(t, "a wrong password", wrong, 422, `name="sent.title" value="The &lt;printer&gt;`, `name="sent.tags" value="two"`)
		again := send("/sign-in", append(carried, "email", bob.Email, "password", deskPassword)...)
		wants(t, "signed in again", again, 200, "Send it now", `action="/tickets"`, `name="title" value="The &lt;printer&gt;`, `name="tags" value="two"`)
		wants(t, "what was typed", send("/tickets", typed...), 200, "The &lt;printer&gt; &amp; &#34;more&#34;", "First line")

		far := d.visitor(t)
		p := far.post("/sign-in", "sent-to", "https://evil.example/", "sent.title", "x", "email", bob.Email, "password", deskPassword)
		wants(t, "what leads elsewhere is not carried", p, 200, "!evil.example", "!Send it now")
		script := d.visitor(t).form("/tickets/1/set", "state", "open")
		script.Header.Set("HX-Request", "true")
		script.Header.Set("Accept", "text/html")
		if p := d.visitor(t).do(script); p.status != http.StatusForbidden || strings.Contains(p.body, "sent.state") {
			t.Errorf("a script is told %d %.200s, want that it is signed out", p.status, p.body)
		}
	})
}
