package app

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"muster/internal/access"
	"muster/internal/mustertest"
	"muster/internal/people"
	"muster/internal/workspace"
)

// record is one that the API can change.
type record struct {
	list, id string
	change   string // JSON
	want     string // what it reads then
	taken    string // a change to what another has; empty: nothing can be taken
	versions bool   // it has an ETag
	manage   bool   // agents may not change it
}

// records makes one of each.
func (d *running) records(t *testing.T) []record {
	t.Helper()
	add := func(path, body string) string {
		t.Helper()
		var made struct{ ID string }
		d.must("POST", path, json.RawMessage(body), &made)
		return made.ID
	}
	add("/contacts", `{"email":"ilka@nordhalm.example","name":"Ilka"}`)
	add("/organisations", `{"name":"Nordhalm"}`)
	add("/teams", `{"name":"Second line"}`)
	add("/items", `{"kind":"product","name":"Shop"}`)
	add("/inboxes", `{"address":"sales@quillmere.example"}`)
	week := `"versions":[{"zone":"Europe/Berlin","week":{"monday":[{"open":"09:00","close":"17:00"}]}}]`
	add("/calendars", `{"name":"Night",`+week+`}`)
	day := add("/calendars", `{"name":"Day",`+week+`}`)
	promises := `"when":{},"promises":[{"target":"resolution","calendar":"` + day + `","goals":{"high":3600}}]`
	add("/policies", `{"name":"Silver","kind":"sla","active":true,`+promises+`}`)
	ann, bob := d.hire("Ann Arbour", access.Admin), d.hire("Bob Burrow", "customer-support")
	return []record{
		{list: "contacts", id: add("/contacts", `{"email":"maren@fennoway.example","name":"Maren"}`),
			change: `{"name":"Maren Oduya","emails":["m.oduya@fennoway.example","Maren@fennoway.example"],"locale":"de-CH"}`,
			want:   `"name":"Maren Oduya","emails":["m.oduya@fennoway.example","Maren@fennoway.example"],"locale":"de-CH"`,
			taken:  `{"emails":["ilka@nordhalm.example"]}`, versions: true},
		{list: "organisations", id: add("/organisations", `{"name":"Fennoway","domains":["fennoway.example"]}`),
			change: `{"name":"Fennoway Ltd","tier":"gold","domains":["fennoway.example","fennoway.test"]}`,
			want:   `"name":"Fennoway Ltd","domains":["fennoway.example","fennoway.test"],"tier":"gold"`,
			taken:  `{"name":"NORDHALM"}`, versions: true},
		{list: "users", id: bob.ID, change: `{"name":"Bob B.","role":"product-support","active":false,"zone":"Europe/Berlin"}`,
			want:  `"name":"Bob B.","email":"bob.burrow@quillmere.example","role":"product-support","active":false,"zone":"Europe/Berlin"`,
			taken: `{"email":"ann.arbour@quillmere.example"}`, versions: true, manage: true},
		{list: "teams", id: add("/teams", `{"name":"First line","members":["`+bob.ID+`"]}`), change: `{"name":"Front","members":["` + ann.ID + `"]}`,
			want: `"name":"Front","members":["` + ann.ID + `"]`, taken: `{"name":"second LINE"}`, versions: true, manage: true},
		{list: "roles", id: add("/roles", `{"name":"Night shift","rights":["tickets.read"]}`), change: `{"name":"Night watch","reach":"teams","rights":["mail.read","tickets.read"],"kinds":["request"]}`,
			want: `"id":"night-shift","name":"Night watch","rights":["mail.read","tickets.read"],"reach":"teams","kinds":["request"]`, taken: `{"name":"customer SUPPORT"}`, versions: true, manage: true},
		{list: "items", id: add("/items", `{"kind":"product","name":"Ledger"}`), change: `{"kind":"service","name":"The ledger","description":"Counts.","retired":true}`,
			want: `"kind":"service","name":"The ledger","description":"Counts.","retired":true`, taken: `{"name":"shop"}`, versions: true, manage: true},
		{list: "surveys", id: func() string {
			add("/surveys", `{"name":"Other","measure":"csat"}`)
			return add("/surveys", `{"name":"After a request","measure":"nps"}`)
		}(), change: `{"name":"Quarterly","place":1,"active":false,"delay":5,"follow":"task"}`,
			want: `"name":"Quarterly","measure":"nps","place":1,"active":false,"delay":5,"window":90,"open":14,"low":6,"follow":"task"`, versions: true, manage: true},
		{list: "calendars", id: add("/calendars", `{"name":"Early",`+week+`}`), change: `{"name":"Later"}`, want: `"name":"Later",` + week, taken: `{"name":"night"}`, versions: true, manage: true},
		{list: "policies", id: add("/policies", `{"name":"Gold","kind":"sla","active":true,`+promises+`}`), change: `{"name":"Gold 24×7","excuses":true,"active":false}`,
			want: `"name":"Gold 24×7","kind":"sla",` + promises + `,"excuses":true,"active":false`, taken: `{"name":"silver"}`, versions: true, manage: true},
		{list: "inboxes", id: add("/inboxes", `{"address":"help@quillmere.example","team":"First line"}`),
			change: `{"name":"Help","active":false,"block":["spam.example"],"plus":true}`,
			want:   `"address":"help@quillmere.example","name":"Help","active":false,`, versions: true, manage: true},
	}
}

