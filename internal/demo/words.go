package demo

// grievances are what customers complain about.
var grievances = []scene{
	{firstLine, advice, []string{"complaint", "waiting time"},
		[]string{"Complaint: nobody called back", "Still waiting for the call we were promised"},
		[]string{"Dear Sir or Madam,\n\nwe were promised a call {day}. Nobody called. We have {n} people who cannot work properly, and we pay for support that answers within a day.\n\n{full}",
			"Good morning,\n\n\"somebody calls you back\" was what I heard {day}. My phone has been beside me ever since. Do you still intend to call?\n\n{full}"},
		[]string{"The callback was noted on a ticket that was closed the same evening."},
		[]turn{{[]string{"Dear {customer},\n\nthat must not happen, and I am sorry. The call was noted where nobody looks. I call you myself today before five, at the number below your mail.\n\n{agent}"},
			[]string{"Thank you for the call. That is how it should be.", "We have spoken now. Apology accepted."}}}},
	{firstLine, advice, []string{"complaint", "waiting time"},
		[]string{"Third time that we write about {site}", "Nobody reads what we write"},
		[]string{"To whom it may concern,\n\nthis is the third time that I describe the same thing, each time to someone else. Please read what we wrote before you answer.\n\n{full}"},
		[]string{"Three tickets by three people; linked none of them."},
		[]turn{{[]string{"Dear {customer},\n\nyou are right, and I am sorry. I have read all that you wrote. From now on you have one person here, which is me; I call you today before five.\n\n{agent}"},
			[]string{"We will see. For now I am content.", "One person instead of three: that is all we asked for."}}}},
	{application, printing, []string{"complaint", "quality"},
		[]string{"Complaint about the update to {version}", "An update without a warning", "Labels unreadable after your update"},
		[]string{"Hello,\n\nversion {version} came in the middle of our busiest day, without a word. {n} parcels went out with unreadable labels. Who pays for that?\n\n{full}"},
		[]string{"The announcement went to administrators only; {full} is none."},
		[]turn{{[]string{"Dear {customer},\n\nthe update should not have come during working hours. We credit the parcels, and your updates now run at night only. You get the announcement a week before, too.\n\n{agent}"},
			[]string{"Fair enough. Please send me the credit note.", "I accept that. Do not let it happen again."}}}},
}

var lessons = []string{
	"A promised call is a task with a time, not a sentence in a note.",
	"Whoever takes a ticket looks for others of the same customer first.",
	"Updates run at night, and are announced to all who use the product.",
	"The announcement goes to the shared address of each organisation.",
}

var errands = []string{
	"Read the log of the {hour} run", "Try it with {version} on the test device", "Raise the limit of the folder at {site}", "Ask the network team about {site}",
	"Compare both lists of articles", "Write a step for the guide", "Restart the print service at {site} tonight",
}

var absences = []string{
	"I am out of the office until next Monday. In urgent cases write to my colleagues.\n\n{full}",
	"Thank you for your message. I read mail again in a week.\n\n{full}",
}

var offers = []string{
	"Be found first, from today", "Ten thousand addresses of buyers", "Your website has 7 mistakes", "A loan within one hour", "Re: our conversation of last week", "Office chairs at half the price",
}
