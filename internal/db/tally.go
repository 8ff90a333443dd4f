package db

import (
	"slices"
	"strings"
)

// A tally is a count that is kept, so that nobody has to count. Each unit of
// work adds to a row of its own lane, so that two that run at the same time
// never wait for each other; a reader adds up the lanes.
type tally struct{ family, key string }

// Tally adds delta to a kept count when the work is committed. Families are
// read whole, so a family should be no larger than a page can add up.
func (tx *Tx) Tally(family, key string, delta int64) {
	if tx.tallies == nil {
		tx.tallies = map[tally]int64{}
	}
	tx.tallies[tally{family, key}] += delta
}

func flushTallies(tx *Tx) error {
	keys := make([]tally, 0, len(tx.tallies))
	for k, n := range tx.tallies {
		if n != 0 {
			keys = append(keys, k)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	// Always in the same order, so that two units of work cannot wait for each other in a circle.
	slices.SortFunc(keys, func(a, b tally) int {
		return strings.Compare(a.family+"\x00"+a.key, b.family+"\x00"+b.key)
	})
	args := make([]any, 0, 5*len(keys))
	for _, k := range keys {
		args = append(args, tx.Workspace, k.family, k.key, tx.lane, tx.tallies[k])
	}
	return addTallies(tx, len(keys), args)
}

// Tallies returns the kept counts of a family that are not zero.
func Tallies(tx *Tx, family string) (map[string]int64, error) {
	counts, err := All(tx, scanTally, sumTallies, tx.Workspace, family)
	if err != nil {
		return nil, err
	}
	m := make(map[string]int64, len(counts))
	for _, c := range counts {
		m[c.key] = c.n
	}
	return m, nil
}

type tallied struct {
	key string
	n   int64
}

func scanTally(r Row) (t tallied, err error) { return t, r.Scan(&t.key, &t.n) }
