package ticket

// SortAtMost has a desk sort so few tickets only, so that a test's are many.
func SortAtMost(d *Desk, n int) { d.most = n }
