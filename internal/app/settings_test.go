package app

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"muster/internal/access"
	"muster/internal/mustertest"
	"muster/internal/people"
)

// furnished is a desk with an administrator, who is signed in, and one more of each thing that settings are about.
func furnished(t *testing.T, url string) (d *running, ann *visitor) {
	t.Helper()
	d = startDesk(t, url)
	ann = d.signedIn(t, d.hire("Ann Arbour", access.Admin).Email)
	for path, name := range map[string]string{"/settings/teams/new": "First line", "/settings/roles/new": "Night shift"} {
		wants(t, name, ann.post(path, "name", name, "reach", "all", "rights", "tickets.read", "rights", "people.read", "rights", "catalogue.read"), 200, name)
	}
	wants(t, "an item", ann.post("/settings/catalogue", "name", "Ledger", "kind", "product"), 200, "Ledger")
	return d, ann
}

// Each form of the settings that is refused says why beside the field, and has what was typed.
func TestRefusedSettings(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d, ann := furnished(t, url)
		inbox := "/settings/inboxes/" + d.inboxNamed(t, "support@quillmere.example")
		bob := d.hire("Bob Burrow", "customer-support")
		d.must("POST", "/inboxes", map[string]any{"address": "sales@quillmere.example"}, nil)
		long := strings.Repeat("x", 300)
		var far struct{ ID string }
		d.must("POST", "/inboxes", map[string]any{"address": "far@quillmere.example", "active": false, "imap": map[string]string{"host": "imap.nowhere.invalid", "password": "hunter2!"}}, &far)
		for _, row := range []struct {
			rule, path string
			form       []string
			status     int
			says       string
			keeps      []string // what was typed, as the page has it
		}{
			{"a workspace without a name", "/settings/workspace", []string{"name", "", "reopenDays", "21", "undoSeconds", "33", "brandHue", "44", "locale", "de", "zone", "Europe/Vienna"}, 422, "Give the workspace a name", []string{`value="21"`, `value="33"`, `value="44"`, `value="Europe/Vienna"`}},
			{"days that are no number", "/settings/workspace", []string{"name", "Kept", "reopenDays", "soon", "undoSeconds", "x", "brandHue", "44"}, 422, "The number of days must be a whole number", []string{`value="Kept"`, `value="soon"`, `value="x"`}},
			{"days beyond a year", "/settings/workspace", []string{"name", "Kept", "reopenDays", "400", "undoSeconds", "10", "brandHue", "44"}, 422, "0 to 365 days", []string{`value="400"`}},
			{"a hue around the circle", "/settings/workspace", []string{"name", "Kept", "reopenDays", "4", "undoSeconds", "10", "brandHue", "360"}, 422, "0 to 359 degrees", []string{`value="360"`}},
			{"a zone that is none", "/settings/workspace", []string{"name", "Kept", "reopenDays", "4", "undoSeconds", "10", "brandHue", "44", "zone", "Mars/Olympus"}, 422, "is no time zone", []string{`value="Mars/Olympus"`}},
			{"an agent without an address", "/settings/staff/new", []string{"name", "Cleo & Co", "email", "cleo", "role", "night-shift", "active", "true"}, 422, "is no e-mail address", []string{`value="Cleo &amp; Co"`, `value="cleo"`, `<option value="night-shift" selected>`}},
			{"an address that another has", "/settings/staff/new", []string{"name", "Twice", "email", "ANN.arbour@quillmere.example", "role", "night-shift"}, 409, "There is already a user", []string{`value="Twice"`}},
			{"a role that is none", "/settings/staff/" + bob.ID, []string{"name", "Bobby", "email", "bob@quillmere.example", "role", "wizard"}, 422, "There is no role", []string{`value="Bobby"`}},
			{"a password that is too short", "/settings/staff/" + bob.ID, []string{"name", "Bobby", "email", "bob@quillmere.example", "role", "night-shift", "password", "x"}, 422, "password", []string{`value="Bobby"`}},
			{"a team without a name", "/settings/teams/new", []string{"name", " ", "members", bob.ID}, 422, "Give a name", []string{`value="` + bob.ID + `" checked`}},
			{"a team that there is", "/settings/teams/new", []string{"name", "FIRST line", "members", bob.ID}, 409, "There is already a team", []string{`value="FIRST line"`, `value="` + bob.ID + `" checked`}},
			{"a member who is nobody", "/settings/teams/new", []string{"name", "Odd", "members", "nope"}, 422, "There is no user", []string{`value="Odd"`}},
			{"a role without a name", "/settings/roles/new", []string{"name", "", "rights", "mail.read", "reach", "teams", "kinds", "task"}, 422, "Give a name", []string{`value="mail.read" checked`, `value="teams" checked`, `value="task" checked`}},
			{"a right that is none", "/settings/roles/night-shift", []string{"name", "Late shift", "rights", "tickets.read", "rights", "coffee.make", "reach", "all"}, 422, "There is no right", []string{`value="Late shift"`, `value="tickets.read" checked`}},
			{"a kind of ticket that is none", "/settings/roles/night-shift", []string{"name", "Late shift", "kinds", "elephant", "reach", "all"}, 422, "There is no kind of ticket called", []string{`value="Late shift"`}},
			{"a reach that is none", "/settings/roles/night-shift", []string{"name", "Late shift", "reach", "far"}, 422, "A role sees all tickets", []string{`value="Late shift"`}},
			{"the role with every right", "/settings/roles/admin", []string{"name", "Lesser", "rights", "tickets.read", "reach", "all"}, 422, "cannot be changed", []string{`value="Lesser"`}},
			{"a token without a name", "/settings/tokens", []string{"name", "", "role", "night-shift"}, 422, "Give a name", []string{`<option value="night-shift" selected>`}},
			{"a token of no role", "/settings/tokens", []string{"name", "robot", "role", "wizard"}, 422, "There is no role", []string{`value="robot"`}},
			{"an item without a name", "/settings/catalogue", []string{"name", "", "kind", "service", "description", "Kept & kept"}, 422, "Give a name", []string{`<option value="service" selected>`, `value="Kept &amp; kept"`}},
			{"an item that there is", "/settings/catalogue", []string{"name", "ledger", "kind", "service"}, 409, "There is already an item", []string{`value="ledger"`}},
			{"a kind of item that is none", "/settings/catalogue", []string{"name", "Odd", "kind", "animal"}, 422, "An item is a product", []string{`value="Odd"`}},
			{"a name that is too long", "/settings/account", []string{"name", long, "locale", "de-CH", "zone", "Europe/Zurich", "theme", "dark"}, 422, "at most 200 characters", []string{long, `value="de-CH"`, `value="Europe/Zurich"`, `<option value="dark" selected>`}},
			{"a language that is none", "/settings/account", []string{"name", "Ann A.", "locale", "Klingon!"}, 422, "is no language", []string{`value="Ann A."`, `value="Klingon!"`}},
			{"an inbox without an address", "/settings/inboxes/new", []string{"address", "support", "name", "Kept", "signature", "Yours <truly>", "block", "a.example\nb.example", "kind", "task"}, 422, "is no address of an inbox", []string{`value="support"`, `value="Kept"`, "Yours &lt;truly&gt;</textarea>", "a.example\nb.example</textarea>", `<option value="task" selected>`}},
			{"an address that another inbox has", inbox, []string{"address", "sales@quillmere.example", "name", "Kept"}, 422, "There is an inbox with the address", []string{`value="sales@quillmere.example"`, `value="Kept"`}},
			{"a team that is none", inbox, []string{"address", "support@quillmere.example", "name", "Kept", "team", "nope"}, 422, "There is no team", []string{`value="Kept"`}},
			{"a port that is none", inbox, []string{"address", "support@quillmere.example", "imap.host", "mail.example", "imap.port", "seven"}, 422, "A port is a number from 1 to 65535", []string{`value="mail.example"`, `value="seven"`}},
			{"moved nowhere", inbox, []string{"address", "support@quillmere.example", "imap.host", "mail.example", "imap.folders", "INBOX\r\nSales", "imap.after", "move"}, 422, "Say which folder", []string{"INBOX\nSales</textarea>", `<option value="move" selected>`}},
			{"moved to where it comes from", inbox, []string{"address", "support@quillmere.example", "imap.host", "mail.example", "imap.folders", "INBOX\r\nSales", "imap.after", "move", "imap.moveTo", "Sales"}, 422, "Mail is fetched from the folder Sales", []string{`value="Sales"`}},
			{"another server for the password that is kept", "/settings/inboxes/" + far.ID, []string{"address", "far@quillmere.example", "imap.host", "evil.example"}, 422, "The password is that of another server", []string{`value="evil.example"`}},
			{"a key that is none", inbox, []string{"address", "support@quillmere.example", "dkim.domain", "quillmere.example", "dkim.key", "no key"}, 422, "no private key", []string{`value="quillmere.example"`, "no key</textarea>"}},
			{"a state without a name", "/settings/workflows/request/add", []string{"name", "", "category", "waiting", "after", "open", "from", "open", "to", "closed"}, 422, "Give the state a name", []string{`<option value="waiting" selected>`, `<option value="open" selected>`, `value="closed" checked`}},
			{"a state that there is", "/settings/workflows/request/add", []string{"name", "OPEN", "category", "waiting", "after", "open", "from", "open"}, 422, "There is a state called Open already", []string{`value="OPEN"`}},
			{"a state that nothing leads to", "/settings/workflows/request/add", []string{"name", "Island", "category", "waiting", "after", "open", "to", "open"}, 422, "No path leads to the state Island", []string{`value="Island"`, `value="open" checked`}},
			{"a category that is none", "/settings/workflows/request/states/open", []string{"name", "Busy", "category", "lost", "after", "new", "from", "new"}, 422, "There is no category", []string{`value="Busy"`}},
			{"a place that is none", "/settings/workflows/request/states/open", []string{"name", "Busy", "category", "open", "after", "nope", "from", "new"}, 422, "to stand after", []string{`value="Busy"`}},
			{"a move to what is not there", "/settings/workflows/request/states/open", []string{"name", "Busy", "category", "open", "after", "new", "from", "new", "to", "nope"}, 422, "There is no other state", []string{`value="Busy"`}},
			{"a beginning that is not new", "/settings/workflows/request/states/open", []string{"name", "Busy", "category", "open", "after", "", "from", "new", "to", "new"}, 422, "begins with a state of the category new", []string{`value="Busy"`}},
			{"a workspace without a host", "/settings/workspaces/new", []string{"name", "Nordhalm", "host", "", "slug", "nh", "agent.name", "Ilka", "agent.email", "ilka@nordhalm.example", "password", deskPassword}, 422, "Give the host name", []string{`value="Nordhalm"`, `value="nh"`, `value="Ilka"`, `value="ilka@nordhalm.example"`}},
			{"a host that is none", "/settings/workspaces/new", []string{"name", "Nordhalm", "host", "no host", "agent.name", "Ilka", "agent.email", "ilka@nordhalm.example", "password", deskPassword}, 422, "is no host name", []string{`value="no host"`}},
			{"a short name that is taken", "/settings/workspaces/new", []string{"name", "Nordhalm", "host", "desk.nordhalm.example", "slug", "muster", "agent.name", "Ilka", "agent.email", "ilka@nordhalm.example", "password", deskPassword}, 409, "already a workspace with the short name", []string{`value="muster"`}},
			{"nobody to set it up", "/settings/workspaces/new", []string{"name", "Nordhalm", "host", "desk.nordhalm.example", "agent.name", "Ilka", "agent.email", "ilka", "password", deskPassword}, 422, "is no e-mail address", []string{`value="desk.nordhalm.example"`, `value="ilka"`}},
			{"a password that can be guessed", "/settings/workspaces/new", []string{"name", "Nordhalm", "host", "desk.nordhalm.example", "agent.name", "Ilka", "agent.email", "ilka@nordhalm.example", "password", "x"}, 422, "password", []string{`value="Nordhalm"`}},
			{"a wrong password", "/settings/account/password", []string{"old", "wrong", "password", "a new and long password"}, 422, "This is not your password", []string{`value="Ann Arbour"`}},
			{"a new password that is too short", "/settings/account/password", []string{"old", deskPassword, "password", "x"}, 422, "password", []string{`value="Ann Arbour"`}},
		} {
			p := ann.post(row.path, row.form...)
			wants(t, row.rule, p, row.status, append(row.keeps, row.says, `role="alert"`)...)
			if strings.Contains(p.body, deskPassword) {
				t.Errorf("%s: the page has the password", row.rule)
			}
		}
		wants(t, "lines as a browser ends them", ann.post(inbox, "address", "support@quillmere.example", "autoAck", "Hello {{requester.name}},\r\n\r\nit is #{{ticket.number}}."), 200, "Hello {{requester.name}},\n\nit is #{{ticket.number}}.</textarea>")
		wants(t, "what was refused was not done", ann.see("/settings/roles"), 200, "Night shift", "!Late shift", "!Lesser")
		wants(t, "nor with workspaces", ann.see("/settings/workspaces"), 200, "!Nordhalm")
		wants(t, "the session has not ended", ann.see("/settings/account"), 200, "Ann Arbour")
	})
}