// Each record is read and changed alike: with an ETag, so that nobody undoes what others did.
func TestAPIChanges(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d := startDesk(t, url)
		all := d.records(t)
		for _, r := range all {
			t.Run(r.list, func(t *testing.T) { d.changes(t, r) })
		}
		t.Run("what is wrong is said", func(t *testing.T) { d.refusesChanges(t, all) })
		t.Run("secrets are not shown", d.keepsSecrets)
		t.Run("rights", func(t *testing.T) { d.guardsChanges(t, all) })
	})
}

// without is a record's JSON without what a change alters each time.
func without(t *testing.T, body []byte, names ...string) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(body, &m); err != nil {
		t.Errorf("%s is no record: %v", body, err)
	}
	for _, n := range names {
		delete(m, n)
	}
	return m
}

func (d *running) changes(t *testing.T, r record) {
	at := "/api/v1/" + r.list + "/" + r.id
	read := d.ask("GET", at, "")
	var l struct{ Items []json.RawMessage }
	d.must("GET", "/"+r.list, nil, &l)
	listed := false
	for _, i := range l.Items {
		listed = listed || strings.TrimSpace(string(i)) == strings.TrimSpace(string(read.Body))
	}
	if read.Status != 200 || !listed {
		t.Errorf("it reads %d %s, which is not in the list", read.Status, read.Body)
	}
	etag := read.Header.Get("ETag")
	if (etag != "") != r.versions {
		t.Errorf("its ETag is %q", etag)
	}
	same := d.ask("PATCH", at, `{}`, "If-Match: "+etag)
	if !maps.EqualFunc(without(t, same.Body, "version"), without(t, read.Body, "version"), equalJSON) || same.Status != 200 {
		t.Errorf("a change of nothing: %d %s, was %s", same.Status, same.Body, read.Body)
	}
	etag = same.Header.Get("ETag")
	changed := d.ask("PATCH", at, r.change, "If-Match: "+etag)
	if changed.Status != 200 || !strings.Contains(string(changed.Body), r.want) || r.versions && changed.Header.Get("ETag") == etag {
		t.Errorf("changed: %d %s, ETag %s; want %s", changed.Status, changed.Body, changed.Header.Get("ETag"), r.want)
	}
	again := d.ask("GET", at, "")
	if string(again.Body) != string(changed.Body) || again.Header.Get("ETag") != changed.Header.Get("ETag") {
		t.Errorf("it reads %s, but was answered %s", again.Body, changed.Body)
	}
	if r.versions {
		if late := d.ask("PATCH", at, `{"name":"Late"}`, "If-Match: "+etag); late.Status != 412 || !strings.Contains(late.problem(t).Detail, "meanwhile") {
			t.Errorf("a late change: %d %s, want 412", late.Status, late.Body)
		}
	}
	if r.taken != "" {
		if a := d.ask("PATCH", at, r.taken, "If-Match: "+changed.Header.Get("ETag")); a.Status != 409 || a.problem(t).Errors == nil {
			t.Errorf("what another has: %d %s, want 409 and the field", a.Status, a.Body)
		}
	}
	if a := d.ask("GET", at, ""); string(a.Body) != string(changed.Body) {
		t.Errorf("refused changes were done: %s", a.Body)
	}
}

