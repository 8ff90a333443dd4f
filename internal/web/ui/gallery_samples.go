package ui

import (
	"html/template"
	"time"
)

func sampleNotices(v *gallery) {
	undo := &Undo{Action: "#undo", Name: "event", Value: "1"}
	v.Toasts = []Toast{
		{Text: "Reply to Maren goes out in 8 s.", Icon: "send", Undo: undo}, {Text: "Two tickets given to Lena.", Undo: undo},
		{Text: "Saoirse answered while you were writing.", Icon: "stop", Is: "bad", Actions: []Button{{Text: "Read it", Href: "#latest"}}},
	}
	v.Banners = []Banner{
		{Icon: "alert", Is: "warn", Text: "The connection is gone. What you write is kept here.", Actions: []Button{{Text: "Try now", Plain: true}}},
		{Icon: "check", Is: "good", Text: "Rule rehearsed over 90 days: 14 of 3,120 tickets would change.", Actions: []Button{{Text: "See the 14", Href: "#rehearsal"}}},
		{Icon: "info", Is: "accent", Text: "You look at 10 March, 09:00, not at now."},
		{Icon: "stop", Is: "bad", Strong: "2 overdue, 5 due within two hours.", Text: "Six that nobody has taken."},
	}
	v.Progress = Progress{Text: "Replaying history", Note: "62 % · 40 s left", Value: 62, Max: 100}
	v.Bones = Bones{Rows: 2}
	v.Nothing = Empty{Icon: "inbox", Title: "Nothing is waiting for you", Text: "Your seven tickets wait on customers. The next clock that can ring is #4751, Thursday 09:00.", Actions: []Button{{Text: "Take the next one", Is: "main", Href: "#next"}, {Text: "See the seven", Href: "#seven"}}}
	v.Fault = Empty{Icon: "problem", Title: "We cannot find ticket 48120", Text: "It does not exist, or you may not see it.", Next: "If somebody sent you this link, ask them to add you as a watcher.", Actions: []Button{{Text: "Search for it", Is: "main", Href: "#search"}, {Text: "Back to First line", Href: "#back"}}, Reference: "7F3K-20QM"}
	v.Dialog = Dialog{ID: "sample", Open: true, Title: "Stop every export?", Text: "41 organisations get no files until you start them again. This cannot be taken back for runs that are skipped.", Action: "#stop", Stay: "Keep running", Do: Button{Text: "Stop exports", Is: "bad"}, Fields: []Field{{Name: "reason", Label: "Reason, shown in the log"}}}
	v.Real = v.Dialog
	v.Real.ID, v.Real.Open, v.Real.Fields = "stop", false, []Field{{Name: "reason2", Label: "Reason, shown in the log"}}
}

