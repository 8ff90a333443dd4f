package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mustertest"
	"muster/internal/reach"
	"muster/internal/ticket"
)

// world is a house with hooks, and a program at the other end that answers what it is told to.
type world struct {
	*mustertest.House
	t     *testing.T
	hooks *Hooks
	ann   context.Context

	mu   sync.Mutex
	got  []reach.Request
	when []time.Time
	says func(n int) (reach.Answer, error) // to the nth request, from 1; nil: 200
	slow map[string]time.Duration          // how long an address takes to answer
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{House: mustertest.NewHouse(t, d), t: t}
	w.hooks = NewHooks(Hooks{DB: d, Bus: w.Bus, URL: "https://desk.example", Post: w.post, May: func(field, address string) error {
		if !strings.HasPrefix(address, "https://") {
			return fault.Field(field, "Not there.")
		}
		return nil
	}, Seal: func(plain, place string) (string, error) { return place + "|" + plain, nil },
		Open: func(sealed, place string) (string, error) { return strings.TrimPrefix(sealed, place+"|"), nil }})
	Follow[ticket.WasOpened](w.hooks)
	Follow[ticket.Changed](w.hooks)
	Follow[ticket.Wrote](w.hooks)
	Follow[ticket.Linked](w.hooks)
	w.ann = w.As(w.Ann)
	return w
}

func (w *world) post(_ context.Context, r reach.Request) (reach.Answer, error) {
	defer time.Sleep(w.slow[r.URL])
	w.mu.Lock()
	defer w.mu.Unlock()
	w.got, w.when = append(w.got, r), append(w.when, time.Now())
	if w.says == nil {
		return reach.Answer{Status: 200, Body: "thanks", Took: 5 * time.Millisecond}, nil
	}
	return w.says(len(w.got))
}

// answers has the other program answer with a status from now on: 0 for no answer at all.
func (w *world) answers(status int) {
	w.says = func(int) (reach.Answer, error) {
		if status == 0 {
			return reach.Answer{}, errors.New("connection refused")
		}
		return reach.Answer{Status: status, Body: "so it is"}, nil
	}
}

func (w *world) save(e Endpoint) (Endpoint, string) {
	w.t.Helper()
	var secret string
	mustertest.Do(w.t, w.DB, w.ann, func(tx *db.Tx) (err error) { e, secret, err = w.hooks.Save(tx, e); return err })
	return e, secret
}

func (w *world) hook(events ...string) (Endpoint, string) {
	w.t.Helper()
	return w.save(Endpoint{Name: "Billing", URL: "https://hooks.example/in", Events: events, Active: true})
}

// work lets so much time pass and does what falls due in it, ever more roughly.
func (w *world) work(d time.Duration) {
	w.t.Helper()
	for passed := time.Duration(0); ; {
		if err := w.Bus.WorkOff(w.t.Context()); err != nil {
			w.t.Fatal(err)
		}
		if passed >= d {
			return
		}
		step := min(max(time.Second, passed/40), d-passed)
		time.Sleep(step)
		passed += step
	}
}

func (w *world) types() (all []string) {
	for _, r := range w.got {
		all = append(all, read(w.t, r).Type)
	}
	return all
}

type received struct {
	Type      string
	Timestamp time.Time
	Data      struct {
		Version int
		By      struct{ Kind, Name string }
		Event   map[string]any
		Ticket  *struct {
			Number     int64
			Title, URL string
		}
		Entry   *struct{ Text, Kind string }
		Message string
	}
}

func read(t *testing.T, r reach.Request) (m received) {
	t.Helper()
	if err := json.Unmarshal(r.Body, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// verify checks a message as the receiver of Standard Webhooks does, with one secret of its own.
func verify(r reach.Request, secret string, now time.Time) error {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return err
	}
	var stamp int64
	if _, err := fmt.Sscan(r.Header["webhook-timestamp"], &stamp); err != nil {
		return err
	}
	if d := now.Sub(time.Unix(stamp, 0)); d > 5*time.Minute || d < -5*time.Minute {
		return fmt.Errorf("it is %v old", d)
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%d.%s", r.Header["webhook-id"], stamp, r.Body)
	want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	if !slices.Contains(strings.Split(r.Header["webhook-signature"], " "), want) {
		return errors.New("no signature of that secret")
	}
	return nil
}

func (w *world) delivery(endpoint string) (d Delivery, attempts []Attempt) {
	w.t.Helper()
	mustertest.See(w.t, w.DB, w.ann, func(tx *db.Tx) error {
		p, err := Deliveries(tx, Query{Endpoint: endpoint})
		if err != nil || len(p.Deliveries) == 0 {
			return err
		}
		d, attempts, err = FindDelivery(tx, endpoint, p.Deliveries[0].ID)
		return err
	})
	return d, attempts
}

func (w *world) find(id string) (e Endpoint) {
	w.t.Helper()
	mustertest.See(w.t, w.DB, w.ann, func(tx *db.Tx) (err error) { e, err = Find(tx, id); return err })
	return e
}

// counted makes sure that the kept counts are those of the rows: every message has one outcome.
func (w *world) counted(endpoint string) map[State]int64 {
	w.t.Helper()
	var counts map[State]int64
	rows := map[State]int64{}
	mustertest.See(w.t, w.DB, access.With(w.t.Context(), access.System(w.Workspace.ID)), func(tx *db.Tx) (err error) {
		if counts, err = Counts(tx, endpoint); err != nil {
			return err
		}
		for cursor := ""; ; {
			p, err := Deliveries(tx, Query{Endpoint: endpoint, Cursor: cursor, Limit: 200})
			if err != nil {
				return err
			}
			for _, d := range p.Deliveries {
				rows[d.State]++
			}
			if cursor = p.Next; cursor == "" {
				return nil
			}
		}
	})
	if fmt.Sprint(counts) != fmt.Sprint(rows) {
		w.t.Errorf("kept counts %v, want those of the rows %v", counts, rows)
	}
	return counts
}