func equalJSON(a, b any) bool {
	one, _ := json.Marshal(a)
	two, _ := json.Marshal(b)
	return string(one) == string(two)
}

func (d *running) refusesChanges(t *testing.T, all []record) {
	at := map[string]string{}
	for _, r := range all {
		at[r.list] = "/api/v1/" + r.list + "/" + r.id
		for _, method := range []string{"GET", "PATCH"} {
			body := map[string]string{"PATCH": "{}"}[method]
			if a := d.ask(method, "/api/v1/"+r.list+"/nope", body); a.Status != 404 || a.problem(t).Detail == "" {
				t.Errorf("%s of one of the %s that is not there: %d %s, want 404", method, r.list, a.Status, a.Body)
			}
		}
		if a := d.ask("PATCH", at[r.list], `{"colour":"red"}`); a.Status != 422 || a.problem(t).about("body.colour") == "" {
			t.Errorf("an unknown field of %s: %d %s", r.list, a.Status, a.Body)
		}
		if a := d.ask("PATCH", at[r.list], `{"name":"`+strings.Repeat("x", 5000)+`"}`); a.Status != 422 || a.problem(t).about("body.name") == "" {
			t.Errorf("a long name of %s: %d %.300s", r.list, a.Status, a.Body)
		}
		if a := d.ask("PATCH", at[r.list], `{}`, "If-Match: elephant"); r.versions && (a.Status != 422 || a.problem(t).about("header.If-Match") == "") {
			t.Errorf("an If-Match of %s that is no ETag: %d %s", r.list, a.Status, a.Body)
		}
	}
	for _, row := range []struct{ rule, list, body, field string }{
		{"no address", "contacts", `{"emails":["nobody"]}`, "body.emails"},
		{"too many addresses", "contacts", `{"emails":[` + strings.Repeat(`"a@b.example",`, 50) + `"b@b.example"]}`, "body.emails"},
		{"an organisation that is none", "contacts", `{"organisation":"nope"}`, "body.organisation"},
		{"a language that is none", "contacts", `{"locale":"Klingon!"}`, "body.locale"},
		{"a tier that is none", "organisations", `{"tier":"wood"}`, "body.tier"},
		{"a domain of everybody", "organisations", `{"domains":["gmail.com"]}`, "body.domains"},
		{"a role that is none", "users", `{"role":"wizard"}`, "body.role"},
		{"a zone that is none", "users", `{"zone":"Mars/Olympus"}`, "body.zone"},
		{"an address of an agent that is none", "users", `{"email":"bob"}`, "body.email"},
		{"a member who is nobody", "teams", `{"members":["nope"]}`, "body.members"},
		{"a kind that is none", "items", `{"kind":"animal"}`, "body.kind"},
		{"a team that is none", "items", `{"team":"nope"}`, "body.team"},
		{"an address of an inbox that is none", "inboxes", `{"address":"support"}`, "body.address"},
		{"an inbox's team that is none", "inboxes", `{"team":"nope"}`, "body.team"},
		{"a kind of ticket that is none", "inboxes", `{"kind":"elephant"}`, "body.kind"},
		{"a port that is none", "inboxes", `{"imap":{"host":"mail.example","port":70000}}`, "body.imap.port"},
		{"a security that is none", "inboxes", `{"imap":{"host":"mail.example","security":"some"}}`, "body.imap.security"},
		{"a folder without a name", "inboxes", `{"imap":{"host":"mail.example","folders":["INBOX",""]}}`, "body.imap.folders"},
		{"something else afterwards", "inboxes", `{"imap":{"host":"mail.example","after":"burn"}}`, "body.imap.after"},
		{"moved nowhere", "inboxes", `{"imap":{"host":"mail.example","after":"move"}}`, "body.imap.move_to"},
		{"moved to where it comes from", "inboxes", `{"imap":{"host":"mail.example","after":"move","move_to":"INBOX"}}`, "body.imap.move_to"},
	} {
		before := d.ask("GET", at[row.list], "")
		if a := d.ask("PATCH", at[row.list], row.body); a.Status != 422 || a.problem(t).about(row.field) == "" {
			t.Errorf("%s: got %d %.300s, want 422 about %s", row.rule, a.Status, a.Body, row.field)
		}
		if after := d.ask("GET", at[row.list], ""); string(after.Body) != string(before.Body) {
			t.Errorf("%s: it was done all the same: %s", row.rule, after.Body)
		}
	}
}