func (d *running) inboxNamed(t *testing.T, address string) string {
	t.Helper()
	return d.listed(t, "/inboxes", address)
}

func (d *running) teamNamed(t *testing.T, name string) string {
	t.Helper()
	return d.listed(t, "/teams", name)
}

func (d *running) itemNamed(t *testing.T, name string) string {
	t.Helper()
	return d.listed(t, "/items", name)
}

// listed is the id of the record in a list that has that name or address.
func (d *running) listed(t *testing.T, list, name string) string {
	t.Helper()
	var all wireList[struct{ ID, Name, Address string }]
	d.must("GET", list, nil, &all)
	for _, r := range all.Items {
		if r.Name == name || r.Address == name {
			return r.ID
		}
	}
	t.Fatalf("there is nothing called %s in %s", name, list)
	return ""
}

// The pages by which a token is made and an item is kept say all that the desk knows of them.
func TestTokensAndItems(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d, ann := furnished(t, url)
		made := ann.post("/settings/tokens", "name", "robot", "role", "customer-support", "scopes", "tickets.read", "scopes", "jobs.manage", "expiresAt", "2999-12-31")
		wants(t, "a right that the role lacks", made, 422, "does not have the right", `value="2999-12-31"`, `value="tickets.read" checked`)
		wants(t, "a day that is over", ann.post("/settings/tokens", "name", "robot", "role", "customer-support", "expiresAt", "2020-01-31"), 422, "choose an instant to come")
		wants(t, "a day that is none", ann.post("/settings/tokens", "name", "robot", "role", "customer-support", "expiresAt", "soon"), 422, "is no day")
		made = ann.post("/settings/tokens", "name", "robot", "role", "customer-support", "scopes", "tickets.read", "expiresAt", "2999-12-31")
		wants(t, "a token that may read tickets", made, 200, "mst_", "tickets.read", "2999")
		secret := regexp.MustCompile(`mst_\w+[\w-]*`).FindString(made.body)
		if a := d.ask("GET", "/api/v1/tickets", "", "Authorization: Bearer "+secret); a.Status != 200 {
			t.Errorf("it reads tickets: %d %s", a.Status, a.Body)
		}
		if a := d.ask("POST", "/api/v1/tickets", `{"kind":"request","title":"Mine"}`, "Authorization: Bearer "+secret); a.Status != 403 {
			t.Errorf("it opens a ticket: %d %s, want 403", a.Status, a.Body)
		}

		at, team := "/settings/catalogue/"+d.itemNamed(t, "Ledger"), d.teamNamed(t, "First line")
		wants(t, "another description", ann.post(at, "name", "The ledger", "kind", "service", "description", "Books & more", "team", team, "retired", "1"), 200, "The ledger", "Service", "Books &amp; more", "First line", "Retired")
		wants(t, "a name that is none", ann.post(at, "name", "", "kind", "service", "description", "Kept"), 422, "Give a name", `value="Kept"`)
		wants(t, "an item that is not there", ann.see("/settings/catalogue/nope"), 404)
		bob := d.signedIn(t, d.hire("Bob Burrow", "customer-support").Email)
		wants(t, "who may see it", bob.see("/settings/catalogue"), 200, "The ledger", "!"+at, "!>Add<")
		wants(t, "who may not change it", bob.see(at), http.StatusForbidden)
		wants(t, "nor by a form", bob.post(at, "name", "Mine", "kind", "service"), http.StatusForbidden)
	})
}

