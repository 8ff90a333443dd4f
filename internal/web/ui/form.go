package ui

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strings"

	"muster/internal/fault"
)

// Form is fields and the buttons that send them. A form that was refused is shown again as it was
// typed, with what is wrong beside each field: Fill, then Blame, then Page.Refuse.
type Form struct {
	ID      string
	Action  string
	Get     bool // sent in the address: for filters
	Files   bool // carries files
	Fields  []Field
	Aside   []Field // next to the others where there is room, else under them
	Send    Button  // the main button; its Is is "main" if not said
	Others  []Button
	Problem string // over the fields: what is wrong, or ""
	Compact bool   // fields side by side where there is room
}

// Rows are the fields, those together that stand beside each other.
func (f Form) Rows() [][]Field {
	var rows [][]Field
	for i, field := range f.Fields {
		if n := len(rows); field.Beside && i > 0 {
			rows[n-1] = append(rows[n-1], field)
		} else {
			rows = append(rows, []Field{field})
		}
	}
	return rows
}

// Field is one question of a form.
type Field struct {
	Name        string
	Label       string
	Kind        Kind
	Value       string   // what is in it
	Values      []string // what is chosen, where there may be several
	Hint        string
	Error       string // what is wrong with it
	Placeholder string
	Options     []Option
	Required    bool
	Disabled    bool
	Code        bool   // written in the face of code
	Auto        string // autocomplete token, such as "email" or "off"
	Min, Max    string
	Step        string
	Rows        int
	Accept      string // kinds of file
	Focus       bool   // where to begin
	Editor      Editor // for kind Rich: what the editor may do
	Unit        string // behind the field, such as "min"
	Beside      bool   // beside the field before it, where there is room
	List        []string
	Lines       []Field // for kind Ticks: its rows, each with a name of its own
}

// Kind is the kind of a field.
type Kind string

// The kinds of field.
const (
	Text     Kind = ""
	Long     Kind = "textarea"
	Rich     Kind = "editor" // Markdown, with the editor where there are scripts
	Select   Kind = "select"
	Check    Kind = "checkbox" // one yes or no
	Switch   Kind = "switch"   // the same, at once in force
	Checks   Kind = "checks"   // any of the options
	Radios   Kind = "radios"   // one of the options, all in sight
	Ticks    Kind = "ticks"    // a table: any of the options, which are its columns, for each of its lines
	Password Kind = "password"
	Email    Kind = "email"
	Phone    Kind = "tel"
	URL      Kind = "url"
	Number   Kind = "number"
	Date     Kind = "date"
	DateTime Kind = "datetime-local"
	Time     Kind = "time"
	File     Kind = "file"
	Search   Kind = "search"
	Colour   Kind = "color"
	Hidden   Kind = "hidden"
	Heading  Kind = "heading" // no field: the label stands over those that follow
)

// Option is one answer of a field that offers some.
type Option struct {
	Value, Text string
	Hint        string
	Disabled    bool
	Group       string // heading over it in a select; options of one group stand together
}

// ID is the id of the field's control.
func (f Field) ID() string {
	return "f-" + strings.Map(func(r rune) rune {
		if r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '-'
	}, f.Name)
}

// Has reports whether that answer is chosen.
func (f Field) Has(value string) bool { return f.Value == value || slices.Contains(f.Values, value) }

// On reports whether a Check or Switch is on.
func (f Field) On() bool { return f.Value != "" && f.Value != "false" && f.Value != "0" }

// Type is the type of an input of that kind.
func (f Field) Type() string { return cmp.Or(string(f.Kind), "text") }

// About are the ids of what is said about the field.
func (f Field) About() string {
	var ids []string
	if f.Error != "" {
		ids = append(ids, f.ID()+"-error")
	}
	if f.Hint != "" {
		ids = append(ids, f.ID()+"-hint")
	}
	return strings.Join(ids, " ")
}

// Grouped are the options by their group, in the order of their first.
func (f Field) Grouped() []OptionGroup {
	var groups []OptionGroup
	for _, o := range f.Options {
		i := slices.IndexFunc(groups, func(g OptionGroup) bool { return g.Name == o.Group })
		if i < 0 {
			groups = append(groups, OptionGroup{Name: o.Group})
			i = len(groups) - 1
		}
		groups[i].Options = append(groups[i].Options, o)
	}
	return groups
}

// OptionGroup is options under one heading.
type OptionGroup struct {
	Name    string
	Options []Option
}

// each does something with every field, and with every line of one that has lines.
func (f *Form) each(do func(*Field)) {
	for _, fields := range [][]Field{f.Fields, f.Aside} {
		for i := range fields {
			do(&fields[i])
			for j := range fields[i].Lines {
				do(&fields[i].Lines[j])
			}
		}
	}
}

// Fill puts what was sent into the fields, so that nothing has to be typed twice. Passwords are not
// sent back.
func (f *Form) Fill(sent url.Values) {
	f.each(func(field *Field) {
		switch field.Kind {
		case Password, File, Ticks:
		case Checks:
			field.Value, field.Values = "", sent[field.Name]
		default:
			field.Value, field.Editor.Refused = sent.Get(field.Name), true
			if all := sent[field.Name]; len(all) > 1 {
				field.Values = all
			}
		}
	})
}

// Blame puts what err says about fields beside them, and anything else over them. It reports whether err
// was about fields.
func (f *Form) Blame(err error) bool {
	if !aboutFields(err) {
		f.Problem = fault.Message(err)
		return false
	}
	wrong := maps.Clone(fault.Fields(err))
	found := false
	f.each(func(field *Field) {
		field.Error = wrong[field.Name]
		delete(wrong, field.Name)
		field.Focus = field.Error != "" && !found
		found = found || field.Error != ""
	})
	for _, name := range slices.Sorted(maps.Keys(wrong)) {
		f.Problem = strings.TrimSpace(f.Problem + " " + wrong[name])
	}
	return true
}

// Wrong are the fields that something is wrong with.
func (f Form) Wrong() (all []Field) {
	f.each(func(x *Field) {
		if x.Error != "" {
			all = append(all, *x)
		}
	})
	return all
}

// Main is the button that sends the form.
func (f Form) Main() Button {
	if f.Send.Is == "" {
		f.Send.Is = "main"
	}
	return f.Send
}

func (Form) part() string  { return "form" }
func (Field) part() string { return "field" }
