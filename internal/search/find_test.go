package search_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/mustertest"
	"muster/internal/search"
)

func ids(p search.Page) []string {
	var all []string
	for _, h := range p.Hits {
		all = append(all, h.ID)
	}
	return all
}

func find(t *testing.T, tx *db.Tx, words string) []string {
	t.Helper()
	p, err := search.Find(tx, search.Query{Subject: "ticket", Words: words})
	if err != nil {
		t.Errorf("find %q: %v", words, err)
	}
	return ids(p)
}

func TestFind(t *testing.T) {
	docs := []search.Doc{
		{ID: "printer", Title: "Printer jam", Body: "The paper is stuck again in tray two."},
		{ID: "vpn", Title: "VPN drops", Body: "Connecting from the hotel fails with error -1022; the printer works."},
		{ID: "order", Title: "Where is my order?", Body: "Order INV-2024-001, sent to bob.smith@mail.example.com from 10.0.0.17"},
		{ID: "other-order", Title: "Invoice", Body: "INV-2024-0019 and INV-2023-001, inv 2024 002"},
		{ID: "german", Title: "Drucker streikt", Body: "Die Straße ist überflutet, müssen wir schließen? Café zu."},
		{ID: "japanese", Title: "印刷できない", Body: "東京都の支社でプリンターが動きません。"},
		{ID: "korean", Title: "서버 다운", Body: "서버가 응답하지 않습니다"},
		{ID: "thai", Title: "เครื่องพิมพ์", Body: "เครื่องพิมพ์ไม่ทำงาน"},
		{ID: "code", Title: "Crash", Body: "java.lang.NullPointerException at com.acme.shop.cart.Checkout.pay(Checkout.java:42) code 0x80070005 ORA-00942 E_FAIL"},
		{ID: "parts", Title: "Laptop", Body: "It does not start."},
		{ID: "parts", Part: "2", Title: "Laptop", Body: "Battery replaced, still dead."},
		{ID: "parts", Part: "3", Title: "Laptop", Body: "Battery again."},
		{ID: "stop", Title: "The Who", Body: "to be or not to be, that is it"},
	}
	tests := []struct {
		rule, words string
		want        []string
	}{
		{"a word", "tray", []string{"printer"}},
		{"the beginning of a word", "pap", []string{"printer"}},
		{"not its middle", "aper", nil},
		{"in the title and in the body", "printer", []string{"printer", "vpn"}},
		{"all words must be there", "printer hotel", []string{"vpn"}},
		{"in whatever order, the title's and the body's together", "stuck jam", []string{"printer"}},
		{"case does not count", "PRINTER Hotel", []string{"vpn"}},
		{"a phrase", `"stuck again"`, []string{"printer"}},
		{"a phrase has its order", `"again stuck"`, nil},
		{"a phrase is of whole words", `"stuck aga"`, nil},
		{"a phrase does not go from the title into the body", `"jam the"`, nil},
		{"the marks in a phrase do not count", `"tray, two!"`, []string{"printer"}},
		{"a phrase in curly quotes", "“stuck again”", []string{"printer"}},
		{"a phrase of one word is that whole word", `"print"`, nil},
		{"a phrase that is not closed goes to the end", `"stuck again`, []string{"printer"}},
		{"a phrase and a word", `"paper is" two`, []string{"printer"}},
		{"words that are left out", "printer -hotel", []string{"printer"}},
		{"what is left out is a whole word", "printer -hot", []string{"printer", "vpn"}},
		{"a phrase that is left out", `printer -"stuck again"`, []string{"vpn"}},
		{"a phrase that is not there leaves nothing out", `printer -"again stuck"`, []string{"printer", "vpn"}},
		{"nothing is found by what it lacks alone", "-printer", nil},
		{"a number's minus leaves nothing out", "error -1022", []string{"vpn"}},
		{"two minuses leave nothing out", "--printer", []string{"printer", "vpn"}},
		{"a single letter is a whole word", "e crash", []string{"code"}},
		{"a single letter does not begin one", "c crash", nil},
		{"without accents as with them", "uberflutet strasse", []string{"german"}},
		{"with accents as without", "CAFÉ schliessen", []string{"german"}},
		{"full width", "ＰＲＩＮＴＥＲ", []string{"printer", "vpn"}},
		{"two Japanese characters", "東京", []string{"japanese"}},
		{"from the middle of a run", "京都", []string{"japanese"}},
		{"more of them are a row", "東京都の支社", []string{"japanese"}},
		{"not one with a hole", "東京支社", nil},
		{"one of them", "都", []string{"japanese"}},
		{"the last of a run", "ん", []string{"japanese"}},
		{"half-width kana", "ﾌﾟﾘﾝﾀｰ", []string{"japanese"}},
		{"Japanese and something else", "東京 プリンター", []string{"japanese"}},
		{"a Japanese phrase", `"東京都の支社"`, []string{"japanese"}},
		{"a Korean stem", "서버", []string{"korean"}},
		{"one Korean syllable", "응", []string{"korean"}},
		{"Thai inside a run", "พิมพ์", []string{"thai"}},
		{"an order number", "INV-2024-001", []string{"order", "other-order"}},
		{"the order number alone, quoted", `"INV-2024-001"`, []string{"order"}},
		{"its beginning", "INV-2024", []string{"order", "other-order"}},
		{"its end", "2024-001", []string{"order", "other-order"}},
		{"a part of it", "2023", []string{"other-order"}},
		{"however it is linked", "inv/2023_001", []string{"other-order"}},
		{"as words", "inv 2023 001", []string{"other-order"}},
		{"another number", "INV-2024-003", nil},
		{"an address", "bob.smith@mail.example.com", []string{"order"}},
		{"its name", "smith", []string{"order"}},
		{"its host", "mail.example.com", []string{"order"}},
		{"its domain", "example.com", []string{"order"}},
		{"an address that only looks alike", "bob.smith@example.com", nil},
		{"a network address", "10.0.0.17", []string{"order"}},
		{"not another", "10.0.17.0", nil},
		{"a class with its packages", "com.acme.shop.cart.Checkout.pay", []string{"code"}},
		{"not another's method", "com.acme.shop.cart.Checkout.play", nil},
		{"an error code", "0x80070005", []string{"code"}},
		{"an error code with a link", "ORA-00942", []string{"code"}},
		{"an error code's number", "00942", []string{"code"}},
		{"an exception", "nullpointer", []string{"code"}},
		{"left out, an address is left out whole", "order -mail.example.com", nil},
		{"a record is found once", "laptop", []string{"parts"}},
		{"by any of its parts", "battery dead", []string{"parts"}},
		{"words in two parts are not together", "start battery", nil},
		{"common words count", `"to be or not to be"`, []string{"stop"}},
		{"and are found", "the who", []string{"stop"}},
		{"nothing but marks finds nothing", "?!…", nil},
		{"nothing finds nothing", "", nil},
		{"a word that is not there", "elephant", nil},
		{"the same word twice is one", "hotel hotel", []string{"vpn"}},
		{"a quote inside a word is a mark", `tray"two`, []string{"printer"}},
	}
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		ctx := mustertest.As(t, "acme", "ann")
		for i := range docs {
			docs[i].Subject = "ticket"
		}
		put := func(docs ...search.Doc) {
			mustertest.Do(t, d, ctx, func(tx *db.Tx) error { return search.Put(tx, docs...) })
		}
		check := func(when string) {
			if err := withIndex(d, ctx, func(tx *db.Tx) error {
				for _, tt := range tests {
					got := find(t, tx, tt.words)
					slices.Sort(got)
					if want := slices.Sorted(slices.Values(tt.want)); !slices.Equal(got, want) {
						t.Errorf("%s: %s: %q finds %q, want %q", when, tt.rule, tt.words, got, want)
					}
				}
				return nil
			}); err != nil {
				t.Error(err)
			}
		}
		put(docs...)
		check("before it is indexed")
		for i := range 300 {
			put(search.Doc{Subject: "ticket", ID: "filler" + strconv.Itoa(i), Title: "Filler", Body: "xyzzy"})
		}
		check("indexed")
	})
}

