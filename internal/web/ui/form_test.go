package ui

import (
	"errors"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"muster/internal/fault"
)

// formView is a page with one form.
type formView struct {
	Frame
	Empty  Empty
	Fields []string
	Form   Form
}

func TestFormKeepsWhatWasTyped(t *testing.T) {
	form := Form{Action: "/save", Fields: []Field{
		{Name: "title", Label: "Title"}, {Name: "secret", Label: "Password", Kind: Password}, {Name: "text", Label: "Text", Kind: Long},
		{Name: "days", Label: "Days", Kind: Checks, Options: []Option{{Value: "mon", Text: "Mon"}, {Value: "tue", Text: "Tue"}}},
		{Name: "team", Label: "Team", Kind: Select, Options: []Option{{Value: "a", Text: "A"}, {Value: "b", Text: "B"}}},
		{Name: "on", Label: "On", Kind: Check, Value: "true"},
	}}
	form.Fill(url.Values{"title": {`"quoted" <b>`}, "secret": {"hunter2hunter2"}, "text": {"\nfirst line empty"}, "days": {"mon", "tue"}, "team": {"b"}})
	if !form.Blame(fault.Join(fault.Field("title", "A title is needed."), fault.Field("gone", "No such field."))) {
		t.Fatal("Blame says that the fault is not about fields")
	}
	b, err := draw(Frame{}, form)
	if err != nil {
		t.Fatal(err)
	}
	html := string(b)
	for rule, want := range map[string]string{
		"typed text stays, as text":         `value="&#34;quoted&#34; &lt;b&gt;"`,
		"an empty first line stays":         "rows=\"3\">\n\nfirst line empty</textarea>",
		"all that was chosen stays":         `value="tue" checked`,
		"so does a choice from a list":      `<option value="b" selected>`,
		"the sentence stands at its field":  `id="f-title-error">`,
		"the field says that it is wrong":   `id="f-title" name="title" value="&#34;quoted&#34; &lt;b&gt;" aria-invalid="true" aria-describedby="f-title-error"`,
		"what has no field stands over all": "No such field.",
		"the summary leads to the field":    `<a href="#f-title">Title</a>`,
		"the summary counts":                "One field needs you.",
		"a field that was not sent is off":  `name="on" value="true">`,
		"a password is never sent back":     `type="password" id="f-secret" name="secret" value=""`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("%s: want %s in\n%s", rule, want, html)
		}
	}
}

// A table of choices keeps what was chosen line by line, and says at the line what is wrong with it.
func TestFormOfTicks(t *testing.T) {
	form := Form{Action: "/save", Fields: []Field{{Name: "tell", Label: "Tell me", Kind: Ticks, Options: []Option{{Value: "app", Text: "Here"}, {Value: "mail", Text: "Mail"}},
		Lines: []Field{{Name: "tell.given", Label: "It is given", Kind: Checks, Values: []string{"app"}}, {Name: "tell.due", Label: "It is due", Kind: Checks, Values: []string{"app"}}}}},
		Aside: []Field{{Name: "hour", Label: "Hour"}}}
	form.Fill(url.Values{"tell.given": {"mail"}, "hour": {"25"}})
	form.Blame(fault.Join(fault.Field("tell.due", "Choose one."), fault.Field("hour", "No such hour.")))
	b, err := draw(Frame{}, form)
	if err != nil {
		t.Fatal(err)
	}
	html := string(b)
	for rule, want := range map[string]string{
		"what was chosen stays":         `name="tell.given" value="mail" aria-label="It is given: Mail" checked>`,
		"what was taken away stays so":  `name="tell.due" value="app" aria-label="It is due: Here" aria-invalid="true" aria-describedby="f-tell-due-error">`,
		"the sentence stands at a line": `id="f-tell-due-error">`,
		"the summary leads to the line": `<a href="#f-tell-due">It is due</a>`,
		"and to what stands beside":     `<a href="#f-hour">Hour</a>`,
		"one begins at the first":       `id="f-tell-due" tabindex="-1" autofocus`,
		"both are counted":              "2 fields need you.",
	} {
		if !strings.Contains(html, want) {
			t.Errorf("%s: want %s in\n%s", rule, want, html)
		}
	}
	if n := strings.Count(html, " autofocus"); n != 1 {
		t.Errorf("got %d places to begin, want one", n)
	}
}

func TestRefuse(t *testing.T) {
	page := Parse[formView](pages, "pages/fault.html")
	r := httptest.NewRequest("POST", "/save", nil)
	w := httptest.NewRecorder()
	if err := page.Refuse(w, r, formView{}, fault.Field("title", "A title is needed.")); err != nil || w.Code != 422 {
		t.Errorf("got %d (%v), want the page again with 422", w.Code, err)
	}
	other := errors.New("disk full")
	if err := page.Refuse(httptest.NewRecorder(), r, formView{}, other); err != other {
		t.Errorf("got %v, want what is not about fields to go on to Handler", err)
	}
	r.Header.Set("HX-Request", "true")
	if err := page.Refuse(httptest.NewRecorder(), r, formView{}, fault.Field("title", "x")); err == nil {
		t.Error("got nil for htmx, want the fault, whose fields are marked in place")
	}
}

func TestHueIsAlwaysTheSame(t *testing.T) {
	seen := map[int]bool{}
	for _, id := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"} {
		if h := Hue(id); h < 1 || h > 6 || h != Hue(id) {
			t.Errorf("Hue(%q) is %d, want 1 to 6 and the same again", id, h)
		}
		seen[Hue(id)] = true
	}
	if len(seen) < 4 {
		t.Errorf("twelve people have %d hues, want them told apart", len(seen))
	}
}
