package inbox_test

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
	"muster/internal/mailbox/inbox"
	"muster/internal/mailbox/letter"
	"muster/internal/mustertest"
	"muster/internal/workspace"
)

func TestInboxes(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		same, err := w.book.Ensure(t.Context(), w.Workspace.ID, "SUPPORT@quillmere.example")
		if err != nil || same.ID != w.support.ID {
			t.Errorf("got the inbox %s (%v), want the one there is", same.ID, err)
		}
		fresh, err := w.book.Ensure(t.Context(), w.Workspace.ID, "Sales@quillmere.example")
		if err != nil || fresh.Name != "Sales@quillmere.example" || !fresh.Active {
			t.Errorf("got the inbox %+v (%v), want a new one", fresh, err)
		}
		off := w.save(inbox.Inbox{Address: "old@quillmere.example"})
		var all inbox.List
		mustertest.See(t, d, w.system, func(tx *db.Tx) (err error) { all, err = inbox.All(tx); return err })
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
			in, ok := all.At(tt.address)
			workspace, routed, found, err := w.book.Route(t.Context(), tt.address)
			if in.ID != tt.want || ok != (tt.want != "") || err != nil || routed != tt.want || found != ok || ok && workspace != w.Workspace.ID {
				t.Errorf("%s: got %q, %v and %q, %v (%v), want %q", tt.name, in.ID, ok, routed, found, err, tt.want)
			}
		}
	})
}

func TestInboxesAreChecked(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		tests := []struct {
			name  string
			in    inbox.Inbox
			field string
		}{
			{"no address", inbox.Inbox{Address: "support"}, "address"},
			{"a plus in it", inbox.Inbox{Address: "a+b@c.example"}, "address"},
			{"a line end in it", inbox.Inbox{Address: "a@b.example\r\nBcc: x@y.example"}, "address"},
			{"another's address", inbox.Inbox{Address: "SUPPORT@quillmere.example"}, "address"},
			{"a name of two lines", inbox.Inbox{Address: "a@b.example", FromName: "x\ny"}, "name"},
			{"a kind that there is not", inbox.Inbox{Address: "a@b.example", Kind: "riddle"}, "kind"},
			{"a security that there is not", inbox.Inbox{Address: "a@b.example", IMAP: inbox.Server{Security: "magic"}}, "imap.security"},
			{"a block of a path", inbox.Inbox{Address: "a@b.example", Block: []string{"ok.example", "../x"}}, "block"},
			{"a block of nothing", inbox.Inbox{Address: "a@b.example", Block: []string{" "}}, "block"},
			{"a block of everything", inbox.Inbox{Address: "a@b.example", Block: []string{"*"}}, "block"},
			{"a trusted server that is none", inbox.Inbox{Address: "a@b.example", TrustedHost: "any server"}, "trustedHost"},
			{"a signature of a book", inbox.Inbox{Address: "a@b.example", Signature: strings.Repeat("x", 20_001)}, "signature"},
			{"a key that is none", inbox.Inbox{Address: "a@b.example", DKIM: inbox.DKIM{Key: "secret"}}, "dkim.key"},
			{"an acknowledgement with a variable that is none", inbox.Inbox{Address: "a@b.example", AutoAck: "Dear {{shoe}}"}, "autoAck"},
		}
		for _, tt := range tests {
			err := d.Update(w.system, func(tx *db.Tx) error { _, err := w.book.Save(tx, tt.in); return err })
			if fault.Fields(err)[tt.field] == "" {
				t.Errorf("%s: got %v, want a fault of the field %s", tt.name, err, tt.field)
			}
		}
		other, err := workspace.Create(w.system, d, workspace.New{Name: "Other", Host: "other.example"})
		if err != nil {
			t.Fatal(err)
		}
		err = d.Update(access.With(t.Context(), access.System(other.ID)), func(tx *db.Tx) error {
			_, err := w.book.Save(tx, inbox.Inbox{Address: "Support@quillmere.example", Active: true})
			return err
		})
		if fault.Fields(err)["address"] == "" {
			t.Errorf("another workspace takes the address of this one's mail: got %v", err)
		}
		w.save(inbox.Inbox{Address: "blocks@b.example", Block: []string{"offers@bulk.example", "@bulk.example", "xn--bcher-kva.example", "bücher.example"}, TrustedHost: "mx.b.example"})
		in := w.support
		in.Version = 7
		err = d.Update(w.system, func(tx *db.Tx) error { _, err := w.book.Save(tx, in); return err })
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
		in.IMAP = inbox.Server{Host: "imap.example", User: "u", Password: "tulip"}
		in.DKIM = inbox.DKIM{Domain: "quillmere.example", Selector: "s1", Key: text}
		in = w.save(in)
		in.Name = "New name" // saved again without them, they stay
		in.IMAP.Sealed, in.DKIM.Sealed = "", ""
		w.save(in)
		var stored string
		var read inbox.Inbox
		mustertest.See(t, d, w.system, func(tx *db.Tx) (err error) {
			if stored, err = db.One(tx, db.Value[string], `SELECT settings FROM inboxes WHERE workspace_id = $1 AND id = $2`, tx.Workspace, in.ID); err != nil {
				return err
			}
			read, err = inbox.Find(tx, in.ID)
			return err
		})
		if strings.Contains(stored, "tulip") || strings.Contains(stored, "PRIVATE") || read.IMAP.Password != "" || read.DKIM.Key != "" {
			t.Errorf("a secret lies open in %s", stored)
		}
		open, err := w.book.Unseal(read)
		if err != nil || open.IMAP.Password != "tulip" || open.DKIM.Key != text || open.Name != "New name" {
			t.Errorf("got %q (%v), want the secrets open", open.IMAP.Password, err)
		}
		moved := read
		moved.ID = "another"
		if _, err := w.book.Unseal(moved); err == nil {
			t.Error("what was sealed for one inbox opens for another")
		}
	})
}

