package letter

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/corpus anew")

// sample is one message of the corpus, which is written here and nowhere else,
// with what a reader must find in it.
type sample struct {
	name string // of its file, and the rule it proves
	raw  string
	want want
}

// want says what a letter holds. from, subject, kind, parts, notes and report are
// compared whole; text and html must contain each line; absent stands nowhere.
type want struct {
	from    string
	author  string // if it is not from
	subject string
	kind    Kind
	text    []string
	html    []string
	absent  []string
	parts   []string // "name type [inline]"
	notes   []Note
	report  string // see reportText
	extra   func(*Letter) string
	says    string // for those who trim quotes: the new text …
	quotes  string // … and a line of the old
}

// corpus returns all samples.
func corpus() []sample {
	return slices.Concat(headSamples(), idSamples(), peopleSamples(), charsetSamples(), brokenCharsetSamples(), bodySamples(),
		partSamples(), nameSamples(), sealedSamples(), quoteSamples(), trimSamples(), bounceSamples(), wordingSamples(), autoSamples(), machineSamples())
}

// crlf gives a message the line ends of the wire.
func crlf(s string) string {
	return strings.ReplaceAll(strings.TrimPrefix(s, "\n"), "\n", "\r\n")
}

// anna is the header of a letter by a person; a sample adds the subject and the rest.
const anna = `
From: Anna Berg <anna@kunde.example>
To: Support <support@desk.example>
Date: Mon, 3 Mar 2025 10:12:00 +0100
Message-ID: <m1@kunde.example>
MIME-Version: 1.0
`

const annaIs = "Anna Berg <anna@kunde.example>"

func TestCorpus(t *testing.T) {
	for _, s := range corpus() {
		t.Run(s.name, func(t *testing.T) {
			l, err := Read([]byte(s.raw), Limits{})
			if err != nil {
				t.Fatalf("Read: %v", err)
			}
			s.want.check(t, l)
		})
	}
}

func (w want) check(t *testing.T, l *Letter) {
	t.Helper()
	same := func(what string, got, want any) {
		t.Helper()
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: got %q, want %q", what, got, want)
		}
	}
	same("From", l.From.String(), w.from)
	if w.author == "" {
		w.author = w.from
	}
	same("Author", l.Author().String(), w.author)
	same("Subject", l.Subject, w.subject)
	if l.Auto.Kind != w.kind || (l.Auto.Reason == "") != (w.kind == Person) {
		t.Errorf("Auto: got %q (%s), want %q", l.Auto.Kind, l.Auto.Reason, w.kind)
	}
	for _, s := range w.text {
		if !strings.Contains(l.Text, s) {
			t.Errorf("Text: got %q, want %q in it", l.Text, s)
		}
	}
	for _, s := range w.html {
		if !strings.Contains(l.HTML, s) {
			t.Errorf("HTML: got %q, want %q in it", l.HTML, s)
		}
	}
	if w.text == nil && l.Text != "" || w.html == nil && l.HTML != "" {
		t.Errorf("got Text %q and HTML %q, want only what the sample names", l.Text, l.HTML)
	}
	for _, s := range w.absent {
		if strings.Contains(l.Text+l.HTML+l.Subject, s) {
			t.Errorf("got %q in the letter, want it absent", s)
		}
	}
	same("Parts", strings.Join(partLines(l), "\n"), strings.Join(w.parts, "\n"))
	same("Notes", l.Notes, w.notes)
	same("Report", reportText(l.Report), w.report)
	if w.extra != nil {
		if s := w.extra(l); s != "" {
			t.Error(s)
		}
	}
}

func partLines(l *Letter) []string {
	var lines []string
	for _, p := range l.Parts {
		line := p.Name + " " + p.Type
		if p.Inline {
			line += " inline"
		}
		lines = append(lines, line)
	}
	return lines
}

// reportText writes a report on one line: kind, message, and each outcome.
func reportText(r *Report) string {
	if r == nil {
		return ""
	}
	s := string(r.Kind) + " " + r.MessageID
	for _, o := range r.Outcomes {
		s += "; " + strings.Join(strings.Fields(o.Mailbox+" "+o.Action+" "+o.Status), " ")
	}
	return s
}

// expectation is what testdata/corpus/index.json says of a message, for those who replay it.
type expectation struct {
	From    string   `json:"from"`
	Subject string   `json:"subject"`
	Kind    Kind     `json:"kind,omitempty"`
	Parts   []string `json:"parts,omitempty"`
	Report  string   `json:"report,omitempty"`
	Says    string   `json:"says,omitempty"`
	Quotes  string   `json:"quotes,omitempty"`
}

// The files are the samples, so that others can replay them.
func TestCorpusFiles(t *testing.T) {
	dir := filepath.Join("testdata", "corpus")
	index := map[string]expectation{}
	files := map[string]string{}
	for _, s := range corpus() {
		if _, twice := index[s.name]; twice {
			t.Errorf("two samples are called %s", s.name)
		}
		w := s.want
		index[s.name] = expectation{w.from, w.subject, w.kind, w.parts, w.report, w.says, w.quotes}
		files[s.name+".eml"] = s.raw
	}
	list, err := json.MarshalIndent(index, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	files["index.json"] = string(list) + "\n"
	if len(index) < 150 {
		t.Errorf("got %d samples, want 150 or more", len(index))
	}
	if *update {
		writeCorpus(t, dir, files)
	}
	have, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(have) != len(files) {
		t.Errorf("got %d files in %s, want %d: run go test -update", len(have), dir, len(files))
	}
	for name, raw := range files {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != raw {
			t.Errorf("%s is not as the sample (%v): run go test -update", name, err)
		}
	}
}

func writeCorpus(t *testing.T, dir string, files map[string]string) {
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, raw := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(raw), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
