package app

import (
	"strings"
	"testing"

	"muster/internal/mustertest"
)

// Somebody sets routing up by the pages alone, and is told what cannot be.
func TestRoutingPages(t *testing.T) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d, ann := furnished(t, url)
		bob := d.hire("Bob Burrow", "customer-support")
		var teams, skills, shifts wireList[struct{ ID string }]
		d.must("GET", "/teams", nil, &teams)
		team := "/settings/routing/" + teams.Items[0].ID
		wants(t, "a skill", ann.post("/settings/skills", "name", "Databases"), 200, "Added.", "Databases")
		wants(t, "a skill twice", ann.post("/settings/skills", "name", "databases"), 422, "There is already a skill", `value="databases"`)
		d.must("GET", "/routing/skills", nil, &skills)
		skill := skills.Items[0].ID
		wants(t, "what an agent knows", ann.post("/settings/skills/"+bob.ID, "capacity", "3", "skill-"+skill, "2"), 200, "Kept.", "2 ●●")
		wants(t, "a level that is none", ann.post("/settings/skills/"+bob.ID, "capacity", "few", "skill-"+skill, "2"), 422, "Write a whole number", `value="few"`)
		wants(t, "a policy", ann.post(team, "mode", "skills", "capacity", "8", "weight-1", "4", "relax", "30", "away", "others", "grace", "10", "wide", "handover"), 200,
			"Kept.", `value="skills" checked`, `value="handover" checked`, "No route yet")
		wants(t, "a policy by which nobody could take anything", ann.post(team, "mode", "least-loaded", "capacity", "2", "weight-1", "4", "grace", "7"), 422,
			"nobody could ever take one", `value="least-loaded" checked`, `value="7"`)
		wants(t, "a route", ann.post(team+"/routes/new", "name", "Slow", "tags", "slow, late", "priorities", "1", "need-"+skill, "r2"), 200, "Kept.", "Slow", "Databases level 2")
		wants(t, "a route that asks for nothing", ann.post(team+"/routes/new", "name", "Vague", "languages", "de"), 422, "asks for 1 to", `value="Vague"`, `value="de"`)
		wants(t, "the route again", ann.see(team+"/routes/1"), 200, `value="slow, late"`, `<option value="r2" selected>`, `value="1" checked`)
		wants(t, "a skill that a route asks for", ann.post("/settings/skill/"+skill+"/remove"), 409, "The route Slow asks for Databases")
		wants(t, "a shift", ann.post("/settings/shifts/new", "name", "Night", "zone", "Europe/Berlin", "sunday", "22-6", "monday", "6:30–14", "members", bob.ID), 200,
			"Kept.", "Bob Burrow · Europe/Berlin", `aria-label="monday 06:30-14:00; sunday 22:00-06:00"`)
		wants(t, "hours that are none", ann.post("/settings/shifts/new", "name", "Odd", "zone", "UTC", "tuesday", "25-26"), 422, "opens at", `value="25-26"`, `id="f-tuesday-error"`)
		d.must("GET", "/routing/shifts", nil, &shifts)
		wants(t, "the shift again", ann.see("/settings/shifts/"+shifts.Items[0].ID), 200, `value="22:00-06:00"`, `value="`+bob.ID+`" checked`)
		wants(t, "the list", ann.see("/settings/routing"), 200, "Who has the skills", "After 10 min others get their tickets", "Every other team", "Available")
		late := ann.see(team)
		wants(t, "a route is gone", ann.post(team+"/routes/1/remove"), 200, "Removed.", "No route yet")
		wants(t, "a late change", ann.post(team, "mode", "off", "version", late.field("version")), 409, "Somebody changed this policy meanwhile")
		wants(t, "as every other team", ann.post(team+"/remove"), 200, "As every other team")
		wants(t, "no shift", ann.post("/settings/shifts/"+shifts.Items[0].ID+"/remove"), 200, "No shift yet")
		as := d.signedIn(t, bob.Email)
		for _, path := range strings.Fields("/settings/routing /settings/skills /settings/shifts " + team + " " + team + "/routes/new") {
			wants(t, "who may not: "+path, as.see(path), 403)
		}
	})
}