// Two who set up an inbox at once do not undo each other's work; who has read that may go on.
func TestStaleSettings(t *testing.T) {
	d, ann := furnished(t, "sqlite:"+t.TempDir()+"/muster.db")
	inbox := "/settings/inboxes/" + d.inboxNamed(t, "support@quillmere.example")
	open := ann.see(inbox)
	wants(t, "the first", ann.post(inbox, "address", "support@quillmere.example", "name", "First", "version", open.field("version")), 200, "Kept.")
	late := ann.post(inbox, "address", "support@quillmere.example", "name", "Second", "version", open.field("version"))
	wants(t, "the second", late, 409, "Somebody changed this inbox meanwhile", `value="Second"`)
	wants(t, "the second, having read", ann.post(inbox, "address", "support@quillmere.example", "name", "Second", "version", late.field("version")), 200, `value="Second"`)

	bob, item := d.hire("Bob Burrow", "customer-support"), d.itemNamed(t, "Ledger")
	for _, row := range []struct {
		path string
		form []string
	}{
		{"/settings/teams/" + d.teamNamed(t, "First line"), nil},
		{"/settings/roles/night-shift", []string{"reach", "all"}},
		{"/settings/staff/" + bob.ID, []string{"email", bob.Email, "role", bob.Role, "active", "true"}},
		{"/settings/catalogue/" + item, []string{"kind", "product"}},
	} {
		open := ann.see(row.path)
		post := func(name, version string) page {
			return ann.post(row.path, append(row.form, "name", name, "version", version)...)
		}
		wants(t, row.path+" by the first", post("The first", open.field("version")), 200, "Kept.")
		late := post("The second", open.field("version"))
		wants(t, row.path+" by the second", late, 409, "Somebody changed", "meanwhile", `value="The second"`)
		wants(t, row.path+" is as the first left it", ann.see(row.path), 200, `value="The first"`)
		wants(t, row.path+" by the second, having read", post("The second", late.field("version")), 200, "Kept.")
		wants(t, row.path+" afterwards", ann.see(row.path), 200, `value="The second"`)
	}

	state := "/settings/workflows/task/states/" + d.house.desk.Kinds()[2].Workflow.States[1].ID
	open = ann.see(state)
	form := []string{"name", "Doing", "category", "open", "after", "", "from", "nope"}
	wants(t, "a change of the workflow", ann.post("/settings/workflows/task/add", "name", "Parked", "category", "waiting", "after", d.house.desk.Kinds()[2].Workflow.States[1].ID, "from", d.house.desk.Kinds()[2].Workflow.States[0].ID), 200, "Parked")
	wants(t, "a late one", ann.post(state, append(form, "seen", open.field("seen"))...), 409, "Somebody changed this workflow meanwhile", `value="Doing"`)
}

