package report

import (
	"cmp"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"muster/internal/catalogue"
	"muster/internal/db"
	"muster/internal/kpi"
	"muster/internal/people"
	"muster/internal/people/client"
	"muster/internal/web/ui"
)

// serviceView is what service.html shows.
type serviceView struct {
	ui.Frame
	Tabs   ui.Tabs
	Tiles  []tile
	Period kpi.Period
	Weeks  int
	Spans  ui.Tabs
	Tables []lineTable
}

// lineTable is the figures of clients, or of services.
type lineTable struct {
	ID, Title string
	Head      []ui.Column
	Lines     []lineRow
	Left      int // how many more there are, in the CSV
}

// lineRow is the figures of one of them.
type lineRow struct {
	Name, Href     string
	Tier           ui.Tier
	First, Solved  share
	Tickets        share
	Met, Missed    figure
	Excused        figure
	Rating         share
	Soon, Overdue  int64
	Spark          spark
	Trend          string // better, worse, steady; empty: too little to tell
	TrendIs, Arrow string
	N              int64
}

// share is a part of n, as it is shown.
type share struct {
	Text string
	N    int64
	Href string
	Bad  bool // under the goal
}

// figure is a number that leads to what it counts.
type figure struct {
	N    int64
	Href string
}

// goal is the share of promises that one would keep.
const goal = 95.0

var servicePage = ui.Parse[serviceView](files, "parts.html", "service.html")

func (s *Screens) showService(w http.ResponseWriter, r *http.Request) error {
	v := serviceView{Frame: ui.FrameOf(r, "Service board"), Tabs: tabs("/reports/service")}
	by := r.URL.Query().Get("sort")
	v.Weeks, v.Spans.Label = weeksOf(r), "Period"
	for _, n := range kpi.Spans() {
		v.Spans.Items = append(v.Spans.Items, ui.Tab{Text: strconv.Itoa(n) + " weeks", Href: serviceAddress(n, by), Current: n == v.Weeks})
	}
	b, err := s.serviceBoard(r.Context(), v.Weeks)
	if err != nil {
		return err
	}
	if err := s.DB.View(r.Context(), func(tx *db.Tx) error { return s.fillService(tx, b, by, &v) }); err != nil {
		return err
	}
	return servicePage.Render(w, r, v)
}

// mostLines bounds what a board shows of clients and services: those with the most promises. The CSV has all.
const mostLines = 50

func (s *Screens) fillService(tx *db.Tx, b kpi.ServiceBoard, by string, v *serviceView) error {
	v.Period, v.Tiles = b.Period, serviceTiles(b)
	clients, services, err := lineNames(tx, b)
	if err != nil {
		return err
	}
	v.Tables = []lineTable{{ID: "clients", Title: "Promises kept, by client", Head: lineHead("Organisation", v.Weeks, by)}, {ID: "services", Title: "Promises kept, by service", Head: lineHead("Service", v.Weeks, by)}}
	v.Tables[0].Left, v.Tables[1].Left = len(b.ByOrganisation)-mostLines, len(b.ByItem)-mostLines
	for _, l := range sorted(b.ByOrganisation[:min(len(b.ByOrganisation), mostLines)], by) {
		n := clients[l.ID]
		v.Tables[0].Lines = append(v.Tables[0].Lines, rowOf(l, b.Weeks(), cmp.Or(n.Name, "No organisation"), "organisation", "org:", n.Name, tierOf(n.Tier)))
	}
	for _, l := range sorted(b.ByItem[:min(len(b.ByItem), mostLines)], by) {
		v.Tables[1].Lines = append(v.Tables[1].Lines, rowOf(l, b.Weeks(), cmp.Or(services[l.ID], "No service"), "item", "item:", services[l.ID], ui.Tier{}))
	}
	return nil
}

// serviceAddress is that of the board of so many weeks, in an order: empty is the usual one.
func serviceAddress(weeks int, by string) string {
	q := url.Values{"weeks": {strconv.Itoa(weeks)}}
	if by != "" {
		q.Set("sort", by)
	}
	return "/reports/service?" + q.Encode()
}

