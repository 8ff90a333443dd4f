package ui

import (
	"net/http"
	"net/url"
	"sync"
	"time"

	"muster/internal/fault"
)

// gallery is the page of every part in every state.
type gallery struct {
	Frame
	Buttons, Switches        []Button
	Group                    Group
	Tabs                     Tabs
	Clocks                   []Clock
	Explain                  Explain
	States                   []State
	Prios                    []Prio
	Tiers                    []Tier
	Badges                   []Badge
	Tags                     Tags
	Filter                   Filter
	Avatars                  []Avatar
	Steps, Proof             Steps
	Week                     Week
	Form, Kinds              Form
	Opens                    []Button
	Menus                    []Menu
	Toasts                   []Toast
	Banners                  []Banner
	Wake                     Wake
	Progress                 Progress
	Bones                    Bones
	Timeline                 []Part
	Chain                    Chain
	Nothing, Fault           Empty
	Dialog, Real             Dialog
	Composer, Note           Composer
	Find                     Find
	Panel                    Panel
	Facts                    Facts
	Table                    Table
	List, Dense              List
	Pager                    Pager
	Places                   Places
	Times                    []time.Time
	Number                   float64
	Size                     int64
	Presence, MentionAddress string
}

var galleryPage = sync.OnceValue(func() Page[gallery] { return Parse[gallery](pages, "pages/gallery.html") })

// Parts shows every part in every state, so that a change to one is seen in all its places. What
// stands there is made up; nothing on it does anything.
func Parts() http.Handler {
	return Handler(func(w http.ResponseWriter, r *http.Request) error {
		f := FrameOf(r, "Parts")
		if f.Shell == Bare {
			f.Shell = Desk
		}
		if f.Rail == nil {
			f = sampleFrame(f)
		}
		return galleryPage().Render(w, r, sample(f))
	})
}

// noon is the instant at which the samples stand.
func noon() time.Time { return time.Date(2026, time.March, 10, 9, 42, 0, 0, time.UTC) }

func sampleFrame(f Frame) Frame {
	f.Workspace.Name = "Quillmere"
	f.Me.Name, f.Me.Initials, f.Me.Hue = "Tariq Belhaven", "TB", 4
	f.Search = "/search"
	f.Now = noon()
	f.Rail = []RailItem{
		{Href: "#my", Icon: "inbox", Text: "My work", Count: 7, Key: "m", Near: true},
		{Href: "#queues", Icon: "queue", Text: "Queues", Key: "q", Near: true},
		{Href: "#first", Text: "First line", Count: 38, Sub: true},
		{Href: "#application", Text: "Application", Count: 21, Sub: true},
		{Href: "#quarantine", Text: "Quarantine", Count: 2, Bad: true, Sub: true},
		{Href: "#incidents", Icon: "bolt", Text: "Incidents", Count: 1, Bad: true, Key: "i", Near: true},
		{Href: "#knowledge", Icon: "book", Text: "Knowledge", Near: true},
		{Href: "#reports", Icon: "chart", Text: "Reports", Near: true},
	}
	f.Foot = []RailItem{
		{Href: "#custody", Icon: "mail", Text: "412 in · 0 lost"},
		{Href: "/parts", Icon: "sliders", Text: "Parts", Current: true},
	}
	f.Menu = Menu{Action: "#", Items: []MenuItem{{Text: "Your settings", Icon: "user", Href: "#me"}, {Text: "Sign out", Icon: "out", Rule: true}}}
	return f
}

func sample(f Frame) gallery {
	v := gallery{Frame: f}
	sampleControls(&v)
	sampleFaces(&v)
	sampleForms(&v)
	sampleNotices(&v)
	sampleRecord(&v)
	sampleLists(&v)
	return v
}

