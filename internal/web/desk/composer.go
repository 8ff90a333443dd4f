package desk

import (
	"cmp"
	"fmt"
	"maps"
	"strconv"

	"muster/internal/complaint"
	"muster/internal/db"
	"muster/internal/ticket"
	"muster/internal/web/ui"
)

// composerOf is where an answer is written. What was seen last goes along, so
// that a reply to what is no longer the last word is refused.
func composerOf(tx *db.Tx, rec *record) ui.Composer {
	path, n := ticketPath(rec.Number), strconv.FormatInt(rec.Number, 10)
	c := ui.Composer{Action: path + "/write", AddCc: true, Private: !tx.May("tickets.reply") || rec.requester.Address() == "",
		Editor: ui.Editor{Label: "Answer", Placeholder: "Write an answer", Upload: "/upload?ticket=" + n, Mentions: "/mentions", Draft: "ticket-" + n},
		Keep:   []ui.Pair{{Name: "seen", Value: cmp.Or(rec.seen, "0")}},
		Modes:  []ui.Mode{{Value: "reply", Text: "Reply", Icon: "reply", Checked: true}, {Value: "note", Text: "Note", Icon: "lock"}}}
	if rec.requester.Address() != "" {
		c.To = []ui.Tag{{Text: cmp.Or(rec.requester.Name, rec.requester.Address())}}
		for _, p := range rec.participants {
			c.Cc = append(c.Cc, ui.Tag{Text: cmp.Or(p.Name, p.Written)})
		}
	}
	if len(rec.canned.answers) > 0 {
		c.Insert = &ui.Button{Icon: "book", Is: "bare", Label: "Answers kept ready", Menu: "answers", Key: "q", Command: "Answers kept ready"}
	}
	if rec.undo > 0 {
		c.Hint = fmt.Sprintf("%d s to take it back", rec.undo)
	}
	c.Send = []ui.Button{{Is: "main", Parts: []ui.Part{ui.Only{Mode: "reply", Icon: "send", Text: "Send"}, ui.Only{Mode: "note", Icon: "lock", Text: "Keep note"}}}}
	for _, s := range rec.flow.Next(rec.State) {
		if s.Category == ticket.Waiting || s.Category == ticket.Review {
			c.Send = append([]ui.Button{{Text: "Send, " + lower(s.Name), Name: "state", Value: s.ID, Wide: true}}, c.Send...)
		}
		if len(c.Send) == 2 {
			break
		}
	}
	if c.Private {
		c.Modes = []ui.Mode{{Value: "note", Text: "Note", Icon: "lock", Checked: true}}
		c.Send = []ui.Button{{Text: "Keep note", Icon: "lock", Is: "main"}}
		c.AddCc = false
		c.Editor.Label, c.Editor.Placeholder = "Note", "Write a note"
	}
	return c
}

func lower(s string) string {
	if s == "" {
		return s
	}
	return string(s[0]|0x20) + s[1:]
}