// orders are the columns by which lines can be put in order, and what is looked at: the lowest comes first.
var orders = map[string]func(kpi.Line) kpi.Share{
	"first":      func(l kpi.Line) kpi.Share { return l.ByTarget["first-response"].Kept() },
	"resolution": func(l kpi.Line) kpi.Share { return l.ByTarget["resolution"].Kept() },
	"ticket":     func(l kpi.Line) kpi.Share { return l.ByTicket.Kept() },
	"missed":     func(l kpi.Line) kpi.Share { return kpi.Share{Part: -l.All.Missed, N: 1} },
	"rating":     func(l kpi.Line) kpi.Share { return l.CSAT.CSAT() },
}

// sorted has the worst first, and those without any last. An order that is none is the usual one: the most promises first.
func sorted(lines []kpi.Line, by string) []kpi.Line {
	share, known := orders[by]
	if !known {
		return lines
	}
	worth := func(l kpi.Line) float64 {
		if p, ok := share(l).Percent(); ok {
			return p
		}
		return math.Inf(1)
	}
	return slices.SortedStableFunc(slices.Values(lines), func(a, b kpi.Line) int { return cmp.Compare(worth(a), worth(b)) })
}

// lineHead are the columns of a table; the one it is sorted by leads back to the usual order.
func lineHead(first string, weeks int, by string) []ui.Column {
	head := []ui.Column{{Text: first}}
	for _, c := range []struct{ text, by string }{{"First reply", "first"}, {"Resolution", "resolution"}, {"By ticket", "ticket"}, {"Met", ""}, {"Missed", "missed"}, {"Excused", ""}, {"Rating", "rating"}} {
		column := ui.Column{Text: c.text, Right: true}
		if c.by != "" {
			column.Href = serviceAddress(weeks, c.by)
		}
		if c.by != "" && c.by == by {
			column.Href, column.Sort = serviceAddress(weeks, ""), "ascending"
		}
		head = append(head, column)
	}
	return append(head, ui.Column{Text: "Now"}, ui.Column{Text: "Trend"})
}

// lineNames are what the clients and the services of a board are called.
func lineNames(tx *db.Tx, b kpi.ServiceBoard) (map[string]client.OrganisationName, map[string]string, error) {
	var ids []string
	for _, l := range b.ByOrganisation {
		if l.ID != "" {
			ids = append(ids, l.ID)
		}
	}
	names, err := people.NamesOf(tx, nil, ids)
	if err != nil {
		return nil, nil, err
	}
	items, err := catalogue.Items(tx)
	services := map[string]string{}
	for _, i := range items {
		services[i.ID] = i.Name
	}
	return names.Organisations, services, err
}

func tierOf(t string) ui.Tier {
	words := map[string]string{"gold": "Gold", "silver": "Silver", "bronze": "Bronze"}
	return ui.Tier{Text: words[t], Is: t}
}

func serviceTiles(b kpi.ServiceBoard) []tile {
	all, csat, ces := b.Total.All.Kept(), b.Total.CSAT.CSAT(), b.CES.CES()
	first, solved := b.Total.ByTarget["first-response"].Kept(), b.Total.ByTarget["resolution"].Kept()
	nps := tile{Name: "Recommendation", Value: "–", Hint: "nobody has answered", Href: recordsAddress("answers", b.Weeks(), "measure", "nps")}
	if score, n, ok := b.NPS.NPS(); ok {
		nps.Value, nps.Hint = fmt.Sprintf("%+d", kpi.Round(score)), fmt.Sprintf("NPS, n %d", n)
	}
	var kept, rated []kpi.Share
	for i := range b.Total.Weeks {
		kept, rated = append(kept, b.Total.Weeks[i].Kept()), append(rated, b.Total.CSATWeeks[i].CSAT())
	}
	records := func(page string, pairs ...string) string { return recordsAddress(page, b.Weeks(), pairs...) }
	byTicket := b.Total.ByTicket.Kept()
	tiles := []tile{
		{Name: "Promises kept", Value: whole(all), Unit: "%", Hint: promisesHint(b), Href: records("promises", "is", "counted"), Spark: sparkOf(sharesOf(kept), goal)},
		{Name: "Tickets with all kept", Value: whole(byTicket), Unit: "%", Hint: of(byTicket, "", "no promise came due"), Href: records("promises", "by", "ticket", "is", "counted")},
		{Name: "First reply in time", Value: whole(first), Unit: "%", Hint: of(first, "", "no promise came due"), Href: records("promises", "target", "first-response", "is", "counted")},
		{Name: "Resolved in time", Value: whole(solved), Unit: "%", Hint: of(solved, "", "no promise came due"), Href: records("promises", "target", "resolution", "is", "counted")},
		{Name: "Rating", Value: whole(csat), Unit: "%", Hint: of(csat, " answers", "nobody has answered"), Href: records("answers", "measure", "csat"), Spark: sparkOf(sharesOf(rated), 0)},
		nps,
		{Name: "Answer the survey", Value: whole(b.Asked), Unit: "%", Hint: of(b.Asked, " asked", "nobody was asked"), Href: records("answers", "measure", "csat", "by", "asked")},
	}
	if ces.N > 0 {
		tiles = append(tiles, tile{Name: "Ease", Value: whole(ces), Unit: "%", Hint: of(ces, " answers", ""), Href: records("answers", "measure", "ces")})
	}
	return tiles
}

