package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"muster/internal/db"
	"muster/internal/ticket"
	"muster/internal/web/ui"
)

// again is a reply that was taken back, for the composer of the page that comes next.
type again struct{ Body, Cc string }

// againKey is where the session keeps the one of a ticket.
func againKey(n int64) string { return fmt.Sprint("again-", n) }

// withdraw takes a reply back. Its text, its files and whom it added come into the composer again.
func (s *Screens) withdraw(w http.ResponseWriter, r *http.Request) error {
	n, err := number(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	kept := again{Cc: strings.Join(r.URL.Query()["cc"], ", ")}
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error {
		e, err := ticket.Withdraw(tx, n, r.PostFormValue("entry"))
		if err != nil {
			return err
		}
		for _, address := range r.URL.Query()["cc"] {
			if err := ticket.RemoveParticipant(tx, n, address); err != nil {
				return err
			}
		}
		kept.Body, err = renew(tx, n, e)
		return err
	}); err != nil {
		return s.refuseDialog(w, r, n, err, "")
	}
	if b, err := json.Marshal(kept); err == nil {
		s.Sessions.Put(r.Context(), againKey(n), string(b))
	}
	s.Flash(r, ui.Toast{Text: "The reply was taken back. You can change it and send it again.", Icon: "undo"})
	http.Redirect(w, r, ticketPath(n)+"#composer", http.StatusSeeOther)
	return nil
}

// renew returns what an entry says, about files that can be sent anew: its own are on it for good.
func renew(tx *db.Tx, n int64, e *ticket.Entry) (string, error) {
	body := cmp.Or(e.Body.Source, e.Body.Text)
	for _, a := range e.Attachments {
		fresh, err := ticket.Upload(tx, n, ticket.Attachment{Name: a.Name, Type: a.Type, Size: a.Size, Blob: a.Blob})
		if err != nil {
			return "", err
		}
		was, is := "(attachment:"+a.ID+")", "(attachment:"+fresh.ID+")"
		if !strings.Contains(body, was) {
			body += "\n\n[" + strings.NewReplacer("[", "(", "]", ")").Replace(a.Name) + "]" + was
		}
		body = strings.ReplaceAll(body, was, is)
	}
	return strings.TrimSpace(body), nil
}

// takeAgain puts a reply that was just taken back into the composer of its ticket, once.
func (s *Screens) takeAgain(ctx context.Context, n int64, c *ui.Composer) {
	var a again
	if json.Unmarshal([]byte(s.Sessions.Pop(ctx, againKey(n))), &a) != nil {
		return
	}
	c.Editor.Value, c.Editor.Restored, c.CcValue = a.Body, true, a.Cc
	for i := range c.Modes {
		c.Modes[i].Checked = c.Modes[i].Value == "reply" || len(c.Modes) == 1
	}
}
