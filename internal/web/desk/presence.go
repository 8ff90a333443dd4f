package desk

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
	"time"

	"muster/internal/db"
	"muster/internal/routing"
)

// setPresence has the reader be available, busy or away.
func (s *Screens) setPresence(w http.ResponseWriter, r *http.Request) error {
	state := routing.State(r.PostFormValue("state"))
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error { return routing.SetPresence(tx, tx.ID, state) }); err != nil {
		return err
	}
	return back(w, r, "/")
}

// decided tells in words who got a ticket and why nobody else did, or why it waits.
func decided(d routing.Decided, at time.Time) string {
	others := passedOver(d)
	if others != "" {
		others = "; " + others
	}
	switch {
	case d.Back:
		return fmt.Sprintf("Back to the team, since %s is away", d.FromName)
	case d.To == "" && d.From != "":
		return fmt.Sprintf("%s is away, and nobody else can take it now%s", d.FromName, others)
	case d.To == "":
		return "Waits for somebody to be able to take it" + others + relaxes(d, at)
	}
	given := "Given to " + d.Name
	if d.FromName != "" {
		given = fmt.Sprintf("Given from %s to %s", d.FromName, d.Name)
	}
	return given + ": " + why(d) + others
}

func why(d routing.Decided) string {
	said := map[routing.Why]string{routing.ByTurn: "whose turn it is", routing.ByLoad: "fewest open" + of(d.Load, d.Capacity), routing.ByRoom: "most room" + of(d.Load, d.Capacity),
		routing.BySkills: "knows the most about it", routing.Only: "the only one who can take it" + of(d.Load, d.Capacity)}[d.Why]
	if d.FromName != "" && d.Because == routing.WentAway {
		said += fmt.Sprintf("; %s is away", d.FromName)
	}
	for _, n := range d.Relaxed {
		said += fmt.Sprintf("; %v is not required any more, since it waited so long", n)
	}
	for _, n := range d.Missed {
		said += fmt.Sprintf("; without %v, which is preferred", n)
	}
	return said
}

// of is what somebody carries: (3 of 8).
func of(load, capacity int) string {
	if capacity == 0 {
		return fmt.Sprintf(" (%d)", load)
	}
	return fmt.Sprintf(" (%d of %d)", load, capacity)
}

func relaxes(d routing.Decided, at time.Time) string {
	if d.RelaxAt.IsZero() {
		return ""
	}
	return fmt.Sprintf("; in %d min it will do without the skills that it requires", int(d.RelaxAt.Sub(at).Round(time.Minute).Minutes()))
}

func passedOver(d routing.Decided) string {
	var said []string
	for _, p := range d.Passed {
		said = append(said, p.Name+" "+against(p))
	}
	if d.More > 0 {
		said = append(said, fmt.Sprintf("%d more could not, or have more to do", d.More))
	}
	return strings.Join(said, ", ")
}

func against(p routing.Passed) string {
	switch p.Reason {
	case routing.Lacks:
		return fmt.Sprint("lacks ", *cmp.Or(p.Need, &routing.Need{}))
	case routing.IsFull:
		return "is full" + of(p.Load, p.Capacity)
	case routing.HasMore:
		return "has more" + of(p.Load, p.Capacity)
	}
	return map[routing.Reason]string{routing.NotAllowed: "may not have it", routing.IsAway: "is away", routing.IsBusy: "is busy", routing.IsOffline: "is offline",
		routing.NotOnShift: "is off shift", routing.LessFit: "knows less about it", routing.LaterTurn: "comes later"}[p.Reason]
}