func sampleControls(v *gallery) {
	v.Buttons = []Button{
		{Text: "Main", Is: "main"}, {Text: "Plain"}, {Text: "Bare", Is: "bare"}, {Text: "Delete", Is: "bad"},
		{Icon: "more", Label: "More"}, {Text: "Reply", Icon: "reply", Key: "r", Href: "#composer", Mode: "reply", Command: "Reply to Maren"},
		{Text: "Note", Icon: "lock", Key: "n", Href: "#composer", Mode: "note", Command: "Write a note"},
	}
	v.Switches = []Button{
		{Text: "Disabled", Disabled: true}, {Text: "Pressed", Plain: true, Pressed: "true"}, {Text: "State", Menu: "menu-state"},
		{Text: "Sending", Is: "main", Busy: true}, {Text: "Ask first", Dialog: "stop"},
	}
	v.Group = Group{{Text: "Day", Plain: true, Pressed: "false"}, {Text: "Week", Plain: true, Pressed: "true"}, {Text: "Month", Plain: true, Pressed: "false"}}
	open, waiting := 38, 14
	v.Tabs = Tabs{Label: "Tabs", Items: []Tab{{Text: "Open", Href: "#open", Count: &open, Current: true}, {Text: "Waiting", Href: "#waiting", Count: &waiting}, {Text: "Solved", Href: "#solved"}, {Text: "New view", Href: "#new", Icon: "plus"}}}
	v.Menus = []Menu{
		{ID: "menu-state", Heading: "State", Items: sampleStates()},
		{Heading: "State", Open: true, Items: sampleStates()},
	}
	v.Find = Find{Action: "#", Label: "Search First line", Placeholder: "Add words", Filters: []Filter{{"tier", "Gold", "#tier", "#no-tier"}, {"due", "in 2 h", "#due", "#no-due"}}}
	v.Filter = Filter{"state", "open", "#state", "#no-state"}
}

func sampleStates() []MenuItem {
	return []MenuItem{
		{State: &State{Category: "open"}, Choice: true, Checked: true}, {State: &State{Category: "waiting", Text: "Waiting on customer"}, Choice: true},
		{State: &State{Category: "review"}, Choice: true}, {State: &State{Category: "cancelled", Text: "Cancel"}, Rule: true, Disabled: true},
	}
}

func sampleFaces(v *gallery) {
	const m = time.Minute
	v.Clocks = []Clock{
		{Left: 190 * m, Used: 20}, {Left: 100 * m, Used: 60}, {Is: Soon, Left: 9 * m, Used: 91}, {Is: Over, Left: 22 * m, Name: "Next reply", Named: true},
		{Is: Paused, Left: 312 * m}, {Is: Met, Text: "19 of 30 min"}, {Is: Late, Left: 12 * m}, {Is: Excused}, {Is: Void},
	}
	v.Explain = Explain{Summary: "Explain", Open: true, Lines: []Pair{{"Mon 9 March, 16:40 to 17:00", "20 min"}, {"Tue 10 March, 08:00 to 08:52, paused 12 min", "40 min"}, {"Used of 4 h, Gold 24×5 version 7", "1 h 00 min"}}}
	v.States = []State{{Category: "new"}, {Category: "open"}, {Category: "waiting", Text: "Waiting on customer"}, {Category: "review"}, {Category: "done"}, {Category: "cancelled"}}
	v.Prios = []Prio{1, 2, 3, 4}
	v.Tiers = []Tier{{"Gold", "gold"}, {"Silver", ""}}
	v.Badges = []Badge{{Text: "Plain"}, {Text: "New", Is: "accent"}, {"Delivered", "check", "good"}, {"Deferred", "clock", "warn"}, {"Sev 2", "flag", "bad"}, {"Internal", "lock", "note"}}
	v.Tags = Tags{{Text: "export"}, {Text: "month end", Remove: "#untag"}}
	for i, who := range [][2]string{{"Saoirse Dunmall", "SD"}, {"Lena Ostrovik", "LO"}, {"Cleo Parvane", "CP"}, {"Jonas Feldmark", "JF"}, {"Runa Mettler", "RM"}, {"Tariq Belhaven", "TB"}} {
		v.Avatars = append(v.Avatars, Avatar{Name: who[0], Initials: who[1], Hue: i + 1})
	}
	v.Avatars = append(v.Avatars, Avatar{Name: "Maren Oduya", Initials: "MO", Hue: 2, Big: true}, Avatar{Name: "Fennoway Clinics", Initials: "FC", Org: true, Big: true}, Avatar{Name: "Rule", Bot: true}, Avatar{})
	v.Week = Week{Caption: "Shifts", Days: []string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}, Rows: []WeekRow{
		{Text: "Early", Href: "#", Hint: "Maren, Ilka", Words: "monday 06:00-14:00", Bars: []WeekBar{{From: 360, To: 840, Title: "monday 06:00–14:00"}, {From: 1800, To: 2280, Title: "tuesday 06:00–14:00"}}},
		{Text: "Night", Hint: "Nobody yet", Words: "sunday 22:00-06:00", Bars: []WeekBar{{From: 0, To: 360, Title: "sunday 22:00–06:00", Is: "quiet"}, {From: 9960, To: 10080, Title: "sunday 22:00–06:00"}}}}}
	v.Steps = Steps{Label: "Progress", Items: []Step{{Text: "Assess", Is: Done, At: noon().Add(-time.Hour)}, {Text: "Authorise", Is: Runs}, {Text: "Implement", Is: Waits}}}
	v.Proof = Steps{Label: "Test of the inbox", Proof: true, Items: []Step{
		{Text: "Found mail.quillmere.example", Is: Done, Took: 41 * time.Millisecond},
		{Text: "Signed in as support", Is: Done, Took: 230 * time.Millisecond, Note: "IMAP over TLS, certificate valid to 4 May"},
		{Text: "Sent a letter to ourselves", Is: Broken, Took: 1200 * time.Millisecond, Note: "The server refused the sender: 553. Allow support@quillmere.example to send, then test again."},
		{Text: "Wait for it to come back", Is: Runs}, {Text: "Read its sender's proof", Is: Waits},
	}}
}