func sampleRecord(v *gallery) {
	at := func(minutes int) time.Time { return noon().Add(time.Duration(-minutes) * time.Minute) }
	v.Timeline = []Part{
		Message{ID: "1", Who: Avatar{Initials: "PS", Hue: 1}, Name: "Petra Sunnavik", To: "to support@quillmere.example", At: at(50), Badge: &Badge{Text: "New", Is: "accent"},
			Body: "<p>Mail, from the customer, with a file and <code>what it repeats</code> folded away.</p>", Quote: "<p>Earlier …</p>", Lines: 4,
			Files: Files{{Name: "inv-0310-0800.csv", Href: "#file", Size: 49152}, {Name: "folder.png", Href: "#image", Size: 217000, Image: true}, {Name: "run.exe", Note: "kept in quarantine"}}},
		Message{ID: "2", Is: Ours, Who: Avatar{Initials: "TB", Hue: 4}, Name: "Tariq Belhaven", At: at(31), Body: "<p>Reply, from us.</p>",
			Strip: &Strip{Icon: "mail-x", Is: "bad", Strong: "Not delivered", Text: "to accounts@fennoway.example: the mailbox is full.", Actions: []Button{{Text: "Try again", Plain: true}}}},
		Message{ID: "3", Is: Note, Who: Avatar{Initials: "SD", Hue: 6}, Name: "Saoirse Dunmall", At: at(8), Body: `<p><span class="at">@Tariq</span> note, for the team.</p>`},
		Message{ID: "4", Is: Public, Who: Avatar{Initials: "CP", Hue: 1}, Name: "Cleo Parvane", At: at(5), Body: "<p>Public, for everybody.</p>", Strip: &Strip{Icon: "mail", Text: "Status page and 34 organisations; all 34 have arrived."}},
		Message{ID: "5", Via: "phone", Who: Avatar{Initials: "PS", Hue: 1}, Name: "Petra Sunnavik", At: at(2), Body: "<p>By telephone.</p>"},
		Events{Summary: "3 events: state, tags, watcher", Open: true, Items: []Event{{At: at(6), Text: "Open → Waiting on customer"}, {At: at(4), Icon: "link", HTML: template.HTML(`Saoirse linked <a class="link" href="#INC-4809">INC-4809</a>`)}}},
	}
	v.Chain = Chain{{Icon: "ticket", Text: "This ticket"}, {Icon: "bolt", Text: "INC-4809", Href: "#INC-4809", Relation: "caused by", Title: "Exports run twice", State: &State{Category: "open", Text: "Identified"}}, {Icon: "release", Text: "REL-4818", Href: "#REL-4818", Relation: "fixed in"}}
	v.Facts = Facts{{Name: "Contract", Text: "Gold, 24×5, to 31 Dec 2026"}, {Name: "Open now", Text: "4 tickets", Href: "#open"}, {Name: "Owner", Text: "Lena Ostrovik", Parts: []Part{Avatar{Initials: "LO", Hue: 5, Quiet: true}}}}
	two := 2
	v.Panel = Panel{Label: "Facts", Sections: []Section{
		{Title: "Requester", Parts: []Part{Person{Face: Avatar{Initials: "MO", Hue: 2, Big: true, Quiet: true}, Name: "Maren Oduya", Hint: "Head of billing · 11 tickets, 2 open"}, Person{Face: Avatar{Initials: "FC", Org: true, Big: true, Quiet: true}, Name: "Fennoway Clinics", Href: "#org", Hint: "24×5 contract to 31 Dec 2026", Tier: Tier{"Gold", "gold"}}}},
		{Title: "Clocks", Lines: []Line{{Text: "First reply", Last: Clock{Is: Met, Text: "19 of 30 min"}}, {Text: "Next reply", Last: Clock{Is: Over, Left: 22 * time.Minute}}}},
		{Title: "Service", Lines: []Line{{Icon: "up-slow", Is: "warn", Link: "Hand-over export", Href: "#svc", End: "Degraded 2 h 50 min"}, {Icon: "up-ok", Is: "good", Link: "Ledger", Href: "#svc2", End: "Healthy"}}},
		{Title: "Linked", Count: &two, Action: &Button{Icon: "plus", Is: "bare", Label: "Add a link", Plain: true}, Lines: []Line{{Icon: "bolt", Link: "INC-4809", Href: "#inc", Text: "Exports run twice", Last: Badge{"Sev 2", "flag", "bad"}}, {Icon: "problem", Link: "PRB-4816", Href: "#prb", Text: "Queue time-out under worker's own", End: "New"}}},
		{Title: "Tags", Parts: []Part{Tags{{Text: "export"}, {Text: "month end"}}}},
	}}
	v.Composer = Composer{Action: "#send", Modes: []Mode{{"reply", "Reply", "reply", true}, {"note", "Note", "lock", false}}, To: []Tag{{Text: "Maren Oduya"}}, Cc: []Tag{{Text: "accounts@fennoway.example"}}, AddCc: true, Hint: "10 s to take it back",
		Editor: Editor{Label: "Reply", Value: "Dear Maren, the **11:00 run** is stopped for Fennoway.\n\n- The cause is found.\n- This morning's change is being taken back.", Placeholder: "Write to Maren", Upload: "/parts/upload", Mentions: "/parts/people", Draft: "parts"},
		Send:   []Button{{Text: "Send, wait for customer", Icon: "send", Is: "main"}}}
	v.Note = Composer{ID: "note", Action: "#keep", Modes: []Mode{{"reply", "Reply", "reply", false}, {"note", "Note", "lock", true}}, Editor: Editor{Label: "Note", Placeholder: "Write for your team; @ calls a person"}, Send: []Button{{Text: "Keep note", Icon: "lock", Is: "main"}}}
}

