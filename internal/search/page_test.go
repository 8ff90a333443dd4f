package search_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mustertest"
	"muster/internal/search"
)

// pages follows Next to the end and returns the ids of each page.
func pages(t *testing.T, tx *db.Tx, q search.Query) (all [][]string) {
	t.Helper()
	for range 200 {
		p, err := search.Narrow().Find(tx, q)
		if err != nil {
			t.Fatalf("find %q after %q: %v", q.Words, q.After, err)
		}
		all = append(all, ids(p))
		if p.Next == "" {
			return all
		}
		q.After = p.Next
	}
	t.Fatalf("%q has no last page", q.Words)
	return nil
}

func numbered(n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprintf("%03d", i))
	}
	return all
}

func putNarrow(t *testing.T, d *db.DB, docs ...search.Doc) {
	t.Helper()
	for _, doc := range docs {
		doc.Subject = "ticket"
		mustertest.Do(t, d, mustertest.As(t, "acme", "ann"), func(tx *db.Tx) error { return search.Narrow().Put(tx, doc) })
	}
}

// Across bins, windows and pools each record is found, once, the newest first where nothing else sets them apart.
func TestPages(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		want := numbered(60)
		for _, id := range want {
			putNarrow(t, d, search.Doc{ID: id, Body: "toner " + id})
			time.Sleep(time.Minute)
		}
		// Every third has an older part that matches too, in another pool.
		for i := 0; i < 60; i += 3 {
			putNarrow(t, d, search.Doc{ID: want[i], Part: "p", Body: "toner"})
		}
		mustertest.See(t, d, mustertest.As(t, "acme", "ann"), func(tx *db.Tx) error {
			for _, limit := range []int{1, 2, 3, 7, 50} {
				all := slices.Concat(pages(t, tx, search.Query{Subject: "ticket", Words: "ton", Limit: limit})...)
				if slices.Sort(all); !slices.Equal(all, want) {
					t.Errorf("pages of %d find %q, want each of 60 once", limit, all)
				}
			}
			return nil
		})
	})
}

func TestPagesGoBackInTime(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		want := numbered(40)
		for _, id := range want {
			putNarrow(t, d, search.Doc{ID: id, Body: "toner"})
			time.Sleep(time.Minute)
		}
		// What is brought in later, but is older, stands behind.
		putNarrow(t, d, search.Doc{ID: "old", Body: "toner", At: time.Now().AddDate(-1, 0, 0)})
		slices.Reverse(want)
		want = append(want, "old")
		mustertest.See(t, d, mustertest.As(t, "acme", "ann"), func(tx *db.Tx) error {
			got := slices.Concat(pages(t, tx, search.Query{Subject: "ticket", Words: "toner", Limit: 4})...)
			if !slices.Equal(got, want) {
				t.Errorf("got %q, want the newest first: %q", got, want)
			}
			return nil
		})
	})
}

func TestPagesHoldStillWhileDocsArrive(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		want := numbered(20)
		for _, id := range want {
			putNarrow(t, d, search.Doc{ID: id, Body: "toner"})
		}
		ctx := mustertest.As(t, "acme", "ann")
		q := search.Query{Subject: "ticket", Words: "toner", Limit: 2}
		var got []string
		for i := 0; i == 0 || q.After != ""; i++ {
			mustertest.See(t, d, ctx, func(tx *db.Tx) error {
				p, err := search.Narrow().Find(tx, q)
				got, q.After = append(got, ids(p)...), p.Next
				return err
			})
			// A new record, and a new part of one that is still to come.
			putNarrow(t, d, search.Doc{ID: fmt.Sprint("new", i), Body: "toner"}, search.Doc{ID: "001", Part: fmt.Sprint(i), Body: "toner"})
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("got %q, want what was there when the first page was read", got)
		}
	})
}

