package desk

import (
	"fmt"
	"slices"

	"muster/internal/event"
	"muster/internal/survey"
	"muster/internal/text"
	"muster/internal/web/ui"
)

// ratingSection is what the customer said about how the ticket was handled: the newest first.
func ratingSection(rec *record) ui.Section {
	s := ui.Section{Title: "Survey"}
	for _, i := range slices.Backward(rec.ratings) {
		line := ui.Line{Icon: "chat", Text: measureName(i.Measure), End: "no answer yet"}
		if i.Answered() {
			_, most := i.Measure.Scale()
			line.End = fmt.Sprintf("%d of %d", i.Rating, most)
			if i.Rating <= survey.Usual(i.Measure).Low {
				line.Is = "bad"
			}
		}
		s.Lines = append(s.Lines, line)
		if i.Comment != "" {
			s.Lines = append(s.Lines, ui.Line{Icon: "quote", Text: i.Comment})
		}
	}
	return s
}

// measureName is what a measure is called beside its figure.
func measureName(m survey.Measure) string {
	switch m {
	case survey.NPS:
		return "Recommendation"
	case survey.CES:
		return "Ease"
	}
	return "Satisfaction"
}

// ratingEvent tells that a customer was asked, or what one answered.
func ratingEvent(r *event.Recorded) (ui.Event, bool) {
	e := ui.Event{At: r.At, Icon: "chat"}
	switch r.Name {
	case "survey.asked":
		var a survey.Asked
		err := r.Decode(&a)
		e.Text = "The customer was asked: " + a.Name
		return e, err == nil
	case "survey.answered":
		var a survey.Answered
		err := r.Decode(&a)
		e.Text = r.ActorName + " " + rated(a)
		return e, err == nil
	}
	return e, false
}

// rated says what somebody answered.
func rated(a survey.Answered) string {
	_, most := a.Measure.Scale()
	said := fmt.Sprintf("rated %d of %d", a.Rating, most)
	if a.Before != nil {
		said += fmt.Sprintf(", before it was %d", *a.Before)
	}
	if a.Comment != "" {
		said += ": “" + text.Snippet(a.Comment, 200) + "”"
	}
	return said
}
