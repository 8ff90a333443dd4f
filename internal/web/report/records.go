package report

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"muster/internal/clock"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/kpi"
	"muster/internal/survey"
	"muster/internal/web/ui"
)

// recordsView is what records.html shows: the records behind a figure.
type recordsView struct {
	ui.Frame
	Heading1, Hint string
	Table          ui.Table
	Pager          ui.Pager
}

var recordsPage = ui.Parse[recordsView](files, "records.html")

func (s *Screens) showPromises(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	v := recordsView{Frame: ui.FrameOf(r, "Promises"), Heading1: promisesTitle(q), Hint: fmt.Sprintf("kept or broken within %d weeks, the newest first", weeksOf(r)),
		Table: ui.Table{Caption: "Promises", Head: []ui.Column{{Text: "Ticket"}, {Text: "Promised"}, {Text: "Came out"}, {Text: "When"}, {Text: "Policy", Wide: true}},
			Empty: &ui.Empty{Icon: "clock", Title: "There is none", Text: "No promise of this sort was counted in the period."}}}
	err := s.DB.View(r.Context(), func(tx *db.Tx) error {
		page, err := kpi.Promises(tx, kpi.Of{Period: kpi.LastWeeks(tx.Now, weeksOf(r)), Organisation: q.Get("organisation"), Item: q.Get("item"), Target: q.Get("target"), Is: q.Get("is"), Tickets: q.Get("by") == "ticket", Cursor: q.Get("cursor")})
		if err != nil {
			return err
		}
		policies, err := clock.Policies(tx)
		if err != nil {
			return err
		}
		names := map[string]string{}
		for _, p := range policies {
			names[p.ID] = p.Name
		}
		for _, p := range page.Records {
			v.Table.Rows = append(v.Table.Rows, []ui.Cell{{Text: fmt.Sprintf("#%d %s", p.Number, p.Title), Href: "/tickets/" + strconv.FormatInt(p.Number, 10), Head: true},
				{Text: targetWords(p.Target)}, {Parts: []ui.Part{outcomeBadge(p.Is)}}, {At: p.CountedAt}, {Text: names[p.Policy], Muted: true}})
		}
		v.Pager.Next = nextPage(r, page.Next)
		return nil
	})
	if err != nil {
		return err
	}
	return recordsPage.Render(w, r, v)
}

func promisesTitle(q url.Values) string {
	words := map[string]string{"met": "Promises kept", "missed": "Promises broken", "excused": "Promises excused", "none": "Ended without what was promised", "counted": "Promises kept or broken"}
	if q.Get("by") == "ticket" {
		words = map[string]string{"counted": "Tickets with promises, each by its worst"}
	}
	return cmp.Or(words[q.Get("is")], "Promises")
}

func targetWords(target string) string {
	words := map[string]string{"first-response": "First reply", "next-response": "Next reply", "resolution": "Resolution", "acknowledgement": "Acknowledgement", "approval": "Approval"}
	return cmp.Or(words[target], target)
}

func outcomeBadge(is string) ui.Badge {
	switch is {
	case "met":
		return ui.Badge{Text: "Kept", Icon: "check", Is: "good"}
	case "missed":
		return ui.Badge{Text: "Overdue", Icon: "stop", Is: "bad"}
	case "excused":
		return ui.Badge{Text: "Excused"}
	}
	return ui.Badge{Text: "Ended without"}
}

func nextPage(r *http.Request, cursor string) string {
	if cursor == "" {
		return ""
	}
	q := r.URL.Query()
	q.Set("cursor", cursor)
	return r.URL.Path + "?" + q.Encode()
}

func (s *Screens) showAnswers(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	measure := survey.Measure(cmp.Or(q.Get("measure"), string(survey.CSAT)))
	title, ok := map[survey.Measure]string{survey.CSAT: "What customers say: satisfaction", survey.NPS: "What customers say: recommendation", survey.CES: "What customers say: ease"}[measure]
	if !ok {
		return fault.New(fault.NotFound, "There is no such measure.")
	}
	v := recordsView{Frame: ui.FrameOf(r, "Answers"), Heading1: title, Hint: fmt.Sprintf("of %d weeks, the newest first", weeksOf(r)),
		Table: ui.Table{Caption: "Answers", Head: []ui.Column{{Text: "Rating"}, {Text: "Ticket"}, {Text: "Comment"}, {Text: "When"}},
			Empty: &ui.Empty{Icon: "chat", Title: "Nobody has answered yet", Text: "Surveys ask customers once their ticket is resolved."}}}
	err := s.DB.View(r.Context(), func(tx *db.Tx) error {
		p := kpi.LastWeeks(tx.Now, weeksOf(r))
		page, err := survey.Replies(tx, survey.Selection{Measure: measure, From: p.From, To: p.To, Asked: q.Get("by") == "asked", Organisation: q.Get("organisation"), Item: q.Get("item"), Cursor: q.Get("cursor")})
		_, most := measure.Scale()
		for _, a := range page.Replies {
			v.Table.Rows = append(v.Table.Rows, []ui.Cell{{Parts: []ui.Part{ratingBadge(measure, a.Rating, most)}}, {Text: fmt.Sprintf("#%d %s", a.Number, a.Title), Href: "/tickets/" + strconv.FormatInt(a.Number, 10), Head: true},
				{Text: a.Comment}, {At: a.AnsweredAt}})
		}
		v.Pager.Next = nextPage(r, page.Next)
		return err
	})
	if err != nil {
		return err
	}
	return recordsPage.Render(w, r, v)
}

func ratingBadge(m survey.Measure, rating, most int) ui.Badge {
	b := ui.Badge{Text: fmt.Sprintf("%d of %d", rating, most)}
	if rating <= survey.Usual(m).Low {
		b.Is, b.Icon = "bad", "alert"
	}
	return b
}