// of says what a share is of, or that it is of nothing.
func of(s kpi.Share, what, nothing string) string {
	if s.N == 0 {
		return nothing
	}
	return fmt.Sprintf("%d of %d%s", s.Part, s.N, what)
}

func promisesHint(b kpi.ServiceBoard) string {
	return of(b.Total.All.Kept(), fmt.Sprintf(", %d excused", b.Total.All.Excused), "no promise came due")
}

// recordsAddress is where the records behind a figure of so many weeks are listed.
func recordsAddress(page string, weeks int, pairs ...string) string {
	q := url.Values{}
	if weeks != kpi.Weeks {
		q.Set("weeks", strconv.Itoa(weeks))
	}
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return "/reports/" + page + "?" + q.Encode()
}

// rowOf lays out a line. Of those without a name nothing can be opened: there is no record to name in the address.
func rowOf(l kpi.Line, weeks int, name, param, term, called string, tier ui.Tier) lineRow {
	row := lineRow{Name: name, Tier: tier, Soon: l.Soon, Overdue: l.Overdue, N: l.All.Kept().N}
	to := func(page string, pairs ...string) string {
		if l.ID == "" {
			return ""
		}
		return recordsAddress(page, weeks, append(pairs, param, l.ID)...)
	}
	if called != "" {
		row.Href = search(fmt.Sprintf("%s %s%q", unsolved, term, called))
	}
	kept := func(target string) share {
		s := l.ByTarget[target].Kept()
		p, ok := s.Percent()
		return share{Text: percent(s), N: s.N, Href: to("promises", "target", target, "is", "counted"), Bad: ok && p < goal}
	}
	row.First, row.Solved = kept("first-response"), kept("resolution")
	tickets := l.ByTicket.Kept()
	p, ok := tickets.Percent()
	row.Tickets = share{Text: percent(tickets), N: tickets.N, Href: to("promises", "by", "ticket", "is", "counted"), Bad: ok && p < goal}
	row.Met, row.Missed = figure{l.All.Met, to("promises", "is", "met")}, figure{l.All.Missed, to("promises", "is", "missed")}
	row.Excused = figure{l.All.Excused, to("promises", "is", "excused")}
	csat := l.CSAT.CSAT()
	row.Rating = share{Text: percent(csat), N: csat.N, Href: to("answers", "measure", "csat")}
	var kepts []kpi.Share
	for _, w := range l.Weeks {
		kepts = append(kepts, w.Kept())
	}
	row.Spark = sparkOf(sharesOf(kepts), goal)
	switch l.Trend() {
	case kpi.Better:
		row.Trend, row.TrendIs, row.Arrow = "better", "good", "↑"
	case kpi.Worse:
		row.Trend, row.TrendIs, row.Arrow = "worse", "bad", "↓"
	case kpi.Steady:
		row.Trend, row.Arrow = "steady", "→"
	}
	return row
}
