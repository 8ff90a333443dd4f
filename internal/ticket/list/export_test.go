package list

// ReadSorting is Read that sorts at most so many tickets to show the first of them, so that a test's are many.
var ReadSorting = read
