package survey

import (
	"context"
	"slices"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/memory"
	"muster/internal/people/client"
	"muster/internal/ticket"
)

// Asker asks the customers of all workspaces.
type Asker struct {
	DB     *db.DB
	Bus    *event.Bus
	Desk   *ticket.Desk
	Secret []byte // of the installation: it signs the links
	URL    string // the web address of the desk

	// Say returns a text in a language, with its values filled in as by fmt.Sprintf: English where it has no words.
	Say func(locale, text string, values ...any) string

	known *memory.Of[string, []Survey] // those that are active, by workspace: each resolution asks
}

const askTask = "survey.ask"

// askArgs are what the job that asks is told.
type askArgs struct {
	Survey   string    `json:"survey"`
	Ticket   ticket.ID `json:"ticket"`
	Resolved int64     `json:"resolved"` // microseconds since 1970: asked is about that resolution alone
}

// NewAsker returns an asker that takes part in what happens on its bus: it must be made before the bus works.
func NewAsker(a Asker) *Asker {
	a.known = memory.New[string, []Survey](time.Second, 1000)
	a.Bus.Watch(func(e event.Happening) {
		if e.Subject == Subject {
			a.known.Forget()
		}
	})
	event.On(a.Bus, a.moved)
	event.On(a.Bus, func(tx *db.Tx, m ticket.Merged) error { return moveTicket(tx, m) })
	event.On(a.Bus, func(tx *db.Tx, m client.ContactMerged) error { return moveContact(tx, m.From, m.ID) })
	event.Task(a.Bus, askTask, a.ask, event.Options{})
	return &a
}

// moved has the customer of a ticket that was resolved asked after a while.
func (a *Asker) moved(tx *db.Tx, m ticket.Moved) error {
	if !resolved(m.ToCategory) || resolved(m.FromCategory) {
		return nil
	}
	all, err := a.known.Get(tx.Workspace, func() ([]Survey, bool, error) {
		all, err := activeSurveys(tx)
		return all, true, err
	})
	if err != nil || len(all) == 0 {
		return err
	}
	return tx.As(access.System(tx.Workspace), func(tx *db.Tx) error {
		for _, s := range all {
			// Whether it is about this ticket is seen when it is asked: until then the ticket may go elsewhere.
			at := tx.Now.Add(time.Duration(s.Delay) * time.Minute)
			if err := event.Schedule(tx, askTask, s.ID+"/"+string(m.Ticket), at, askArgs{s.ID, m.Ticket, tx.Now.UnixMicro()}); err != nil {
				return err
			}
		}
		return nil
	})
}

// resolved reports whether tickets in a category have been helped with: what was cancelled has not.
func resolved(c ticket.Category) bool { return c == ticket.Review || c == ticket.Done }

// ask is the job.
func (a *Asker) ask(ctx context.Context, args askArgs) error {
	return a.DB.Update(ctx, func(tx *db.Tx) error {
		if err := event.Finish(tx); err != nil {
			return err
		}
		_, err := a.Ask(tx, args.Survey, args.Ticket, time.UnixMicro(args.Resolved).UTC())
		return err
	})
}

// stale is how long after its instant a question is asked no more: a desk that was away for long does not ask of what is long past.
const stale = 3 * 24 * time.Hour

// Ask asks the customer of a ticket that was resolved at an instant, unless there is a reason not to. It returns
// the invitation: its ID is empty if nobody was asked.
func (a *Asker) Ask(tx *db.Tx, id string, about ticket.ID, at time.Time) (Invitation, error) {
	if err := tx.Must(access.TicketsReply); err != nil {
		return Invitation{}, err
	}
	s, err := surveyByID(tx, id)
	if db.Missing(err) {
		return Invitation{}, nil
	}
	if err != nil {
		return Invitation{}, err
	}
	t, err := ticket.ByID(tx, about)
	if fault.Is(err, fault.NotFound) {
		return Invitation{}, nil
	}
	if err != nil || !s.asks(t) || t.Shelved() || !resolved(t.Category) || !t.ResolvedAt.Equal(at) || t.Requester == "" {
		return Invitation{}, err
	}
	if tx.Now.Sub(at) > time.Duration(s.Delay)*time.Minute+stale {
		return Invitation{}, nil
	}
	c, err := client.FindContact(tx, t.Requester)
	if err != nil {
		return Invitation{}, err
	}
	if ok, err := answerable(tx, t, c); err != nil || !ok {
		return Invitation{}, err
	}
	if first, err := a.first(tx, t, c); err != nil || first != s.ID {
		return Invitation{}, err
	}
	return a.invite(tx, s, t, c)
}

