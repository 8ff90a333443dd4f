package demo

import (
	"math/rand/v2"
	"time"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/survey"
	"muster/internal/ticket"
)

// opinion is what customers think: its dice are its own, so that the rest of the history does not hang on them.
type opinion struct {
	rand *rand.Rand
	csat survey.Survey
	nps  survey.Survey
}

// survey makes the surveys: satisfaction after requests and complaints, and once a quarter whether one would recommend us.
func (h *house) survey(tx *db.Tx) (err error) {
	h.opinion.rand = rand.New(rand.NewPCG(h.Seed, 7))
	csat, nps := survey.Usual(survey.CSAT), survey.Usual(survey.NPS)
	csat.Name, csat.Follow, csat.Window, csat.Kinds = "After a request", survey.FollowNote, 7, []string{"request", "complaint"}
	nps.Name, nps.Delay = "Once a quarter", 24*60
	if h.opinion.csat, err = h.Asker.Save(tx, csat); err != nil {
		return err
	}
	h.opinion.nps, err = h.Asker.Save(tx, nps)
	return err
}

// asked has the customer asked after a resolution; some answer.
func (l *life) asked(at time.Time) {
	o := &l.opinion
	mood := o.rand.IntN(100)
	if l.kind() == "complaint" {
		mood -= 25
	}
	for _, s := range []survey.Survey{o.csat, o.nps} {
		var invitation string
		due := at.Add(time.Duration(s.Delay) * time.Minute)
		l.add(due, access.Actor{}, func(tx *db.Tx) error {
			t, err := ticket.Find(tx, l.number)
			if err != nil {
				return err
			}
			i, err := l.Asker.Ask(tx, s.ID, t.ID, t.ResolvedAt)
			invitation = i.ID
			return err
		})
		if o.rand.IntN(100) >= 42 {
			continue // most never answer
		}
		rating, comment := said(o.rand, s.Measure, mood)
		l.add(due.Add(time.Duration(5+o.rand.IntN(60*30))*time.Minute), access.Actor{}, func(tx *db.Tx) error {
			if invitation == "" {
				return nil
			}
			token, err := l.Asker.Token(tx, invitation)
			if err == nil {
				_, err = l.Asker.Answer(tx, token, rating, comment)
			}
			return err
		})
	}
}

// said is what somebody in a mood from 0 to 99 answers.
func said(r *rand.Rand, m survey.Measure, mood int) (rating int, comment string) {
	_, most := m.Scale()
	least := 1
	steps := []int{8, 15, 26, 55} // of a hundred, how many are in which mood
	rating = least
	for i, s := range steps {
		if mood >= s {
			rating = least + i + 1
		}
	}
	words := praise
	switch {
	case rating <= 2:
		words = blame
	case rating == 3:
		words = shrugs
	}
	if r.IntN(3) == 0 {
		comment = words[r.IntN(len(words))]
	}
	if m == survey.NPS {
		rating = min(most, rating*2+r.IntN(2))
	}
	return rating, comment
}

var praise = []string{
	"Quick and friendly, thank you.", "Solved the same morning. That is how it should be.", "Very clear explanation, even I understood it.",
	"You called back instead of writing ten mails. Thanks!", "Perfect.", "Our warehouse could go on working. Great help.",
}

var shrugs = []string{
	"Solved in the end, but I had to explain it twice.", "Fine. The first answer did not fit my question.", "It works again; a word about the cause would be nice.",
}

var blame = []string{
	"Three days for a simple question is too long.", "I was passed on twice and told the whole story each time.", "It came back the next day.",
	"Nobody told us that it was being worked on.", "Closed without asking whether it works. It does not.",
}
