package app

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"muster/internal/access"
	"muster/internal/mustertest"
)

// Rules, macros and templates are made on pages that need no script; what is refused is shown as it was typed.
func TestRulePages(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d, ann := furnished(t, url)
		d.must("POST", "/templates", map[string]any{"name": "Received", "offered": true, "texts": map[string]string{"en": "Dear {{requester.first_name}}, we have it."}}, nil)
		form := []string{"name", "Scanners & co", "on", "opened", "match", "all", "rows.0", "ticket.words", "rows.0.op", "contains", "rows.0.value", "scanner",
			"rows.1", "", "rows.1.op", "is", "rows.1.value", "", "expression", `ticket.priority != "low"`, "active", "true",
			"actions.0", "assign:team", "actions.0.value", "first LINE", "actions.1", "set:field", "actions.1.value", "site = North", "actions.2", "reply", "actions.2.value", "received", "actions.3", ""}
		with := func(changes ...string) []string {
			out := append([]string(nil), form...)
			for i := 0; i < len(changes); i += 2 {
				for j := 0; j < len(out); j += 2 {
					if out[j] == changes[i] {
						out[j+1] = changes[i+1]
					}
				}
			}
			return out
		}
		kept := []string{`value="Scanners &amp; co"`, `value="scanner"`, `value="site = North"`}
		for _, row := range []struct {
			rule string
			form []string
			says string
		}{
			{"no name", with("name", " "), "Give it a name"},
			{"an expression that is none", with("expression", "ticket.moon"), "At character 8: there is no ticket.moon"},
			{"a number that is none", with("rows.0", "ticket.age"), "one cannot ask"},
			{"a state that is none", with("rows.1", "ticket.state", "rows.1.value", "Wating"), "“State” is New, Open"},
			{"a team that is none", with("actions.0.value", "Ghosts"), "There is no team"},
			{"nothing to do", with("actions.0", "", "actions.1", "", "actions.2", ""), "add at least one action"},
			{"a time that is none", append(with(), "wait", "soon", "unit", "hours"), "whole number of minutes"},
		} {
			p := ann.post("/settings/rules/new", row.form...)
			wants(t, row.rule, p, 422, row.says, `role="alert"`)
			if row.rule != "no name" {
				wants(t, row.rule+": kept", p, 422, kept[0])
			}
			if row.rule != "nothing to do" {
				wants(t, row.rule+": kept", p, 422, kept[1:]...)
			}
		}
		wants(t, "one more row is no saving", ann.post("/settings/rules/new", append(form, "more", "rows")...), 200, kept[0], kept[1], `name="rows.1"`)
		wants(t, "nothing is kept yet", ann.see("/settings/rules"), 200, "No rules yet")
		wants(t, "kept", ann.post("/settings/rules/new", form...), 200, "Kept.", "Scanners &amp; co", "Give to the team, Set a field, Write to the customer")
		rule := d.firstID(t, "/rules")
		n := d.openOne("The scanner is offline")
		wants(t, "the ticket tells what the rule did", ann.see(fmt.Sprint("/tickets/", n)), 200, "Rule “Scanners &amp; co”", "Dear Maren, we have it.", "North", "First line")
		wants(t, "the log tells why", ann.see("/settings/rules/"+rule+"/log"), 200, fmt.Sprint("#", n), "the scanner is offline", "wrote to the customer")
		other := d.openOne("A question")
		wants(t, "and why not", ann.see(fmt.Sprint("/settings/rules/", rule, "/log?ticket=", other)), 200, fmt.Sprint("It would not run on #", other), "Does not hold", "a question")
		wants(t, "of a ticket that is none", ann.see("/settings/rules/"+rule+"/log?ticket=9999"), 200, "There is no ticket 9999")
		open := ann.see("/settings/rules/" + rule)
		wants(t, "the form has it as it was made", open, 200, `value="First line"`, `value="scanner"`, "ticket.priority != &#34;low&#34;")
		wants(t, "a state by its name", ann.post("/settings/rules/"+rule, append(with("rows.1", "ticket.state", "rows.1.op", "is-not", "rows.1.value", "waiting on CUSTOMER"), "version", open.field("version"))...), 200)
		open = ann.see("/settings/rules/" + rule)
		wants(t, "stands there by its name", open, 200, `value="Waiting on customer"`)
		wants(t, "switched off", ann.post("/settings/rules/"+rule, append(with("active", ""), "version", open.field("version"))...), 200, ">Off<")
		wants(t, "a late change", ann.post("/settings/rules/"+rule, append(with("name", "Late"), "version", open.field("version"))...), 409, "Somebody changed this rule meanwhile", `value="Late"`)
		d.macroPages(t, ann, other)
		bob := d.signedIn(t, d.hire("Bob Burrow", "customer-support").Email)
		for _, path := range []string{"/settings/rules", "/settings/rules/new", "/settings/rules/" + rule, "/settings/rules/" + rule + "/log", "/settings/macros", "/settings/macros/new", "/settings/templates", "/settings/templates/new"} {
			wants(t, path+" by an agent", bob.see(path), http.StatusForbidden)
		}
		wants(t, "a check by an agent", bob.post("/settings/rules/check", "expression", "true"), http.StatusForbidden)
		wants(t, "removed", ann.post("/settings/rules/"+rule+"/remove"), 200, "Removed.", "No rules yet")
	})
}

