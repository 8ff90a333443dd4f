package desk

import (
	"muster/internal/db"
	"muster/internal/people"
	"muster/internal/text"
	"muster/internal/ticket"
	"muster/internal/web/ui"
)

func initials(name string) string { return text.Initials(name) }

// namesOf looks up who is on some tickets.
func namesOf(tx *db.Tx, tickets []*ticket.Ticket) (people.Names, error) {
	var contacts, organisations []string
	for _, t := range tickets {
		if t.Requester != "" {
			contacts = append(contacts, t.Requester)
		}
		if t.Organisation != "" {
			organisations = append(organisations, t.Organisation)
		}
	}
	return people.NamesOf(tx, contacts, organisations)
}

// face is an agent's or a contact's.
func face(id, name string) ui.Avatar {
	if id == "" && name == "" {
		return ui.Avatar{}
	}
	return ui.Avatar{Name: name, Initials: initials(name), Hue: ui.Hue(id)}
}

func tier(t string) ui.Tier {
	words := map[string]string{"gold": "Gold", "silver": "Silver", "bronze": "Bronze"}
	return ui.Tier{Text: words[t], Is: t}
}

// stateOf is how a ticket's state is drawn, by its workflow's own word.
func stateOf(t *ticket.Ticket, flow ticket.Workflow) ui.State {
	s, _ := flow.State(t.State)
	return ui.State{Category: string(t.Category), Text: s.Name}
}
