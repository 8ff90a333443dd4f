package notify

import (
	"context"
	"errors"
	"fmt"
	"html"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
	"muster/internal/ticket"
)

const (
	mostBrought = 1000 // notices that go out together
	mostWords   = 100  // in a mail: of more it has the headlines alone
)

// bring brings a person what is due on a way. A mail goes into the outbox in the
// unit of work that ends the job, so there is one however many nodes there are.
func (b *Bell) bring(ctx context.Context, a bringArgs) error {
	if a.Channel == Push {
		return b.push(ctx, a)
	}
	return b.DB.Update(ctx, func(tx *db.Tx) error {
		p, ready, err := gather(tx, a)
		if err != nil {
			return err
		}
		if len(ready) > 0 {
			if err := b.mail(tx, p, ready); err != nil {
				return err
			}
		}
		return event.Finish(tx)
	})
}

// gather returns what is to go out now. What was read meanwhile, is out of sight, or
// has to wait after all is settled so.
func gather(tx *db.Tx, a bringArgs) (p person, ready []way, err error) {
	due, err := dueWays(tx, a.User, a.Channel, mostBrought)
	if err != nil || len(due) == 0 {
		return p, nil, err
	}
	if p, err = personOf(tx, a.User); err != nil {
		return p, nil, err
	}
	for _, w := range due {
		stays, err := ready1(tx, p, w)
		if err != nil {
			return p, nil, err
		}
		if stays {
			ready = append(ready, w)
		}
	}
	if len(due) == mostBrought {
		return p, ready, event.Schedule(tx, bringTask, "", tx.Now, a) // the others go next
	}
	return p, ready, nil
}

// ready1 reports whether one notice is to go out now, and settles or postpones it otherwise.
func ready1(tx *db.Tx, p person, w way) (bool, error) {
	if !w.item.ReadAt.IsZero() {
		return false, move(tx, w, ReadFirst, "It was read before it went out.", time.Time{})
	}
	if !p.active {
		return false, move(tx, w, Refused, "The person does not work here any more.", time.Time{})
	}
	if w.item.Ticket != "" {
		t, err := ticket.ByID(tx, w.item.Ticket)
		if fault.Is(err, fault.NotFound) || err == nil && !ticket.Sees(p.actor, t) {
			return false, move(tx, w, Hidden, "The person may not see the ticket any more.", time.Time{})
		}
		if err != nil {
			return false, err
		}
	}
	if w.item.Urgent && p.rules.Pass {
		return true, nil
	}
	if ends := p.rules.Quiet.Ends(tx.Now, p.rules.Zone); ends.After(tx.Now) { // they were changed meanwhile
		w.DueAt = ends
		if err := plan(tx, w); err != nil {
			return false, err
		}
		return false, move(tx, w, InQuiet, "", ends)
	}
	return true, nil
}

// mail puts what is due into one mail.
func (b *Bell) mail(tx *db.Tx, p person, ready []way) error {
	head := fmt.Sprintf("%d notices", len(ready))
	if len(ready) == 1 {
		head = ready[0].item.headline()
	}
	var words, page strings.Builder
	for _, w := range ready {
		i := w.item
		if len(ready) > mostWords {
			i.Words = ""
		}
		link := b.URL + "/inbox/" + i.ID
		fmt.Fprintf(&words, "%s\n%s\n\n", strings.TrimSuffix(i.headline()+"\n"+i.Words, "\n"), link)
		fmt.Fprintf(&page, `<p><a href="%s"><strong>%s</strong></a><br>%s</p>`, html.EscapeString(link), html.EscapeString(i.headline()), html.EscapeString(i.Words))
	}
	settings := b.URL + "/settings/notifications"
	fmt.Fprintf(&words, "-- \nYou choose what is mailed to you, and when: %s\n", settings)
	fmt.Fprintf(&page, `<p>You choose <a href="%s">what is mailed to you, and when</a>.</p>`, html.EscapeString(settings))
	id, err := b.Mail(tx, ticket.Person{Name: p.Name, Address: p.Email}, head, words.String(), page.String())
	to, why := Delivered, "In the mail "+id+"."
	if fault.Is(err, fault.Invalid) {
		to, why, err = Refused, fault.Message(err), nil
	}
	if err != nil {
		return err
	}
	for _, w := range ready {
		if err := move(tx, w, to, why, time.Time{}); err != nil {
			return err
		}
	}
	return nil
}

// headline is what a notice is about: the ticket's number and title.
func (i Item) headline() string {
	if i.Number != 0 {
		return fmt.Sprintf("#%d %s", i.Number, i.Title)
	}
	return i.Title
}

// pushed is what became of pushing to a person's browsers.
type pushed struct {
	reached []string // ids of browsers
	gone    []string
	again   bool // some may be reached later
	why     string
}

// push wakes a person's browsers once for all that is due.
func (b *Bell) push(ctx context.Context, a bringArgs) error {
	var ready []way
	var browsers []Browser
	err := b.DB.Update(ctx, func(tx *db.Tx) (err error) {
		if _, ready, err = gather(tx, a); err != nil {
			return err
		}
		browsers, err = browsersOf(tx, a.User)
		return err
	})
	if err != nil || len(ready) == 0 {
		return err
	}
	got := b.wake(ctx, browsers, ready)
	if len(got.reached) == 0 && got.again && event.Attempt(ctx) < pushTries {
		return errors.New(got.why)
	}
	return b.DB.Update(context.WithoutCancel(ctx), func(tx *db.Tx) error { return settlePush(tx, a.User, ready, len(browsers), got) })
}

func settlePush(tx *db.Tx, user string, ready []way, browsers int, got pushed) error {
	if err := tx.Must(access.Settings); err != nil {
		return err
	}
	if len(got.gone) > 0 {
		if _, err := removeBrowsers(tx, user, got.gone); err != nil {
			return err
		}
	}
	for _, id := range got.reached {
		if err := browserUsed(tx, id); err != nil {
			return err
		}
	}
	to, why := Refused, got.why
	switch {
	case len(got.reached) > 0:
		to, why = Delivered, ""
	case browsers == len(got.gone):
		to, why = NoBrowser, "No browser of the person's wants to be woken."
	}
	for _, w := range ready {
		if err := move(tx, w, to, why, time.Time{}); err != nil {
			return err
		}
	}
	return event.Finish(tx)
}
