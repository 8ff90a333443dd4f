package search_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"muster/internal/db"
	"muster/internal/mustertest"
	"muster/internal/search"
)

// The model knows docs as lists of items with a gap between each two: plain
// words, chains of parts linked by dashes, and runs of Japanese. It says what
// matches without an index, and without the package's own reading of text.
var (
	plainWords = []string{"a", "ab", "abc", "abcd", "b", "ba", "printer", "print", "7", "77"}
	chains     = []string{"a-b", "a-b-c", "b-c", "ab-c-d-e-f", "c-d-e-f", "x-7-77", "7-77"}
	runs       = []string{"東", "東京", "東京都", "京都", "都", "ガス", "京東京"}
)

type modelDoc struct{ title, body []string }

func isRun(item string) bool   { return item[0] >= 0x80 }
func isChain(item string) bool { return strings.Contains(item, "-") }

// words are the items of a list as a row of words: a chain is its parts, a character of a run is a word.
func words(items []string) (all []string) {
	for _, item := range items {
		switch {
		case isRun(item):
			all = append(all, strings.Split(item, "")...)
		default:
			all = append(all, strings.Split(item, "-")...)
		}
	}
	return all
}

func hasItem(items []string, want string, whole bool) bool {
	for _, item := range items {
		switch {
		case isRun(want):
			if isRun(item) && strings.Contains(item, want) {
				return true
			}
		case isChain(want):
			for rest, ok := item, isChain(item); ok; _, rest, ok = strings.Cut(rest, "-") {
				if strings.HasPrefix(rest, want) {
					return true
				}
			}
		default:
			for _, word := range words([]string{item}) {
				if word == want || !whole && len(want) > 1 && strings.HasPrefix(word, want) {
					return true
				}
			}
		}
	}
	return false
}

// hasPhrase is for phrases of plain words and chains.
func hasPhrase(items, phrase []string) bool {
	all, want := words(items), words(phrase)
	for i := 0; i+len(want) <= len(all); i++ {
		if slices.Equal(all[i:i+len(want)], want) {
			return true
		}
	}
	return false
}

type modelTerm struct {
	items  []string // several: a phrase
	phrase bool
	not    bool
}

func (t modelTerm) String() string {
	s := strings.Join(t.items, " ")
	if t.phrase {
		s = `"` + s + `"`
	}
	if t.not {
		s = "-" + s
	}
	return s
}

func (t modelTerm) in(d modelDoc) bool {
	for _, items := range [][]string{d.title, d.body} {
		if t.phrase && hasPhrase(items, t.items) || !t.phrase && hasItem(items, t.items[0], t.not) {
			return true
		}
	}
	return false
}

func drawTerm(t *rapid.T) modelTerm {
	var m modelTerm
	m.not = rapid.IntRange(0, 3).Draw(t, "not") == 0
	if m.phrase = rapid.IntRange(0, 2).Draw(t, "phrase") == 0; m.phrase {
		m.items = rapid.SliceOfN(rapid.SampledFrom(slices.Concat(plainWords, chains)), 1, 3).Draw(t, "words")
		return m
	}
	from := slices.Concat(plainWords, chains, runs)
	if m.not {
		from = slices.DeleteFunc(from, func(s string) bool { return s[0] == '7' }) // a minus before a number is not one
	}
	m.items = []string{rapid.SampledFrom(from).Draw(t, "word")}
	return m
}

// Through any history of changes, both engines find exactly what the model says, each record once.
func TestFindsWhatTheModelFinds(t *testing.T) {
	eachReal(t, func(t *testing.T, d *db.DB) {
		run := 0
		rapid.Check(t, func(rt *rapid.T) {
			run++
			ctx := mustertest.As(t, fmt.Sprint("w", run), "ann")
			docs := map[[2]string]modelDoc{}
			if err := d.Update(ctx, func(tx *db.Tx) error {
				for range rapid.IntRange(0, 30).Draw(rt, "changes") {
					if err := change(rt, tx, docs); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				rt.Fatal(err)
			}
			if err := withIndex(d, ctx, func(tx *db.Tx) error {
				for range 5 {
					query := rapid.SliceOfN(rapid.Custom(drawTerm), 1, 3).Draw(rt, "query")
					q := search.Query{Subject: "ticket", Words: typed(query), Limit: rapid.IntRange(1, 5).Draw(rt, "limit")}
					got := slices.Concat(pages(t, tx, q)...)
					slices.Sort(got)
					if want := modelFind(docs, query); !slices.Equal(got, want) {
						rt.Fatalf("%q finds %q, want %q in %v", q.Words, got, want, docs)
					}
				}
				return nil
			}); err != nil {
				rt.Fatal(err)
			}
		})
	})
}

// change puts or removes a doc, and notes it in docs, by id and part.
func change(rt *rapid.T, tx *db.Tx, docs map[[2]string]modelDoc) error {
	items := rapid.SliceOfN(rapid.SampledFrom(slices.Concat(plainWords, chains, runs)), 0, 6)
	id, part := fmt.Sprint(rapid.IntRange(0, 9).Draw(rt, "id")), rapid.SampledFrom([]string{"", "p"}).Draw(rt, "part")
	if rapid.IntRange(0, 9).Draw(rt, "remove") == 0 {
		delete(docs, [2]string{id, ""})
		delete(docs, [2]string{id, "p"})
		return search.Remove(tx, "ticket", id)
	}
	doc := modelDoc{items.Draw(rt, "title"), items.Draw(rt, "body")}
	docs[[2]string{id, part}] = doc
	age := rapid.SampledFrom([]time.Duration{0, time.Hour, 1000 * time.Hour}).Draw(rt, "age")
	return search.Narrow().Put(tx, search.Doc{Subject: "ticket", ID: id, Part: part,
		Title: strings.Join(doc.title, " "), Body: strings.Join(doc.body, ", "), At: tx.Now.Add(-age)})
}

func modelFind(docs map[[2]string]modelDoc, query []modelTerm) (found []string) {
	if !slices.ContainsFunc(query, func(m modelTerm) bool { return !m.not }) {
		return nil
	}
	for key, doc := range docs {
		if !slices.ContainsFunc(query, func(m modelTerm) bool { return m.in(doc) == m.not }) {
			found = append(found, key[0])
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func typed(query []modelTerm) string {
	var all []string
	for _, m := range query {
		all = append(all, m.String())
	}
	return strings.Join(all, " ")
}

// eachReal is mustertest.EachDB in real time, which rapid needs.
func eachReal(t *testing.T, f func(t *testing.T, d *db.DB)) {
	mustertest.EachURL(t, func(t *testing.T, url string) {
		d := mustertest.Open(t, url)
		f(t, d)
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
}