// keepsSecrets sets a password that no answer shows, and that a later change keeps.
func (d *running) keepsSecrets(t *testing.T) {
	a := d.ask("POST", "/api/v1/inboxes", `{"address":"far@quillmere.example","active":false,"imap":{"host":"imap.nowhere.invalid","user":"far","password":"hunter2!","folders":["INBOX","Sales"],"after":"seen"}}`)
	in := without(t, a.Body)
	id, _ := in["id"].(string)
	if a.Status != 201 || id == "" || a.Header.Get("ETag") == "" {
		t.Fatalf("an inbox elsewhere: %d %s", a.Status, a.Body)
	}
	d.must("PATCH", "/inboxes/"+id, json.RawMessage(`{"imap":{"host":"imap.nowhere.invalid","user":"far","folders":["INBOX"],"after":"move","move_to":"Done"}}`), nil)
	got := d.ask("GET", "/api/v1/inboxes/"+id, "")
	for _, text := range []string{string(a.Body), string(got.Body), string(d.ask("GET", "/api/v1/inboxes", "").Body)} {
		if strings.Contains(text, "hunter2") || strings.Contains(text, "assword") {
			t.Errorf("an answer has the password: %s", text)
		}
	}
	if !strings.Contains(string(got.Body), `"folders":["INBOX"],"after":"move","move_to":"Done"`) || !strings.Contains(string(got.Body), `"fetching":{"status":"`) {
		t.Errorf("it reads %s", got.Body)
	}
	for _, host := range []string{"evil.example", "127.0.0.1"} {
		if a := d.ask("PATCH", "/api/v1/inboxes/"+id, `{"imap":{"host":"`+host+`","user":"far"}}`); a.Status != 422 || a.problem(t).about("body.imap.password") == "" {
			t.Errorf("another server gets the password that is kept: %d %s, want 422", a.Status, a.Body)
		}
	}
	stored, err := d.inboxOf(id)
	if err != nil || stored.IMAP.Password != "hunter2!" {
		t.Errorf("the password is %q now, %v; want it kept", stored.IMAP.Password, err)
	}
}

// guardsChanges has those try it who may not.
func (d *running) guardsChanges(t *testing.T, all []record) {
	_, agent := d.makeToken(t, people.NewToken{Name: "agent", Role: "customer-support"})
	_, reader := d.makeToken(t, people.NewToken{Name: "reader", Role: access.Admin, Scopes: []access.Right{access.PeopleRead, access.CatalogueRead, access.TicketsRead}})
	_, lead := d.makeToken(t, people.NewToken{Name: "lead", Role: "support-management"})
	other, err := workspace.Create(d.as(), d.house.db, workspace.New{Name: "Other", Host: "other.example"})
	if err != nil {
		t.Fatal(err)
	}
	theirs := d.tokenIn(t, other.ID)
	for _, r := range all {
		at := "/api/v1/" + r.list + "/" + r.id
		if a := d.ask("PATCH", at, `{"name":"Mine"}`, "Authorization: Bearer "+reader); a.Status != 403 {
			t.Errorf("who may read changes %s: %d %s", r.list, a.Status, a.Body)
		}
		if a := d.ask("PATCH", at, `{"name":"Mine"}`, "Authorization: Bearer "+agent); (a.Status == 403) != r.manage {
			t.Errorf("an agent changes %s: %d %s", r.list, a.Status, a.Body)
		}
		for _, method := range []string{"GET", "PATCH"} {
			body := map[string]string{"PATCH": `{"name":"Theirs"}`}[method]
			if a := d.ask(method, at, body, "Host: other.example", "Authorization: Bearer "+theirs); a.Status != 404 {
				t.Errorf("another tenant's %s of %s: %d %s, want 404", method, r.list, a.Status, a.Body)
			}
		}
	}
	ann := d.hire("Cleo Carr", access.Admin)
	if a := d.ask("PATCH", "/api/v1/users/"+ann.ID, `{"active":false}`, "Authorization: Bearer "+lead); a.Status != 403 {
		t.Errorf("who manages the staff puts an administrator out: %d %s", a.Status, a.Body)
	}
	if a := d.ask("GET", "/api/v1/inboxes", "", "Authorization: Bearer "+agent); a.Status != 403 {
		t.Errorf("an agent lists how inboxes are set up: %d %s", a.Status, a.Body)
	}
}
