package sheet

import (
	"net/http"
	"strconv"
	"strings"

	"muster/internal/fault"
	"muster/internal/ticket"
	"muster/internal/web/ui"
)

// Lines are those of a text that are not empty.
func Lines(s string) (all []string) {
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// Truth is how a tick is kept in a form.
func Truth(b bool) string { return map[bool]string{true: "1"}[b] }

// Sentence ends what a mail server said.
func Sentence(s string) string {
	if s == "" || strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}

// Number writes a number, and nothing for none.
func Number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// Whole reads a whole number; where nothing was typed it is none.
func Whole(r *http.Request, name string, n *int) error {
	typed := strings.TrimSpace(r.PostForm.Get(name))
	if typed == "" {
		*n = 0
		return nil
	}
	v, err := strconv.Atoi(typed)
	if err != nil {
		return fault.Field(name, "Write a whole number, not %.40q.", typed)
	}
	*n = v
	return nil
}

// Listed are the words between commas.
func Listed(s string) []string {
	var all []string
	for word := range strings.SplitSeq(s, ",") {
		if word = strings.TrimSpace(word); word != "" {
			all = append(all, word)
		}
	}
	return all
}

// WaitOptions are what a ticket can wait for.
func WaitOptions() []ui.Option {
	return []ui.Option{{Value: "", Text: "Nothing that has a name"}, {Value: string(ticket.OnCustomer), Text: "The customer"},
		{Value: string(ticket.OnThirdParty), Text: "A third party, such as a supplier"}, {Value: string(ticket.OnApproval), Text: "An approval"},
		{Value: string(ticket.OnChange), Text: "A change of ours"}}
}

// Texts are values as a form has them.
func Texts[S ~string](all []S) (out []string) {
	for _, s := range all {
		out = append(out, string(s))
	}
	return out
}

// Moves are the arrows beside the i-th of some things that hold in an order: sooner and later.
func Moves(path, name string, i, all int) ui.Group {
	var moves ui.Group
	arrow := func(icon, where string, to int) {
		moves = append(moves, ui.Button{Icon: icon, Is: "bare", Label: "Ask “" + name + "” " + where, Action: path + "/move", Name: "to", Value: strconv.Itoa(to)})
	}
	if i > 0 {
		arrow("up", "sooner", i)
	}
	if i < all-1 {
		arrow("down", "later", i+2)
	}
	return moves
}

// Place reads to which place an arrow of Moves leads: 1 is the first.
func Place(r *http.Request) (int, error) {
	to, err := strconv.Atoi(r.PostFormValue("to"))
	if err != nil {
		return 0, fault.New(fault.Invalid, "The form is not one of ours. Load the page again.")
	}
	return to, nil
}

// Version is the hidden field that says which version of a record the form shows.
func Version(n int64) ui.Field {
	return ui.Field{Name: "version", Kind: ui.Hidden, Value: strconv.FormatInt(n, 10)}
}

// Seen is the version that the sender of a form has seen: 0, any, if the form does not say.
func Seen(r *http.Request) int64 {
	n, _ := strconv.ParseInt(r.PostForm.Get("version"), 10, 64)
	return n
}

// Lock makes a form one that can be read and not sent.
func Lock(f *ui.Form) {
	f.Send = ui.Button{}
	for i := range f.Fields {
		f.Fields[i].Disabled = true
	}
}