// dialogsOf are the questions behind the menus. Each works without scripts as a form of its own.
func dialogsOf(rec *record) []ui.Dialog {
	path := ticketPath(rec.Number)
	version := versionOf(rec)
	var types, moves []ui.Option
	for _, l := range ticket.LinkTypes() {
		words, _ := l.Words()
		types = append(types, ui.Option{Value: string(l), Text: "This one " + words})
	}
	types = append(types, ui.Option{Value: "child", Text: "This one is a part of"}, ui.Option{Value: "required-child", Text: "This one is a required part of"})
	for _, i := range rec.items {
		if i.Entry != nil {
			moves = append(moves, ui.Option{Value: i.ID, Text: i.Entry.Author.Name + ": " + snippet(i.Entry.Body.Text)})
		}
	}
	all := []ui.Dialog{
		{ID: "title", Title: "Change the title", Action: path + "/set", Keep: version, Do: ui.Button{Text: "Change"}, Stay: "Keep it",
			Fields: []ui.Field{{Name: "title", Label: "Title", Value: rec.Title, Required: true}}},
		{ID: "merge", Title: "Merge into another ticket", Text: "Its messages move there, its number leads there, and so do answers to it.", Action: path + "/merge",
			Do: ui.Button{Text: "Merge"}, Stay: "Keep both", Fields: []ui.Field{{Name: "into", Label: "Number of the ticket that stays", Kind: ui.Number, Min: "1", Required: true}}},
		{ID: "split", Title: "Split off messages", Text: "The chosen messages become a ticket of their own, linked to this one.", Action: path + "/split", Do: ui.Button{Text: "Split off"}, Stay: "Keep together",
			Fields: []ui.Field{{Name: "title", Label: "Title of the new ticket", Required: true}, {Name: "entries", Label: "Messages", Kind: ui.Checks, Options: moves}}},
		{ID: "link", Title: "Link to another ticket", Action: path + "/link", Do: ui.Button{Text: "Link"}, Stay: "No link",
			Fields: []ui.Field{{Name: "type", Label: "How", Kind: ui.Select, Options: types}, {Name: "other", Label: "Number", Kind: ui.Number, Min: "1", Required: true}}},
		{ID: "tag", Title: "Add a tag", Action: path + "/tags", Do: ui.Button{Text: "Add"}, Stay: "No tag", Fields: []ui.Field{{Name: "tag", Label: "Tag", Required: true}}},
		{ID: "urgency", Title: "Impact and urgency", Text: "The priority follows from both, unless it was set by hand.", Action: path + "/set", Keep: version, Do: ui.Button{Text: "Set"}, Stay: "Leave",
			Fields: []ui.Field{levelField("impact", "Impact", rec.Impact), levelField("urgency", "Urgency", rec.Urgency)}},
	}
	if others := rec.idle(); len(others) > 0 {
		all = append(all, ui.Dialog{ID: "watch", Title: "Have a colleague watch", Text: "They are told of what happens here.", Action: path + "/watch", Keep: []ui.Pair{{Name: "watch", Value: "on"}},
			Do: ui.Button{Text: "Have them watch"}, Stay: "Nobody", Fields: []ui.Field{{Name: "user", Label: "Who", Kind: ui.Select, Options: options("Choose a colleague", others)}}})
	}
	if len(rec.catalogue) > 0 {
		all = append(all, ui.Dialog{ID: "item", Title: "Product or service", Text: "What the ticket is about. Service levels, routing and figures can go by it.", Action: path + "/set", Keep: version,
			Do: ui.Button{Text: "Set"}, Stay: "Leave", Fields: []ui.Field{itemField(rec.catalogue, rec.Item)}})
	}
	if rec.complaint != nil {
		all = append(all, complaintDialog(rec))
	}
	for i := range all {
		all[i].Do.Is = "main"
	}
	return all
}

// idle are the colleagues who do not watch.
func (rec *record) idle() map[string]string {
	others := maps.Clone(rec.names.Staff)
	for _, id := range rec.watchers {
		delete(others, id)
	}
	return others
}

func levelField(name, label string, value ticket.Level) ui.Field {
	return ui.Field{Name: name, Label: label, Kind: ui.Select, Value: string(value),
		Options: []ui.Option{{Value: "high", Text: "High"}, {Value: "medium", Text: "Medium"}, {Value: "low", Text: "Low"}}}
}

func complaintDialog(rec *record) ui.Dialog {
	about := []ui.Option{{Value: "", Text: "No one of us"}}
	for _, u := range sortedNames(rec.names.Users) {
		about = append(about, ui.Option{Value: u.id, Text: u.name})
	}
	return ui.Dialog{ID: "complaint", Title: "Outcome and lesson", Action: ticketPath(rec.Number) + "/complaint", Do: ui.Button{Text: "Keep"}, Stay: "Not yet", Fields: []ui.Field{
		{Name: "outcome", Label: "Outcome", Kind: ui.Select, Value: string(rec.complaint.Outcome), Options: []ui.Option{{Value: "", Text: "Not decided"},
			{Value: string(complaint.Upheld), Text: "Upheld"}, {Value: string(complaint.Partly), Text: "Partly upheld"}, {Value: string(complaint.NotUpheld), Text: "Not upheld"}}},
		{Name: "lesson", Label: "What is done differently from now on", Kind: ui.Long, Value: rec.complaint.Lesson},
		{Name: "about", Label: "Whom it is about", Kind: ui.Select, Value: rec.complaint.About, Options: about, Hint: "Who must not handle it."},
	}}
}