// A role that an administrator makes counts at once, and goes when nobody has it.
func TestRolesPage(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d, ann := furnished(t, url)
		bob := d.hire("Bob Burrow", "night-shift")
		as := d.signedIn(t, bob.Email)
		wants(t, "the list", ann.see("/settings/roles"), 200, "Night shift", "Administrator", "Built in")
		wants(t, "who may not manage roles", as.see("/settings/roles"), http.StatusForbidden)
		wants(t, "who may not open tickets", as.post("/tickets", "kind", "request", "title", "Mine", "impact", "low", "urgency", "low"), http.StatusForbidden)
		wants(t, "more rights", ann.post("/settings/roles/night-shift", "name", "Night shift", "reach", "all", "rights", "tickets.read", "rights", "tickets.write", "rights", "people.read", "rights", "catalogue.read"), 200, "Kept.")
		wants(t, "who may open tickets now", as.post("/tickets", "kind", "request", "title", "Mine", "impact", "low", "urgency", "low"), 200, "Mine")
		wants(t, "a narrower view", ann.post("/settings/roles/night-shift", "name", "Night shift", "reach", "teams", "rights", "tickets.read", "rights", "people.read", "rights", "catalogue.read"), 200)
		wants(t, "a ticket of no team", as.see("/tickets/1"), http.StatusNotFound)
		wants(t, "the role", ann.see("/settings/roles/night-shift"), 200, `value="teams" checked`, `value="tickets.read" checked`, `!value="tickets.write" checked`, "Remove")
		wants(t, "a role that an agent has is removed", ann.post("/settings/roles/night-shift/remove"), 409, "is given to agents (1)", `value="Night shift"`)
		wants(t, "another role for the agent", ann.post("/settings/staff/"+bob.ID, "name", bob.Name, "email", bob.Email, "role", "product-support", "active", "true"), 200)
		wants(t, "a role that nobody has is removed", ann.post("/settings/roles/night-shift/remove"), 200, "!Night shift", "Removed.")
		wants(t, "a role that is gone", ann.see("/settings/roles/night-shift"), 404)
		wants(t, "a change of it", ann.post("/settings/roles/night-shift", "name", "Night shift", "reach", "all"), 404)
		wants(t, "a built-in role", ann.see("/settings/roles/product-support"), 200, "!>Remove<")
		wants(t, "which stays", ann.post("/settings/roles/product-support/remove"), 409, "is there from the beginning")
		wants(t, "the role with every right", ann.see("/settings/roles/admin"), 200, "This role has every right.", "!>Keep<")
		lead := d.signedIn(t, d.hire("Lea Lind", "support-management").Email)
		wants(t, "a right that the giver lacks", lead.post("/settings/roles/new", "name", "Mighty", "reach", "all", "rights", "settings.edit"), http.StatusForbidden, "lacks")
	})
}

