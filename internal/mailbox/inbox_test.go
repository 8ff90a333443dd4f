package mailbox_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mailbox"
	"muster/internal/mustertest"
	"muster/internal/workspace"
)

func TestInboxes(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		same, err := w.office.EnsureInbox(t.Context(), w.Workspace.ID, "SUPPORT@quillmere.example")
		if err != nil || same.ID != w.support.ID {
			t.Errorf("got the inbox %s (%v), want the one there is", same.ID, err)
		}
		fresh, err := w.office.EnsureInbox(t.Context(), w.Workspace.ID, "Sales@quillmere.example")
		if err != nil || fresh.Name != "Sales@quillmere.example" || !fresh.Active {
			t.Errorf("got the inbox %+v (%v), want a new one", fresh, err)
		}
		off := w.save(mailbox.Inbox{Address: "old@quillmere.example"})
		tests := []struct {
			name, address, want string
		}{
			{"its address, in any case", "Support@QUILLMERE.example", w.support.ID},
			{"with anything after a plus", "support+t1.abcdefghijkl@quillmere.example", w.support.ID},
			{"another inbox", "sales@quillmere.example", fresh.ID},
			{"one that is switched off", off.Address, ""},
			{"nobody's", "x@quillmere.example", ""},
			{"another domain", "support@elsewhere.example", ""},
			{"no address at all", "support", ""},
		}
		for _, tt := range tests {
			id, ok, err := w.office.Recipient(t.Context(), w.Workspace.ID, tt.address)
			workspace, inbox, routed, err2 := w.office.Route(t.Context(), tt.address)
			if id != tt.want || ok != (tt.want != "") || err != nil || inbox != tt.want || routed != ok || err2 != nil || ok && workspace != w.Workspace.ID {
				t.Errorf("%s: got %q, %v (%v) and %q, %v (%v), want %q", tt.name, id, ok, err, inbox, routed, err2, tt.want)
			}
		}
	})
}

func TestInboxesAreChecked(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		tests := []struct {
			name  string
			in    mailbox.Inbox
			field string
		}{
			{"no address", mailbox.Inbox{Address: "support"}, "address"},
			{"a plus in it", mailbox.Inbox{Address: "a+b@c.example"}, "address"},
			{"a line end in it", mailbox.Inbox{Address: "a@b.example\r\nBcc: x@y.example"}, "address"},
			{"another's address", mailbox.Inbox{Address: "SUPPORT@quillmere.example"}, "address"},
			{"a name of two lines", mailbox.Inbox{Address: "a@b.example", FromName: "x\ny"}, "name"},
			{"a kind that there is not", mailbox.Inbox{Address: "a@b.example", Kind: "riddle"}, "kind"},
			{"a security that there is not", mailbox.Inbox{Address: "a@b.example", IMAP: mailbox.Server{Security: "magic"}}, "imap.security"},
			{"a block of a path", mailbox.Inbox{Address: "a@b.example", Block: []string{"ok.example", "../x"}}, "block"},
			{"a block of nothing", mailbox.Inbox{Address: "a@b.example", Block: []string{" "}}, "block"},
			{"a block of everything", mailbox.Inbox{Address: "a@b.example", Block: []string{"*"}}, "block"},
			{"a trusted server that is none", mailbox.Inbox{Address: "a@b.example", TrustedHost: "any server"}, "trustedHost"},
			{"a signature of a book", mailbox.Inbox{Address: "a@b.example", Signature: strings.Repeat("x", 20_001)}, "signature"},
			{"a key that is none", mailbox.Inbox{Address: "a@b.example", DKIM: mailbox.DKIM{Key: "secret"}}, "dkim.key"},
			{"an acknowledgement with a variable that is none", mailbox.Inbox{Address: "a@b.example", AutoAck: "Dear {{shoe}}"}, "autoAck"},
		}
		for _, tt := range tests {
			err := d.Update(w.system, func(tx *db.Tx) error { _, err := w.office.SaveInbox(tx, tt.in); return err })
			if fault.Fields(err)[tt.field] == "" {
				t.Errorf("%s: got %v, want a fault of the field %s", tt.name, err, tt.field)
			}
		}
		other, err := workspace.Create(w.system, d, workspace.New{Name: "Other", Host: "other.example"})
		if err != nil {
			t.Fatal(err)
		}
		err = d.Update(access.With(t.Context(), access.System(other.ID)), func(tx *db.Tx) error {
			_, err := w.office.SaveInbox(tx, mailbox.Inbox{Address: "Support@quillmere.example", Active: true})
			return err
		})
		if fault.Fields(err)["address"] == "" {
			t.Errorf("another workspace takes the address of this one's mail: got %v", err)
		}
		w.save(mailbox.Inbox{Address: "blocks@b.example", Block: []string{"offers@bulk.example", "@bulk.example", "xn--bcher-kva.example", "bücher.example"}, TrustedHost: "mx.b.example"})
		in := w.support
		in.Version = 7
		err = d.Update(w.system, func(tx *db.Tx) error { _, err := w.office.SaveInbox(tx, in); return err })
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("got %v, want that somebody changed it meanwhile", err)
		}
	})
}

// Passwords and keys are sealed where they are stored, and open for nobody else.
func TestSecretsAreSealed(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		_, key, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		text := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
		in := w.support
		in.IMAP = mailbox.Server{Host: "imap.example", User: "u", Password: "tulip"}
		in.DKIM = mailbox.DKIM{Domain: "quillmere.example", Selector: "s1", Key: text}
		in = w.save(in)
		in.Name = "New name" // saved again without them, they stay
		in.IMAP.Sealed, in.DKIM.Sealed = "", ""
		w.save(in)
		var stored string
		var read mailbox.Inbox
		mustertest.See(t, d, w.system, func(tx *db.Tx) (err error) {
			if stored, err = db.One(tx, db.Value[string], `SELECT settings FROM inboxes WHERE workspace_id = $1 AND id = $2`, tx.Workspace, in.ID); err != nil {
				return err
			}
			read, err = mailbox.FindInbox(tx, in.ID)
			return err
		})
		if strings.Contains(stored, "tulip") || strings.Contains(stored, "PRIVATE") || read.IMAP.Password != "" || read.DKIM.Key != "" {
			t.Errorf("a secret lies open in %s", stored)
		}
		open, err := w.office.Unseal(read)
		if err != nil || open.IMAP.Password != "tulip" || open.DKIM.Key != text || open.Name != "New name" {
			t.Errorf("got %q (%v), want the secrets open", open.IMAP.Password, err)
		}
		moved := read
		moved.ID = "another"
		if _, err := w.office.Unseal(moved); err == nil {
			t.Error("what was sealed for one inbox opens for another")
		}
		w.take(w.from(carla, "Hi", "Hi"))
		if out := w.answer(1, "Hello."); out.DKIM == nil || out.DKIM.Key != text || out.DKIM.Selector != "s1" {
			t.Errorf("got %+v to sign with", out.DKIM)
		}
		fetched, err := w.office.Fetched(t.Context())
		if err != nil || len(fetched) != 1 || fetched[0].ID != in.ID || fetched[0].Workspace != w.Workspace.ID {
			t.Errorf("got %d inboxes to fetch from (%v), want one", len(fetched), err)
		}
	})
}
