package search_test

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/search"
)

// go test -run '^$' -bench . ./internal/search -docs 3000000 -benchtime 50x
var docCount = flag.Int("docs", 300_000, "docs that the benchmarks of Find look through")

// writer makes up messages of words that are as common as words are: the n-th most common is half as common as the n/2-th.
type writer struct {
	rand  *rand.Rand
	zipf  *rand.Zipf
	words []string
}

const vocabulary = 200_000

func newWriter() *writer {
	r := rand.New(rand.NewPCG(1, 2))
	w := &writer{rand: r, zipf: rand.NewZipf(r, 1.1, 3, vocabulary-1)}
	syllables := strings.Fields("re in er ti on an en al ed st or ca co de ing ma pro ter con ver ly com per un dis ser ta ble men tion si po la ri ne mo to so")
	for i := range vocabulary {
		n := 1 + min(3, i/40) + r.IntN(2)
		word := ""
		for range n {
			word += syllables[min(r.IntN(len(syllables)), r.IntN(len(syllables)))]
		}
		if i%50 == 49 {
			word = fmt.Sprintf("%s-%d", word, r.IntN(10_000))
		}
		w.words = append(w.words, word)
	}
	return w
}

func (w *writer) text(size int) string {
	var b strings.Builder
	for b.Len() < size {
		b.WriteString(w.words[w.zipf.Uint64()])
		b.WriteString([]string{" ", " ", " ", " ", " ", ", ", ". ", "\n"}[w.rand.IntN(8)])
	}
	return b.String()
}

// doc is the n-th message; each ticket has three. One in ten thousand has a word of its own.
func (w *writer) doc(n int) search.Doc {
	d := search.Doc{Subject: "ticket", ID: fmt.Sprintf("%020d", n/3), Part: fmt.Sprintf("%020d", n), Title: w.text(40), Body: w.text(400 + w.rand.IntN(1200))}
	if n%10_000 == 77 {
		d.Body += " flabbergast"
	}
	return d
}

// cpu returns the processor time that this process has used: on a machine that is shared, a truer figure than the clock's.
func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func benchContext() context.Context {
	return access.With(context.Background(), access.System("acme"))
}

// eachBench runs f with a new database of each engine that waits for the disk.
func eachBench(b *testing.B, f func(b *testing.B, d *db.DB)) {
	open := func(b *testing.B, url string) {
		d, err := db.Open(b.Context(), url)
		if err != nil {
			b.Fatal(err)
		}
		defer d.Close()
		f(b, d)
	}
	b.Run("sqlite", func(b *testing.B) { open(b, "sqlite:"+filepath.Join(b.TempDir(), "muster.db")) })
	server := os.Getenv("MUSTER_TEST_POSTGRES")
	if server == "" {
		return
	}
	b.Run("postgres", func(b *testing.B) {
		admin, err := sql.Open("pgx", server)
		if err != nil {
			b.Fatal(err)
		}
		defer admin.Close()
		if _, err := admin.Exec(`DROP SCHEMA IF EXISTS search_bench CASCADE; CREATE SCHEMA search_bench`); err != nil {
			b.Fatal(err)
		}
		defer admin.Exec(`DROP SCHEMA search_bench CASCADE`)
		u, _ := url.Parse(server)
		q := u.Query()
		q.Set("search_path", "search_bench")
		u.RawQuery = q.Encode()
		open(b, u.String())
	})
}

