package ui

// Places are groups of pages to go to, each with what it is for.
type Places []PlaceGroup

// PlaceGroup is some of them under a heading.
type PlaceGroup struct {
	Title string
	Items []Place
}

// Place is one page to go to.
type Place struct{ Href, Icon, Name, Why string }

func (Places) part() string { return "places" }
