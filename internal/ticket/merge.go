package ticket

import (
	"slices"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/search"
)

// Merge puts a ticket into another: its messages, files, people and tags move
// there, its number leads there, and so do replies to it. What nobody has
// answered on it has the other be worked on again.
func (d *Desk) Merge(tx *db.Tx, number, into int64) (*Ticket, error) {
	if err := tx.Must(access.TicketsWrite); err != nil {
		return nil, err
	}
	from, err := Find(tx, number)
	if err != nil {
		return nil, err
	}
	to, err := Find(tx, into)
	if err != nil {
		return nil, err
	}
	if to, err = follow(tx, to); err != nil {
		return nil, err
	}
	switch {
	case from.ID == to.ID:
		return nil, fault.Field("into", "Ticket %d cannot be merged into itself. Name another.", number)
	case from.MergedInto != 0:
		return nil, fault.New(fault.Conflict, "Ticket %d was merged into %d already.", number, from.MergedInto)
	case to.Shelved():
		return nil, fault.Field("into", "Ticket %d is in %s. Bring it back first.", into, to.Bucket)
	}
	if err := d.goOn(tx, from, to); err != nil {
		return nil, err
	}
	if err := absorb(tx, from, to); err != nil {
		return nil, err
	}
	tx.Emit(Merged{Ticket: from.ID, FromTicket: from.ID, From: from.Number, Into: to.Number})
	tx.Emit(Merged{Ticket: to.ID, FromTicket: from.ID, From: from.Number, Into: to.Number})
	return to, nil
}

// goOn has a ticket be worked on again into which one goes whose customer waits for an answer.
func (d *Desk) goOn(tx *db.Tx, from, to *Ticket) error {
	rests := to.Category == Waiting || to.Category.Ended()
	if !rests || from.Category.Ended() || from.unanswered().IsZero() {
		return nil
	}
	kind, err := d.Kind(to.Kind)
	if err != nil {
		return err
	}
	flow, err := workflow(tx, kind)
	if err != nil {
		return err
	}
	opened, err := d.takeUp(tx, to, kind, flow)
	if err == nil && !opened {
		err = fault.Field("into", "Nobody has answered #%d, and #%d cannot be opened again. Answer first, or merge the other way round.", from.Number, to.Number)
	}
	return err
}

func absorb(tx *db.Tx, from, to *Ticket) error {
	if err := moveBelongings(tx, from.ID, to.ID); err != nil {
		return err
	}
	if err := search.Remove(tx, Subject, string(from.ID)); err != nil {
		return err
	}
	if err := reindex(tx, to); err != nil {
		return err
	}
	if err := addRequester(tx, from, to); err != nil {
		return err
	}
	for _, tag := range from.Tags {
		if !slices.ContainsFunc(to.Tags, func(t string) bool { return foldTag(t) == foldTag(tag) }) {
			to.Tags = append(to.Tags, tag)
		}
	}
	if err := insertTags(tx, to.ID, to.Tags); err != nil {
		return err
	}
	if err := redirect(tx, from.Number, to.Number); err != nil {
		return err
	}
	to.Entries, to.Replies, to.Files = to.Entries+from.Entries, to.Replies+from.Replies, to.Files+from.Files
	to.CustomerAt, to.RepliedAt = later(to.CustomerAt, from.CustomerAt), later(to.RepliedAt, from.RepliedAt)
	to.UpdatedAt, from.UpdatedAt = tx.Now, tx.Now
	from.Bucket, from.MergedInto = InMerged, to.Number
	from.Entries, from.Replies, from.Files = 0, 0, 0
	from.Version++
	to.Version++
	if err := update(tx, from); err != nil {
		return err
	}
	return update(tx, to)
}

// maxMoved bounds how many messages one unit of work moves from ticket to ticket.
const maxMoved = 5000

// addRequester keeps the requester of a merged ticket informed.
func addRequester(tx *db.Tx, from, to *Ticket) error {
	if from.Requester == "" || from.Requester == to.Requester {
		return nil
	}
	p, err := requesterOf(tx, from)
	if err != nil || p.Address == "" {
		return err
	}
	return addParticipants(tx, to, []Person{p})
}