// One Put of a message of 1 KB, among 200 of one commit, with its share of the indexing.
func BenchmarkPut(b *testing.B) {
	eachBench(b, func(b *testing.B, d *db.DB) {
		w := newWriter()
		texts := make([]string, 5000)
		for i := range texts {
			texts[i] = w.text(1000)
		}
		n, began := 0, cpu()
		for b.Loop() {
			if err := d.Update(benchContext(), func(tx *db.Tx) error {
				for range 200 {
					n++
					doc := search.Doc{Subject: "ticket", ID: fmt.Sprintf("%020d", n), Title: "Printer jam", Body: texts[n%len(texts)]}
					if err := search.Put(tx, doc); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(n), "µs/doc")
		b.ReportMetric(float64((cpu()-began).Microseconds())/float64(n), "cpu-µs/doc")
	})
}

func BenchmarkTextOf(b *testing.B) {
	text := newWriter().text(1000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		search.TextOf(text)
	}
}

func BenchmarkFind(b *testing.B) {
	eachBench(b, func(b *testing.B, d *db.DB) {
		w := newWriter()
		began := time.Now()
		for n := 0; n < *docCount; {
			if err := d.Update(benchContext(), func(tx *db.Tx) error {
				docs := make([]search.Doc, 500)
				for i := range docs {
					docs[i] = w.doc(n)
					n++
				}
				return search.Put(tx, docs...)
			}); err != nil {
				b.Fatal(err)
			}
		}
		b.Logf("%d docs put in %v", *docCount, time.Since(began).Round(time.Second))
		for _, kind := range finds(w) {
			b.Run(kind.name, func(b *testing.B) { benchFind(b, d, kind) })
		}
	})
}

type findKind struct {
	name  string
	words func(i int) string
	keep  func(subject string, ids []string) ([]string, error)
}

func finds(w *writer) []findKind {
	word := func(from, to int) func(int) string {
		return func(i int) string { return `"` + w.words[from+(i*7919)%(to-from)] + `"` }
	}
	open := func(fs ...func(int) string) func(int) string {
		return func(i int) string {
			var all []string
			for j, f := range fs {
				all = append(all, strings.Trim(f(i*3+j), `"`))
			}
			return strings.Join(all, " ")
		}
	}
	begin := func(f func(int) string, n int) func(int) string {
		return func(i int) string { word := strings.Trim(f(i), `"`); return word[:min(n, len(word))] }
	}
	phrase := func(i int) string {
		words := strings.Fields(strings.NewReplacer(",", " ", ".", " ").Replace(w.doc(i).Body))
		at := (i * 31) % (len(words) - 3)
		return `"` + strings.Join(words[at:at+3], " ") + `"`
	}
	common, middling, rare := word(5, 60), word(200, 2000), word(50_000, vocabulary)
	oneIn50 := func(_ string, ids []string) ([]string, error) {
		return slices.DeleteFunc(ids, func(id string) bool { return id[len(id)-1] != '7' || id[len(id)-2] > '1' }), nil
	}
	return []findKind{
		{"rare", rare, nil},
		{"very rare", func(int) string { return "flabbergast" }, nil},
		{"absent", func(i int) string { return fmt.Sprint("zzz", i) }, nil},
		{"common", open(common), nil},
		{"middling", open(middling), nil},
		{"common common", open(common, common), nil},
		{"common middling", open(common, middling), nil},
		{"middling middling", open(middling, middling), nil},
		{"common rare", open(common, rare), nil},
		{"three middling", open(middling, middling, middling), nil},
		{"prefix of 2", begin(common, 2), nil},
		{"prefix of 3", begin(middling, 3), nil},
		{"two prefixes of 3", open(begin(middling, 3), begin(rare, 3)), nil},
		{"phrase of 3", phrase, nil},
		{"common, 1 in 50 kept", open(common), oneIn50},
		{"middling, 1 in 50 kept", open(middling), oneIn50},
	}
}

func benchFind(b *testing.B, d *db.DB, kind findKind) {
	var took []time.Duration
	hits, i, start := 0, 0, cpu()
	for b.Loop() {
		words := kind.words(i)
		i++
		began := time.Now()
		if err := d.View(benchContext(), func(tx *db.Tx) error {
			p, err := search.Find(tx, search.Query{Subject: "ticket", Words: words, Limit: 25, Keep: kind.keep})
			hits += len(p.Hits)
			return err
		}); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	b.ReportMetric(float64((cpu()-start).Microseconds())/1000/float64(len(took)), "cpu-ms")
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
	b.ReportMetric(float64(hits)/float64(len(took)), "hits")
}