// A workspace may name the states of its tickets as it likes; no ticket is lost on the way.
func TestWorkflowPages(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d, ann := furnished(t, url)
		at := "/settings/workflows/request"
		wants(t, "as delivered", ann.see("/settings/workflows"), 200, "As delivered", "Waiting on customer", "!Your own")
		for _, p := range []string{"/settings/workflows/elephant", at + "/states/nope", "/settings/workflows/elephant/add"} {
			wants(t, p, ann.see(p), 404)
		}
		wants(t, "a state of our own", ann.post(at+"/add", "name", "At the workshop", "category", "waiting", "after", "open", "from", "open", "to", "open", "to", "resolved"), 200, "At the workshop", "As delivered")
		wants(t, "marked", ann.see("/settings/workflows"), 200, "Your own")
		number := d.openOne("Broken scanner")
		for _, state := range []string{"open", "at-the-workshop"} {
			d.must("PATCH", fmt.Sprintf("/tickets/%d", number), map[string]string{"state": state}, nil)
		}
		wants(t, "the ticket", ann.see(fmt.Sprintf("/tickets/%d", number)), 200, "At the workshop")
		state := at + "/states/at-the-workshop"
		wants(t, "another name", ann.post(state, "name", "In repair", "category", "waiting", "after", "new", "from", "open", "to", "open"), 200, "In repair")
		wants(t, "another category, with a ticket in it", ann.post(state, "name", "In repair", "category", "open", "after", "new", "from", "open", "to", "open"), 422, "There are tickets in the state In repair")
		wants(t, "gone, with a ticket in it", ann.post(state+"/remove"), 422, "1 tickets are in a state that this workflow lacks", `value="In repair"`)
		wants(t, "as delivered, with a ticket in it", ann.post(at+"/reset"), 422, "1 tickets are in a state that this workflow lacks")
		if status, _ := d.call("PATCH", fmt.Sprintf("/tickets/%d", number), map[string]string{"state": "resolved"}, nil); status != 422 && status != 409 {
			t.Errorf("a move that is no longer allowed: %d, want it refused", status)
		}
		d.must("PATCH", fmt.Sprintf("/tickets/%d", number), map[string]string{"state": "open"}, nil)
		wants(t, "another category, when it is empty", ann.post(state, "name", "In repair", "category", "open", "after", "new", "from", "open", "to", "open"), 200, "In repair")
		wants(t, "the beginning cannot go", ann.post(at+"/states/new/remove"), 422, "begins with a state of the category new")
		wants(t, "gone, when it is empty", ann.post(state+"/remove"), 200, "Removed.", "!In repair")
		wants(t, "as delivered again", ann.post(at+"/reset"), 200, "As delivered again.")
		wants(t, "all of it", ann.see("/settings/workflows"), 200, "!Your own")
		bob := d.signedIn(t, d.hire("Bob Burrow", "support-management").Email)
		wants(t, "who may not change the workspace", bob.see(at), http.StatusForbidden)
		wants(t, "nor by a form", bob.post(at+"/add", "name", "X", "category", "open", "after", "new", "from", "new"), http.StatusForbidden)
	})
}

