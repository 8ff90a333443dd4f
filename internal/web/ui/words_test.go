package ui

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/internal/fault"
)

// found returns what the pattern's first group matches in the files, sorted, each once.
func found(t *testing.T, pattern string, globs ...string) []string {
	t.Helper()
	var all []string
	for _, glob := range globs {
		files, err := filepath.Glob(glob)
		if err != nil || len(files) == 0 {
			t.Fatalf("no files match %s (%v)", glob, err)
		}
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(b), -1) {
				all = append(all, m[1])
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func TestScriptWordsAreThoseOfTheScripts(t *testing.T) {
	want := append(found(t, `word\("([^"]+)"`, "assets/js/*.ts"), found(t, `"(%d [a-z]+)"`, "assets/js/when.ts")...)
	slices.Sort(want)
	want = slices.Compact(want)
	got := slices.Sorted(slices.Values(strings.Split(strings.TrimSpace(scriptWords), "\n")))
	if !slices.Equal(got, want) {
		t.Errorf("words/script.txt has\n%s\nwant what the scripts say:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestGermanHasEveryWord(t *testing.T) {
	words := found(t, `\btr "([^"]+)"`, "html/*.html", "pages/fault.html", "../public/*.html")
	words = append(words, found(t, `plural [^"]* "[^"]+" "([^"]+)"`, "html/*.html")...)
	words = append(words, found(t, `\.count\([^"]*"[^"]+", "([^"]+)"`, "*.go")...)
	words = append(words, found(t, `(?:say|format)\((?:t, )?"([^"]+)"`, "*.go", "../../survey/*.go")...)
	words = append(words, strings.Split(strings.TrimSpace(scriptWords), "\n")...)
	for _, kind := range []fault.Kind{fault.Invalid, fault.NotFound, fault.Denied, fault.Conflict, fault.TooMany, fault.TooLarge, fault.Internal} {
		_, title, next := heads(kind)
		words = append(words, title, next)
	}
	for _, tool := range (Composer{Editor: Editor{Upload: "/"}}).Tools() {
		words = append(words, tool.Label)
	}
	for _, theme := range (Frame{}).Themes() {
		words = append(words, theme.Text)
	}
	for _, here := range (Frame{Me: Me{Presence: "away"}}).Presences() {
		words = append(words, here.Text)
	}
	for day := range 31 * 12 {
		at := time.Date(2026, 1, day, 0, 0, 0, 0, time.UTC)
		words = append(words, at.Format("Mon"), at.Format("Jan"), at.Format("January"))
	}
	german := languageOf("de-AT")
	slices.Sort(words)
	for _, word := range slices.Compact(words) {
		if german.words[word]["other"] == "" {
			t.Errorf("words/de.json lacks %q", word)
		}
	}
	for word := range german.words {
		if !slices.Contains(words, word) && word != fault.Message(fs.ErrInvalid) {
			t.Errorf("words/de.json has %q, which nothing says", word)
		}
	}
}

func TestWords(t *testing.T) {
	at := time.Date(2026, time.March, 10, 7, 52, 14, 0, time.UTC)
	berlin := time.FixedZone("CET", 3600)
	read := func(locale string) reader {
		return readerOf(Frame{Me: Me{Locale: locale, Zone: berlin}, Now: at.Add(52 * time.Minute)})
	}
	plural := func(locale string, n int) string {
		text, err := read(locale).count(n, "Quoted text, %d line", "Quoted text, %d lines")
		if err != nil {
			t.Error(err)
		}
		return text
	}
	for _, row := range []struct{ rule, got, want string }{
		{"English stands in the template", read("").say("Search or do"), "Search or do"},
		{"German comes from its file", read("de").say("Search or do"), "Suchen, tun"},
		{"a region falls back to its language", read("de-CH").say("Undo"), "Rückgängig"},
		{"what no file has stays English", read("fi").say("Undo"), "Undo"},
		{"values are filled in", read("de").say("Remove %s", "export"), "export entfernen"},
		{"one has its own form", plural("", 1), "Quoted text, 1 line"},
		{"none takes the other form", plural("", 0), "Quoted text, 0 lines"},
		{"German has its own forms", plural("de", 1) + "; " + plural("de", 1200), "Zitat, 1 Zeile; Zitat, 1.200 Zeilen"},
		{"thousands are set apart", read("").num(1204.5) + "; " + read("de").num(1204.5), "1,204.5; 1.204,5"},
		{"sizes have one digit under ten", read("").size(900) + "; " + read("de").size(1468006) + "; " + read("").size(49152), "900 B; 1,4 MB; 48 KB"},
		{"the exact instant is in the reader's zone", read("").exact(at), "Tue 10 March 2026, 08:52:14"},
		{"its names are in the reader's language", read("de").exact(at), "Di, 10. März 2026, 08:52:14"},
		{"its order is the reader's", read("en-US").exact(at), "Tue, March 10, 2026, 8:52:14 AM"},
		{"today is a time of day", read("").at(at), "08:52"},
		{"another day has its date", read("").at(at.Add(-48 * time.Hour)), "8 Mar, 08:52"},
		{"another year has its year", read("").at(at.Add(-365 * 24 * time.Hour)), "10 Mar 2025, 08:52"},
		{"a day of this year needs no year", read("").day(at) + "; " + read("").day(at.AddDate(-1, 0, 0)), "Tue 10 March; 10 March 2025"},
		{"ago in minutes", read("").ago(at), "52 min"},
		{"a moment ago is now", read("").ago(at.Add(52*time.Minute - 44*time.Second)), "now"},
		{"under a day in hours", read("").ago(at.Add(-20 * time.Hour)), "20 h"},
		{"under a month in days", read("de").ago(at.Add(-50 * time.Hour)), "2 T"},
		{"older than a month is a date", read("").ago(at.AddDate(0, -2, 0)), "10 Jan"},
		{"in another year is a month", read("").ago(at.AddDate(0, -5, 0)), "Oct 2025"},
		{"what is to come", read("").ago(at.Add(61 * time.Minute)), "in 9 min"},
		{"no instant says nothing", read("").ago(time.Time{}) + read("").exact(time.Time{}) + string(read("").when(time.Time{})), ""},
		{"spans in two units", read("").span(65*time.Minute) + "; " + read("").span(26*time.Hour) + "; " + read("").span(9*time.Minute) + "; " + read("").span(-30*time.Second), "1 h 05 min; 1 d 02 h; 9 min; 30 s"},
	} {
		if row.got != row.want {
			t.Errorf("%s: got %q, want %q", row.rule, row.got, row.want)
		}
	}
}