func TestKeepNarrows(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		for _, id := range numbered(60) {
			putNarrow(t, d, search.Doc{ID: id, Body: "toner"})
		}
		tests := []struct {
			rule string
			let  func(id string) bool
			want int
		}{
			{"everything", func(string) bool { return true }, 60},
			{"nothing", func(string) bool { return false }, 0},
			{"one in ten", func(id string) bool { return strings.HasSuffix(id, "7") }, 6},
			{"the oldest alone", func(id string) bool { return id == "000" }, 1},
		}
		mustertest.See(t, d, mustertest.As(t, "acme", "ann"), func(tx *db.Tx) error {
			for _, tt := range tests {
				asked := map[string]bool{}
				got := slices.Concat(pages(t, tx, search.Query{Subject: "ticket", Words: "toner", Limit: 50,
					Keep: func(subject string, ids []string) (kept []string, err error) {
						for _, id := range ids {
							if subject != "ticket" || asked[id] {
								t.Errorf("%s: asked about %s %s again", tt.rule, subject, id)
							}
							if asked[id] = true; tt.let(id) {
								kept = append(kept, id)
							}
						}
						return kept, nil
					}})...)
				if len(got) != tt.want || slices.ContainsFunc(got, func(id string) bool { return !tt.let(id) }) {
					t.Errorf("%s: got %q, want %d", tt.rule, got, tt.want)
				}
			}
			return nil
		})
	})
}

func TestKeepMayFail(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		putNarrow(t, d, search.Doc{ID: "1", Body: "toner"})
		mustertest.See(t, d, mustertest.As(t, "acme", "ann"), func(tx *db.Tx) error {
			_, err := search.Find(tx, search.Query{Words: "toner", Keep: func(string, []string) ([]string, error) {
				return nil, fault.New(fault.Denied, "No.")
			}})
			if !fault.Is(err, fault.Denied) {
				t.Errorf("got %v, want what Keep said", err)
			}
			return nil
		})
	})
}

func TestLimits(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		var docs []search.Doc
		for i := range 300 {
			docs = append(docs, search.Doc{Subject: "ticket", ID: fmt.Sprint(i), Body: "toner"})
		}
		ctx := mustertest.As(t, "acme", "ann")
		mustertest.Do(t, d, ctx, func(tx *db.Tx) error { return search.Put(tx, docs...) })
		mustertest.See(t, d, ctx, func(tx *db.Tx) error {
			for limit, want := range map[int]int{0: 50, -3: 50, 1: 1, 200: 200, 1000: 200} {
				p, err := search.Find(tx, search.Query{Words: "toner", Limit: limit})
				if err != nil || len(p.Hits) != want || p.Next == "" {
					t.Errorf("limit %d: got %d, next %q, %v; want %d and a next page", limit, len(p.Hits), p.Next, err, want)
				}
			}
			return nil
		})
	})
}

func TestUnknownPage(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		mustertest.See(t, d, mustertest.As(t, "acme", "ann"), func(tx *db.Tx) error {
			for _, after := range []string{"x", "1.2", "1.1.1.1.1.1.1.1.1.-1", "1.1.1.1.1.1.1.1.1.99999999999999999999", "'; DROP TABLE search_docs"} {
				if _, err := search.Find(tx, search.Query{Words: "toner", After: after}); !fault.Is(err, fault.Invalid) {
					t.Errorf("after %q: got %v, want a sentence", after, err)
				}
			}
			return nil
		})
	})
}

// A rare word takes a few statements, however many bins there are.
func TestRareWordTakesFewStatements(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		const docs, most = 600, 12 // in 120 bins
		var statements int
		d.Overhear(func(string, bool) { statements++ })
		for i, id := range numbered(docs) {
			body := "toner"
			if i == 3 {
				body = "flabbergast"
			}
			putNarrow(t, d, search.Doc{ID: id, Body: body})
		}
		mustertest.See(t, d, mustertest.As(t, "acme", "ann"), func(tx *db.Tx) error {
			for _, words := range []string{"flabbergast", "flab"} {
				statements = 0
				p, err := search.Narrow().Find(tx, search.Query{Subject: "ticket", Words: words})
				if err != nil || len(p.Hits) != 1 {
					t.Errorf("%s: got %v, %v; want the one record", words, p.Hits, err)
				}
				if statements > most {
					t.Errorf("%s: got %d statements, want at most %d", words, statements, most)
				}
			}
			return nil
		})
	})
}
