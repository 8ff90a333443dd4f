package tell

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/people"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
	"muster/internal/webhook"
)

// hookRoutes are the pages about webhooks.
func (s *Screens) hookRoutes() map[string]ui.Handler {
	return map[string]ui.Handler{
		"GET /settings/webhooks":                            s.showHooks,
		"GET /settings/webhooks/{id}":                       s.showHook,
		"POST /settings/webhooks/{id}":                      s.saveHook,
		"POST /settings/webhooks/{id}/test":                 s.testHook,
		"POST /settings/webhooks/{id}/rotate":               s.rotateHook,
		"POST /settings/webhooks/{id}/remove":               s.removeHook,
		"POST /settings/webhooks/{id}/replay":               s.replayHook,
		"GET /settings/webhooks/{id}/log":                   s.showHookLog,
		"GET /settings/webhooks/{id}/log/{message}":         s.showMessageToHook,
		"POST /settings/webhooks/{id}/log/{message}/replay": s.replayMessage,
	}
}

func (s *Screens) showHooks(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Webhooks")
	v.Actions = []ui.Button{{Text: "New webhook", Icon: "plus", Is: "main", Href: "/settings/webhooks/new"}}
	return s.See(w, r, &v, func(tx *db.Tx) error {
		all, err := webhook.Endpoints(tx)
		if err != nil {
			return err
		}
		t := ui.Table{Caption: "Webhooks", Head: []ui.Column{{Text: "Name"}, {Text: "Address", Wide: true}, {Text: "Is told", Wide: true}, {Text: "State"}, {Text: "Delivered", Right: true}, {Text: "Waiting", Right: true}, {Text: "Given up", Right: true}},
			Empty: &ui.Empty{Icon: "globe", Title: "No webhooks yet", Text: "Other programs can be told what happens here, signed and logged.",
				Actions: []ui.Button{{Text: "Set up the first", Href: "/settings/webhooks/new"}}}}
		for _, e := range all {
			counts, err := webhook.Counts(tx, e.ID)
			if err != nil {
				return err
			}
			t.Rows = append(t.Rows, []ui.Cell{{Text: e.Name, Href: "/settings/webhooks/" + e.ID, Head: true}, {Text: e.URL, Muted: true}, {Text: eventWords(e), Muted: true},
				{Parts: []ui.Part{hookBadge(e)}}, {Text: sheet.Number(int(counts[webhook.Delivered]))}, {Text: sheet.Number(int(counts[webhook.Waiting]))}, {Text: sheet.Number(int(counts[webhook.GivenUp]))}})
		}
		v.Parts = []ui.Part{t}
		return nil
	})
}

func eventWords(e webhook.Endpoint) string {
	switch len(e.Events) {
	case 0:
		return "Everything"
	case 1:
		return e.Events[0]
	}
	return fmt.Sprintf("%d kinds of events", len(e.Events))
}

func hookBadge(e webhook.Endpoint) ui.Badge {
	switch {
	case e.Off != "":
		return ui.Badge{Text: "Switched off", Icon: "stop", Is: "bad"}
	case !e.Active:
		return ui.Badge{Text: "Off"}
	case !e.FailingSince.IsZero():
		return ui.Badge{Text: "Takes nothing", Icon: "alert", Is: "warn"}
	}
	return ui.Badge{Text: "On", Icon: "check", Is: "good"}
}

func (s *Screens) showHook(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Webhook")
	return s.See(w, r, &v, func(tx *db.Tx) error { return s.fillHook(tx, r, &v) })
}

func hookPath(id string) string { return "/settings/webhooks/" + url.PathEscape(id) }

// fillHook lays out the endpoint that the path names, or a new one.
func (s *Screens) fillHook(tx *db.Tx, r *http.Request, v *sheet.Sheet) error {
	v.Back = "/settings/webhooks"
	teams, err := people.Teams(tx)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	if id == "new" {
		if _, err := webhook.Endpoints(tx); err != nil { // who may not set any up sees no form
			return err
		}
		v.Title, v.Heading1 = "New webhook", "New webhook"
		v.Forms = []ui.Form{s.hookForm("new", webhook.Endpoint{Active: true}, teams)}
		return nil
	}
	e, err := webhook.Find(tx, id)
	if err != nil {
		return err
	}
	v.Title, v.Heading1 = e.Name, e.Name
	v.Actions = []ui.Button{{Text: "Log", Icon: "list", Href: hookPath(id) + "/log"}, {Text: "Send a test", Icon: "send", Action: hookPath(id) + "/test"},
		{Text: "New secret", Icon: "key", Action: hookPath(id) + "/rotate"}, {Text: "Remove", Icon: "x", Is: "bad", Dialog: "remove"}}
	v.Parts = append(v.Parts, hookBanner(e), ui.Dialog{ID: "remove", Title: "Remove the webhook " + e.Name + "?", Text: "Its log goes with it. This cannot be undone.",
		Action: hookPath(id) + "/remove", Do: ui.Button{Text: "Remove it", Is: "bad"}})
	v.Forms = []ui.Form{s.hookForm(id, e, teams)}
	return nil
}

