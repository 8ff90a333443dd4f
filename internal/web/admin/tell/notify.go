package tell

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"muster/internal/access"
	"muster/internal/calendar"
	"muster/internal/db"
	"muster/internal/fault"
	"muster/internal/notify"
	"muster/internal/people"
	"muster/internal/web/admin/sheet"
	"muster/internal/web/ui"
)

// noticeRoutes are the pages about notices.
func (s *Screens) noticeRoutes() map[string]ui.Handler {
	return map[string]ui.Handler{
		"GET /settings/notifications":                       s.showNotices,
		"POST /settings/notifications":                      s.saveNotices,
		"GET /settings/notifications/log":                   s.showNoticeLog,
		"POST /settings/notifications/browsers":             s.addBrowser,
		"POST /settings/notifications/browsers/{id}/remove": s.removeBrowser,
	}
}

// topicWords say what a topic is about, as a person reads it.
func topicWords(t notify.Topic) (label, hint string) {
	switch t {
	case notify.Assigned:
		return "A ticket is given to me", ""
	case notify.TeamNew:
		return "A ticket comes to my team", ""
	case notify.Mentioned:
		return "Somebody names me", ""
	case notify.Replied:
		return "A customer writes on mine", ""
	case notify.Watched:
		return "Something happens on what I watch", ""
	case notify.PromiseDue:
		return "A promise is about to be broken, or was", ""
	case notify.BadSurvey:
		return "A customer is not content", ""
	case notify.ByRule:
		return "A rule has something to say", ""
	}
	return "The desk itself needs me", "Such as a webhook that was switched off."
}

func channelWords(c notify.Channel) string {
	return map[notify.Channel]string{notify.App: "Here", notify.Mail: "Mail", notify.Push: "Push"}[c]
}

func dayWords(d calendar.Weekday) string { return string(d[0]-'a'+'A') + string(d[1:3]) }

func (s *Screens) showNotices(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Your notices")
	return s.See(w, r, &v, func(tx *db.Tx) error { return s.fillNotices(tx, &v) })
}

func (s *Screens) fillNotices(tx *db.Tx, v *sheet.Sheet) error {
	rules, err := notify.Own(tx)
	if err != nil {
		return err
	}
	browsers, err := notify.Browsers(tx)
	if err != nil {
		return err
	}
	v.Title, v.Heading1 = "Your notices", "Your notices"
	v.Actions = []ui.Button{{Text: "Notices", Icon: "bell", Href: "/inbox"}}
	v.Forms = []ui.Form{noticeForm(rules)}
	v.Parts = []ui.Part{ui.Wake{Key: s.Bell.Keys.Public, Action: "/settings/notifications/browsers"}}
	if len(browsers) > 0 {
		v.Parts = append(v.Parts, browserTable(browsers))
	}
	return nil
}

func browserTable(browsers []notify.Browser) ui.Table {
	t := ui.Table{Caption: "Browsers that are woken", Head: []ui.Column{{Text: "Browser that is woken"}, {Text: "Since", Wide: true}, {Text: "Last woken"}, {Text: "", Right: true}}}
	for _, b := range browsers {
		t.Rows = append(t.Rows, []ui.Cell{{Text: b.Name, Head: true}, {At: b.CreatedAt}, {At: b.UsedAt},
			{Parts: []ui.Part{ui.Button{Text: "Remove", Is: "bare", Action: "/settings/notifications/browsers/" + b.ID + "/remove"}}}})
	}
	return t
}

// noticeForm has what a person wants to hear of, and by which ways, in one table; when they do stands beside it.
func noticeForm(r notify.Rules) ui.Form {
	topics := ui.Field{Name: "topics", Label: "Tell me", Kind: ui.Ticks}
	for _, c := range notify.Channels() {
		topics.Options = append(topics.Options, ui.Option{Value: string(c), Text: channelWords(c)})
	}
	for _, topic := range notify.Topics() {
		label, hint := topicWords(topic)
		topics.Lines = append(topics.Lines, ui.Field{Name: "topics." + string(topic), Label: label, Hint: hint, Kind: ui.Checks, Values: sheet.Texts(r.Topics[topic])})
	}
	return ui.Form{Action: "/settings/notifications", Send: ui.Button{Text: "Keep"},
		Fields: []ui.Field{topics, {Name: "version", Kind: ui.Hidden, Value: strconv.FormatInt(r.Version, 10)}}, Aside: hourFields(r)}
}