// first returns the survey that asks about a ticket, so that nobody gets two mails about one: of those that fit, the
// first in their order by which the person was not asked within its window. It is empty if the resolution was asked about already.
func (a *Asker) first(tx *db.Tx, t *ticket.Ticket, c client.Contact) (string, error) {
	asked, err := invitationsOf(tx, t.ID)
	if err != nil || slices.ContainsFunc(asked, func(i Invitation) bool { return i.Contact == c.ID && !i.AskedAt.Before(t.ResolvedAt) }) {
		return "", err
	}
	all, err := activeSurveys(tx)
	if err != nil {
		return "", err
	}
	windows, err := windowsOf(tx, c.ID)
	i := slices.IndexFunc(all, func(s Survey) bool { return s.asks(t) && !windows[s.Measure].After(tx.Now.AddDate(0, 0, -s.Window)) })
	if err != nil || i < 0 {
		return "", err
	}
	return all[i].ID, nil
}

// invite writes the question, if the person was not asked lately.
func (a *Asker) invite(tx *db.Tx, s Survey, t *ticket.Ticket, c client.Contact) (Invitation, error) {
	first, err := takeWindow(tx, c.ID, s.Measure, tx.Now.AddDate(0, 0, -s.Window))
	if err != nil || !first {
		return Invitation{}, err
	}
	i := Invitation{ID: tx.NewID(), Survey: s.ID, Measure: s.Measure, Ticket: t.ID, Contact: c.ID, Kind: t.Kind, Team: t.Team, Assignee: t.Assignee,
		Organisation: t.Organisation, Item: t.Item, AskedAt: tx.Now, Until: tx.Now.AddDate(0, 0, s.Open)}
	body, err := a.letter(tx, s, t, c, i)
	if err != nil {
		return Invitation{}, err
	}
	_, e, err := a.Desk.Write(tx, t.Number, ticket.Writing{Kind: ticket.Automatic, Channel: "mail", Quiet: true, Body: body, Author: author})
	if err != nil {
		return Invitation{}, err
	}
	i.Entry = e.ID
	tx.Emit(Asked{Ticket: t.ID, Invitation: i.ID, Survey: s.ID, Name: s.Name, Measure: s.Measure, Contact: c.ID, Team: t.Team,
		Assignee: t.Assignee, Organisation: t.Organisation, Item: t.Item})
	return i, insertInvitation(tx, i)
}

// author is who asks, and who follows up.
var author = ticket.Author{Kind: access.Auto, Name: "Survey"}

// looked bounds how many of a ticket's messages are looked at for a person's.
const looked = 50

// answerable reports whether a person can be asked about a ticket: one who has an address that is nobody's robot, and
// who wrote, if anything was written at all, something that no machine did and that is not known to be forged.
func answerable(tx *db.Tx, t *ticket.Ticket, c client.Contact) (bool, error) {
	if c.Address() == "" || robot(c.Address()) {
		return false, nil
	}
	entries, err := ticket.Entries(tx, t, "", looked)
	if err != nil {
		return false, err
	}
	theirs := slices.DeleteFunc(entries, func(e *ticket.Entry) bool { return e.Kind != ticket.FromCustomer })
	person := slices.ContainsFunc(theirs, func(e *ticket.Entry) bool {
		return !e.Quiet && e.Verdict.DMARC != "fail" && e.Verdict.SPF != "fail"
	})
	return len(theirs) == 0 || person, nil
}

// robot reports whether an address is one that nobody reads.
func robot(address string) bool {
	local, _, _ := strings.Cut(strings.ToLower(address), "@")
	local = strings.NewReplacer("-", "", "_", "", ".", "").Replace(local)
	return slices.ContainsFunc([]string{"noreply", "donotreply", "mailerdaemon", "postmaster", "bounce"}, func(r string) bool {
		return strings.HasPrefix(local, r)
	})
}
