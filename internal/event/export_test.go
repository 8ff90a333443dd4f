package event

// Deliver is what happens before each commit.
var Deliver = (*Bus).deliver
