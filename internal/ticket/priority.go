package ticket

import (
	"strings"

	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/workspace"
)

// Priority orders work: 1 is the most urgent. Zero means not given.
type Priority int

const (
	Critical Priority = 1 + iota
	HighPriority
	Normal
	LowPriority
)

// Priorities lists them, the most urgent first.
func Priorities() []Priority { return []Priority{Critical, HighPriority, Normal, LowPriority} }

func (p Priority) String() string {
	switch p {
	case Critical:
		return "critical"
	case HighPriority:
		return "high"
	case Normal:
		return "normal"
	case LowPriority:
		return "low"
	}
	return ""
}

// ParsePriority reads a priority as people and other programs write it: by name, or P1 to P4.
func ParsePriority(s string) (Priority, error) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "":
		return 0, nil
	case "critical", "urgent", "1", "p1":
		return Critical, nil
	case "high", "2", "p2":
		return HighPriority, nil
	case "normal", "medium", "3", "p3":
		return Normal, nil
	case "low", "4", "p4":
		return LowPriority, nil
	}
	return 0, fault.Field("priority", "%q is no priority; there are critical, high, normal and low.", s)
}

// Level is how wide the impact is, or how urgent the matter.
type Level string

const (
	High   Level = "high"
	Medium Level = "medium"
	Low    Level = "low"
)

// Levels lists them, the highest first.
func Levels() []Level { return []Level{High, Medium, Low} }

func errorsIn(p Priority, impact, urgency Level) error {
	var errs []error
	if p < 0 || p > LowPriority {
		errs = append(errs, fault.Field("priority", "There are the priorities 1 to 4, not %d.", p))
	}
	for name, l := range map[string]Level{"impact": impact, "urgency": urgency} {
		if l != "" && l != High && l != Medium && l != Low {
			errs = append(errs, fault.Field(name, "The %s is high, medium or low, not %q.", name, l))
		}
	}
	return fault.Join(errs...)
}

// Matrix is the priority that follows from impact and urgency, where a workspace has not set its own.
func Matrix(impact, urgency Level) Priority {
	rank := map[Level]int{High: 0, Medium: 1, Low: 2}
	return [3][3]Priority{
		{Critical, HighPriority, Normal},
		{HighPriority, Normal, LowPriority},
		{Normal, LowPriority, LowPriority},
	}[rank[impact]][rank[urgency]]
}

// prioritise sets the priority from impact and urgency, unless it was set by hand.
func (t *Ticket) prioritise(tx *db.Tx) error {
	computed := Matrix(t.Impact, t.Urgency)
	if w, err := workspace.Current(tx); err != nil {
		return err
	} else if own, ok := w.Settings.Matrix[string(t.Impact)+"/"+string(t.Urgency)]; ok {
		computed = Priority(own)
	}
	if t.Priority == 0 {
		t.Priority, t.Overridden = computed, false
		return nil
	}
	t.Overridden = t.Priority != computed
	return nil
}