func (d *running) firstID(t *testing.T, path string) string {
	t.Helper()
	var all wireList[struct{ ID string }]
	d.must("GET", path, nil, &all)
	if len(all.Items) == 0 {
		t.Fatalf("%s is empty", path)
	}
	return all.Items[0].ID
}

// macroPages makes a macro and a text, and uses both on a ticket.
func (d *running) macroPages(t *testing.T, ann *visitor, n int64) {
	t.Helper()
	wants(t, "a macro in a macro", ann.post("/settings/macros/new", "name", "Twice", "actions.0", "macro", "actions.0.value", "x"), 422, "a macro cannot run another", `value="Twice"`)
	wants(t, "a macro", ann.post("/settings/macros/new", "name", "Take & close", "actions.0", "assign:user", "actions.0.value", "me", "actions.1", "set:state", "actions.1.value", "Resolved"), 200, "Kept.", "Take &amp; close", "Everybody")
	ticket := fmt.Sprint("/tickets/", n)
	wants(t, "it is offered", ann.see(ticket), 200, "Take &amp; close", `popovertarget="macros"`, `data-key="m"`)
	wants(t, "it is run", ann.post(ticket+"/macro", "macro", d.firstID(t, "/macros")), 200, "Done: Take &amp; close.", "Resolved", "Ann Arbour")
	wants(t, "what the workflow lacks is refused whole", ann.post(ticket+"/macro", "macro", "nope"), 404)
	template := d.firstID(t, "/templates")
	wants(t, "an answer is offered", ann.see(ticket), 200, ticket+"?answer="+template+"#composer", `popovertarget="answers"`)
	wants(t, "and comes into the composer, filled in", ann.see(ticket+"?answer="+template), 200, "Dear Maren, we have it.</textarea>")
	wants(t, "a variable that is none", ann.post("/settings/templates/new", "name", "Odd", "texts.0.language", "de", "texts.0", "Hallo {{schuh}}"), 422, "there is no variable {{schuh}}", `value="Odd"`, "Hallo {{schuh}}")
	wants(t, "one more language", ann.post("/settings/templates/new", "name", "Odd", "texts.0.language", "de", "texts.0", "Hallo", "more", "texts"), 200, `name="texts.1"`, "Hallo")
	wants(t, "in two languages", ann.post("/settings/templates/new", "name", "Hello", "offered", "true", "texts.0.language", "de", "texts.0", "Hallo", "texts.1.language", "en", "texts.1", "Hello"), 200, "Kept.", "de, en")
	wants(t, "the mails that Muster writes stand below", ann.see("/settings/templates"), 200, "Mail: survey", "As they came")
	survey := []string{"version", "0", "texts.0.language", "en", "texts.0", "Hi {{requester.name}} {{survey.scale}}"}
	wants(t, "a preview has examples", ann.post("/settings/templates/survey", append(survey, "more", "preview")...), 200, "Preview, en", "Hi Maren Holt", "<table")
	wants(t, "a mail without what it needs", ann.post("/settings/templates/survey", "version", "0", "texts.0.language", "en", "texts.0", "Hi"), 422, "{{survey.scale}} is missing")
	wants(t, "a mail is changed", ann.post("/settings/templates/survey", survey...), 200, "Kept.", "Yours")
	wants(t, "and put back", ann.post("/settings/templates/survey/remove"), 200, "As they came")
	wants(t, "a text is removed", ann.post("/settings/templates/"+template+"/remove"), 409, "The rule “Scanners &amp; co” needs this template")
}