// hourFields ask when mail goes out, and when mail and push wait.
func hourFields(r notify.Rules) []ui.Field {
	var days []ui.Option
	for _, d := range calendar.Days() {
		days = append(days, ui.Option{Value: string(d), Text: dayWords(d)})
	}
	return []ui.Field{
		{Name: "digest", Label: "Mail goes out", Kind: ui.Radios, Value: string(r.Digest), Hint: "One mail holds all there is. What you have read by then is left out.", Options: []ui.Option{
			{Value: string(notify.AtOnce), Text: "At once"}, {Value: string(notify.Hourly), Text: "Each hour"}, {Value: string(notify.Daily), Text: "Once a day"}}},
		{Name: "hour", Label: "Once a day at", Kind: ui.Number, Min: "0", Max: "23", Value: strconv.Itoa(r.Hour), Unit: "o’clock, in your time zone " + r.Zone},
		{Name: "quiet.from", Label: "Quiet from", Kind: ui.Time, Value: string(r.Quiet.From), Hint: "Mail and push wait until the quiet hours end. Nothing is lost."},
		{Name: "quiet.to", Label: "Quiet until", Kind: ui.Time, Value: string(r.Quiet.To), Hint: "An earlier time is that of the next day."},
		{Name: "quiet.days", Label: "Beginning on", Kind: ui.Checks, Values: sheet.Texts(r.Quiet.Days), Options: days},
		{Name: "quiet.whole", Label: "Quiet all day", Kind: ui.Checks, Values: sheet.Texts(r.Quiet.Whole), Options: days},
		{Name: "pass", Label: "What is urgent comes at once, in quiet hours too", Kind: ui.Check, Value: sheet.Truth(r.Pass)},
	}
}

func named[T ~string](all []string) (out []T) {
	for _, v := range all {
		out = append(out, T(v))
	}
	return out
}

// readNotices reads what was chosen.
func readNotices(f url.Values) (notify.Rules, error) {
	r := notify.Rules{Topics: map[notify.Topic][]notify.Channel{}, Digest: notify.Digest(f.Get("digest")), Pass: f.Get("pass") != "",
		Quiet: notify.Quiet{From: calendar.TimeOfDay(f.Get("quiet.from")), To: calendar.TimeOfDay(f.Get("quiet.to")),
			Days: named[calendar.Weekday](f["quiet.days"]), Whole: named[calendar.Weekday](f["quiet.whole"])}}
	for _, topic := range notify.Topics() {
		r.Topics[topic] = named[notify.Channel](f["topics."+string(topic)])
	}
	var err error
	if r.Hour, err = strconv.Atoi(f.Get("hour")); err != nil {
		return r, fault.Field("hour", "The hour is a number from 0 to 23.")
	}
	r.Version, _ = strconv.ParseInt(f.Get("version"), 10, 64) // 0: any
	if r.Quiet.From == "" && r.Quiet.To == "" {
		r.Quiet.Days = nil
	}
	return r, nil
}

func (s *Screens) saveNotices(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	rules, err := readNotices(r.PostForm)
	if err == nil {
		err = s.DB.Update(r.Context(), func(tx *db.Tx) error { _, err := notify.SaveOwn(tx, rules); return err })
	}
	if err != nil {
		return s.Refuse(w, r, err, s.fillNotices)
	}
	return s.Did(w, r, "/settings/notifications", "Kept.")
}

// addBrowser takes in what a browser says of itself.
func (s *Screens) addBrowser(w http.ResponseWriter, r *http.Request) error {
	if err := sheet.Parse(r); err != nil {
		return err
	}
	f := r.PostForm
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error {
		return s.Bell.Subscribe(tx, notify.Browser{Endpoint: f.Get("endpoint"), Public: f.Get("public"), Auth: f.Get("auth"), Name: f.Get("name")})
	}); err != nil {
		return err
	}
	return s.Did(w, r, "/settings/notifications", "This browser is woken from now on.")
}

func (s *Screens) removeBrowser(w http.ResponseWriter, r *http.Request) error {
	if err := s.DB.Update(r.Context(), func(tx *db.Tx) error { return notify.Unsubscribe(tx, r.PathValue("id")) }); err != nil {
		return err
	}
	return s.Did(w, r, "/settings/notifications", "Removed.")
}

