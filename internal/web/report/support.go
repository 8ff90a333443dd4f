package report

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/internal/db"
	"muster/internal/kpi"
	"muster/internal/people"
	"muster/internal/routing"
	"muster/internal/text"
	"muster/internal/ticket/list"
	"muster/internal/web/ui"
)

// supportView is what support.html shows.
type supportView struct {
	ui.Frame
	Tabs   ui.Tabs
	Banner *ui.Banner
	Tiles  []tile
	N      int64
	At     time.Time
	All    string
	Bars   []bar
	Loads  []loadRow
	Here   string
	Next   []nextRow
}

// tile is a figure at the head of a board, with what lies behind it.
type tile struct {
	Name, Value, Unit, Hint, Href string
	Is                            string // bad: somebody should look
	Spark                         spark
}

// loadRow is what one agent has.
type loadRow struct {
	Face       ui.Avatar
	Name, Href string
	Here       string    // whether the agent is
	To, From   time.Time // when the shift ends, or the next begins
	Meter      meter
	All        int64
	Pressing   string
	Is         string
}

// nextRow is a ticket whose promise is due next.
type nextRow struct {
	Number int64
	Title  string
	Due    time.Time
	Over   bool
	Owner  string
}

var supportPage = ui.Parse[supportView](files, "parts.html", "support.html")

const unsolved = "is:open is:waiting"

func (s *Screens) showSupport(w http.ResponseWriter, r *http.Request) error {
	v := supportView{Frame: ui.FrameOf(r, "Support board"), Tabs: tabs("/reports/support"), All: search(unsolved)}
	service, err := s.serviceBoard(r.Context(), kpi.Weeks)
	if err != nil {
		return err
	}
	if err := s.DB.View(r.Context(), func(tx *db.Tx) error { return s.fillSupport(tx, service, &v) }); err != nil {
		return err
	}
	return supportPage.Render(w, r, v)
}

func (s *Screens) fillSupport(tx *db.Tx, service kpi.ServiceBoard, v *supportView) error {
	b, err := s.supportBoard(tx)
	if err != nil {
		return err
	}
	v.N, v.At = b.N, b.At
	v.Banner, v.Tiles = bannerOf(b), tilesOf(b, service)
	v.Bars = barsOf(b.Backlog, func(a kpi.Age) string { return search(agedWords(a, b.At)) })
	names, err := people.NamesOf(tx, nil, nil)
	if err != nil {
		return err
	}
	present, err := s.Router.Present(tx)
	if err != nil {
		return err
	}
	v.Loads, v.Here = loadsOf(b, names, present)
	v.Next, err = s.next(tx, names)
	return err
}

// agedWords finds the unsolved tickets of an age.
func agedWords(a kpi.Age, now time.Time) string {
	day := func(days int) string {
		return now.Add(-time.Duration(days) * 24 * time.Hour).UTC().Format(time.RFC3339)
	}
	words := unsolved
	if a.To > 0 {
		words += " after:" + day(a.To)
	}
	if a.From > 0 {
		words += " before:" + day(a.From)
	}
	return words
}

// bannerOf says what presses, if anything does.
func bannerOf(b kpi.SupportBoard) *ui.Banner {
	nobody := b.Of("")
	if b.Overdue == 0 && b.Soon == 0 {
		return nil
	}
	banner := ui.Banner{Icon: "clock", Is: "warn", Strong: fmt.Sprintf("%d overdue, %d due within two hours.", b.Overdue, b.Soon)}
	if b.Overdue > 0 {
		banner.Icon, banner.Is = "stop", "bad"
	}
	if nobody.All() > 0 {
		banner.Text = fmt.Sprintf("Nobody has taken %d.", nobody.All())
	}
	banner.Actions = []ui.Button{{Text: fmt.Sprintf("Show the %d", b.Overdue+b.Soon), Href: search(unsolved + " due:2h")}}
	return &banner
}

