package automation

// Facts are all that a condition can ask about: plain values, so that a
// condition can read and compare, and do nothing else.
type Facts struct {
	Ticket       TicketFacts       `expr:"ticket"`
	Requester    RequesterFacts    `expr:"requester"`
	Organisation OrganisationFacts `expr:"organisation"`
	Message      MessageFacts      `expr:"message"`
	Event        Event             `expr:"event"`
	Now          NowFacts          `expr:"now"`
}

// TicketFacts are a ticket as the event left it. Ages are in hours.
type TicketFacts struct {
	Number     int               `expr:"number"`
	Kind       string            `expr:"kind"`
	Title      string            `expr:"title"`
	Words      string            `expr:"words"` // the title folded: without capitals and accents
	State      string            `expr:"state"`
	Category   string            `expr:"category"`
	Bucket     string            `expr:"bucket"`
	Priority   string            `expr:"priority"`
	Impact     string            `expr:"impact"`
	Urgency    string            `expr:"urgency"`
	Team       string            `expr:"team"` // its name
	TeamID     string            `expr:"team_id"`
	Assignee   string            `expr:"assignee"` // the agent's name
	AssigneeID string            `expr:"assignee_id"`
	ItemID     string            `expr:"item_id"`
	Channel    string            `expr:"channel"`
	Tags       []string          `expr:"tags"` // folded
	Fields     map[string]string `expr:"fields"`
	Replies    int               `expr:"replies"`
	Messages   int               `expr:"messages"`
	Files      int               `expr:"files"`
	Child      bool              `expr:"child"`
	Age        float64           `expr:"age"`        // since it was opened
	Idle       float64           `expr:"idle"`       // since anything happened on it
	Unanswered float64           `expr:"unanswered"` // since the customer wrote what nobody has replied to; 0: nothing is unanswered
}

// RequesterFacts are who asked: empty if nobody did.
type RequesterFacts struct {
	Name     string `expr:"name"`
	Address  string `expr:"address"` // in small letters
	Domain   string `expr:"domain"`  // of the address
	Language string `expr:"language"`
}

// OrganisationFacts are whom the requester belongs to.
type OrganisationFacts struct {
	ID   string `expr:"id"`
	Name string `expr:"name"`
	Tier string `expr:"tier"` // gold, silver, bronze or empty
}

// MessageFacts are the message that the event is about, else the ticket's last public one.
type MessageFacts struct {
	Text      string `expr:"text"`  // its beginning, see longestText
	Words     string `expr:"words"` // the same, folded
	From      string `expr:"from"`  // customer, reply, note, auto
	Author    string `expr:"author"`
	Channel   string `expr:"channel"`
	Files     int    `expr:"files"`
	Automatic bool   `expr:"automatic"` // a machine wrote it
}

// Event is what happened, as far as conditions care.
type Event struct {
	Trigger  Trigger  `expr:"trigger" json:"trigger"`
	By       string   `expr:"by" json:"by,omitempty"`       // human, bot, auto, customer, muster
	Actor    string   `expr:"actor" json:"actor,omitempty"` // the name
	Changed  []string `expr:"changed" json:"changed,omitempty"`
	From     string   `expr:"from" json:"from,omitempty"` // of a move: the state; of one thing set: its value
	To       string   `expr:"to" json:"to,omitempty"`
	Reopened bool     `expr:"reopened" json:"reopened,omitempty"`
	Link     string   `expr:"link" json:"link,omitempty"`
	Other    int      `expr:"other" json:"other,omitempty"`     // the number of the other ticket
	Promise  string   `expr:"promise" json:"promise,omitempty"` // the target of a promise
	Score    float64  `expr:"score" json:"score,omitempty"`     // of a survey's answer
	Low      bool     `expr:"low" json:"low,omitempty"`         // the survey calls such a score bad
	Comment  string   `expr:"comment" json:"comment,omitempty"`
	Entry    string   `expr:"-" json:"entry,omitempty"` // the message that it is about
}

// NowFacts are the instant, in the workspace's time zone.
type NowFacts struct {
	Hour    int    `expr:"hour"`    // 0 to 23
	Weekday string `expr:"weekday"` // monday to sunday
	Date    string `expr:"date"`    // 2026-03-29
}

// longestText bounds how much of a message conditions read.
const longestText = 8_000

// Field is a fact that a row of a form can ask about.
type Field struct {
	Path, Label, Group string
	Kind               FieldKind
	Choices            []string
}

