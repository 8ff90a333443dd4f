package ticket

import (
	"fmt"
	"maps"

	"muster/internal/access"
	"muster/internal/db"
)

// CheckCounts compares the kept counts with the tickets, and sets them right if repair is set.
func CheckCounts(tx *db.Tx, repair bool) error {
	if err := tx.Must(access.Settings); err != nil {
		return err
	}
	want := map[string]map[string]int64{family: {}}
	if err := Each(tx, func(t *Ticket) error {
		for _, f := range []string{family, familyOfOrg + t.Organisation} {
			if want[f] == nil {
				want[f] = map[string]int64{}
			}
			want[f][t.cell().key()]++
		}
		return nil
	}); err != nil {
		return err
	}
	var wrong []string
	for f, counts := range want {
		kept, err := db.Tallies(tx, f)
		if err != nil {
			return err
		}
		if maps.Equal(kept, counts) {
			continue
		}
		wrong = append(wrong, f)
		if repair {
			if err := db.SetTallies(tx, f, counts); err != nil {
				return err
			}
		}
	}
	if len(wrong) > 0 && !repair {
		return fmt.Errorf("%d of %d families of counts differ from the tickets, such as %s", len(wrong), len(want), wrong[0])
	}
	return nil
}

// Blobs returns the keys of attachments, in order, after the one given: for who proves that they are there.
func Blobs(tx *db.Tx, after string, limit int) ([]string, error) {
	if err := tx.Must(access.Settings); err != nil {
		return nil, err
	}
	return db.All(tx, db.Value[string], `
		SELECT DISTINCT blob FROM attachments WHERE workspace_id = $1 AND blob > $2 ORDER BY blob LIMIT $3`, tx.Workspace, after, limit)
}

// Each reads all tickets of the workspace, in the order of their ids: for who proves what is kept of them.
func Each(tx *db.Tx, f func(*Ticket) error) error {
	if err := tx.Must(access.Settings); err != nil {
		return err
	}
	for after := ID(""); ; {
		some, err := db.All(tx, scan, `SELECT `+columns+` FROM tickets WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT 1000`, tx.Workspace, after)
		if err != nil {
			return err
		}
		for _, t := range some {
			if err := f(t); err != nil {
				return err
			}
			after = t.ID
		}
		if len(some) < 1000 {
			return nil
		}
	}
}