func TestWorkspacesAndSubjectsAreApart(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		acme, other := mustertest.As(t, "acme", "ann"), mustertest.As(t, "other", "eve")
		for _, ctx := range []struct{ workspace string }{{"acme"}, {"other"}} {
			mustertest.Do(t, d, mustertest.As(t, ctx.workspace, "x"), func(tx *db.Tx) error {
				return search.Put(tx,
					search.Doc{Subject: "ticket", ID: "1", Body: "shared secret of " + ctx.workspace},
					search.Doc{Subject: "article", ID: "1", Body: "shared article of " + ctx.workspace})
			})
		}
		mustertest.Do(t, d, other, func(tx *db.Tx) error { return search.Remove(tx, "ticket", "1") })
		count := func(tx *db.Tx, subject, words string, want int) {
			t.Helper()
			p, err := search.Find(tx, search.Query{Subject: subject, Words: words})
			if err != nil || len(p.Hits) != want {
				t.Errorf("%s finds %d of %s with %q (%v), want %d", tx.Workspace, len(p.Hits), subject, words, err, want)
			}
		}
		mustertest.See(t, d, acme, func(tx *db.Tx) error {
			count(tx, "ticket", "shared", 1)
			count(tx, "article", "shared", 1)
			count(tx, "", "shared", 2)
			count(tx, "", "other", 0)
			count(tx, "alert", "shared", 0)
			return nil
		})
		mustertest.See(t, d, other, func(tx *db.Tx) error {
			count(tx, "ticket", "shared", 0)
			count(tx, "", "shared", 1)
			return nil
		})
	})
}

