// Package arch checks that the code keeps the rules of the architecture.
package arch

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The rings, from the inside out. Imports point inward, or stay within a ring where the lists below say so.
const (
	kit = iota
	spine
	subject
	surface
	program
)

var ring = map[string]int{
	"fault": kit, "access": kit, "db": kit, "event": kit, "text": kit, "search": kit, "blob": kit, "calendar": kit, "memory": kit, "reach": kit, "expression": kit,
	"workspace": spine, "people": spine, "catalogue": spine, "ticket": spine,
	"request": subject, "complaint": subject, "task": subject, "mailbox": subject, "clock": subject, "survey": subject, "kpi": subject,
	"webhook": subject, "notify": subject,
	"routing": subject, "rehearsal": subject, "automation": subject, "template": subject,
	"live": surface, "web": surface, "api": surface, "demo": surface,
	"app": program, "bench": program,
	"arch": program, "mustertest": program,
}

// within lists the edges between packages of one ring, each with its reason.
var within = map[string]string{
	"access fault":         "a right that is lacking is a fault",
	"db fault":             "a wrong address of a database is a fault",
	"db access":            "a unit of work knows who acts",
	"event fault":          "a job that is gone is a fault",
	"event access":         "the log says who acted",
	"event db":             "what happened is stored with the work that did it",
	"search db":            "the index is in the database",
	"blob fault":           "a damaged file is a fault",
	"ticket people":        "a ticket has a requester, an assignee and a team",
	"ticket catalogue":     "a ticket is about an item",
	"ticket workspace":     "a workspace says how priorities follow from impact and urgency",
	"mailbox template":     "what it writes to customers by itself stands in templates",
	"survey template":      "so does the mail that asks",
	"automation clock":     "a rule may wait in the working time of a calendar",
	"automation template":  "rules and macros write what templates say",
	"routing complaint":    "a complaint is not given to the one it is about",
	"rehearsal automation": "rules are rehearsed",
	"rehearsal clock":      "so are promises and calendars",
	"rehearsal routing":    "so is routing",
	"web live":             "pages hear what changed",
	"api web":              "the API's page for people has the look of the others",
	"expression fault":     "a condition that cannot be is a fault",
	"calendar fault":       "hours that cannot be are a fault",
	"search fault":         "a query that cannot be is a fault",
	"reach fault":          "an address that cannot be is a fault",
}

// top returns the package of ours, or the first folder of it: web/desk is web.
func top(path string) string {
	path = strings.TrimPrefix(path, "muster/internal/")
	first, _, _ := strings.Cut(path, "/")
	return first
}

func TestImportsPointInward(t *testing.T) {
	used := map[string]bool{}
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "muster/internal/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		f := strings.Fields(line)
		pkg := top(f[0])
		from, ok := ring[pkg]
		if !ok {
			t.Errorf("%s stands in no ring: add it to the rings", f[0])
		}
		for _, imp := range f[1:] {
			if !strings.HasPrefix(imp, "muster/internal/") || top(imp) == pkg {
				continue
			}
			to := ring[top(imp)]
			edge := pkg + " " + top(imp)
			used[edge] = true
			if to > from {
				t.Errorf("%s imports %s, which lies further out", f[0], imp)
			}
			if to == from && within[edge] == "" {
				t.Errorf("%s imports %s of its own ring: turn the edge round, or write down its reason", f[0], imp)
			}
		}
	}
	if len(used) == 0 {
		t.Error("no imports were seen at all")
	}
	for edge := range within {
		if !used[edge] {
			t.Errorf("the reason for %q is kept, but nothing needs it any more", edge)
		}
	}
}

// Only the surfaces and the program speak HTTP.
func TestInnerRingsKnowNoHTTP(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "muster/internal/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	allowed := []string{"people", "workspace", "blob", "reach"} // middleware of sessions and hosts; S3; what people name
	for line := range strings.Lines(string(out)) {
		f := strings.Fields(line)
		if pkg := top(f[0]); ring[pkg] < surface && !slices.Contains(allowed, pkg) && slices.Contains(f[1:], "net/http") {
			t.Errorf("%s imports net/http: that is for the surfaces", f[0])
		}
	}
}