func sampleForms(v *gallery) {
	v.Form = Form{Action: "#", Send: Button{Text: "Save change"}, Others: []Button{{Text: "Discard", Is: "bare", Plain: true}}, Fields: []Field{
		{Name: "title", Label: "Title", Required: true}, {Name: "window", Label: "Window"},
		{Name: "back-out", Label: "Back-out plan", Kind: Long, Placeholder: "What takes it back, who does it, how long it takes", Hint: "Two sentences are enough."},
		{Name: "type", Label: "Type", Kind: Select, Options: []Option{{Value: "normal", Text: "Normal"}, {Value: "standard", Text: "Standard"}, {Value: "emergency", Text: "Emergency"}}},
		{Name: "risk", Label: "Risk", Disabled: true, Hint: "Worked out; override with a reason."},
		{Name: "notify", Label: "Notify watchers", Kind: Check},
		{Name: "repeat", Label: "Repeat", Kind: Radios, Options: []Option{{Value: "once", Text: "Once"}, {Value: "weekly", Text: "Weekly"}}},
		{Name: "freeze", Label: "In a freeze", Kind: Switch},
		{Name: "tell", Label: "Tell me", Kind: Ticks, Hint: "Nothing chosen: never.", Options: []Option{{Value: "app", Text: "Here"}, {Value: "mail", Text: "Mail"}, {Value: "push", Text: "Push"}}, Lines: []Field{
			{Name: "tell.given", Label: "It is given to me", Kind: Checks, Values: []string{"app", "mail"}},
			{Name: "tell.due", Label: "A promise is about to be broken, or was", Kind: Checks, Hint: "Long before it is."}}},
	}}
	v.Form.Fill(url.Values{"title": {"Raise export concurrency to 16"}, "window": {"Tue 10 March, 07:40 to 07:20"}, "type": {"normal"}, "risk": {"Medium, from history"}, "notify": {"true"}, "repeat": {"once"}, "freeze": {"true"}, "tell.given": {"app", "mail"}})
	v.Form.Blame(fault.Join(fault.Field("window", "The window ends before it begins. Did you mean 08:20?"), fault.Field("back-out", "A normal change needs a back-out plan.")))
	for i := range v.Form.Fields {
		v.Form.Fields[i].Focus = false // this page shows all parts, and begins with none
	}
	v.Kinds = Form{Action: "#", Get: true, Compact: true, Send: Button{Text: "Show", Is: "plain"}, Fields: []Field{
		{Name: "mail", Label: "Address", Kind: Email, Auto: "email", Placeholder: "name@example.org"}, {Name: "secret", Label: "Password", Kind: Password, Auto: "new-password", Hint: "Twelve characters or more."},
		{Name: "minutes", Label: "Target", Kind: Number, Value: "30", Min: "1", Max: "600", Unit: "min"}, {Name: "from", Label: "From", Kind: Date, Value: "2026-03-10"},
		{Name: "at", Label: "At", Kind: DateTime, Value: "2026-03-10T09:42"}, {Name: "colour", Label: "Colour", Kind: Colour, Value: "#2f6f7e"}, {Name: "zone", Label: "Zone", List: []string{"Europe/Berlin", "Asia/Tokyo"}},
		{Name: "rule", Label: "Rule", Code: true, Value: `tier == "gold"`}, {Name: "proof", Label: "Picture", Kind: File, Accept: "image/*"},
		{Name: "days", Label: "Days", Kind: Checks, Values: []string{"mon"}, Options: []Option{{Value: "mon", Text: "Mon"}, {Value: "tue", Text: "Tue"}}},
		{Name: "team", Label: "Team", Kind: Select, Value: "app", Options: []Option{{Value: "first", Text: "First line", Group: "Desk"}, {Value: "app", Text: "Application", Group: "Desk"}, {Value: "plat", Text: "Platform", Group: "Operations"}}},
	}}
}
