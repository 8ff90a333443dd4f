package ui

// Year draws a year: a row a month, a cell a day.
type Year struct {
	Caption string
	Months  []Month
}

// Month is one row of a Year.
type Month struct {
	Name string
	Days []Day
}

// Day is one cell of a Year. Is: "", open, or holiday. Mark is a letter, for who sees no colours.
type Day struct{ Is, Mark, Title string }

// Card is a block of a page with a heading.
type Card struct {
	Title, Hint string
	Parts       []Part
}

func (Year) part() string { return "year" }
func (Card) part() string { return "card" }
