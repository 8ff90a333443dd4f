package app

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"

	"muster/internal/access"
	"muster/internal/clock"
	"muster/internal/db"
	"muster/internal/mustertest"
	"muster/internal/ticket"
)

// listener is another program that is told what happens.
type listener struct {
	*httptest.Server
	mu   sync.Mutex
	got  []*http.Request
	body []string
	says int
}

func newListener(t *testing.T) *listener {
	t.Helper()
	l := &listener{says: 200}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		l.mu.Lock()
		defer l.mu.Unlock()
		l.got, l.body = append(l.got, r), append(l.body, string(b))
		w.WriteHeader(l.says)
		fmt.Fprint(w, "so it is")
	}))
	t.Cleanup(l.Close)
	return l
}

func (l *listener) count() int { l.mu.Lock(); defer l.mu.Unlock(); return len(l.got) }

// believes checks a message as its receiver does.
func (l *listener) believes(i int, secret string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.%s", l.got[i].Header.Get("Webhook-Id"), l.got[i].Header.Get("Webhook-Timestamp"), l.body[i])
	return err == nil && strings.Contains(l.got[i].Header.Get("Webhook-Signature"), "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

// Another program is told of a ticket over a real connection, and the log of it can be read.
func TestWebhookStory(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		l := newListener(t)
		d := startDesk(t, url, func(c *Config) { c.HookReach = "any" })
		var hook struct {
			ID, Secret string
			Active     bool
			Version    int64
		}
		d.must("POST", "/webhooks", map[string]any{"name": "Billing", "url": l.URL, "events": []string{"ticket.opened", "clock.warned", "clock.broke", "clock.overran", "survey.answered"}}, &hook)
		number := d.openOne("Printer burns")
		d.await("the message has arrived", func() bool { return l.count() == 1 })
		if !l.believes(0, hook.Secret) || !strings.Contains(l.body[0], `"type":"ticket.opened"`) || !strings.Contains(l.body[0], fmt.Sprintf(`/tickets/%d"`, number)) {
			t.Errorf("got %s %v", l.body[0], l.got[0].Header)
		}
		type delivery struct {
			ID, State string
			Status    int
			Payload   map[string]any
			Tries     []struct{ Response string }
		}
		var page wireList[delivery]
		d.await("it is in the log", func() bool {
			d.must("GET", "/webhooks/"+hook.ID+"/deliveries?state=delivered", nil, &page)
			return len(page.Items) == 1
		})
		var one delivery
		path := "/webhooks/" + hook.ID + "/deliveries/" + page.Items[0].ID
		d.must("GET", path, nil, &one)
		if one.Status != 200 || one.Payload["type"] != "ticket.opened" || len(one.Tries) != 1 || one.Tries[0].Response != "so it is" {
			t.Errorf("got %+v", one)
		}
		d.must("POST", path+"/replay", nil, nil)
		d.await("it came again", func() bool { return l.count() == 2 })
		if l.got[0].Header.Get("Webhook-Id") != l.got[1].Header.Get("Webhook-Id") {
			t.Error("the second time it had another id")
		}
		d.must("POST", "/webhooks/"+hook.ID+"/test", nil, nil)
		d.await("the test came", func() bool { return l.count() == 3 })
		old := hook.Secret
		d.must("POST", "/webhooks/"+hook.ID+"/rotate", nil, &hook)
		d.must("POST", "/webhooks/"+hook.ID+"/replay", map[string]any{"since": "2020-01-01T00:00:00Z"}, nil)
		d.await("all came again", func() bool { return l.count() == 4 })
		if !l.believes(3, old) || !l.believes(3, hook.Secret) {
			t.Error("after a change both secrets must do")
		}
		if err := d.house.db.Update(d.as(), func(tx *db.Tx) error {
			tk, err := ticket.Find(tx, number)
			if err == nil {
				tx.Emit(clock.Broke{Ring: clock.Ring{Ticket: tk.ID, Target: clock.Resolution, Percent: 100}})
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		d.await("it is told of a broken promise", func() bool { return l.count() == 5 })
		if !strings.Contains(l.body[4], `"type":"clock.broke"`) {
			t.Errorf("got %s", l.body[4])
		}
		if a := d.ask("PATCH", "/api/v1/webhooks/"+hook.ID, `{"active":false}`, `If-Match: "1"`); a.Status != 412 {
			t.Errorf("a stale version: got %d, want 412", a.Status)
		}
		d.must("PATCH", "/webhooks/"+hook.ID, map[string]any{"active": false}, &hook)
		if hook.Active {
			t.Error("it was not switched off")
		}
		if a := d.ask("GET", "/api/v1/webhooks/"+hook.ID, ""); strings.Contains(string(a.Body), "whsec_") {
			t.Error("the secret is shown again")
		}
		if a := d.ask("DELETE", "/api/v1/webhooks/"+hook.ID, ""); a.Status != 204 {
			t.Errorf("removing it: got %d, want 204", a.Status)
		}
		if a := d.ask("GET", "/api/v1"+path, ""); a.Status != 404 {
			t.Errorf("its log: got %d, want 404", a.Status)
		}
	})
}

// An address inside is refused, by its number at once and by its name when it is dialled; nothing is connected to.
func TestWebhooksReachNothingInside(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		l := newListener(t)
		d := startDesk(t, url)
		for _, address := range []string{l.URL, "https://127.0.0.1:1/", "https://[::1]/", "https://169.254.169.254/latest/meta-data", "https://localhost/", "ftp://a.example/", "https://u:p@a.example/"} {
			a := d.ask("POST", "/api/v1/webhooks", `{"name":"Inside","url":"`+address+`"}`)
			if a.Status != 422 || a.problem(t).about("body.url") == "" {
				t.Errorf("%s: got %d %s, want it refused", address, a.Status, a.Body)
			}
		}
		narrow := d.mintToken("customer-support")
		if a := d.ask("GET", "/api/v1/webhooks", "", "Authorization: Bearer "+narrow); a.Status != 403 {
			t.Errorf("without the right: got %d, want 403", a.Status)
		}
		if l.count() != 0 {
			t.Error("something inside was connected to")
		}
	})
}

var secretShown = regexp.MustCompile(`whsec_[A-Za-z0-9+/=&#;]+`)

// The pages: a webhook is set up, its secret is shown once, a test is sent, the log is read.
func TestWebhookPages(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		l := newListener(t)
		d := startDesk(t, url, func(c *Config) { c.HookReach = "any" })
		ann := d.signedIn(t, d.hire("Ann Arbour", access.Admin).Email)
		wants(t, "wrong input", ann.post("/settings/webhooks/new", "name", "", "url", "nowhere", "events", "ticket.opened"), 422,
			"Give a name", "is no address of the web", `value="nowhere"`, `value="ticket.opened" checked`)
		a := ann.post("/settings/webhooks/new", "name", "Billing", "url", l.URL, "active", "true")
		wants(t, "the secret", a, 200, "shown this once", "whsec_")
		if secretShown.FindString(a.body) == "" {
			t.Error("no secret is shown")
		}
		list := ann.see("/settings/webhooks")
		wants(t, "the list", list, 200, "Billing", l.URL)
		path := regexp.MustCompile(`/settings/webhooks/[0-9a-v]{20}`).FindString(list.body)
		if again := ann.see(path); strings.Contains(again.body, "whsec_") || again.status != 200 {
			t.Errorf("the page has the secret again, or does not come: %d", again.status)
		}
		wants(t, "a test", ann.post(path+"/test", "x", "1"), 200, "muster.test")
		d.await("the test came", func() bool { return l.count() == 1 })
		message := regexp.MustCompile(path + `/log/[0-9a-v]{20}`).FindString(ann.see(path + "/log").body)
		d.await("the log has it", func() bool { return strings.Contains(ann.see(message).body, "Try 1") })
		wants(t, "the message", ann.see(message), 200, "Try 1: answered 200", "so it is", "This is a test")
		wants(t, "again", ann.post(message+"/replay", "x", "1"), 200, "muster.test")
		d.await("it came again", func() bool { return l.count() == 2 })
		wants(t, "since an hour", ann.post(path+"/replay", "since", "1", "which", "all"), 200, "sent again")
		wants(t, "since never", ann.post(path+"/replay", "since", "x"), 422, "Choose how far back")
		wants(t, "another secret", ann.post(path+"/rotate", "x", "1"), 200, "whsec_")
		wants(t, "gone", ann.post(path+"/remove", "x", "1"), 200, "No webhooks yet")
	})
}
