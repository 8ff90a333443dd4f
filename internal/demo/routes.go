package demo

import (
	"muster/internal/calendar"
	"muster/internal/db"
	"muster/internal/routing"
)

// skills are what agents know; levels is how well, by their place among the staff.
var skills = []string{"Databases", "Integrations", "German", "Scanners"}

var levels = map[int][]int{1: {1, 0, 4, 2}, 2: {0, 1, 3, 3}, 3: {0, 0, 0, 4}, 4: {3, 4, 4, 0}, 5: {2, 3, 0, 1}, 6: {4, 2, 0, 0}, 7: {3, 1, 2, 0}, 8: {0, 2, 1, 4}}

// routes sets routing up once the ninety days are over, so that what comes now finds somebody.
func (h *house) routes(tx *db.Tx) error {
	var known []routing.Skill
	for _, name := range skills {
		s, err := routing.AddSkill(tx, name)
		if err != nil {
			return err
		}
		known = append(known, s)
	}
	for i, has := range levels {
		p := routing.Profile{User: h.agents[i].ID, Skills: map[string]int{}}
		for j, level := range has {
			p.Skills[known[j].ID] = level
		}
		if i == 3 { // works half of the week
			p.Capacity = 6
		}
		if _, err := routing.SetProfile(tx, p); err != nil {
			return err
		}
	}
	if err := h.shifts(tx); err != nil {
		return err
	}
	first := routing.Policy{Mode: routing.LeastLoaded, Capacity: 12, Weights: map[int]int{1: 4, 2: 2}, Busy: false, Away: routing.Others, Grace: 30}
	if _, err := routing.SetPolicy(tx, h.teams[firstLine].ID, first, 0); err != nil {
		return err
	}
	need := func(skill, level int, preferred bool) routing.Need {
		return routing.Need{Skill: known[skill].ID, Level: level, Preferred: preferred}
	}
	second := routing.Policy{Mode: routing.Skilled, Capacity: 16, Weights: map[int]int{1: 4, 2: 2}, Relax: 45, Away: routing.Back, Grace: 60, Routes: []routing.Route{
		{Name: "Stock and orders", When: routing.When{Items: []string{h.items[syncing].ID, h.items[export].ID}}, Needs: []routing.Need{need(1, 2, false)}},
		{Name: "Slow or wrong figures", When: routing.When{Items: []string{h.items[ledger].ID}}, Needs: []routing.Need{need(0, 2, false), need(1, 1, true)}},
		{Name: "German-speaking customers", When: routing.When{Languages: []string{"de"}}, Needs: []routing.Need{need(2, 2, true)}}}}
	if _, err := routing.SetPolicy(tx, h.teams[application].ID, second, 0); err != nil {
		return err
	}
	return h.attendance(tx)
}

// shifts has the first line work in two, and the application team have somebody at night.
func (h *house) shifts(tx *db.Tx) error {
	week := func(open, shut calendar.TimeOfDay, days ...calendar.Weekday) calendar.Week {
		w := calendar.Week{}
		for _, d := range days {
			w[d] = []calendar.Hours{{Open: open, Close: shut}}
		}
		return w
	}
	work := calendar.Days()[:5]
	for _, s := range []routing.Shift{
		{Name: "Early", Week: week("06:00", "14:00", work...), Members: []string{h.agents[1].ID, h.agents[3].ID}},
		{Name: "Late", Week: week("13:00", "21:00", append(work[:5:5], calendar.Saturday)...), Members: []string{h.agents[2].ID}},
		{Name: "Night", Week: week("21:00", "06:00", calendar.Days()...), Members: []string{h.agents[7].ID}},
	} {
		s.Zone = "Europe/Berlin"
		if _, err := routing.SetShift(tx, s); err != nil {
			return err
		}
	}
	return nil
}

// attendance has some of the agents be here when the ninety days end.
func (h *house) attendance(tx *db.Tx) error {
	for i, state := range map[int]routing.State{1: routing.Available, 2: routing.Available, 4: routing.Available, 6: routing.Available, 5: routing.Busy, 8: routing.AwayState} {
		if err := routing.SetPresence(tx, h.agents[i].ID, state); err != nil {
			return err
		}
	}
	return nil
}
