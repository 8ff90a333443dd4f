package search_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"muster/internal/db"
	"muster/internal/mustertest"
	"muster/internal/search"
)

// bound runs f twice: while docs are still looked through one by one, and after they were indexed.
func bound(t *testing.T, f func(t *testing.T, d *db.DB, settle func())) {
	for _, indexed := range []bool{false, true} {
		t.Run(fmt.Sprintf("indexed=%v", indexed), func(t *testing.T) {
			mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
				f(t, d, func() {
					for i := range 8 {
						if indexed {
							putNarrow(t, d, search.Doc{ID: fmt.Sprint("filler", i), Body: "xyzzy"})
						}
					}
				})
			})
		})
	}
}

func TestChanges(t *testing.T) {
	ticket := func(id, part, body string) search.Doc {
		return search.Doc{Subject: "ticket", ID: id, Part: part, Title: "Case " + id, Body: body}
	}
	tests := []struct {
		rule string
		do   func(tx *db.Tx) error
		find map[string][]string
	}{
		{"nothing", func(tx *db.Tx) error { return search.Put(tx) },
			map[string][]string{"apple": {"1"}, "pear": {"1"}, "plum": {"2"}}},
		{"new words take the place of old ones", func(tx *db.Tx) error { return search.Put(tx, ticket("1", "", "cherry")) },
			map[string][]string{"apple": nil, "cherry": {"1"}, "pear": {"1"}, "plum": {"2"}}},
		{"so does a new title", func(tx *db.Tx) error {
			return search.Put(tx, search.Doc{Subject: "ticket", ID: "2", Title: "Renamed", Body: "plum"})
		}, map[string][]string{"case": {"1"}, "renamed": {"2"}, "plum": {"2"}}},
		{"the same again changes nothing", func(tx *db.Tx) error { return search.Put(tx, ticket("1", "", "apple")) },
			map[string][]string{"apple": {"1"}}},
		{"of two with one name the last counts", func(tx *db.Tx) error {
			return search.Put(tx, ticket("3", "", "first"), ticket("1", "", "fig"), ticket("3", "", "second"))
		}, map[string][]string{"first": nil, "second": {"3"}, "apple": nil, "fig": {"1"}}},
		{"a doc without words is taken out", func(tx *db.Tx) error { return search.Put(tx, search.Doc{Subject: "ticket", ID: "1", Part: "a"}) },
			map[string][]string{"apple": {"1"}, "pear": nil, "plum": {"2"}}},
		{"a record goes with its parts", func(tx *db.Tx) error { return search.Remove(tx, "ticket", "1") },
			map[string][]string{"apple": nil, "pear": nil, "plum": {"2"}}},
		{"several records go at once", func(tx *db.Tx) error { return search.Remove(tx, "ticket", "1", "2", "404") },
			map[string][]string{"apple": nil, "pear": nil, "plum": nil}},
		{"no record goes", func(tx *db.Tx) error { return search.Remove(tx, "ticket") },
			map[string][]string{"apple": {"1"}}},
		{"a record of another subject stays", func(tx *db.Tx) error { return search.Remove(tx, "article", "1") },
			map[string][]string{"apple": {"1"}}},
		{"what was taken out may come back", func(tx *db.Tx) error {
			return errors.Join(search.Remove(tx, "ticket", "1"), search.Put(tx, ticket("1", "", "apple banana")))
		}, map[string][]string{"apple": {"1"}, "banana": {"1"}, "pear": nil}},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			bound(t, func(t *testing.T, d *db.DB, settle func()) {
				putNarrow(t, d, ticket("1", "", "apple"), ticket("1", "a", "pear"), ticket("2", "", "plum"))
				settle()
				ctx := mustertest.As(t, "acme", "ann")
				mustertest.Do(t, d, ctx, tt.do)
				check := func() {
					t.Helper()
					mustertest.See(t, d, ctx, func(tx *db.Tx) error {
						for words, want := range tt.find {
							if got := find(t, tx, words); !slices.Equal(got, want) {
								t.Errorf("%q finds %q, want %q", words, got, want)
							}
						}
						return nil
					})
				}
				check()
				settle()
				check()
			})
		})
	}
}

// Work that is given up takes its docs along, also when it was about to index those of others.
func TestWorkThatIsGivenUp(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		ctx := mustertest.As(t, "acme", "ann")
		gaveUp := errors.New("gave up")
		var want []string
		for i := range 40 {
			id := fmt.Sprint(i)
			err := d.Update(ctx, func(tx *db.Tx) error {
				if err := search.Narrow().Put(tx, search.Doc{Subject: "ticket", ID: id, Body: "toner"}); err != nil {
					return err
				}
				if i%2 == 0 || i%7 == 6 {
					return gaveUp
				}
				return nil
			})
			if err == nil {
				want = append(want, id)
			} else if !errors.Is(err, gaveUp) {
				t.Fatal(err)
			}
		}
		mustertest.See(t, d, ctx, func(tx *db.Tx) error {
			got := slices.Concat(pages(t, tx, search.Query{Words: "toner"})...)
			slices.Sort(got)
			if slices.Sort(want); !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
			return nil
		})
	})
}

// A search inside the work that puts a doc finds it.
func TestOwnDocsAreFound(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		mustertest.Do(t, d, mustertest.As(t, "acme", "ann"), func(tx *db.Tx) error {
			if err := search.Put(tx, search.Doc{Subject: "ticket", ID: "1", Body: "toner"}); err != nil {
				return err
			}
			if got := find(t, tx, "toner"); !slices.Equal(got, []string{"1"}) {
				t.Errorf("got %q, want the doc that was just put", got)
			}
			return nil
		})
	})
}
