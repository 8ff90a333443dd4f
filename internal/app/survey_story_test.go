package app

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"muster/internal/access"
	"muster/internal/mustertest"
)

var rateLink = regexp.MustCompile(`/rate/[0-9a-v]{20}\.[0-9a-v]{32}`)

// asked has a customer's ticket resolved and returns the path in the mail that asks how it was.
func (d *running) asked(t *testing.T, agent *visitor, fields ...string) string {
	t.Helper()
	form := append([]string{"name", "After a request", "measure", "csat", "delay", "0", "window", "30", "open", "14", "low", "2", "follow", "note", "active", "true"}, fields...)
	if p := agent.post("/settings/surveys/new", form...); p.path != "/settings/surveys" || !strings.Contains(p.body, "After a request") {
		t.Fatalf("the survey was not kept: %d at %s", p.status, p.path)
	}
	d.deliver("maren@fennoway.example", "support@quillmere.example",
		letterFrom("Maren Oduya <maren@fennoway.example>", "first@fennoway.example", "Invoices exported twice", "", "Both runs carry the same number."))
	d.await("the mail is a ticket", func() bool { return agent.see("/tickets/1").status == 200 })
	d.must("PATCH", "/tickets/1", map[string]any{"state": "resolved"}, nil)
	d.await("the customer is asked", func() bool { return len(d.sink.mails()) == 1 })
	raw := strings.NewReplacer("=\r\n", "", "=3D", "=").Replace(string(d.sink.mails()[0].Raw))
	link := rateLink.FindString(raw)
	if link == "" {
		t.Fatalf("no link in\n%s", raw)
	}
	return link
}

// A customer is asked, a program that looks at the mail follows its links, and only what the customer sends counts.
func TestSurveyStory(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d := startDesk(t, url)
		agent := d.signedIn(t, d.hire("Ann Arbour", access.Admin).Email)
		link := d.asked(t, agent)
		maren := d.visitor(t)
		for _, method := range []string{"GET", "HEAD"} {
			if p := maren.do(maren.request(method, link+"?r=5", nil)); p.status != 200 || p.head.Get("Cache-Control") != "no-store" {
				t.Errorf("%s: %d, %s", method, p.status, p.head.Get("Cache-Control"))
			}
		}
		p := maren.see(link + "?r=4")
		if !strings.Contains(p.body, `value="4" checked`) || strings.Contains(p.body, `value="5" checked`) || strings.Contains(p.body, "Both runs") {
			t.Error("the rating of the link is not chosen, or the page says more than the mail did")
		}
		if p := agent.see("/tickets/1"); strings.Contains(p.body, "rated") || strings.Contains(p.body, link) {
			t.Error("a look at the link counts as an answer, or the ticket's page holds the link")
		}
		if p := maren.post(link, "comment", "Forgot to choose."); p.status != 422 || !strings.Contains(p.body, "Choose a number from 1 to 5.") || !strings.Contains(p.body, "Forgot to choose.") {
			t.Errorf("no rating: %d", p.status)
		}
		if p := maren.post(link, "rating", "1", "comment", "Took <b>long</b>."); p.path != link+"?done" || !strings.Contains(p.body, "Thank you.") {
			t.Errorf("the answer: %d at %s", p.status, p.path)
		}
		maren.post(link, "rating", "4", "comment", "On second thought, fine.")
		p = agent.see("/tickets/1")
		for _, want := range []string{"Maren Oduya rated 4 of 5, before it was 1: “On second thought, fine.”", "Maren Oduya rated 1 of 5.", "Took &lt;b&gt;long&lt;/b&gt;.", "4 of 5"} {
			if !strings.Contains(p.body, want) {
				t.Errorf("the ticket's page lacks %q", want)
			}
		}
		var answers wireList[struct {
			Ticket, Rating int64
			Comment        string
		}]
		d.must("GET", "/survey-answers?measure=csat", nil, &answers)
		if len(answers.Items) != 1 || answers.Items[0].Ticket != 1 || answers.Items[0].Rating != 4 || answers.Items[0].Comment != "On second thought, fine." {
			t.Errorf("the API lists %+v", answers.Items)
		}
		// What another site's page sends in her name is refused.
		forged := maren.form(link, "rating", "1")
		forged.Header.Set("Origin", "https://elsewhere.example")
		forged.Header.Set("Sec-Fetch-Site", "cross-site")
		if p := maren.do(forged); p.status != http.StatusForbidden {
			t.Errorf("another site's form: %d, want 403", p.status)
		}
		for _, broken := range []string{link[:len(link)-1] + otherDigit(link[len(link)-1]), "/rate/x", "/rate/" + strings.Repeat("0", 53), "/rate/%00"} {
			if p := maren.see(broken); p.status != http.StatusNotFound || strings.Contains(p.body, "Invoices") {
				t.Errorf("%s: %d, want 404", broken, p.status)
			}
		}
		// Her answer to the mail that asks joins the ticket, and opens it again.
		d.deliver("maren@fennoway.example", "support@quillmere.example", letterFrom("Maren Oduya <maren@fennoway.example>", "second@fennoway.example",
			"Re: Invoices exported twice", "In-Reply-To: "+d.sink.mails()[0].header(t, "Message-ID")+"\n", "One thing is still open."))
		d.await("the answer joined", func() bool { return strings.Contains(agent.see("/tickets/1").body, "One thing is still open.") })
		if got := d.sink.mails()[0].header(t, "Auto-Submitted"); !strings.HasPrefix(got, "auto-") {
			t.Errorf("Auto-Submitted is %q: another desk would answer it", got)
		}
		last := 0
		for range 60 {
			if last = maren.see(link).status; last == http.StatusTooManyRequests {
				break
			}
		}
		if last != http.StatusTooManyRequests {
			t.Errorf("visits without end: %d, want 429", last)
		}
	})
}

