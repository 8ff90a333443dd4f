package webhook

import (
	"cmp"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/ticket"
)

// State says what became of a message.
type State string

// What becomes of messages.
const (
	Waiting   State = "waiting"   // it is to be sent, for the first time or again
	Delivered State = "delivered" // the endpoint took it
	GivenUp   State = "given-up"  // it did not, for three days
	Withheld  State = "withheld"  // it was not sent: the endpoint is off, or may not hear of the ticket any more
)

// States lists them all.
func States() []State { return []State{Waiting, Delivered, GivenUp, Withheld} }

// Delivery is a message to an endpoint.
type Delivery struct {
	ID, Endpoint string
	Type         string // the name of the event
	Ticket       ticket.ID
	Payload      string // JSON
	State        State
	Reason       string // a sentence
	Attempts     int
	Status       int // of the last answer; 0: there was none
	CreatedAt    time.Time
	BeganAt      time.Time // the three days count from here
	NextAt       time.Time // zero: it is not to be tried
	SettledAt    time.Time // zero: it waits
}

// MessageID is the message's id as the endpoint knows it, the same each time it is sent.
func (d Delivery) MessageID() string { return "msg_" + d.ID }

// Attempt is one time that a message was sent.
type Attempt struct {
	Number   int
	At       time.Time
	Took     time.Duration
	Status   int    // 0: no answer
	Response string // its first bytes
	Problem  string // why it does not count as delivered; empty: it does
}

// family is where the counts of an endpoint's messages are kept.
func family(endpoint string) string { return "webhook/" + endpoint }

// happened has the endpoints told that want to know. Where there is none it costs nothing.
func (h *Hooks) happened(tx *db.Tx, e db.Event) error {
	all, err := h.told.Get(tx.Workspace, func() ([]Endpoint, bool, error) {
		found, err := activeEndpoints(tx)
		return found, true, err
	})
	if err != nil || len(all) == 0 {
		return err
	}
	var m *heard
	for _, endpoint := range all {
		if !endpoint.wants(e.EventName()) {
			continue
		}
		if m == nil {
			read, err := h.hear(tx, e)
			if err != nil {
				return err
			}
			m = &read
		}
		if ok, err := m.may(tx, endpoint); err != nil {
			return err
		} else if ok {
			if _, err := post(tx, endpoint, m.message, m.ticket); err != nil {
				return err
			}
		}
	}
	return nil
}

// post puts a message to an endpoint into the log, and has it sent.
func post(tx *db.Tx, e Endpoint, m message, t *ticket.Ticket) (Delivery, error) {
	body, err := m.body()
	if err != nil {
		return Delivery{}, err
	}
	d := Delivery{ID: tx.NewID(), Endpoint: e.ID, Type: m.Type, Payload: body, State: Waiting, CreatedAt: tx.Now, BeganAt: tx.Now, NextAt: tx.Now}
	if t != nil {
		d.Ticket = t.ID
	}
	if err := insertDelivery(tx, d); err != nil {
		return d, err
	}
	tx.Tally(family(e.ID), string(Waiting), 1)
	return d, schedule(tx, d)
}

type deliverArgs struct {
	Delivery string `json:"delivery"`
}

func schedule(tx *db.Tx, d Delivery) error {
	return event.Schedule(tx, deliverTask, d.ID, d.NextAt, deliverArgs{d.ID})
}

// Send sends a ticket to an endpoint, as a rule may ask, with words of the rule's own.
// What the endpoint may not see, or does not want to hear of while it is off, is refused with a sentence.
func (h *Hooks) Send(tx *db.Tx, id string, t *ticket.Ticket, words string) (Delivery, error) {
	if err := tx.Must(access.TicketsRead); err != nil {
		return Delivery{}, err
	}
	e, err := find(tx, id)
	if err != nil {
		return Delivery{}, err
	}
	if !e.Active {
		return Delivery{}, fault.New(fault.Conflict, "The webhook %s is switched off.", e.Name)
	}
	if !e.sees(tx, t) {
		return Delivery{}, fault.New(fault.Denied, "The webhook %s may not hear of ticket %d.", e.Name, t.Number)
	}
	m := newMessage(tx, SentType)
	m.Data.Ticket, m.Data.Message = h.about(t), cut(words)
	return post(tx, e, m, t)
}

// Test sends an endpoint a message that says it is a test, even to one that is switched off.
func Test(tx *db.Tx, id string) (Delivery, error) {
	if err := tx.Must(access.HooksManage); err != nil {
		return Delivery{}, err
	}
	if err := manages(tx); err != nil {
		return Delivery{}, err
	}
	e, err := find(tx, id)
	if err != nil {
		return Delivery{}, err
	}
	m := newMessage(tx, TestType)
	m.Data.Message = "This is a test. Nothing has happened."
	return post(tx, e, m, nil)
}

// Query says which messages of an endpoint to list.
type Query struct {
	Endpoint string
	State    State  // empty: any
	Cursor   string // the id of the last that was seen; empty: from the newest
	Limit    int    // 1 to 200; 0: 50
}

// Page is some messages, the newest first, and the cursor of those after them: empty if there are none.
type Page struct {
	Deliveries []Delivery
	Next       string
}

// Deliveries lists messages to an endpoint.
func Deliveries(tx *db.Tx, q Query) (Page, error) {
	if err := tx.Must(access.HooksManage); err != nil {
		return Page{}, err
	}
	if err := manages(tx); err != nil {
		return Page{}, err
	}
	if _, err := find(tx, q.Endpoint); err != nil {
		return Page{}, err
	}
	q.Limit = min(cmp.Or(max(q.Limit, 0), 50), 200)
	all, err := deliveries(tx, q)
	all, next := db.Cut(all, q.Limit, func(d Delivery) string { return d.ID })
	return Page{all, next}, err
}

// FindDelivery returns a message to an endpoint with the attempts to send it, the first first.
func FindDelivery(tx *db.Tx, endpoint, id string) (Delivery, []Attempt, error) {
	if err := tx.Must(access.HooksManage); err != nil {
		return Delivery{}, nil, err
	}
	if err := manages(tx); err != nil {
		return Delivery{}, nil, err
	}
	d, err := delivery(tx, id)
	if db.Missing(err) || err == nil && d.Endpoint != endpoint {
		return d, nil, fault.New(fault.NotFound, "There is no such message. It may be older than %d days.", int(kept.Hours()/24))
	}
	if err != nil {
		return d, nil, err
	}
	attempts, err := attemptsOf(tx, id)
	return d, attempts, err
}

// Counts returns how many messages to an endpoint have come to what: kept, not counted.
func Counts(tx *db.Tx, endpoint string) (map[State]int64, error) {
	if err := tx.Must(access.HooksManage); err != nil {
		return nil, err
	}
	tallies, err := db.Tallies(tx, family(endpoint))
	counts := map[State]int64{}
	for state, n := range tallies {
		counts[State(state)] = n
	}
	return counts, err
}
