package ui

import (
	"log/slog"
	"net/http"
	"slices"
	"sync"

	"muster/internal/fault"
)

// faultView is the page about what could not be done.
type faultView struct {
	Frame
	Empty  Empty
	Fields []string // what is wrong with each field, when the form's own page cannot say it
}

var faultPage = sync.OnceValue(func() Page[faultView] { return Parse[faultView](pages, "pages/fault.html") })

// heads are the icon and the words over each kind of fault; the sentence of the fault stands below.
func heads(kind fault.Kind) (icon, title, next string) {
	switch kind {
	case fault.Invalid:
		return "alert", "Something needs you", "Go back: what you typed is still there."
	case fault.NotFound:
		return "problem", "There is nothing here, or you may not see it", "If somebody sent you this link, ask them to add you as a watcher."
	case fault.Denied:
		return "lock", "You may not do this", "Whoever looks after your workspace can give you the right."
	case fault.Conflict:
		return "change", "Somebody was here before you", "Go back and load the page again to see how it stands now."
	case fault.TooMany:
		return "clock", "A little slower", "Wait a minute, then do it again."
	case fault.TooLarge:
		return "clip", "That is too large", "Go back and send less; what you typed is still there."
	}
	return "problem", "This did not work, and it is our doing", "The reference below leads to what our log knows about it."
}

// pageFault is the page that says what could not be done, why, and what to do next.
func pageFault(w http.ResponseWriter, r *http.Request, f Frame, kind fault.Kind, t trouble) {
	icon, title, next := heads(kind)
	say := languageOf(f.Me.Locale).say
	f.Title = say(title)
	v := faultView{Frame: f, Empty: Empty{Icon: icon, Title: f.Title, Text: t.Message, Next: say(next), Page: true, Reference: t.Reference}}
	for _, sentence := range t.Fields {
		if sentence != t.Message {
			v.Fields = append(v.Fields, sentence)
		}
	}
	slices.Sort(v.Fields)
	if f.Search != "" && kind == fault.NotFound {
		v.Empty.Actions = append(v.Empty.Actions, Button{Text: say("Search for it"), Icon: "search", Is: "main", Href: f.Search})
	}
	v.Empty.Actions = append(v.Empty.Actions, Button{Text: say("To the start"), Href: "/"})
	if err := faultPage().render(w, r, t.Status, v); err != nil {
		slog.ErrorContext(r.Context(), "fault page not drawn", "err", err)
		http.Error(w, t.Message, t.Status)
	}
}
