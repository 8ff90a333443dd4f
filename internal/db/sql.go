package db

const sumTallies = `
	SELECT key, SUM(n)
	FROM   tallies
	WHERE  workspace_id = $1 AND family = $2
	GROUP  BY key
	HAVING SUM(n) <> 0`

func addTallies(tx *Tx, rows int, args []any) error {
	return tx.Write(`
		INSERT INTO tallies (workspace_id, family, key, lane, n)
		VALUES `+Values(rows, 5)+`
		ON CONFLICT (workspace_id, family, key, lane) DO UPDATE SET n = tallies.n + excluded.n`, args...)
}

// SetTallies replaces the kept counts of a family: the work of doctor.
func SetTallies(tx *Tx, family string, counts map[string]int64) error {
	if _, err := tx.Exec(`DELETE FROM tallies WHERE workspace_id = $1 AND family = $2`, tx.Workspace, family); err != nil {
		return err
	}
	for key, n := range counts {
		tx.Tally(family, key, n)
	}
	return nil
}

const nextNumber = `
	INSERT INTO counters (workspace_id, name, value)
	VALUES ($1, $2, 1)
	ON CONFLICT (workspace_id, name) DO UPDATE SET value = counters.value + 1
	RETURNING value`
