package desk

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"muster/internal/db"
	"muster/internal/notify"
	"muster/internal/people"
	"muster/internal/ticket"
	"muster/internal/web/ui"
)

// inboxView is what a person was told.
type inboxView struct {
	ui.Frame
	Tabs  ui.Tabs
	List  ui.List
	Pager ui.Pager
	Some  bool // something is unread
}

var inboxPage = ui.Parse[inboxView](files, "inbox.html")

// topicWords say what a notice is about.
func topicWords(t notify.Topic) (text, icon string) {
	switch t {
	case notify.Assigned:
		return "Given to you", "user"
	case notify.TeamNew:
		return "New for your team", "users"
	case notify.Mentioned:
		return "You were named", "chat"
	case notify.Replied:
		return "Customer wrote", "mail"
	case notify.Watched:
		return "Watched", "eye"
	case notify.PromiseDue:
		return "Promise", "clock"
	case notify.BadSurvey:
		return "Survey", "flag"
	case notify.ByRule:
		return "Rule", "bolt"
	}
	return "The desk", "info"
}

// showInbox lists what the reader was told, the newest first.
func (s *Screens) showInbox(w http.ResponseWriter, r *http.Request) error {
	only := r.URL.Query().Get("only")
	v := inboxView{Frame: ui.FrameOf(r, "Notices")}
	err := s.DB.View(r.Context(), func(tx *db.Tx) error {
		items, next, err := notify.Inbox(tx, only == "unread", r.URL.Query().Get("after"), 50)
		if err != nil {
			return err
		}
		unread, err := notify.Unread(tx)
		if err != nil {
			return err
		}
		v.fill(items, int(unread), only, next)
		return nil
	})
	if err != nil {
		return err
	}
	return inboxPage.Render(w, r, v)
}

func (v *inboxView) fill(items []notify.Item, unread int, only, next string) {
	v.Some = unread > 0
	v.Tabs = ui.Tabs{Label: "Which notices", Items: []ui.Tab{{Text: "All", Href: "/inbox", Current: only != "unread"},
		{Text: "Unread", Href: "/inbox?only=unread", Count: &unread, Current: only == "unread"}}}
	rows := make([]ui.Row, len(items))
	for i, item := range items {
		rows[i] = noticeRow(item)
	}
	empty := &ui.Empty{Icon: "bell", Title: "Nothing to tell you", Text: "What concerns you appears here by itself.",
		Actions: []ui.Button{{Text: "Choose what you are told", Href: "/settings/notifications"}}}
	if only == "unread" {
		empty.Title, empty.Text = "All read", "What is new appears here by itself."
	}
	v.List = ui.List{ID: "notices", Label: "Notices", Groups: []ui.Rows{{Head: ui.ListHead{Count: -1}, Rows: rows}}, Empty: empty,
		Bulk: ui.Bulk{Action: "/inbox/mark", Do: []ui.Button{{Text: "Mark as read", Icon: "check", Name: "read", Value: "yes"}, {Text: "Mark as unread", Icon: "bell", Name: "read", Value: "no"}}}}
	if next != "" {
		v.Pager.Next = "/inbox?" + url.Values{"only": {only}, "after": {next}}.Encode()
	}
}

func noticeRow(i notify.Item) ui.Row {
	what, icon := topicWords(i.Topic)
	row := ui.Row{ID: i.ID, Href: "/inbox/" + i.ID, Subject: i.Title, Excerpt: i.Words, At: i.CreatedAt, Unread: i.ReadAt.IsZero(),
		Tags: []ui.Tag{{Text: what, Icon: icon}}, State: ui.State{Category: "done", Text: "Read"}}
	if row.Unread {
		row.State = ui.State{Category: "new", Text: "Unread"}
	}
	if i.Number != 0 {
		row.Number = fmt.Sprintf("#%d", i.Number)
	}
	if row.Subject == "" {
		row.Subject = "Out of sight"
	}
	if i.Urgent {
		row.Prio = 1
	}
	if i.Actor != "" {
		row.Owner = ui.Avatar{Name: i.Actor, Initials: initials(i.Actor), Hue: ui.Hue(i.Actor)}
	}
	return row
}

// openNotice marks a notice as read and leads to what it is about.
func (s *Screens) openNotice(w http.ResponseWriter, r *http.Request) error {
	to := "/inbox"
	err := s.DB.Update(r.Context(), func(tx *db.Tx) error {
		i, err := notify.Find(tx, r.PathValue("id"))
		if err != nil {
			return err
		}
		if to = i.Href(); to == "" {
			to = "/inbox"
		}
		return notify.Mark(tx, true, i.ID)
	})
	if err != nil {
		return err
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// markNotices marks the selected notices as read or unread; its undo marks them the other way.
func (s *Screens) markNotices(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	ids, read := r.PostForm["id"], r.PostForm.Get("read") != "no"
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error { return notify.Mark(tx, read, ids...) }); err != nil {
		return err
	}
	return back(w, r, "/inbox")
}

// readAllNotices marks everything as read, which can be undone.
func (s *Screens) readAllNotices(w http.ResponseWriter, r *http.Request) error {
	var at time.Time
	var n int
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) (err error) { at, n, err = notify.ReadAll(tx); return err }); err != nil {
		return err
	}
	if n > 0 {
		s.Flash(r, ui.Toast{Text: "All is marked as read.", Icon: "check", Is: "good",
			Undo: &ui.Undo{Action: "/inbox/unread-all", Name: "at", Value: strconv.FormatInt(at.UnixMicro(), 10)}})
	}
	return back(w, r, "/inbox")
}

func (s *Screens) unreadAllNotices(w http.ResponseWriter, r *http.Request) error {
	at, _ := strconv.ParseInt(r.PostFormValue("at"), 10, 64) // another number undoes nothing
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error { return notify.UnreadAll(tx, time.UnixMicro(at).UTC()) }); err != nil {
		return err
	}
	return back(w, r, "/inbox")
}

// sawTicket marks what the reader was told about a ticket as read. It writes only where something is unread. The ticket is shown
// though nothing can be written.
func (s *Screens) sawTicket(r *http.Request, id ticket.ID, unread int64) {
	if _, ok := people.SignedIn(r.Context()); !ok || unread == 0 || r.Header.Get("Muster-Live") != "" {
		return
	}
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error { return notify.Seen(tx, id) }); err != nil {
		slog.Warn("notices of a ticket were not marked as read", "ticket", id, "err", err)
	}
}