// FieldKind says what a fact is, and so which questions it bears.
type FieldKind string

// The kinds of facts.
const (
	Words  FieldKind = "words"  // compared folded
	Name   FieldKind = "name"   // of a team or an agent, kept by id
	Choice FieldKind = "choice" // one of a few
	Many   FieldKind = "many"   // several words
	Figure FieldKind = "figure"
	Truth  FieldKind = "truth"
)

// Fields lists what rows of a form can ask about. Whatever else Facts holds is for expressions.
func Fields() []Field {
	levels, buckets := []string{"high", "medium", "low"}, []string{"open", "waiting", "done"}
	return []Field{
		{Path: "ticket.kind", Label: "Kind of ticket", Group: "Ticket", Kind: Choice},
		{Path: "ticket.words", Label: "Title", Group: "Ticket", Kind: Words},
		{Path: "ticket.state", Label: "State", Group: "Ticket", Kind: Choice},
		{Path: "ticket.category", Label: "Category of the state", Group: "Ticket", Kind: Choice, Choices: []string{"new", "open", "waiting", "review", "done", "cancelled"}},
		{Path: "ticket.bucket", Label: "List it stands in", Group: "Ticket", Kind: Choice, Choices: buckets},
		{Path: "ticket.priority", Label: "Priority", Group: "Ticket", Kind: Choice, Choices: []string{"critical", "high", "normal", "low"}},
		{Path: "ticket.impact", Label: "Impact", Group: "Ticket", Kind: Choice, Choices: levels},
		{Path: "ticket.urgency", Label: "Urgency", Group: "Ticket", Kind: Choice, Choices: levels},
		{Path: "ticket.team_id", Label: "Team", Group: "Ticket", Kind: Name},
		{Path: "ticket.assignee_id", Label: "Assignee", Group: "Ticket", Kind: Name},
		{Path: "ticket.tags", Label: "Tags", Group: "Ticket", Kind: Many},
		{Path: "ticket.channel", Label: "Channel", Group: "Ticket", Kind: Choice},
		{Path: "ticket.replies", Label: "Replies so far", Group: "Ticket", Kind: Figure},
		{Path: "ticket.age", Label: "Hours since it was opened", Group: "Ticket", Kind: Figure},
		{Path: "ticket.idle", Label: "Hours since anything happened", Group: "Ticket", Kind: Figure},
		{Path: "ticket.unanswered", Label: "Hours the customer waits for a reply", Group: "Ticket", Kind: Figure},
		{Path: "requester.address", Label: "Requester's address", Group: "Requester", Kind: Words},
		{Path: "requester.domain", Label: "Requester's mail domain", Group: "Requester", Kind: Words},
		{Path: "requester.language", Label: "Requester's language", Group: "Requester", Kind: Words},
		{Path: "organisation.name", Label: "Organisation", Group: "Requester", Kind: Words},
		{Path: "organisation.tier", Label: "Organisation's tier", Group: "Requester", Kind: Choice, Choices: []string{"gold", "silver", "bronze"}},
		{Path: "message.words", Label: "Message", Group: "Message", Kind: Words},
		{Path: "message.automatic", Label: "A machine wrote it", Group: "Message", Kind: Truth},
		{Path: "message.files", Label: "Files on it", Group: "Message", Kind: Figure},
		{Path: "event.by", Label: "Who did it", Group: "What happened", Kind: Choice, Choices: []string{"human", "customer", "bot", "auto", "muster"}},
		{Path: "event.changed", Label: "What was changed", Group: "What happened", Kind: Many},
		{Path: "event.from", Label: "From", Group: "What happened", Kind: Choice},
		{Path: "event.to", Label: "To", Group: "What happened", Kind: Choice},
		{Path: "event.reopened", Label: "It was reopened", Group: "What happened", Kind: Truth},
		{Path: "event.promise", Label: "Promise", Group: "What happened", Kind: Choice, Choices: []string{"first-response", "next-response", "resolution", "acknowledgement", "approval"}},
		{Path: "event.score", Label: "Score of the survey", Group: "What happened", Kind: Figure},
		{Path: "event.low", Label: "The score is bad", Group: "What happened", Kind: Truth},
		{Path: "now.hour", Label: "Hour of the day", Group: "Time", Kind: Figure},
		{Path: "now.weekday", Label: "Day of the week", Group: "Time", Kind: Choice, Choices: []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}},
	}
}