// A second workspace is a desk of its own, which its own administrator signs in to and which changes nothing in the first.
func TestWorkspacesPage(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d, ann := furnished(t, url)
		wants(t, "the way there", ann.see("/settings"), 200, `href="/settings/workspaces"`)
		wants(t, "a second one", ann.post("/settings/workspaces/new", "name", "Nordhalm", "host", "desk.nordhalm.example", "agent.name", "Ilka", "agent.email", "ilka@nordhalm.example", "password", deskPassword), 200, "Nordhalm", "desk.nordhalm.example", "can sign in at")
		ilka := d.visitor(t)
		ask := func(method, path string, form ...string) page {
			r := ilka.form(path, form...)
			if method == "GET" {
				r = ilka.request("GET", path, nil)
			}
			r.Host = "desk.nordhalm.example"
			ilka.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			return ilka.do(r)
		}
		wants(t, "its administrator signs in", ask("POST", "/sign-in", "email", "ilka@nordhalm.example", "password", deskPassword), http.StatusSeeOther)
		wants(t, "and is a stranger in the first", d.visitor(t).post("/sign-in", "email", "ilka@nordhalm.example", "password", deskPassword), 422)
		wants(t, "a desk of its own", ask("GET", "/settings/roles"), 200, "Administrator", "!Night shift", "Nordhalm")
		wants(t, "which does not look after others", ask("GET", "/settings/workspaces"), 404, "!quillmere")
		wants(t, "nor makes any", ask("POST", "/settings/workspaces/new", "name", "Third", "host", "third.example", "agent.name", "X", "agent.email", "x@third.example", "password", deskPassword), 404)
		wants(t, "nor is led there", ask("GET", "/settings"), 200, "!/settings/workspaces")
		wants(t, "a workflow of its own", ask("POST", "/settings/workflows/task/add", "name", "Parked", "category", "waiting", "after", d.house.desk.Kinds()[2].Workflow.States[0].ID, "from", d.house.desk.Kinds()[2].Workflow.States[0].ID), http.StatusSeeOther)
		wants(t, "is there", ask("GET", "/settings/workflows/task"), 200, "Parked")
		wants(t, "and not in the first", ann.see("/settings/workflows"), 200, "!Parked", "!Your own")
		bob := d.signedIn(t, d.hire("Bob Burrow", "support-management").Email)
		wants(t, "who may not change the workspace", bob.see("/settings/workspaces"), http.StatusForbidden)
	})
}

