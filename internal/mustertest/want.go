package mustertest

import (
	"slices"
	"testing"

	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/fault"
)

// Refused checks that err is of a kind, none if that is empty, and about a field if one is named.
func Refused(t *testing.T, name string, err error, kind fault.Kind, field string) {
	t.Helper()
	if kind == "" && err != nil || kind != "" && !fault.Is(err, kind) {
		t.Errorf("%s: got %v, want kind %q", name, err, kind)
	}
	if field != "" && fault.Fields(err)[field] == "" {
		t.Errorf("%s: got %v about the fields %v, want %s", name, err, fault.Fields(err), field)
	}
}

// Names are what things are called, in their order.
func Names[T any](all []T, name func(T) string) (names []string) {
	for _, v := range all {
		names = append(names, name(v))
	}
	return names
}

// WantNames checks that names are those that are wanted, in that order.
func WantNames(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

// Told returns the names of the events of a workspace since it was made, and all
// their bodies. Each must be about something.
func Told(t *testing.T, tx *db.Tx) (names []string, bodies string, err error) {
	t.Helper()
	all, err := event.Log(tx, "", 1000)
	if err != nil {
		return nil, "", err
	}
	for _, r := range all[1:] {
		names = append(names, r.Name)
		bodies += r.Body
		if r.Subject == "" || r.SubjectID == "" {
			t.Errorf("%s is about nothing: %+v", r.Name, r)
		}
	}
	return names, bodies, nil
}