func hookBanner(e webhook.Endpoint) ui.Banner {
	switch {
	case e.Off != "":
		return ui.Banner{Icon: "stop", Is: "bad", Strong: "Muster switched it off.", Text: e.Off + " Set it right, switch it on, and send again what was missed: that stands in the log."}
	case !e.FailingSince.IsZero():
		return ui.Banner{Icon: "alert", Is: "warn", Strong: "It takes nothing at the moment.", Text: "Each message is tried for 3 days; after that the webhook is switched off."}
	case !e.OldUntil.IsZero() && e.OldUntil.After(time.Now()):
		return ui.Banner{Icon: "key", Is: "accent", Strong: "Two secrets sign at the moment.", Text: "The one before stops doing so a day after it was changed."}
	}
	return ui.Banner{Icon: "info", Text: "Messages are signed as Standard Webhooks has it. They may arrive twice, and in another order than things happened."}
}

func (s *Screens) hookForm(id string, e webhook.Endpoint, teams []people.Team) ui.Form {
	var events, kinds, ofTeams []ui.Option
	for _, name := range s.Hooks.Names() {
		events = append(events, ui.Option{Value: name, Text: name})
	}
	for _, k := range s.Desk.Kinds() {
		kinds = append(kinds, ui.Option{Value: k.Name, Text: k.Title})
	}
	for _, t := range teams {
		ofTeams = append(ofTeams, ui.Option{Value: t.ID, Text: t.Name})
	}
	on := map[bool]string{true: "true"}
	return ui.Form{Action: hookPath(id), Send: ui.Button{Text: "Keep"}, Fields: []ui.Field{
		{Name: "name", Label: "Name", Value: e.Name, Required: true, Hint: "Such as that of the program."},
		{Name: "url", Label: "Address", Kind: ui.URL, Value: e.URL, Required: true, Placeholder: "https://hooks.example.org/muster", Code: true},
		{Name: "events", Label: "Is told of", Kind: ui.Checks, Values: e.Events, Options: events, Hint: "None chosen: everything."},
		{Name: "teams", Label: "Tickets of", Kind: ui.Checks, Values: e.Scope.Teams, Options: ofTeams, Hint: "None chosen: all teams."},
		{Name: "kinds", Label: "Kinds of tickets", Kind: ui.Checks, Values: e.Scope.Kinds, Options: kinds, Hint: "None chosen: all kinds."},
		{Name: "notes", Label: "Internal notes too", Kind: ui.Check, Value: on[e.Notes]},
		{Name: "active", Label: "Switched on", Kind: ui.Check, Value: on[e.Active]},
		{Name: "version", Kind: ui.Hidden, Value: strconv.FormatInt(e.Version, 10)},
	}}
}

func readHook(id string, f url.Values) webhook.Endpoint {
	e := webhook.Endpoint{Name: f.Get("name"), URL: f.Get("url"), Events: f["events"], Scope: access.Scope{Teams: f["teams"], Kinds: f["kinds"]},
		Notes: f.Get("notes") != "", Active: f.Get("active") != ""}
	if id != "new" {
		e.ID = id
	}
	e.Version, _ = strconv.ParseInt(f.Get("version"), 10, 64) // 0: any
	return e
}

func (s *Screens) saveHook(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	e, secret := readHook(r.PathValue("id"), r.PostForm), ""
	err := s.DB.Update(r.Context(), func(tx *db.Tx) (err error) {
		saved, plain, err := s.Hooks.Save(tx, e)
		if err == nil {
			e, secret = saved, plain
		}
		return err
	})
	if err != nil {
		return s.Refuse(w, r, err, func(tx *db.Tx, v *sheet.Sheet) error { return s.fillHook(tx, r, v) })
	}
	if secret != "" {
		return s.showSecret(w, r, e, secret)
	}
	return s.Did(w, r, hookPath(e.ID), "Kept.")
}

// showSecret shows a secret, this once: no page has it again.
func (s *Screens) showSecret(w http.ResponseWriter, r *http.Request, e webhook.Endpoint, secret string) error {
	v := sheet.New(r, e.Name)
	v.Back = hookPath(e.ID)
	w.Header().Set("Cache-Control", "no-store")
	v.Parts = []ui.Part{ui.Banner{Icon: "key", Is: "warn", Strong: "This is the secret, shown this once.", Text: "Give it to the program that checks the signatures. Whoever has it can pretend to be this desk."}}
	v.Forms = []ui.Form{{Action: hookPath(e.ID) + "/test", Send: ui.Button{Text: "Send a test", Icon: "send"}, Others: []ui.Button{{Text: "I have it", Href: hookPath(e.ID)}},
		Fields: []ui.Field{{Name: "secret", Label: "Secret", Value: secret, Code: true, Auto: "off"}}}}
	return sheet.Page.Render(w, r, v)
}