// Mail of several folders is fetched as the page says, and the page says how it goes.
func TestInboxPage(t *testing.T) {
	imap := mustertest.NewDovecot(t)
	d := startDesk(t, "sqlite:"+t.TempDir()+"/muster.db", func(c *Config) { c.IMAPReach = "any" })
	ann := d.signedIn(t, d.hire("Ann Arbour", access.Admin).Email)
	imap.Deliver(t, "maren", "INBOX", letterFrom("Maren <maren@fennoway.example>", "page-1@fennoway.example", "From the first folder", "", "One."))
	imap.Deliver(t, "maren", "Sales", letterFrom("Maren <maren@fennoway.example>", "page-2@fennoway.example", "From the second folder", "", "Two."))
	made := ann.post("/settings/inboxes/new", "address", "help@quillmere.example", "active", "true", "imap.host", "127.0.0.1", "imap.port", fmt.Sprint(imap.Port), "imap.security", "none",
		"imap.user", "maren", "imap.password", imap.Password, "imap.folders", "INBOX\r\n\r\n Sales \r\n", "imap.after", "seen")
	wants(t, "an inbox with two folders", made, 200, "INBOX\nSales</textarea>", `<option value="seen" selected>`)
	var tickets wireList[wireTicket]
	d.await("both mails are tickets", func() bool { d.must("GET", "/tickets?q=folder", nil, &tickets); return len(tickets.Items) == 2 })
	d.await("the page says that all is fetched", func() bool { return strings.Contains(ann.see(made.path).body, "All mail has been fetched.") })
	wants(t, "how far each folder is", ann.see(made.path), 200, ">Sales<", "UID 1")
	own := []string{"address", "own@quillmere.example", "active", "true", "imap.host", "localhost", "imap.port", fmt.Sprint(imap.TLSPort), "imap.user", "maren", "imap.password", imap.Password}
	unknown := ann.post("/settings/inboxes/new", own...)
	tried := ann.post(unknown.path + "/test")
	sum := regexp.MustCompile("[0-9a-f]{64}").FindString(tried.body)
	wants(t, "a server with a certificate of its own", tried, 200, "the certificate of localhost is not trusted", sum)
	wants(t, "a certificate that is none", ann.post("/settings/inboxes/new", append(own, "imap.certificate", "SHA256")...), 422, "64 hexadecimal digits")
	known := ann.post(unknown.path, append(own, "imap.certificate", sum)...)
	wants(t, "its certificate is in the settings", ann.post(known.path+"/test"), 200, "IMAP: Sign in</strong>", "!not trusted")
	wrong := ann.post("/settings/inboxes/new", "address", "wrong@quillmere.example", "active", "true", "imap.host", "127.0.0.1", "imap.port", fmt.Sprint(imap.Port), "imap.security", "none",
		"imap.user", "maren", "imap.password", "wrong")
	wants(t, "a wrong password", wrong, 200)
	d.await("the page says that it is refused", func() bool {
		return strings.Contains(ann.see(wrong.path).body, "Mail is not fetched from 127.0.0.1.")
	})
}

// Whoever changes a password knows the old one.
func TestOwnPassword(t *testing.T) {
	d, ann := furnished(t, "sqlite:"+t.TempDir()+"/muster.db")
	p := ann.post("/settings/account/password", "old", deskPassword, "password", "another correct horse")
	if !strings.HasPrefix(p.path, "/sign-in") {
		t.Errorf("with the old password it leads to %s, want sign-in: all sessions end", p.path)
	}
	wants(t, "the old password", d.visitor(t).post("/sign-in", "email", "ann.arbour@quillmere.example", "password", deskPassword), 422)
	in := d.visitor(t).post("/sign-in", "email", "ann.arbour@quillmere.example", "password", "another correct horse")
	if in.status != 200 || strings.HasPrefix(in.path, "/sign-in") {
		t.Errorf("the new password: %d at %s", in.status, in.path)
	}
}

// Each right has words on the page of roles.
func TestRightsHaveWords(t *testing.T) {
	_, ann := furnished(t, "sqlite:"+t.TempDir()+"/muster.db")
	page := ann.see("/settings/roles/new")
	for _, r := range access.All() {
		if !strings.Contains(page.body, `value="`+string(r)+`"`) {
			t.Errorf("the page does not offer %s", r)
		}
	}
	if strings.Contains(page.body, "<span></span></label>") {
		t.Error("a right has no words")
	}
	if !slices.ContainsFunc(access.Roles(), func(r access.Role) bool { return (people.Role{ID: r.ID}).BuiltIn() }) {
		t.Error("no role is built in")
	}
}