func sampleLists(v *gallery) {
	at := func(minutes int) time.Time { return noon().Add(time.Duration(-minutes) * time.Minute) }
	tb := Avatar{Name: "Tariq Belhaven", Initials: "TB", Hue: 4}
	rows := []Row{
		{ID: "4812", Number: "#4812", Href: "#4812", Unread: true, Subject: "Invoices exported twice since this morning", Excerpt: "Both runs carry the same batch number, so our ledger took them in twice. Please stop the 11:00 run", State: State{Category: "open"}, Prio: 2, Tags: []Tag{{Text: "export"}}, Who: "Maren Oduya", Org: "Fennoway Clinics", Tier: Tier{"Gold", "gold"}, Clock: &Clock{Is: Over, Left: 22 * time.Minute, Name: "Next reply"}, Owner: tb, At: at(52)},
		{ID: "4803", Number: "#4803", Href: "#4803", Current: true, Subject: "Two staff members share one login by mistake", Excerpt: "I moved the second account as you described, and now both of them", State: State{Category: "open"}, Prio: 3, Who: "Hamid Corvane", Org: "Marrowby Schools", Tier: Tier{"Silver", ""}, Clock: &Clock{Left: 190 * time.Minute, Used: 40, Name: "Resolution"}, Owner: tb, At: at(3 * 60)},
		{ID: "4751", Number: "#4751", Href: "#4751", Subject: "Sync conflicts after renaming a warehouse", Excerpt: "We will send the log on Thursday when the site is staffed again", State: State{Category: "waiting", Text: "Waiting on customer"}, Prio: 3, Tags: []Tag{{Text: "sync"}}, Who: "Osric Vale", Org: "Vantry Tool Hire", Clock: &Clock{Is: Paused, Left: 312 * time.Minute, Name: "Waiting on customer"}, At: at(2 * 24 * 60)},
	}
	v.List = List{Label: "Tickets, most urgent clock first", Topic: "queue:first", Here: "/parts", Groups: []Rows{{ListHead{"Overdue", "stop", "bad", 1}, rows[:1]}, {ListHead{"Later today", "clock", "", 2}, rows[1:]}},
		Bulk: Bulk{Action: "#bulk", Do: []Button{{Text: "Assign", Icon: "user", Is: "bare", Key: "a", Name: "do", Value: "assign", Command: "Assign"}, {Text: "State", Icon: "st-open", Is: "bare", Key: "s", Name: "do", Value: "state"}, {Text: "Merge", Icon: "merge", Is: "bare", Name: "do", Value: "merge"}}}}
	dense := make([]Row, len(rows))
	for i, row := range rows {
		row.ID, row.Current = row.ID+"-dense", false
		dense[i] = row
	}
	v.Dense = List{Label: "Compact rows", Compact: true, Groups: []Rows{{ListHead{"Rows, compact", "", "", -1}, dense}}}
	v.Places = Places{{Title: "You", Items: []Place{{Href: "#account", Icon: "user", Name: "Your account", Why: "Name, language, time zone, theme and password"}, {Href: "#notices", Icon: "bell", Name: "Your notices", Why: "What you are told"}}},
		{Title: "Mail", Items: []Place{{Href: "#inboxes", Icon: "inbox", Name: "Inboxes", Why: "Addresses that mail comes to and goes out from"}}}}
	v.Pager = Pager{Prev: "#before", Next: "#after", Text: "51 to 100 of 312"}
	v.Table = Table{Caption: "Ledger of mail", Head: []Column{{Text: "Received", Href: "#by-time", Sort: "descending"}, {Text: "From"}, {Text: "Subject", Wide: true}, {Text: "Outcome"}, {Text: "Size", Right: true}},
		Rows: [][]Cell{
			{{At: at(2)}, {Text: "maren.oduya@fennoway.example", Href: "#maren"}, {Text: "Re: Invoices exported twice"}, {Parts: []Part{Badge{"Reply to #4812", "check", "good"}}}, {Text: "14 KB"}},
			{{At: at(4)}, {Text: "postmaster@vantry.example"}, {Text: "Undelivered: Sync conflicts"}, {Parts: []Part{Badge{"Bounce of #4751", "mail-x", "warn"}}}, {Text: "6 KB"}},
			{{At: at(26 * 60)}, {Text: "offers@parcelmoon.example"}, {Text: "Your parcel waits", Muted: true}, {Parts: []Part{Badge{"Quarantined, DMARC", "shield", "bad"}}}, {Text: "88 KB"}},
		}}
	v.Times = []time.Time{at(0), at(6), at(3 * 60), at(2 * 24 * 60), at(90 * 24 * 60), at(-9)}
	v.Number, v.Size = 1204.5, 1468006
}
