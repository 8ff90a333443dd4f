package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	gosmtp "github.com/emersion/go-smtp"

	"muster/internal/mustertest"
)

// killed is a muster in a process of its own, which can be killed.
type killed struct {
	t            *testing.T
	binary       string
	env          []string
	web, smtp    string
	token        string
	mu           sync.Mutex
	process      *exec.Cmd
	acceptedMail []string // Message-IDs that were answered 250
}

func newKilled(t *testing.T, url string) *killed {
	t.Helper()
	k := &killed{t: t, binary: filepath.Join(t.TempDir(), "muster"), web: freePort(t), smtp: freePort(t)}
	build := exec.Command("go", "build", "-o", k.binary, "muster")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	k.env = append(os.Environ(), "MUSTER_DB="+url, "MUSTER_DATA="+t.TempDir(), "MUSTER_LISTEN="+k.web, "MUSTER_SMTP_LISTEN="+k.smtp, "MUSTER_INBOX=support@quillmere.example", "MUSTER_URL=", "MUSTER_SMARTHOST=")
	create := exec.Command(k.binary, "token", "create", "--name", "t", "--role", "admin", "--json")
	create.Env = k.env
	out, err := create.Output()
	var made struct{ Token string }
	if err := errors.Join(err, json.Unmarshal(out, &made)); err != nil {
		t.Fatal(err)
	}
	k.token = made.Token
	return k
}

func (k *killed) start() {
	k.t.Helper()
	p := exec.Command(k.binary, "serve")
	p.Env = k.env
	if err := p.Start(); err != nil {
		k.t.Fatal(err)
	}
	k.mu.Lock()
	k.process = p
	k.mu.Unlock()
	deadline := time.Now().Add(time.Minute)
	for {
		r, err := http.Get("http://" + k.web + "/readyz")
		if err == nil {
			r.Body.Close()
			if r.StatusCode == 200 {
				return
			}
		}
		if time.Now().After(deadline) {
			k.t.Fatal("the desk does not become ready again")
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// kill ends the process at once, as a power cut does.
func (k *killed) kill() {
	k.mu.Lock()
	p := k.process
	k.mu.Unlock()
	p.Process.Kill()
	p.Wait()
}

// deliver sends one mail until it is accepted, as a mail server does, and notes that it was.
func (k *killed) deliver(id, raw string) {
	for {
		c, err := gosmtp.Dial(k.smtp)
		if err == nil {
			err = c.SendMail("sender@fennoway.example", []string{"support@quillmere.example"}, strings.NewReader(raw))
			c.Close()
		}
		if err == nil {
			k.mu.Lock()
			k.acceptedMail = append(k.acceptedMail, id)
			k.mu.Unlock()
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (k *killed) get(path string, out any) error {
	r, err := http.NewRequest("GET", "http://"+k.web+"/api/v1"+path, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+k.token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, out)
}

// However often the process is killed, every accepted message has exactly one
// outcome. The long form is make soak.
func TestKillCampaign(t *testing.T) {
	mails, kills := 60, 3
	if os.Getenv("MUSTER_SOAK") != "" {
		mails, kills = 2000, 20
	}
	mustertest.EachURL(t, func(t *testing.T, url string) {
		k := newKilled(t, url)
		k.start()
		var senders sync.WaitGroup
		for c := range 4 {
			senders.Go(func() {
				for i := c; i < mails; i += 4 {
					id := fmt.Sprintf("kill-%d@fennoway.example", i)
					k.deliver(id, strings.ReplaceAll(letterFrom(fmt.Sprintf("Sender %d <sender%d@fennoway.example>", i, i), id, fmt.Sprintf("Message %d", i), "", "Words of it."), "\n", "\r\n"))
				}
			})
		}
		for range kills {
			time.Sleep(time.Duration(50+rand.IntN(600)) * time.Millisecond)
			k.kill()
			k.start()
		}
		senders.Wait()
		k.check(mails)
		k.kill()
	})
}

// check waits until nothing is pending, then counts.
func (k *killed) check(mails int) {
	k.t.Helper()
	var sum struct {
		Received, Pending, Unaccounted int64
		Outcomes                       map[string]int64
	}
	deadline := time.Now().Add(3 * time.Minute)
	for {
		if err := k.get("/mail/summary", &sum); err != nil {
			k.t.Fatal(err)
		}
		if sum.Pending == 0 {
			break
		}
		if time.Now().After(deadline) {
			k.t.Fatalf("still pending: %+v", sum)
		}
		time.Sleep(50 * time.Millisecond)
	}
	if sum.Unaccounted != 0 {
		k.t.Errorf("unaccounted: %+v", sum)
	}
	outcome := map[string][]string{}
	for cursor := ""; ; {
		var page wireList[struct {
			MessageID string `json:"message_id"`
			Outcome   string `json:"outcome"`
		}]
		if err := k.get("/mail/ledger?limit=200&cursor="+cursor, &page); err != nil {
			k.t.Fatal(err)
		}
		for _, m := range page.Items {
			outcome[m.MessageID] = append(outcome[m.MessageID], m.Outcome)
		}
		if page.Next == nil {
			break
		}
		cursor = *page.Next
	}
	if len(k.acceptedMail) != mails {
		k.t.Errorf("%d messages were accepted, want %d", len(k.acceptedMail), mails)
	}
	for _, id := range k.acceptedMail {
		tickets := 0
		for _, o := range outcome[id] {
			switch o {
			case "ticket":
				tickets++
			case "duplicate-of": // killed between its row and its 250: the sender sent it again
			default:
				k.t.Errorf("%s became %q", id, o)
			}
		}
		if tickets != 1 {
			k.t.Errorf("%s became %d tickets (%v), want one", id, tickets, outcome[id])
		}
	}
}
