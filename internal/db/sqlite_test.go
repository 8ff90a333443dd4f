package db

import "testing"

func TestStatementsAreCompiledOnce(t *testing.T) {
	for name, row := range map[string]struct{ query, want string }{
		"a bare limit":               {"SELECT id FROM jobs ORDER BY id LIMIT $2", "SELECT id FROM jobs ORDER BY id LIMIT 0+$2"},
		"one on a line of its own":   {"SELECT id FROM jobs\n\t\tLIMIT  $12", "SELECT id FROM jobs\n\t\tLIMIT 0+$12"},
		"each of several":            {"SELECT 1 FROM (SELECT 1 LIMIT $1) a, (SELECT 1 LIMIT $2) b", "SELECT 1 FROM (SELECT 1 LIMIT 0+$1) a, (SELECT 1 LIMIT 0+$2) b"},
		"a limit that never changes": {"SELECT id FROM jobs LIMIT 1", "SELECT id FROM jobs LIMIT 1"},
		"no limit":                   {"SELECT id FROM jobs WHERE id = $1", "SELECT id FROM jobs WHERE id = $1"},
	} {
		if got := plannedOnce(row.query); got != row.want {
			t.Errorf("%s: got %q, want %q", name, got, row.want)
		}
	}
}