// An agent can be limited to the tickets of some organisations, by the page and by the API; the limit holds at once.
func TestAgentOfSomeOrganisations(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d, ann := furnished(t, url)
		var fennoway struct{ ID string }
		d.must("POST", "/organisations", map[string]any{"name": "Fennoway", "domains": []string{"fennoway.example"}}, &fennoway)
		d.openOne("Of Fennoway")
		d.must("POST", "/tickets", map[string]any{"title": "Of another", "requester": map[string]string{"email": "ilka@nordhalm.example"}}, nil)
		bob := d.hire("Bob Burrow", "customer-support")
		as, at := d.signedIn(t, bob.Email), "/settings/staff/"+bob.ID
		form := func(role, organisations string) []string {
			return []string{"name", bob.Name, "email", bob.Email, "role", role, "active", "true", "organisations", organisations}
		}
		wants(t, "no limit", as.see("/tickets/2"), 200, "Of another")
		wants(t, "one that there is not", ann.post(at, form(bob.Role, "Nobody Ltd")...), 422, "There is no organisation called", "Nobody Ltd</textarea>")
		wants(t, "a limit", ann.post(at, form(bob.Role, "fennoway")...), 200, "Kept.")
		wants(t, "the page has it", ann.see(at), 200, "Fennoway</textarea>")
		wants(t, "a ticket of it", as.see("/tickets/1"), 200, "Of Fennoway")
		wants(t, "a ticket of another", as.see("/tickets/2"), http.StatusNotFound)
		wants(t, "an administrator is not limited", ann.post(at, form(access.Admin, "Fennoway")...), 422, "An administrator sees the tickets of all organisations")
		api := "/api/v1/users/" + bob.ID
		if r := d.ask("GET", api, ""); !strings.Contains(string(r.Body), `"organisations":["`+fennoway.ID+`"]`) {
			t.Errorf("the API says %s, want the limit", r.Body)
		}
		if r := d.ask("PATCH", api, `{"organisations":["nope"]}`); r.Status != 422 || r.problem(t).about("body.organisations") == "" {
			t.Errorf("an organisation that is none: %d %s", r.Status, r.Body)
		}
		if r := d.ask("PATCH", api, `{"organisations":[]}`); r.Status != 200 {
			t.Errorf("the limit is lifted: %d %s", r.Status, r.Body)
		}
		wants(t, "no limit again", as.see("/tickets/2"), 200, "Of another")
	})
}

// The settings offer nobody what is refused: a support manager can supervise the support roles, and only look at those who may more.
func TestSettingsByRole(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d, _ := furnished(t, url)
		may := func(email string) string {
			return "/settings/staff/" + d.listed(t, "/users", email)
		}
		d.hire("Ian Inga", "application-support")
		manager := d.signedIn(t, d.hire("Sam Manager", "support-management").Email)
		ian, ann := may("Ian Inga"), may("Ann Arbour")
		wants(t, "an agent of the team", manager.see(ian), 200, ">Keep<")
		wants(t, "moved to another role", manager.post(ian, "name", "Ian Inga", "email", "ian.inga@quillmere.example", "role", "production-support", "active", "1"), 200, "Kept.", "Production support")
		wants(t, "an administrator", manager.see(ann), 200, "disabled", "may do more than you", "!>Keep<")
		wants(t, "sent all the same", manager.post(ann, "name", "Mine", "email", "ann.arbour@quillmere.example", "role", "customer-support"), http.StatusForbidden)
		wants(t, "roles to give", manager.see("/settings/staff/new"), 200, `value="application-support"`, `!value="admin"`, `!value="technical-operations"`)
		wants(t, "a role that may more", manager.see("/settings/roles/technical-operations"), 200, "disabled", "may do more than you", "!>Keep<")
		wants(t, "one that may not", manager.see("/settings/roles/application-support"), 200, ">Keep<", `!value="settings.edit"`)
		wants(t, "rights of a token", manager.see("/settings/tokens"), 200, `value="tickets.read"`, `!value="settings.edit"`)

		service := d.signedIn(t, d.hire("Sue Service", "service-management").Email)
		wants(t, "who owns satisfaction", service.see("/settings"), 200, "Surveys", "Rehearsals", "!Webhooks")
		wants(t, "asks for it", service.see("/settings/surveys/new"), 200, ">Keep<")
		for _, name := range []string{"First", "Second"} {
			wants(t, "makes one", service.post("/settings/surveys/new", "name", name, "measure", "csat", "delay", "60", "window", "30", "open", "14", "low", "2"), 200, name)
		}
		wants(t, "says which is asked first", service.post("/settings/surveys/"+d.listed(t, "/surveys", "Second")+"/move", "to", "1"), 200)
		technical := d.signedIn(t, d.hire("Tom Technical", "technical-operations").Email)
		wants(t, "who does not", technical.see("/settings"), 200, "Rules", "Rehearsals", "!Surveys")
	})
}
