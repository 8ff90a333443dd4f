package desk

import (
	"errors"
	"net/http"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/internal/complaint"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/text"
	"muster/internal/ticket"
	"muster/internal/web/ui"
	"muster/internal/workspace"
)

func snippet(s string) string { return text.Snippet(s, 80) }

// maxForm bounds what a form without files may carry.
const maxForm = 2 << 20

func form(r *http.Request) error {
	err := r.ParseMultipartForm(maxForm)
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return err
	}
	if err != nil && err != http.ErrNotMultipart {
		return fault.New(fault.Invalid, "The form did not arrive whole. Send it again.")
	}
	return nil
}

// write keeps a note or sends a reply. What is refused comes back in the composer.
func (s *Screens) write(w http.ResponseWriter, r *http.Request) error {
	n, err := number(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	undo := time.Duration(workspace.From(r.Context()).Settings.UndoSeconds) * time.Second
	entry, added, err := s.written(r, n, undo)
	if err != nil {
		return s.refuseWriting(w, r, n, err)
	}
	if entry.Kind == ticket.Reply && undo > 0 {
		s.Flash(r, ui.Toast{Text: "The reply is on its way.", Icon: "send", Seconds: int(undo.Seconds()),
			Undo: &ui.Undo{Action: ticketPath(n) + "/withdraw?" + url.Values{"cc": added}.Encode(), Name: "entry", Value: entry.ID, Text: "Take it back"}})
	}
	http.Redirect(w, r, ticketPath(n)+"#m-"+entry.ID, http.StatusSeeOther)
	return nil
}

// written keeps what was written, and tells whom it added to those who get copies.
func (s *Screens) written(r *http.Request, n int64, undo time.Duration) (entry *ticket.Entry, added []string, err error) {
	writing, err := s.writing(r)
	if err != nil {
		return nil, nil, err
	}
	writing.Undo = undo
	err = s.DB.Update(r.Context(), func(tx *db.Tx) error {
		called, err := mentioned(tx, writing)
		if err != nil {
			return err
		}
		w := writing
		w.Mentions, w.Cc = called, nil // without recipients of its own, a reply goes to all of the ticket's people
		if added, err = addCopies(tx, n, writing.Cc); err != nil {
			return err
		}
		_, entry, err = s.Desk.Write(tx, n, w)
		return err
	})
	return entry, added, err
}

// addCopies has people get copies, and returns the addresses of those who did not before.
func addCopies(tx *db.Tx, n int64, people []ticket.Person) (added []string, err error) {
	if len(people) == 0 {
		return nil, nil
	}
	t, err := ticket.Find(tx, n)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		part, err := ticket.TakesPart(tx, t, p.Address)
		if err != nil {
			return nil, err
		}
		if err := ticket.AddParticipant(tx, n, p); err != nil {
			return nil, err
		}
		if !part {
			added = append(added, p.Address)
		}
	}
	return added, nil
}

// writing reads the composer. The body is made ready before the unit of work.
func (s *Screens) writing(r *http.Request) (ticket.Writing, error) {
	body, err := ticket.Compose(r.PostFormValue("body"))
	if err != nil {
		return ticket.Writing{}, err
	}
	w := ticket.Writing{Kind: ticket.Reply, Body: body, Channel: "desk", Seen: r.PostFormValue("seen"), State: r.PostFormValue("state")}
	if r.PostFormValue("kind") == "note" {
		w.Kind, w.Seen = ticket.Note, ""
	}
	if cc := strings.TrimSpace(r.PostFormValue("cc")); cc != "" && w.Kind == ticket.Reply {
		list, err := mail.ParseAddressList(cc)
		if err != nil {
			return w, fault.Field("cc", "%q is no list of mail addresses. Write name@example.org, with commas between.", text.Snippet(cc, 60))
		}
		for _, a := range list {
			w.Cc = append(w.Cc, ticket.Person{Name: a.Name, Address: a.Address})
		}
	}
	w.Attachments, err = s.attached(r, body)
	return w, err
}

// set changes one thing or several.
func (s *Screens) set(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	c, err := changeOf(r)
	if err != nil {
		return err
	}
	dialog := ""
	switch {
	case c.Title != nil:
		dialog = "title"
	case c.Impact != nil:
		dialog = "urgency"
	case c.Item != nil:
		dialog = "item"
	}
	version := ticket.Any
	if v := r.PostFormValue("version"); v != "" {
		if version, err = strconv.ParseInt(v, 10, 64); err != nil {
			return fault.New(fault.Invalid, "The form is not one of ours. Load the page again.")
		}
	}
	return s.act(w, r, dialog, func(tx *db.Tx, n int64) error {
		_, err := s.Desk.Change(tx, n, version, c)
		return err
	})
}

func changeOf(r *http.Request) (ticket.Change, error) {
	value := func(name string) *string {
		if _, there := r.PostForm[name]; !there {
			return nil
		}
		v := r.PostForm.Get(name)
		return &v
	}
	c := ticket.Change{Title: value("title"), Assignee: value("assignee"), Team: value("team"), State: value("state"), Item: value("item")}
	if p := value("priority"); p != nil {
		var prio ticket.Priority
		if *p != "computed" {
			var err error
			if prio, err = ticket.ParsePriority(*p); err != nil {
				return c, err
			}
		}
		c.Priority = &prio
	}
	if l := value("impact"); l != nil {
		level := ticket.Level(*l)
		c.Impact = &level
	}
	if l := value("urgency"); l != nil {
		level := ticket.Level(*l)
		c.Urgency = &level
	}
	return c, nil
}