// stateBadge is what became of a notice, as the page says it.
func stateBadge(st notify.State) ui.Badge {
	switch st {
	case notify.Delivered:
		return ui.Badge{Text: "Delivered", Icon: "check", Is: "good"}
	case notify.ReadFirst:
		return ui.Badge{Text: "Read first", Icon: "eye"}
	case notify.InDigest:
		return ui.Badge{Text: "Waits for the digest", Icon: "clock", Is: "accent"}
	case notify.InQuiet:
		return ui.Badge{Text: "Waits for quiet hours to end", Icon: "pause", Is: "accent"}
	case notify.Hidden:
		return ui.Badge{Text: "Out of sight", Icon: "lock"}
	case notify.NoBrowser:
		return ui.Badge{Text: "No browser"}
	case notify.Refused:
		return ui.Badge{Text: "Refused", Icon: "stop", Is: "bad"}
	}
	return ui.Badge{Text: "Goes out", Icon: "send", Is: "accent"}
}

// showNoticeLog shows that every notice is accounted for, and what became of each.
func (s *Screens) showNoticeLog(w http.ResponseWriter, r *http.Request) error {
	v := sheet.New(r, "Notices that went out")
	state := notify.State(r.URL.Query().Get("state"))
	if state != "" && !slices.Contains(notify.States(), state) {
		return fault.New(fault.NotFound, "There is no such outcome.")
	}
	return s.See(w, r, &v, func(tx *db.Tx) error {
		sum, err := notify.Summary(tx)
		if err != nil {
			return err
		}
		entries, next, err := notify.Ledger(tx, notify.Query{State: state, Cursor: r.URL.Query().Get("after")})
		if err != nil {
			return err
		}
		names, err := userNames(tx)
		if err != nil {
			return err
		}
		v.Tabs, v.Parts = noticeTabs(sum, state), []ui.Part{noticeBanner(sum), noticeTable(entries, names)}
		if next != "" {
			v.Pager.Next = "/settings/notifications/log?" + url.Values{"state": {string(state)}, "after": {next}}.Encode()
		}
		return nil
	})
}

func userNames(tx *db.Tx) (map[string]string, error) {
	names := map[string]string{}
	if !tx.May(access.PeopleRead) {
		return names, nil
	}
	users, err := people.Users(tx)
	for _, u := range users {
		names[u.ID] = u.Name
	}
	return names, err
}

func noticeBanner(c notify.Counts) ui.Banner {
	text := fmt.Sprintf("%d set out, each with one outcome on each of its ways.", c.Told)
	if c.Unaccounted != 0 {
		return ui.Banner{Icon: "stop", Is: "bad", Strong: fmt.Sprintf("%d notices are unaccounted for.", c.Unaccounted), Text: text + " Run muster doctor, and tell us."}
	}
	return ui.Banner{Icon: "shield", Is: "good", Strong: "Every notice is accounted for.", Text: text}
}

func noticeTabs(c notify.Counts, current notify.State) ui.Tabs {
	all := int(c.Told)
	t := ui.Tabs{Label: "Outcomes", Items: []ui.Tab{{Text: "All", Href: "/settings/notifications/log", Count: &all, Current: current == ""}}}
	for _, st := range notify.States() {
		n := 0
		for _, channel := range notify.Channels() {
			n += int(c.Outcomes[channel][st])
		}
		if n > 0 || st == current {
			t.Items = append(t.Items, ui.Tab{Text: stateBadge(st).Text, Href: "/settings/notifications/log?state=" + string(st), Count: &n, Current: st == current})
		}
	}
	return t
}

func noticeTable(entries []notify.Entry, names map[string]string) ui.Table {
	t := ui.Table{Caption: "Notices", Head: []ui.Column{{Text: "Told", Sort: "descending"}, {Text: "To"}, {Text: "About"}, {Text: "By"}, {Text: "What became of it"}, {Text: "Why", Wide: true}},
		Empty: &ui.Empty{Icon: "bell", Title: "No notice here", Text: "What people are told from now on appears here, with what became of it."}}
	for _, e := range entries {
		about := ui.Cell{Text: e.Title, Head: true}
		if e.Number != 0 {
			about.Text, about.Href = fmt.Sprintf("#%d %s", e.Number, e.Title), fmt.Sprintf("/tickets/%d", e.Number)
		}
		if about.Text == "" {
			about.Text = "Out of your sight"
		}
		became := ui.Cell{Parts: []ui.Part{stateBadge(e.State)}}
		if !e.DueAt.IsZero() {
			became.At = e.DueAt
		}
		t.Rows = append(t.Rows, []ui.Cell{{At: e.CreatedAt}, {Text: names[e.User]}, about, {Text: channelWords(e.Channel)}, became, {Text: e.Reason, Muted: true}})
	}
	return t
}
