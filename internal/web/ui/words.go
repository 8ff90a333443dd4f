package ui

import (
	"embed"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"sync"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

//go:embed words
var wordFiles embed.FS

// tongue is a language that pages can be in. English stands in the templates, so its catalogue is
// empty; any other has a file words/TAG.json of English to theirs.
type tongue struct {
	tag   language.Tag
	words map[string]phrase
}

// phrase is a text in one language, or its plural forms by their CLDR names: one, few, many, other.
type phrase map[string]string

// UnmarshalJSON reads a text, or an object of plural forms.
func (p *phrase) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) == nil {
		*p = phrase{"other": text}
		return nil
	}
	var forms map[string]string
	err := json.Unmarshal(b, &forms)
	*p = forms
	return err
}

// tongues are the languages there are, by their tag; English is one of them.
var tongues = sync.OnceValue(func() map[string]*tongue {
	all := map[string]*tongue{"en": {tag: language.English}}
	files, err := wordFiles.ReadDir("words")
	if err != nil {
		panic(err)
	}
	for _, file := range files {
		name, ok := strings.CutSuffix(file.Name(), ".json")
		if !ok {
			continue
		}
		t := &tongue{tag: language.MustParse(name)}
		b, err := wordFiles.ReadFile("words/" + file.Name())
		if err != nil {
			panic(err)
		}
		if err := json.Unmarshal(b, &t.words); err != nil {
			panic(fmt.Errorf("words/%s: %w", file.Name(), err))
		}
		all[name] = t
	}
	return all
})

// languageOf returns the language nearest to the locale: "de-AT" finds German, what is not there English.
func languageOf(locale string) *tongue {
	for tag := locale; tag != ""; tag = tag[:max(0, strings.LastIndexByte(tag, '-'))] {
		if t, ok := tongues()[tag]; ok {
			return t
		}
	}
	return tongues()["en"]
}

// Accepted returns the locale among ours that the browser asks for, "" for English.
func Accepted(r *http.Request) string {
	tags, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil {
		return ""
	}
	for _, tag := range tags {
		base, _ := tag.Base()
		if base.String() == "en" {
			return ""
		}
		if languageOf(tag.String()).words != nil {
			return tag.String()
		}
	}
	return ""
}

// scriptWords are what the scripts say, one to a line; a test holds them to the sources.
//
//go:embed words/script.txt
var scriptWords string

func (t *tongue) forScripts() string {
	theirs := map[string]string{}
	for line := range strings.Lines(scriptWords) {
		key := strings.TrimSpace(line)
		if text, ok := t.words[key]; ok {
			theirs[key] = text["other"]
		}
	}
	if len(theirs) == 0 {
		return ""
	}
	b, err := json.Marshal(theirs)
	if err != nil {
		panic(err) // strings always marshal
	}
	return string(b)
}

// Say returns a text in the language nearest to a locale, with its values filled in as by fmt.Sprintf: for mail, which no page frames.
func Say(locale, text string, values ...any) string { return languageOf(locale).say(text, values...) }

// say returns the text in that language, with its values filled in as by fmt.Sprintf.
func (t *tongue) say(text string, values ...any) string {
	if theirs, ok := t.words[text]; ok {
		text = theirs["other"]
	}
	if len(values) == 0 {
		return text
	}
	return fmt.Sprintf(text, values...)
}

// count returns the form of the text that goes with n; %d in it becomes the number. English has the
// two forms given; another language finds its own under the second.
func (t *tongue) count(n any, one, other string) (string, error) {
	v := reflect.ValueOf(n)
	if !v.CanInt() {
		return "", fmt.Errorf("plural of %T: want a whole number", n)
	}
	text := other
	forms := t.words[other]
	form := [...]string{"other", "zero", "one", "two", "few", "many"}[plural.Cardinal.MatchPlural(t.tag, int(v.Int()), 0, 0, 0, 0)]
	if theirs, ok := forms[form]; ok {
		text = theirs
	} else if theirs, ok := forms["other"]; ok {
		text = theirs
	} else if v.Int() == 1 {
		text = one
	}
	return strings.ReplaceAll(text, "%d", t.num(v.Int())), nil
}

// num writes a number as the language does: 1,204.5 or 1.204,5.
func (t *tongue) num(n any) string {
	if p, ok := n.(*int); ok && p != nil {
		n = *p
	}
	return message.NewPrinter(t.tag).Sprint(number.Decimal(n, number.MaxFractionDigits(2)))
}

// size writes a number of bytes: 48 KB, 1.4 MB.
func (t *tongue) size(bytes int64) string {
	n := float64(bytes)
	for _, unit := range []string{"B", "KB", "MB", "GB"} {
		switch {
		case n < 1024 && (n >= 10 || unit == "B"):
			return t.num(int64(n+.5)) + " " + unit
		case n < 1024:
			return t.num(float64(int64(n*10+.5))/10) + " " + unit
		}
		n /= 1024
	}
	return t.num(int64(n+.5)) + " TB"
}