// Who may see tickets may see inboxes; setting them up takes a right of its own.
func TestRights(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		reader := access.From(w.As(w.Ann))
		reader.Rights = []access.Right{access.TicketsRead}
		for what, tt := range map[string]struct {
			actor access.Actor
			do    func(*db.Tx) error
			may   bool
		}{
			"a reader lists": {reader, func(tx *db.Tx) error { _, err := inbox.All(tx); return err }, true},
			"a reader finds": {reader, func(tx *db.Tx) error { _, err := inbox.Find(tx, w.support.ID); return err }, true},
			"a reader saves": {reader, func(tx *db.Tx) error { _, err := w.book.Save(tx, w.support); return err }, false},
			"nobody lists":   {access.Nobody(w.Workspace.ID), func(tx *db.Tx) error { _, err := inbox.All(tx); return err }, false},
			"nobody finds":   {access.Nobody(w.Workspace.ID), func(tx *db.Tx) error { _, err := inbox.Find(tx, w.support.ID); return err }, false},
		} {
			err := d.Update(access.With(t.Context(), tt.actor), tt.do)
			if tt.may && err != nil || !tt.may && !fault.Is(err, fault.Denied) {
				t.Errorf("%s: got %v, want that it is allowed: %v", what, err, tt.may)
			}
		}
	})
}

func TestBlocks(t *testing.T) {
	in := inbox.Inbox{Block: []string{"Offers@bulk.example", "@spam.example", "bücher.example", "xn--bcher-kva.test", ""}}
	tests := []struct{ name, from, want string }{
		{"an address, in any case", "OFFERS@bulk.example", "offers@bulk.example"},
		{"another of its domain is not", "help@bulk.example", ""},
		{"a domain", "x@spam.example", "spam.example"},
		{"a domain below it", "x@mail.spam.example", "spam.example"},
		{"a domain that only ends alike is not", "x@nospam.example", ""},
		{"a domain of other letters, as it travels", "x@bücher.test", "xn--bcher-kva.test"},
		{"nobody", "", ""},
	}
	for _, tt := range tests {
		if got := in.Blocks(letter.Address{Mailbox: tt.from}); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// What acknowledgements were once told to say is said still.
func TestWords(t *testing.T) {
	in := inbox.Inbox{AutoAck: "Dear {{name}}, {{title}} is #{{number}}, {{ticket.number}}."}
	if got, want := in.Words(), "Dear {{requester.name}}, {{ticket.title}} is #{{ticket.number}}, {{ticket.number}}."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