func (s *Screens) rotateHook(w http.ResponseWriter, r *http.Request) error {
	var e webhook.Endpoint
	var secret string
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) (err error) {
		e, secret, err = s.Hooks.Rotate(tx, r.PathValue("id"))
		return err
	}); err != nil {
		return err
	}
	return s.showSecret(w, r, e, secret)
}

func (s *Screens) testHook(w http.ResponseWriter, r *http.Request) error {
	var d webhook.Delivery
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) (err error) { d, err = webhook.Test(tx, r.PathValue("id")); return err }); err != nil {
		return err
	}
	return s.Did(w, r, hookPath(d.Endpoint)+"/log/"+d.ID, "A test is on its way.")
}

func (s *Screens) removeHook(w http.ResponseWriter, r *http.Request) error {
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error { return webhook.Remove(tx, r.PathValue("id")) }); err != nil {
		return err
	}
	return s.Did(w, r, "/settings/webhooks", "Removed.")
}

func deliveryBadge(d webhook.Delivery) ui.Badge {
	switch {
	case d.State == webhook.Delivered:
		return ui.Badge{Text: "Delivered", Icon: "check", Is: "good"}
	case d.State == webhook.GivenUp:
		return ui.Badge{Text: "Given up", Icon: "stop", Is: "bad"}
	case d.State == webhook.Withheld:
		return ui.Badge{Text: "Withheld", Icon: "lock"}
	case d.Attempts > 0:
		return ui.Badge{Text: "Tried again", Icon: "clock", Is: "warn"}
	}
	return ui.Badge{Text: "On its way", Icon: "send", Is: "accent"}
}

func stateName(st webhook.State) string {
	return map[webhook.State]string{webhook.Waiting: "Waiting", webhook.Delivered: "Delivered", webhook.GivenUp: "Given up", webhook.Withheld: "Withheld"}[st]
}

// showHookLog lists the messages to an endpoint, and offers to send them again.
func (s *Screens) showHookLog(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Log")
	return s.See(w, r, &v, func(tx *db.Tx) error { return s.fillHookLog(tx, r, &v) })
}

func (s *Screens) fillHookLog(tx *db.Tx, r *http.Request, v *sheet.Sheet) error {
	id, state := r.PathValue("id"), webhook.State(r.URL.Query().Get("state"))
	if state != "" && !slices.Contains(webhook.States(), state) {
		return fault.New(fault.NotFound, "There is no such outcome.")
	}
	e, err := webhook.Find(tx, id)
	if err != nil {
		return err
	}
	counts, err := webhook.Counts(tx, id)
	if err != nil {
		return err
	}
	p, err := webhook.Deliveries(tx, webhook.Query{Endpoint: id, State: state, Cursor: r.URL.Query().Get("after")})
	if err != nil {
		return err
	}
	v.Back, v.Title, v.Heading1, v.Hint = hookPath(id), "Log of "+e.Name, e.Name, e.URL
	all := 0
	v.Tabs = ui.Tabs{Label: "Outcomes", Items: []ui.Tab{{Text: "All", Href: hookPath(id) + "/log", Count: &all, Current: state == ""}}}
	for _, st := range webhook.States() {
		n := int(counts[st])
		all += n
		v.Tabs.Items = append(v.Tabs.Items, ui.Tab{Text: stateName(st), Href: hookPath(id) + "/log?state=" + string(st), Count: &n, Current: st == state})
	}
	v.Parts = []ui.Part{hookTable(id, p.Deliveries)}
	if e.Active {
		v.Forms = []ui.Form{replayForm(id)}
	}
	if p.Next != "" {
		v.Pager.Next = hookPath(id) + "/log?" + url.Values{"state": {string(state)}, "after": {p.Next}}.Encode()
	}
	return nil
}

func hookTable(id string, all []webhook.Delivery) ui.Table {
	t := ui.Table{Caption: "Messages", Head: []ui.Column{{Text: "Happened", Sort: "descending"}, {Text: "Event"}, {Text: "Outcome"}, {Text: "Answer", Right: true}, {Text: "Tries", Right: true}, {Text: "Next try", Wide: true}, {Text: "Why", Wide: true}},
		Empty: &ui.Empty{Icon: "globe", Title: "No messages here", Text: "What happens from now on appears here."}}
	for _, d := range all {
		answer := "–"
		if d.Status != 0 {
			answer = strconv.Itoa(d.Status)
		}
		t.Rows = append(t.Rows, []ui.Cell{{At: d.CreatedAt}, {Text: d.Type, Href: hookPath(id) + "/log/" + d.ID, Head: true}, {Parts: []ui.Part{deliveryBadge(d)}},
			{Text: answer}, {Text: sheet.Number(d.Attempts)}, {At: d.NextAt}, {Text: d.Reason, Muted: true}})
	}
	return t
}

