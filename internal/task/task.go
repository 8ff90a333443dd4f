// Package task is about single pieces of work, most of them part of something larger.
package task

import "muster/internal/ticket"

// States of a task.
const (
	New       = "new"
	Doing     = "in-progress"
	Done      = "done"
	Cancelled = "cancelled"
)

// Kind is the task kind of ticket.
func Kind() ticket.Kind {
	return ticket.Kind{Name: "task", Title: "Task", Code: "TSK", Icon: "check", Workflow: ticket.Workflow{
		States: []ticket.State{
			{ID: New, Name: "New", Category: ticket.New},
			{ID: Doing, Name: "In progress", Category: ticket.Opened},
			{ID: Done, Name: "Done", Category: ticket.Done},
			{ID: Cancelled, Name: "Cancelled", Category: ticket.Cancelled},
		},
		Moves: map[string][]string{
			New: {Doing, Done, Cancelled}, Doing: {New, Done, Cancelled}, Done: {Doing}, Cancelled: {New},
		},
	}}
}
