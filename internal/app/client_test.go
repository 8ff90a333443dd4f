package app

import (
	"net/http"
	"testing"

	"muster/internal/mustertest"
)

// Whom the desk serves is kept on pages: organisations with tier and domains, contacts with several addresses.
func TestClientPages(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d, ann := furnished(t, url)
		d.deliver("maren@fennoway.example", "support@quillmere.example", letterFrom("Maren Oduya <maren@fennoway.example>", "first@fennoway.example", "Invoices", "", "Twice."))
		d.await("the mail is a ticket", func() bool { return ann.see("/tickets/1").status == 200 })
		orgs, contacts := "/settings/organisations", "/settings/contacts"
		wants(t, "none yet", ann.see(orgs), 200, "No organisation here")
		wants(t, "a tier that is none", ann.post(orgs+"/new", "name", "Fennoway", "tier", "wood", "domains", "fennoway.example"), 422, "The tier is gold", `value="Fennoway"`)
		wants(t, "a domain of everybody", ann.post(orgs+"/new", "name", "Fennoway", "domains", "gmail.com"), 422, "cannot belong to an organisation", "gmail.com</textarea>")
		wants(t, "an organisation", ann.post(orgs+"/new", "name", "Fennoway", "tier", "gold", "domains", "fennoway.example\r\nfennoway.test"), 200, "Fennoway", "Gold", "fennoway.example, fennoway.test")
		wants(t, "another", ann.post(orgs+"/new", "name", "Nordhalm"), 200)
		wants(t, "how a name begins", ann.see(orgs+"?q=fen"), 200, "Fennoway", "!Nordhalm")
		at := orgs + "/" + d.listed(t, "/organisations", "Fennoway")
		open := ann.see(at)
		wants(t, "a change", ann.post(at, "name", "Fennoway Ltd", "tier", "silver", "version", open.field("version")), 200, "Fennoway Ltd", "Silver")
		wants(t, "a late one", ann.post(at, "name", "Fenn", "version", open.field("version")), 409, "meanwhile", `value="Fenn"`)

		maren := contacts + "/" + d.listed(t, "/contacts", "Maren Oduya")
		wants(t, "a ticket leads to its requester", ann.see("/tickets/1"), 200, maren)
		open = ann.see(maren)
		wants(t, "a contact", open, 200, "maren@fennoway.example</textarea>")
		wants(t, "an organisation that is none", ann.post(maren, "name", "Maren Oduya", "address", "maren@fennoway.example", "organisation", "Nobody"), 422, "There is no organisation called", `value="Nobody"`)
		wants(t, "no address", ann.post(maren, "name", "Maren Oduya", "address", "maren", "organisation", ""), 422, "is no e-mail address")
		wants(t, "more addresses, by the beginning of a name", ann.post(maren, "name", "Maren O.", "address", "m.oduya@fennoway.example\nmaren@fennoway.example", "organisation", "fenno", "version", open.field("version")), 200,
			"Maren O.", "Fennoway Ltd", "m.oduya@fennoway.example, maren@fennoway.example")
		wants(t, "a late change", ann.post(maren, "name", "Late", "address", "maren@fennoway.example", "version", open.field("version")), 409, "meanwhile", `value="Late"`)
		wants(t, "somebody new", ann.post(contacts+"/new", "name", "Ilka Brandt", "address", "ilka@nordhalm.example\nilka@home.example", "organisation", "Nordhalm", "locale", "de-DE"), 200, "Ilka Brandt", "Nordhalm", "ilka@nordhalm.example, ilka@home.example")
		wants(t, "an address that another has", ann.post(contacts+"/new", "name", "Twice", "address", "ilka@home.example"), 409, "ilka@home.example", `value="Twice"`)

		d.deliver("maren@home.example", "support@quillmere.example", letterFrom("maren@home.example", "second@home.example", "From home", "", "It is me."))
		d.await("the second mail is a ticket", func() bool { return ann.see("/tickets/2").status == 200 })
		wants(t, "an address that is somebody's", ann.post(maren, "name", "Maren O.", "address", "maren@fennoway.example\nmaren@home.example"), 409, "Merge the two if they are one person", "The same person as")
		wants(t, "the same as nobody", ann.post(maren+"/merge", "other", "nobody@home.example"), 422, "There is no contact", `value="nobody@home.example"`)
		wants(t, "the same as herself", ann.post(maren+"/merge", "other", "maren@fennoway.example"), 422, "two different contacts")
		wants(t, "the same as another", ann.post(maren+"/merge", "other", "maren@home.example"), 200, "maren@fennoway.example, maren@home.example")
		wants(t, "whose ticket is hers", ann.see("/tickets/2"), 200, maren)
		ilka := d.listed(t, "/contacts", "Ilka Brandt")
		var gone struct{ ID string }
		d.must("POST", "/contacts", map[string]any{"email": "ilka@work.example"}, &gone)
		var both struct{ Emails []string }
		d.must("POST", "/contacts/"+gone.ID+"/merge", map[string]any{"into": ilka}, &both)
		if len(both.Emails) != 3 {
			t.Errorf("merged by a program: got %v, want three addresses", both.Emails)
		}

		reader := d.signedIn(t, d.hire("Rea Reader", "night-shift").Email)
		wants(t, "who may only look", reader.see(maren), 200, "Maren O.", "!>Keep<", "!The same person as")
		wants(t, "merges all the same", reader.post(maren+"/merge", "other", "ilka@home.example"), http.StatusForbidden)
		wants(t, "sends it all the same", reader.post(maren, "name", "Mine", "address", "maren@fennoway.example"), http.StatusForbidden)
		wants(t, "makes one", reader.see(orgs+"/new"), http.StatusForbidden)
		wants(t, "one that is not there", ann.see(contacts+"/nope"), 404)
	})
}
