package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"muster/internal/fault"
)

func TestKindOf(t *testing.T) {
	tests := []struct {
		name string
		err  error
		want fault.Kind
	}{
		{"a fault keeps its kind", fault.New(fault.NotFound, "There is no ticket %d.", 9), fault.NotFound},
		{"a wrapped fault keeps its kind", fmt.Errorf("open ticket: %w", fault.New(fault.Denied, "No.")), fault.Denied},
		{"any other error is internal", errors.New("disk on fire"), fault.Internal},
		{"a field is invalid", fault.Field("title", "Give the ticket a title."), fault.Invalid},
	}
	for _, tt := range tests {
		if got := fault.KindOf(tt.err); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestMessageHidesWhatIsOurs(t *testing.T) {
	if got := fault.Message(errors.New("password=hunter2")); got == "" || got == "password=hunter2" {
		t.Errorf("got %q, want a sentence that gives nothing away", got)
	}
}

func TestJoin(t *testing.T) {
	a, b := fault.Field("a", "A is empty."), fault.Field("b", "B is empty.")
	other := fault.New(fault.Conflict, "Changed meanwhile.")
	tests := []struct {
		name   string
		errs   []error
		fields int
		kind   fault.Kind
	}{
		{"nothing wrong is nil", []error{nil, nil}, 0, ""},
		{"fields are collected", []error{a, nil, b}, 2, fault.Invalid},
		{"what is not about a field wins", []error{a, other}, 0, fault.Conflict},
	}
	for _, tt := range tests {
		err := fault.Join(tt.errs...)
		if got := len(fault.Fields(err)); got != tt.fields {
			t.Errorf("%s: got %d fields, want %d", tt.name, got, tt.fields)
		}
		if tt.kind == "" && err != nil || tt.kind != "" && !fault.Is(err, tt.kind) {
			t.Errorf("%s: got %v, want kind %q", tt.name, err, tt.kind)
		}
	}
	if len(fault.Fields(a)) != 1 {
		t.Error("joining changed its parts")
	}
}

func TestNames(t *testing.T) {
	type colour string
	if got := fault.Names([]colour{"red", "green"}); got != "red, green" {
		t.Errorf("got %q", got)
	}
}
