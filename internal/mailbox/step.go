package mailbox

import (
	"fmt"
	"time"

	"muster/internal/ticket"
)

// decide notes what was decided, for the page that shows the custody of a message.
func (m *Message) decide(at time.Time, format string, args ...any) {
	m.Steps = append(m.Steps, Step{at, fmt.Sprintf(format, args...)})
}

// become gives the message an outcome and its reason.
func (m *Message) become(at time.Time, o Outcome, format string, args ...any) {
	m.Outcome, m.Reason, m.SettledAt = o, fmt.Sprintf(format, args...), at
	m.decide(at, "%s", m.Reason)
}

// on says which ticket the message belongs to.
func (m *Message) on(t *ticket.Ticket) { m.Ticket = t.ID }
