package app

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/mustertest"
)

var wakeKey = regexp.MustCompile(`data-key="([^"]+)"`)

// A browser that was switched on is woken over a real connection, by RFC 8030, 8188, 8291 and 8292; one that is gone is forgotten.
func TestPushStory(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		service := newListener(t) // stands in for the push service of a browser's maker
		service.says = http.StatusCreated
		d := startDesk(t, url, func(c *Config) { c.HookReach = "any" })
		ann := d.hire("Ann Arbour", access.Admin)
		page := d.signedIn(t, ann.Email)
		key := wakeKey.FindStringSubmatch(page.see("/settings/notifications").body)[1]
		own := mustertest.NewPushBrowser(t)
		wants(t, "switching on", page.post("/settings/notifications/browsers", "endpoint", service.URL+"/ann", "public", own.Public(), "auth", own.Auth(), "name", "Firefox on Linux"),
			200, "This browser is woken from now on.", "Firefox on Linux")
		d.must("PATCH", ticketPathOf(d.openOne("Printer burns")), map[string]any{"assignee": ann.ID}, nil)
		d.await("the browser was woken", func() bool { return service.count() == 1 })
		r := service.got[0]
		if r.Method != "POST" || r.URL.Path != "/ann" || r.Header.Get("Content-Encoding") != "aes128gcm" || r.Header.Get("TTL") == "" || r.Header.Get("Urgency") != "normal" {
			t.Errorf("got %s %s %v", r.Method, r.URL, r.Header)
		}
		who, err := mustertest.ReadVapid(r.Header.Get("Authorization"))
		if left := time.Until(time.Unix(who.Exp, 0)); err != nil || who.Key != key || who.Aud != service.URL || !strings.HasPrefix(who.Sub, "http") || left <= 0 || left > 24*time.Hour {
			t.Errorf("the push service got %+v, %v; want the key %s, for %s, for less than a day", who, err, key, service.URL)
		}
		if got := own.Read(t, []byte(service.body[0])); !strings.HasPrefix(got, `{"title":"#1 Printer burns","body":"`) {
			t.Errorf("the browser reads %s", got)
		}
		service.mu.Lock()
		service.says = http.StatusGone
		service.mu.Unlock()
		d.must("PATCH", ticketPathOf(d.openOne("Another")), map[string]any{"assignee": ann.ID}, nil)
		d.await("the browser is forgotten", func() bool { return !strings.Contains(page.see("/settings/notifications").body, "Firefox on Linux") })
		d.await("that is in the ledger", func() bool {
			return strings.Contains(page.see("/settings/notifications/log?state=no-browser").body, "#2 Another")
		})
	})
}