// SplitOff makes a new ticket of some messages of another. It is for the customer
// who wrote the first of them, has the same team and priority, and the two are linked.
func (d *Desk) SplitOff(tx *db.Tx, number int64, entries []string, title string) (*Ticket, error) {
	if err := tx.Must(access.TicketsWrite); err != nil {
		return nil, err
	}
	from, err := Find(tx, number)
	if err != nil {
		return nil, err
	}
	if len(entries) == 0 {
		return nil, fault.Field("entries", "Choose the messages that become a ticket of their own.")
	}
	if len(entries) >= from.Entries {
		return nil, fault.Field("entries", "At least one message must stay; to move them all, merge the ticket.")
	}
	requester, organisation, err := writerOf(tx, from, entries)
	if err != nil {
		return nil, err
	}
	to, err := d.Open(tx, Draft{Kind: from.Kind, Title: title, Requester: requester, Organisation: organisation, Team: from.Team,
		Priority: from.Priority, Impact: from.Impact, Urgency: from.Urgency, Item: from.Item, Inbox: from.Inbox, Channel: from.Channel, About: number})
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		if err := moveEntry(tx, from.ID, entry, to.ID); err != nil {
			return nil, err
		}
	}
	for _, t := range []*Ticket{from, to} {
		if err := recompute(tx, t); err != nil {
			return nil, err
		}
		tx.Emit(Split{Ticket: t.ID, From: from.Number, Into: to.Number, Asked: t.unanswered()})
	}
	if err := search.Remove(tx, Subject, string(from.ID), string(to.ID)); err != nil {
		return nil, err
	}
	for _, t := range []*Ticket{from, to} {
		if err := reindex(tx, t); err != nil {
			return nil, err
		}
	}
	return to, nil
}

// writerOf is the customer who wrote the first of some messages, with their
// organisation; that of the ticket if none did.
func writerOf(tx *db.Tx, t *Ticket, entries []string) (requester, organisation string, err error) {
	for _, id := range entries {
		e, err := FindEntry(tx, t, id)
		if err != nil {
			return "", "", aboutEntries(err)
		}
		if e.Kind == FromCustomer && e.Author.ID != "" && e.Author.ID != t.Requester {
			return e.Author.ID, "", nil
		}
		if e.Kind == FromCustomer {
			break
		}
	}
	return t.Requester, t.Organisation, nil
}

func aboutEntries(err error) error {
	if fault.Is(err, fault.NotFound) {
		return fault.Field("entries", "%s", fault.Message(err))
	}
	return err
}

// unanswered is when a customer wrote what nobody has replied to; zero if there is no such message.
func (t *Ticket) unanswered() time.Time {
	if t.CustomerAt.After(t.RepliedAt) {
		return t.CustomerAt
	}
	return time.Time{}
}

// recompute counts a ticket's messages anew, from the messages.
func recompute(tx *db.Tx, t *Ticket) error {
	entries, err := Entries(tx, t, "", maxMoved)
	if err != nil {
		return err
	}
	updated := t.UpdatedAt
	t.Entries, t.Replies, t.Snippet, t.LastAuthor = 0, 0, "", ""
	t.CustomerAt, t.RepliedAt = time.Time{}, time.Time{}
	for _, e := range entries {
		t.count(e)
	}
	t.UpdatedAt = later(updated, t.UpdatedAt)
	if err := update(tx, t); err != nil {
		return err
	}
	return setFiles(tx, t)
}

// Shelve puts a ticket aside as spam or trash, or brings it back when to is InOpen.
func Shelve(tx *db.Tx, number int64, to Bucket) (*Ticket, error) {
	if err := tx.Must(access.TicketsRemove); err != nil {
		return nil, err
	}
	t, err := Find(tx, number)
	if err != nil {
		return nil, err
	}
	from := t.Bucket
	switch {
	case from == InMerged:
		return nil, fault.New(fault.Conflict, "Ticket %d was merged into %d. Work on that one.", number, t.MergedInto)
	case to != InSpam && to != InTrash && to != InOpen:
		return nil, fault.Field("to", "A ticket can be put into spam or trash, or be restored, not %q.", to)
	case to == InOpen:
		to = t.Category.Bucket()
	}
	if from == to {
		return t, nil
	}
	t.shelve(tx, to)
	return t, update(tx, t)
}

func (t *Ticket) shelve(tx *db.Tx, to Bucket) {
	tx.Emit(Shelved{Ticket: t.ID, From: t.Bucket, To: to})
	t.Bucket, t.UpdatedAt = to, tx.Now
	t.Version++
}
