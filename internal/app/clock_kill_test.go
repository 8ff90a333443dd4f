package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/mustertest"
	"muster/internal/workspace"
)

// post sends a request again and again, under one key, until it is answered.
func (k *killed) post(path, key, body string, out any) {
	k.t.Helper()
	for range 2000 {
		r, err := http.NewRequest("POST", "http://"+k.web+"/api/v1"+path, bytes.NewBufferString(body))
		if err != nil {
			k.t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+k.token)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", key)
		answer, err := http.DefaultClient.Do(r)
		if err == nil {
			b, readErr := io.ReadAll(answer.Body)
			answer.Body.Close()
			if readErr == nil && answer.StatusCode < 300 {
				if out == nil {
					return
				}
				if err := json.Unmarshal(b, out); err != nil {
					k.t.Fatal(err)
				}
				return
			}
			if readErr == nil && answer.StatusCode < 500 && answer.StatusCode != http.StatusConflict {
				k.t.Fatalf("POST %s: %d %s", path, answer.StatusCode, b)
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	k.t.Fatalf("POST %s was never answered", path)
}

// Whatever moment the process is killed at, each step of a promise is taken once.
func TestPromisesOutliveKills(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		const tickets, kills = 30, 6
		k := newKilled(t, url)
		k.start()
		day := `[{"open":"00:00","close":"24:00"}]`
		var calendar struct{ ID string }
		k.post("/calendars", "calendar", `{"name":"Always","versions":[{"zone":"UTC","week":{"monday":`+day+`,"tuesday":`+day+`,"wednesday":`+day+`,"thursday":`+day+`,"friday":`+day+`,"saturday":`+day+`,"sunday":`+day+`}}]}`, &calendar)
		k.post("/policies", "policy", `{"name":"Everybody","kind":"sla","active":true,"when":{},"promises":[{"target":"resolution","calendar":"`+calendar.ID+`","goals":{"high":2},
			"steps":[{"percent":50},{"percent":100,"after":1,"actions":[{"do":"tag","value":"late"}]}]}]}`, nil)
		dead := make(chan struct{})
		go func() {
			defer close(dead)
			for range kills {
				time.Sleep(time.Duration(200+rand.IntN(500)) * time.Millisecond)
				k.kill()
				k.start()
			}
		}()
		for i := range tickets {
			k.post("/tickets", fmt.Sprint("ticket-", i), `{"kind":"request","title":"Help","body":"It stopped.","priority":"high","requester":{"email":"carla@acme.example"}}`, nil)
			time.Sleep(50 * time.Millisecond)
		}
		<-dead
		const each = 3 * tickets
		rings := map[string]int{}
		for range 300 { // leases of work that was running when the process died have to end
			time.Sleep(200 * time.Millisecond)
			if rings = k.rings(url); len(rings) == each {
				break
			}
		}
		k.kill()
		if len(rings) != each {
			t.Errorf("%d steps were taken, want %d: three of each ticket; jobs that are left: %s", len(rings), each, k.jobs(url))
		}
		for ring, n := range rings {
			if n != 1 {
				t.Errorf("%s rang %d times, want once", ring, n)
			}
		}
	})
}

// rings counts what rang: by ticket and name of the event.
func (k *killed) rings(url string) map[string]int {
	k.t.Helper()
	d := mustertest.Open(k.t, url)
	defer d.Close()
	w, err := workspace.Ensure(k.t.Context(), d, "Muster")
	if err != nil {
		k.t.Fatal(err)
	}
	all := map[string]int{}
	mustertest.See(k.t, d, access.With(k.t.Context(), access.System(w.ID)), func(tx *db.Tx) error {
		_, err := db.All(tx, func(r db.Row) (struct{}, error) {
			var ticket, name string
			err := r.Scan(&ticket, &name)
			all[ticket+" "+name]++
			return struct{}{}, err
		}, `SELECT subject_id, name FROM events WHERE workspace_id = $1 AND name IN ('clock.warned', 'clock.broke', 'clock.overran')`, tx.Workspace)
		return err
	})
	return all
}

// jobs tells what is still to be done, and why it was not.
func (k *killed) jobs(url string) string {
	k.t.Helper()
	d := mustertest.Open(k.t, url)
	defer d.Close()
	w, err := workspace.Ensure(k.t.Context(), d, "Muster")
	if err != nil {
		k.t.Fatal(err)
	}
	var all []string
	mustertest.See(k.t, d, access.With(k.t.Context(), access.System(w.ID)), func(tx *db.Tx) (err error) {
		all, err = db.All(tx, func(r db.Row) (s string, err error) {
			var task, holder, reason string
			var at int64
			var attempts int
			err = r.Scan(&task, &at, &attempts, &holder, &reason)
			return fmt.Sprintf("%s in %s, tried %d times, held by %q: %s", task, time.Until(time.UnixMicro(at)).Round(time.Second), attempts, holder, reason), err
		}, `SELECT task, run_at, attempts, holder, reason FROM jobs WHERE workspace_id = $1 AND task = 'clock.ring' ORDER BY task, run_at LIMIT 50`, tx.Workspace)
		return err
	})
	return strings.Join(all, "; ")
}
