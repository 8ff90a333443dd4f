package client_test

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"

	"muster/internal/db"
	"muster/internal/mustertest"
	"muster/internal/people/client"
)

// wrongCursors are what a list may be asked to go on from that it never gave out.
func wrongCursors(list, other, ours string) map[string]string {
	written := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	const id = "0123456789abcdefghij"
	return map[string]string{
		"what is not in its alphabet":  "!",
		"a word":                       "elephant",
		"bytes that are no text":       written(list + " " + id + " \xff"),
		"a NUL":                        written(list + " " + id + " \x00"),
		"the cursor of another list":   written(other + " " + id + " anna"),
		"no id":                        written(list + "  anna"),
		"an id that is none":           written(list + " XYZ anna"),
		"a name that is not folded":    written(list + " " + id + " Anna"),
		"a name that nobody has":       written(list + " " + id + " " + strings.Repeat("x", 100_000)),
		"a part of ours":               ours[:len(ours)/2],
		"ours with something after it": ours + "%",
		"ours twice":                   ours + "." + ours,
	}
}

// A name whose folded form is very long can be the last of a page all the same.
func TestCursorOfLongNames(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d)
		for _, name := range []string{strings.Repeat("\ufdfa", 199) + "a", strings.Repeat("\ufdfa", 199) + "b"} {
			must(t, d, k.ann, func(tx *db.Tx) (client.Contact, error) {
				return client.AddContact(tx, client.NewContact{Name: name})
			})
		}
		page := must(t, d, k.ann, func(tx *db.Tx) (client.ContactPage, error) {
			return client.Contacts(tx, client.ContactSearch{Text: "\ufdfa", Limit: 1})
		})
		page = must(t, d, k.ann, func(tx *db.Tx) (client.ContactPage, error) {
			return client.Contacts(tx, client.ContactSearch{Text: "\ufdfa", Limit: 1, After: page.Next})
		})
		if len(page.Contacts) != 1 || !strings.HasSuffix(page.Contacts[0].Name, "b") || page.Next != "" {
			t.Errorf("got %d contacts and next %.20q on the second page, want the second and none", len(page.Contacts), page.Next)
		}
	})
}

// On both engines a list by name has the same order and the same beginnings, whatever language the database itself sorts by.
func TestNamesInAnotherLanguage(t *testing.T) {
	mustertest.EachOrder(t, func(t *testing.T, url string) {
		d := mustertest.Open(t, url)
		defer d.Close()
		k := newDesk(t, d)
		for _, name := range []string{"Hana", "Chan", "Cyril", "c d", "c-a"} {
			k.ensure(t, name, strings.ReplaceAll(strings.ToLower(name), " ", "")+"@x.example")
			k.addOrganisation(t, name+" Ltd", strings.ReplaceAll(strings.ToLower(name), " ", "")+".example")
		}
		for _, row := range []struct {
			rule, text string
			want       []string
		}{
			{"all", "", []string{"c d", "c-a", "Chan", "Cyril", "Hana"}},
			{"a letter", "c", []string{"c d", "c-a", "Chan", "Cyril"}},
			{"two that are one letter elsewhere", "ch", []string{"Chan"}},
			{"a sign that counts for nothing elsewhere", "c-", []string{"c-a"}},
			{"a letter that comes before another elsewhere", "h", []string{"Hana"}},
		} {
			page := must(t, d, k.ann, func(tx *db.Tx) (client.ContactPage, error) {
				return client.Contacts(tx, client.ContactSearch{Text: row.text})
			})
			mustertest.WantNames(t, row.rule, mustertest.Names(page.Contacts, func(c client.Contact) string { return c.Name }), row.want...)
			some := must(t, d, k.ann, func(tx *db.Tx) (client.OrganisationPage, error) {
				return client.Organisations(tx, client.OrganisationSearch{Text: row.text})
			})
			mustertest.WantNames(t, row.rule+", of organisations", mustertest.Names(some.Organisations, func(o client.Organisation) string { return strings.TrimSuffix(o.Name, " Ltd") }), row.want...)
		}
		if d.Engine() == db.Postgres {
			plansByIndex(t, d, k.ann)
		}
	})
}

// plansByIndex checks that PostgreSQL finds how names and addresses begin by an index; for SQLite all tests check it.
func plansByIndex(t *testing.T, d *db.DB, ctx context.Context) {
	t.Helper()
	for _, row := range []struct{ table, column string }{{"contacts", "name_folded"}, {"contact_addresses", "address"}, {"organisations", "name_folded"}} {
		mustertest.See(t, d, ctx, func(tx *db.Tx) error {
			if _, err := tx.Exec(`SET LOCAL enable_seqscan = off`); err != nil { // so few rows are read sooner than any index
				return err
			}
			plan, err := db.All(tx, db.Value[string], `EXPLAIN SELECT 1 FROM `+row.table+` WHERE workspace_id = $1 AND `+row.column+` >= $2 AND `+row.column+` < $3`, tx.Workspace, "ch", "ch\U0010FFFF")
			if !strings.Contains(strings.Join(plan, "\n"), "Index Cond: ((workspace_id = ") || !strings.Contains(strings.Join(plan, "\n"), row.column+" >=") {
				t.Errorf("how %s of %s begins is not found by an index:\n%s", row.column, row.table, strings.Join(plan, "\n"))
			}
			return err
		})
	}
}
