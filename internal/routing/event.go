package routing

import (
	"time"

	"muster/internal/ticket"
)

// Because says what made the router look at a ticket.
type Because string

// The causes.
const (
	Opened   Because = "opened"   // without an assignee
	NewTeam  Because = "team"     // it came to the team
	Altered  Because = "changed"  // something else about it changed while it waited
	Freed    Because = "freed"    // somebody has room again, or is back
	TimeOut  Because = "time-out" // it has waited for required skills long enough
	WentAway Because = "away"     // who has it went away
	Answered Because = "answered" // it had waited for somebody else, and waits for us again
)

// Decided says what was decided about a ticket: who got it, or that it waits.
type Decided struct {
	Ticket   ticket.ID `json:"ticket"`
	Because  Because   `json:"because"`
	Team     string    `json:"team"`
	Mode     Mode      `json:"mode"`
	From     string    `json:"from,omitempty"` // who had it
	FromName string    `json:"from_name,omitempty"`
	Back     bool      `json:"back,omitempty"` // it went back to the team
	More     int       `json:"more,omitempty"` // who were passed over and are not named
	RelaxAt  time.Time `json:"relax_at,omitzero"`
	Decision
}

// PresenceSet says that somebody came, went or is busy.
type PresenceSet struct {
	User string `json:"user"`
	Name string `json:"name"`
	Was  State  `json:"was"`
	Is   State  `json:"is"`
	Auto bool   `json:"auto"` // by what they did, rather than by their own word
}

// PolicySet says that a team, or every team that has no policy of its own, has another policy.
type PolicySet struct {
	Team    string `json:"team"` // empty: the default
	Removed bool   `json:"removed,omitempty"`
	Policy  Policy `json:"policy"`
}

// AgentSet says that an agent has other skills, or carries more or less.
type AgentSet struct {
	User     string         `json:"user"`
	Capacity int            `json:"capacity"`
	Skills   map[string]int `json:"skills"`
}

// SkillSet says that there is a skill, that it has another name or is no more.
type SkillSet struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Removed bool   `json:"removed,omitempty"`
}

// ShiftSet says that a shift is new, other or no more.
type ShiftSet struct {
	Shift   Shift `json:"shift"`
	Removed bool  `json:"removed,omitempty"`
}

func (Decided) EventName() string         { return "routing.decided" }
func (e Decided) About() (string, string) { return ticket.Subject, string(e.Ticket) }

func (PresenceSet) EventName() string         { return "routing.presence" }
func (e PresenceSet) About() (string, string) { return "user", e.User }

func (PolicySet) EventName() string         { return "routing.policy" }
func (e PolicySet) About() (string, string) { return setup, e.Team }

func (AgentSet) EventName() string         { return "routing.agent" }
func (e AgentSet) About() (string, string) { return "user", e.User }

func (SkillSet) EventName() string         { return "routing.skill" }
func (e SkillSet) About() (string, string) { return setup, e.ID }

func (ShiftSet) EventName() string         { return "routing.shift" }
func (e ShiftSet) About() (string, string) { return setup, e.Shift.ID }

// setup is what the log calls the records that routing is set up by.
const setup = "routing"