func tilesOf(b kpi.SupportBoard, service kpi.ServiceBoard) []tile {
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	backlog := tile{Name: "Backlog", Value: number(b.N), Href: search(unsolved), Hint: "unsolved now"}
	if len(b.Past) > 1 {
		var days []float64
		for _, p := range b.Past {
			days = append(days, float64(p.N))
		}
		backlog.Spark = sparkOf(days, 0)
		backlog.Hint = fmt.Sprintf("%d on %s", b.Past[0].N, b.Past[0].Day.Format("2 January"))
	}
	nobody, kept, csat := b.Of(""), service.Total.All.Kept(), service.Total.CSAT.CSAT()
	overdue := tile{Name: "Overdue", Value: number(b.Overdue), Href: search(unsolved + " due:overdue"), Hint: "a promise is broken"}
	if b.Overdue > 0 {
		overdue.Is = "bad"
	}
	promises := tile{Name: "Promises kept", Value: whole(kept), Unit: "%", Href: "/reports/service", Hint: promisesHint(service) + ", 8 weeks"}
	rating := tile{Name: "Rating", Value: whole(csat), Unit: "%", Href: "/reports/answers?measure=csat", Hint: of(csat, " answers", "nobody has answered") + ", 8 weeks"}
	var keptWeeks, csatWeeks []kpi.Share
	for i := range service.Total.Weeks {
		keptWeeks = append(keptWeeks, service.Total.Weeks[i].Kept())
		csatWeeks = append(csatWeeks, service.Total.CSATWeeks[i].CSAT())
	}
	promises.Spark, rating.Spark = sparkOf(sharesOf(keptWeeks), goal), sparkOf(sharesOf(csatWeeks), 0)
	return []tile{backlog, overdue,
		{Name: "Due within 2 h", Value: number(b.Soon), Href: search(unsolved + " due:soon"), Hint: "and not overdue yet"},
		{Name: "Nobody has taken", Value: number(nobody.All()), Href: search(unsolved + " assignee:none"), Hint: fmt.Sprintf("%d of them open", nobody.Open)},
		promises, rating}
}

// loadsOf lists who has something or is here, those with the most first.
func loadsOf(b kpi.SupportBoard, names people.Names, present []routing.Presence) (rows []loadRow, here string) {
	full, available := int64(8), 0
	for _, l := range b.Loads {
		if l.User != "" {
			full = max(full, l.All())
		}
	}
	for _, p := range present {
		if p.State == routing.Available || p.State == routing.Busy {
			available++
		}
		if l := b.Of(p.User); l.All() > 0 || p.State != routing.Offline {
			row := loadOf(l, full, cmp.Or(names.Users[p.User], p.Name), hereWords(p))
			if p.OnShift {
				row.To = p.Turns
			} else {
				row.From = p.Turns
			}
			rows = append(rows, row)
		}
	}
	for _, l := range b.Loads {
		if l.User != "" && !slices.ContainsFunc(present, func(p routing.Presence) bool { return p.User == l.User }) {
			rows = append(rows, loadOf(l, full, names.Users[l.User], "Has left"))
		}
	}
	slices.SortStableFunc(rows, func(a, b loadRow) int { return cmp.Or(cmp.Compare(b.All, a.All), strings.Compare(a.Name, b.Name)) })
	return rows, fmt.Sprintf("%d of %d here", available, len(present))
}

func loadOf(l kpi.Load, full int64, name, here string) loadRow {
	row := loadRow{Face: ui.Avatar{Name: name, Initials: text.Initials(name), Hue: ui.Hue(l.User), Quiet: true}, Name: name, Here: here,
		Href: search(unsolved + " assignee:" + strconv.Quote(name)), Meter: meterOf(l, full), All: l.All(), Pressing: "–"}
	switch {
	case l.Overdue > 0:
		row.Pressing, row.Is = fmt.Sprintf("%d overdue", l.Overdue), "bad"
	case l.Soon > 0:
		row.Pressing, row.Is = fmt.Sprintf("%d due", l.Soon), "warn"
	}
	return row
}

func hereWords(p routing.Presence) string {
	return map[routing.State]string{routing.Available: "Available", routing.Busy: "Busy", routing.AwayState: "Away", routing.Offline: "Not here"}[p.State]
}

// nextDue bounds what a board lists of it.
const nextDue = 8

func (s *Screens) next(tx *db.Tx, names people.Names) (rows []nextRow, err error) {
	page, err := list.Read(tx, s.Desk, list.Of{Query: list.Query{Is: []string{"open", "waiting"}, Due: "any"}, Sort: list.Due, Limit: nextDue})
	for _, t := range page.Tickets {
		rows = append(rows, nextRow{Number: t.Number, Title: t.Title, Due: t.DueAt, Over: t.DueAt.Before(tx.Now), Owner: cmp.Or(names.Users[t.Assignee], "Nobody")})
	}
	return rows, err
}