// Settings of a survey that cannot be are refused per field, and keep what was typed.
func TestSurveySettings(t *testing.T) {
	d := startDesk(t, "sqlite:"+t.TempDir()+"/muster.db")
	agent := d.signedIn(t, d.hire("Ann Arbour", access.Admin).Email)
	p := agent.post("/settings/surveys/new", "name", "Quarterly", "measure", "nps", "delay", "soon", "window", "90", "open", "14", "low", "6", "organisations", "Nobody Ltd")
	if p.status != 422 || !strings.Contains(p.body, "Give a whole number, not &#34;soon&#34;.") || !strings.Contains(p.body, "Quarterly") {
		t.Errorf("a delay that is no number: %d", p.status)
	}
	p = agent.post("/settings/surveys/new", "name", "Quarterly", "measure", "nps", "delay", "1", "window", "90", "open", "14", "low", "6", "organisations", "Nobody Ltd")
	if p.status != 422 || !strings.Contains(p.body, "There is no organisation called") || !strings.Contains(p.body, "Nobody Ltd") {
		t.Errorf("an organisation that there is not: %d", p.status)
	}
	for _, name := range []string{"Quarterly", "After a request"} {
		agent.post("/settings/surveys/new", "name", name, "measure", "csat", "delay", "1", "window", "90", "open", "14", "low", "2")
	}
	sooner := regexp.MustCompile(`action="(/settings/surveys/[^/]+/move)"`).FindAllStringSubmatch(agent.see("/settings/surveys").body, -1)
	if p := agent.post(sooner[1][1], "to", "1"); strings.Index(p.body, "After a request") > strings.Index(p.body, "Quarterly") {
		t.Error("the second was moved up, and is not the first")
	}
	other := d.signedIn(t, d.hire("Bob Burrow", "customer-support").Email)
	if p := other.post(sooner[0][1], "to", "1"); p.status != http.StatusForbidden {
		t.Errorf("moved without the right: %d, want 403", p.status)
	}
	if p := other.see("/settings/surveys"); p.status != http.StatusForbidden {
		t.Errorf("without the right: %d, want 403", p.status)
	}
	if p := other.post("/settings/surveys/new", "name", "Mine", "measure", "csat", "delay", "1", "window", "90", "open", "14", "low", "2"); p.status != http.StatusForbidden {
		t.Errorf("kept without the right: %d, want 403", p.status)
	}
}

// otherDigit is another digit than the one given.
func otherDigit(d byte) string {
	if d == '0' {
		return "1"
	}
	return "0"
}