func replayForm(id string) ui.Form {
	return ui.Form{ID: "replay", Action: hookPath(id) + "/replay", Compact: true, Send: ui.Button{Text: "Send again", Icon: "undo", Is: "bare"}, Fields: []ui.Field{
		{Name: "since", Label: "Send again what happened in", Kind: ui.Select, Value: "24", Options: []ui.Option{{Value: "1", Text: "the last hour"}, {Value: "24", Text: "the last day"},
			{Value: "72", Text: "the last 3 days"}, {Value: "168", Text: "the last week"}, {Value: "720", Text: "the last 30 days"}}},
		{Name: "which", Label: "Which messages", Kind: ui.Select, Value: "missed", Options: []ui.Option{{Value: "missed", Text: "those that it did not take"}, {Value: "all", Text: "all"}}},
	}}
}

func (s *Screens) replayHook(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	hours, err := strconv.Atoi(r.PostForm.Get("since"))
	if err != nil || hours < 1 || hours > 24*30 {
		err = fault.Field("since", "Choose how far back to go.")
	}
	if err == nil {
		err = s.DB.Update(r.Context(), func(tx *db.Tx) error {
			return webhook.ReplaySince(tx, r.PathValue("id"), tx.Now.Add(-time.Duration(hours)*time.Hour), r.PostForm.Get("which") != "all")
		})
	}
	if fault.Is(err, fault.Invalid) {
		return s.Refuse(w, r, err, func(tx *db.Tx, v *sheet.Sheet) error { return s.fillHookLog(tx, r, v) })
	}
	if err != nil {
		return err
	}
	return s.Did(w, r, hookPath(r.PathValue("id"))+"/log", "They are sent again, one after the other.")
}

func (s *Screens) showMessageToHook(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Message")
	id := r.PathValue("id")
	v.Back = hookPath(id) + "/log"
	return s.See(w, r, &v, func(tx *db.Tx) error {
		d, attempts, err := webhook.FindDelivery(tx, id, r.PathValue("message"))
		if err != nil {
			return err
		}
		v.Title, v.Heading1, v.Hint = d.Type, d.Type, d.MessageID()
		v.Actions = []ui.Button{{Text: "Send it again", Icon: "undo", Action: hookPath(id) + "/log/" + d.ID + "/replay"}}
		v.Parts = messageParts(d, attempts)
		return nil
	})
}

func messageParts(d webhook.Delivery, attempts []webhook.Attempt) []ui.Part {
	badge := deliveryBadge(d)
	banner := ui.Banner{Icon: badge.Icon, Is: badge.Is, Strong: badge.Text + ".", Text: d.Reason}
	if banner.Icon == "" {
		banner.Icon = "info"
	}
	steps := ui.Steps{Label: "Tries", Proof: true}
	for _, a := range attempts {
		st := ui.Step{Text: fmt.Sprintf("Try %d: answered %d", a.Number, a.Status), Is: ui.Done, At: a.At, Took: a.Took, Note: a.Response}
		if a.Status == 0 {
			st.Text = fmt.Sprintf("Try %d: no answer", a.Number)
		}
		if a.Problem != "" {
			st.Is = ui.Broken
		}
		st.Note = joined(a.At.UTC().Format("2006-01-02 15:04:05 UTC"), a.Problem, a.Response)
		steps.Items = append(steps.Items, st)
	}
	if len(attempts) == 0 {
		steps.Items = []ui.Step{{Text: "It was not tried yet", Is: ui.Waits, Note: "This page shows how it went once you open it again."}}
	}
	return []ui.Part{banner, steps, ui.Form{Fields: []ui.Field{{Name: "payload", Label: "What is sent", Kind: ui.Long, Rows: 16, Code: true, Value: pretty(d.Payload), Hint: "The same each time. The headers webhook-id, webhook-timestamp and webhook-signature come with it."}}}}
}

func (s *Screens) replayMessage(w http.ResponseWriter, r *http.Request) error {
	id, message := r.PathValue("id"), r.PathValue("message")
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error { _, err := webhook.Replay(tx, id, message); return err }); err != nil {
		return err
	}
	return s.Did(w, r, hookPath(id)+"/log/"+message, "It is sent again.")
}

// pretty lays out JSON for people.
func pretty(payload string) string {
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(payload), "", "  "); err != nil {
		return payload
	}
	return b.String()
}

// joined puts what there is of some texts one after the other.
func joined(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), " · ")
}