func TestRanking(t *testing.T) {
	at := func(days int) time.Time { return time.Date(2030, 1, 1+days, 0, 0, 0, 0, time.UTC) }
	long := strings.Repeat("lorem ipsum ", 300)
	tests := []struct {
		rule  string
		words string
		docs  []search.Doc // best first
	}{
		{"the title counts for more than the body", "toner", []search.Doc{
			{ID: "title", Title: "Toner", At: at(0)}, {ID: "body", Body: "toner toner toner toner", At: at(300)}}},
		{"a whole word in the title counts for more than its beginning", "ton", []search.Doc{
			{ID: "whole", Title: "ton", At: at(0)}, {ID: "begun", Title: "toner", At: at(300)}}},
		{"often counts for more than once", "toner", []search.Doc{
			{ID: "often", Body: "toner and toner, toner", At: at(0)}, {ID: "once", Body: "toner and paper, ink", At: at(1)}}},
		{"once in few words counts for more than in many", "toner", []search.Doc{
			{ID: "short", Body: "the toner", At: at(0)}, {ID: "long", Body: "the toner " + long, At: at(1)}}},
		{"a whole word counts for more than its beginning", "ton", []search.Doc{
			{ID: "whole", Body: "a ton of it", At: at(0)}, {ID: "begun", Body: "a toner now", At: at(1)}}},
		{"newer comes first of what is alike", "toner", []search.Doc{
			{ID: "new", Body: "toner", At: at(2)}, {ID: "newish", Body: "toner", At: at(1)}, {ID: "old", Body: "toner", At: at(0)}}},
		{"a record is worth its best part", "toner", []search.Doc{
			{ID: "a", Part: "1", Title: "Toner"}, {ID: "b", Body: "toner toner"}, {ID: "a", Part: "2", Body: "toner"}}},
	}
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		for i, tt := range tests {
			for _, backwards := range []bool{false, true} {
				ctx := mustertest.As(t, strconv.Itoa(i)+strconv.FormatBool(backwards), "ann")
				var want []string
				docs := slices.Clone(tt.docs)
				for j := range docs {
					docs[j].Subject = "ticket"
					if !slices.Contains(want, docs[j].ID) {
						want = append(want, docs[j].ID)
					}
				}
				if backwards {
					slices.Reverse(docs)
				}
				mustertest.Do(t, d, ctx, func(tx *db.Tx) error { return search.Put(tx, docs...) })
				mustertest.See(t, d, ctx, func(tx *db.Tx) error {
					if got := find(t, tx, tt.words); !slices.Equal(got, want) {
						t.Errorf("%s: got %q, want %q", tt.rule, got, want)
					}
					return nil
				})
			}
		}
	})
}

func TestHitTellsItsBestPart(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		ctx := mustertest.As(t, "acme", "ann")
		mustertest.Do(t, d, ctx, func(tx *db.Tx) error {
			return search.Put(tx,
				search.Doc{Subject: "ticket", ID: "1", Part: "a", Body: "one toner among many words here", At: tx.Now.Add(-time.Hour)},
				search.Doc{Subject: "ticket", ID: "1", Part: "b", Body: "toner toner", At: tx.Now.Add(-2 * time.Hour)})
		})
		mustertest.See(t, d, ctx, func(tx *db.Tx) error {
			p, err := search.Find(tx, search.Query{Subject: "ticket", Words: "toner"})
			if err != nil || len(p.Hits) != 1 || p.Hits[0].Part != "b" || !p.Hits[0].At.Equal(tx.Now.Add(-2*time.Hour)) {
				t.Errorf("got %+v, %v, want part b of two hours ago", p, err)
			}
			return nil
		})
	})
}

func TestDocsNeedNames(t *testing.T) {
	mustertest.EachDB(t, func(t *testing.T, d *db.DB) {
		for _, doc := range []search.Doc{{ID: "1", Body: "x"}, {Subject: "ticket", Body: "x"}} {
			err := d.Update(mustertest.As(t, "acme", "ann"), func(tx *db.Tx) error { return search.Put(tx, doc) })
			if !fault.Is(err, fault.Internal) {
				t.Errorf("%+v: got %v, want that it is refused", doc, err)
			}
		}
	})
}
