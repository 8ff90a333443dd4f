package access_test

import (
	"context"
	"slices"
	"testing"

	"muster/internal/access"
	"muster/internal/fault"
)

func TestMust(t *testing.T) {
	reader := access.Actor{Name: "Ann", Kind: access.Human, Role: "reader", Rights: []access.Right{access.TicketsRead}}
	tests := []struct {
		name  string
		actor access.Actor
		right access.Right
		want  bool
	}{
		{"a right that is held", reader, access.TicketsRead, true},
		{"a right that is not held", reader, access.TicketsWrite, false},
		{"nobody may do nothing", access.From(context.Background()), access.TicketsRead, false},
		{"what is open to all is open to who has not signed in", access.Nobody("w"), access.Anyone, true},
		{"what is open to all of a workspace is not open outside it", access.From(context.Background()), access.Anyone, false},
		{"who has not signed in may do no more", access.Nobody("w"), access.TicketsRead, false},
		{"Muster may do everything", access.System("w"), access.JobsManage, true},
	}
	for _, tt := range tests {
		err := tt.actor.Must(tt.right)
		if (err == nil) != tt.want || err != nil && !fault.Is(err, fault.Denied) {
			t.Errorf("%s: got %v, want allowed = %v", tt.name, err, tt.want)
		}
	}
}

// Roles share prefixes of one list of rights: none may write into another's.
func TestRolesAreApart(t *testing.T) {
	for _, r := range access.Roles() {
		if r.ID != access.Admin && slices.Contains(r.Rights, access.Settings) {
			t.Errorf("%s may change the workspace", r.ID)
		}
		sorted := slices.Sorted(slices.Values(r.Rights))
		if len(slices.Compact(sorted)) != len(r.Rights) {
			t.Errorf("%s names a right twice: %v", r.ID, r.Rights)
		}
	}
	if got, want := len(access.Roles()), 9; got != want {
		t.Errorf("got %d roles, want %d", got, want)
	}
}

// Who runs a support team can take on, move and let go whoever works in it, and nobody hands out a right that they lack.
func TestSupportManagementSupervises(t *testing.T) {
	roles := map[string][]access.Right{}
	for _, r := range access.Roles() {
		roles[r.ID] = r.Rights
	}
	for _, id := range []string{"customer-support", "application-support", "product-support", "production-support"} {
		for _, right := range roles[id] {
			if !slices.Contains(roles["support-management"], right) {
				t.Errorf("support management lacks %s, which %s has", right, id)
			}
		}
	}
}