func (s *Screens) shelve(w http.ResponseWriter, r *http.Request) error {
	n, err := number(r)
	if err != nil {
		return err
	}
	to := ticket.Bucket(r.PostFormValue("to"))
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error { _, err := ticket.Shelve(tx, n, to); return err }); err != nil {
		return err
	}
	if to != ticket.InOpen {
		s.Flash(r, ui.Toast{Text: "Moved to " + string(to) + ".", Icon: "check", Undo: &ui.Undo{Action: ticketPath(n) + "/shelf", Name: "to", Value: "open", Text: "Undo"}})
	}
	return back(w, r, ticketPath(n))
}

func (s *Screens) merge(w http.ResponseWriter, r *http.Request) error {
	into, given := numberIn(r, "into")
	return s.act(w, r, "merge", func(tx *db.Tx, n int64) error {
		if !given {
			return fault.Field("into", "Give the number of the ticket that stays.")
		}
		_, err := s.Desk.Merge(tx, n, into)
		return aboutField("into", err)
	})
}

// numberIn reads a ticket's number as people write it: 7 or #7.
func numberIn(r *http.Request, name string) (int64, bool) {
	n, err := strconv.ParseInt(strings.TrimPrefix(strings.TrimSpace(r.PostFormValue(name)), "#"), 10, 64)
	return n, err == nil
}

// aboutField says at the field what names a ticket that is not there.
func aboutField(name string, err error) error {
	if fault.Is(err, fault.NotFound) {
		return fault.Field(name, "%s", fault.Message(err))
	}
	return err
}

func (s *Screens) split(w http.ResponseWriter, r *http.Request) error {
	n, err := number(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	var t *ticket.Ticket
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) (err error) {
		t, err = s.Desk.SplitOff(tx, n, r.PostForm["entries"], r.PostForm.Get("title"))
		return err
	}); err != nil {
		return s.refuseDialog(w, r, n, err, "split")
	}
	http.Redirect(w, r, ticketPath(t.Number), http.StatusSeeOther)
	return nil
}

func (s *Screens) link(w http.ResponseWriter, r *http.Request) error {
	other, given := numberIn(r, "other")
	kind := r.PostFormValue("type")
	return s.act(w, r, "link", func(tx *db.Tx, n int64) error {
		if !given {
			return fault.Field("other", "Give the number of the other ticket.")
		}
		if kind == "child" || kind == "required-child" {
			_, err := ticket.Adopt(tx, n, other, kind == "required-child")
			return aboutField("other", err)
		}
		return aboutField("other", ticket.Link(tx, n, ticket.LinkType(kind), other))
	})
}

func (s *Screens) unlink(w http.ResponseWriter, r *http.Request) error {
	other, err := strconv.ParseInt(r.PostFormValue("other"), 10, 64)
	if err != nil {
		return fault.Field("other", "Give the number of the other ticket.")
	}
	return s.act(w, r, "", func(tx *db.Tx, n int64) error {
		var err error
		switch kind := r.FormValue("type"); kind {
		case "child": // of the other
			_, err = ticket.Adopt(tx, n, 0, false)
		case "parent":
			_, err = ticket.Adopt(tx, other, 0, false)
		default:
			err = ticket.Unlink(tx, n, ticket.LinkType(kind), other)
		}
		return err
	})
}

// tag adds a tag, or removes one.
func (s *Screens) tag(w http.ResponseWriter, r *http.Request) error {
	tag := strings.TrimSpace(r.PostFormValue("tag"))
	remove := r.URL.Query().Get("remove") != ""
	return s.act(w, r, "tag", func(tx *db.Tx, n int64) error {
		if tag == "" {
			return fault.Field("tag", "Write the tag first.")
		}
		t, err := ticket.Find(tx, n)
		if err != nil {
			return err
		}
		tags := slices.DeleteFunc(slices.Clone(t.Tags), func(x string) bool { return text.Fold(x) == text.Fold(tag) })
		if !remove {
			tags = append(tags, tag)
		}
		_, err = s.Desk.Change(tx, n, ticket.Any, ticket.Change{Tags: &tags})
		return err
	})
}

// person has somebody get copies, or no more.
func (s *Screens) person(w http.ResponseWriter, r *http.Request) error {
	address := r.PostFormValue("email")
	if address == "" {
		address = r.PostFormValue("tag")
	}
	remove := r.URL.Query().Get("remove") != ""
	return s.act(w, r, "", func(tx *db.Tx, n int64) error {
		if remove {
			return ticket.RemoveParticipant(tx, n, address)
		}
		return ticket.AddParticipant(tx, n, ticket.Person{Address: address})
	})
}

// watch has the reader told of what happens, or a colleague whom they name; or no more.
func (s *Screens) watch(w http.ResponseWriter, r *http.Request) error {
	user, do := r.FormValue("user"), ticket.Watch
	if r.FormValue("watch") == "off" {
		do = ticket.Unwatch
	}
	_, named := r.Form["user"]
	return s.act(w, r, "watch", func(tx *db.Tx, n int64) error {
		switch {
		case !named:
			user = tx.ID
		case user == "":
			return fault.Field("user", "Choose who is to watch.")
		}
		return do(tx, n, user)
	})
}

func (s *Screens) complaint(w http.ResponseWriter, r *http.Request) error {
	d := complaint.Details{Outcome: complaint.Outcome(r.PostFormValue("outcome")), Lesson: strings.TrimSpace(r.PostFormValue("lesson")), About: r.PostFormValue("about")}
	return s.act(w, r, "complaint", func(tx *db.Tx, n int64) error { return complaint.Decide(tx, n, d) })
}
