package desk

import (
	"slices"

	"muster/internal/access"
	"muster/internal/catalogue"
	"muster/internal/db"
	"muster/internal/web/ui"
)

// itemSection says what product or service a ticket is about.
func itemSection(tx *db.Tx, rec *record) ui.Section {
	s := ui.Section{Title: "Product or service", Lines: []ui.Line{{Text: "Not said yet."}}}
	if i := slices.IndexFunc(rec.catalogue, func(i catalogue.Item) bool { return i.ID == rec.Item }); i >= 0 {
		name := rec.catalogue[i].Name
		s.Lines = []ui.Line{{Icon: "service", Link: name, Href: "/search?q=" + queryValue("item:", name)}}
	}
	if tx.May(access.TicketsWrite) && len(rec.catalogue) > 0 {
		s.Action = &ui.Button{Icon: "sliders", Is: "bare icon", Label: "Choose the product or service", Dialog: "item"}
	}
	return s
}

// itemField asks what a ticket is about: what is retired is not offered, unless it is about that.
func itemField(items []catalogue.Item, now string) ui.Field {
	about := []ui.Option{{Text: "Nothing in the catalogue"}}
	for _, i := range items {
		if !i.Retired || i.ID == now {
			about = append(about, ui.Option{Value: i.ID, Text: i.Name, Group: string(i.Kind)})
		}
	}
	return ui.Field{Name: "item", Label: "Product or service", Kind: ui.Select, Value: now, Options: about}
}
