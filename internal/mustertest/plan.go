package mustertest

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	"muster/internal/db"
)

// grows names the tables that have a row for each thing that ever happened.
var grows = []string{"tickets", "entries", "events", "attachments", "participants", "watchers", "ticket_tags", "links", "contacts",
	"routing_waits",
	"contact_addresses", "search_docs", "mail_ledger", "mail_deliveries", "jobs", "api_answers",
	"survey_invitations", "survey_windows",
	"webhook_deliveries", "webhook_attempts", "notices", "notice_ways",
	"clocks", "promises",
	"rule_runs",
}

var (
	scanned  = regexp.MustCompile(`^SCAN (\w+)`)
	searched = regexp.MustCompile(`^SEARCH \w+ USING (?:COVERING )?INDEX (?:sqlite_autoindex_)?(\w+) \(workspace_id=\?\)`)
)

// wanted are statements that go through a table on purpose.
var wanted = []string{
	"SELECT outcome, count(*) FROM mail_ledger",                                              // doctor counts what is kept
	"FROM mail_ledger WHERE workspace_id = $1 ORDER BY id DESC LIMIT",                        // as far as a page goes
	"FROM mail_ledger WHERE workspace_id = $1 AND EXISTS (SELECT 1 FROM tickets",             // likewise, past what others may see
	"WHERE c.workspace_id = $1 AND c.merged_into IS NULL ORDER BY c.name_folded, c.id LIMIT", // likewise
	"SELECT 1 FROM watchers WHERE workspace_id = $1 LIMIT 1",                                 // one row
	"SELECT channel, state, count(*) FROM notice_ways",                                       // doctor counts what is kept
	"FROM notice_ways w CROSS JOIN notices n WHERE w.workspace_id = $1 AND n.workspace_id",   // as far as a page goes
	"SELECT count(*) FROM tickets WHERE workspace_id = $1 AND kind = $2 AND state <> $3",     // once, when a workflow is changed
	"FROM rule_runs WHERE workspace_id = $1 ORDER BY id DESC LIMIT",                          // as far as a page goes
	"AND 1 = 0 ", // nothing is let through
}

// CheckPlans finds statements that go through all rows of a table that grows:
// a test is too small for that to be slow, a year's work is not.
func CheckPlans(t *testing.T, d *db.DB) {
	t.Helper()
	plans, err := d.Plans(context.Background())
	if err != nil {
		t.Error(err)
	}
	for _, p := range plans {
		statement := strings.Join(strings.Fields(p.Statement), " ")
		if slices.ContainsFunc(wanted, func(w string) bool { return strings.Contains(statement, w) }) {
			continue
		}
		for _, step := range p.Steps {
			if table := walked(step); table != "" {
				t.Errorf("this goes through all of %s: %s\n%s", table, step, statement)
			}
		}
	}
}

// walked names the table that a step goes through from end to end.
func walked(step string) string {
	m := scanned.FindStringSubmatch(step)
	if m == nil {
		m = searched.FindStringSubmatch(step)
	}
	if m == nil {
		return ""
	}
	for _, table := range grows {
		if m[1] == table || strings.HasPrefix(m[1], table+"_") && !slices.Contains(grows, m[1]) {
			return table
		}
	}
	return ""
}