// While one types an expression, the page says what is wrong with it, and where; answers and macros are chosen by keys.
func TestRulesInBrowser(t *testing.T) {
	d := startDesk(t, "sqlite:"+t.TempDir()+"/muster.db")
	ctx := mustertest.Browser(t)
	complaints := mustertest.Complaints(t, ctx)
	ann := d.hire("Ann Arbour", access.Admin)
	d.must("POST", "/templates", map[string]any{"name": "Received", "offered": true, "texts": map[string]string{"en": "Dear {{requester.first_name}}, we have it."}}, nil)
	d.must("POST", "/macros", map[string]any{"name": "Urgent", "actions": []any{map[string]any{"do": "set", "field": "priority", "value": "critical"}}}, nil)
	n := d.openOne("The scanner is offline")
	signIn(t, ctx, d, ann.Email)
	run(t, ctx, chromedp.Navigate(d.URL+"/settings/rules/new"), chromedp.WaitVisible("#f-expression"), chromedp.Click("#f-expression"), mustertest.Keys("ticket.colour"))
	until(t, ctx, `document.querySelector("muster-expression .error")?.textContent.includes("At character 8: there is no ticket.colour")`)
	until(t, ctx, `document.querySelector("#f-expression").hasAttribute("aria-invalid")`)
	mustertest.Screenshot(t, ctx, "rule-expression")
	evaluate[string](t, ctx, `document.querySelector("#f-expression").value = ""`)
	run(t, ctx, mustertest.Keys(`ticket.kind == "request"`))
	until(t, ctx, `document.querySelector("muster-expression [role=status]")?.textContent.includes("This can be asked.")`)
	ticket := fmt.Sprint(d.URL, "/tickets/", n)
	run(t, ctx, chromedp.Navigate(ticket), chromedp.WaitVisible("#composer [contenteditable]"))
	run(t, ctx, mustertest.Keys("m"))
	until(t, ctx, `document.activeElement?.matches(".menu *") && document.activeElement.textContent.includes("Urgent")`)
	run(t, ctx, mustertest.Keys("\r"))
	until(t, ctx, `document.querySelector("#ticket-state")?.textContent.includes("Critical")`)
	// What others see of it may be here before the page that answers the macro, which replaces all that is done meanwhile.
	until(t, ctx, `document.body.textContent.includes("Done: Urgent.")`)
	until(t, ctx, `document.querySelector("#composer [contenteditable]")`+" !== null")
	run(t, ctx, mustertest.Keys("q"))
	until(t, ctx, `document.activeElement?.matches(".menu *") && document.activeElement.textContent.includes("Received")`)
	run(t, ctx, mustertest.Keys("\r"))
	until(t, ctx, `document.querySelector("#composer [contenteditable]")?.textContent.includes("Dear Maren, we have it.")`)
	if found := complaints(); len(found) > 0 {
		t.Errorf("the browser complains: %s", strings.Join(found, "\n"))
	}
}
