package ui

// Composer is where an answer is written. It takes the paper of what is being written: reply or note.
type Composer struct {
	ID      string // "composer" if "", for links to it
	Action  string
	Modes   []Mode
	To, Cc  []Tag
	AddCc   bool   // others may be added
	CcValue string // what was typed there
	For     string // beside the modes: whom it reaches, where there is no To
	Editor  Editor
	Hint    string // beside the buttons of a reply, such as how long it can be taken back
	Before  []Button
	Send    []Button // those that are not main are for replies alone
	Insert  *Button  // opens answers kept ready
	Keep    []Pair
	Private bool // it can only be a note
}

// Mode is a kind of entry. Value "note" takes the note's paper.
type Mode struct {
	Value, Text, Icon string
	Checked           bool
}

// Only is what a button says while one kind of entry is written: "reply", or "note".
type Only struct{ Mode, Icon, Text string }

// Home is the id of the composer.
func (c Composer) Home() string {
	if c.ID == "" {
		return "composer"
	}
	return c.ID
}

// Tools are the buttons that format what is written, unseen without scripts.
func (c Composer) Tools() []Button {
	tools := []Button{
		{Icon: "bold", Do: "bold", Label: "Bold"}, {Icon: "italic", Do: "italic", Label: "Italic"},
		{Icon: "list", Do: "list", Label: "List"}, {Icon: "quote", Do: "quote", Label: "Quote", Wide: true},
		{Icon: "code", Do: "code", Label: "Code", Wide: true},
	}
	for i := range tools {
		tools[i].Pressed = "false"
	}
	if c.Editor.Upload != "" {
		tools = append(tools, Button{Icon: "clip", Do: "attach", Label: "Attach"})
	}
	for i := range tools {
		tools[i].Is = "bare"
	}
	return tools
}

// Editor is a text in Markdown, with what the editor may do to it.
type Editor struct {
	Name, Label, Value, Placeholder string
	Upload                          string // where files are posted; "" for none
	Files                           string // where an attachment is read, before its id; "/attachments/" if ""
	Mentions                        string // address of the people that @ offers, in notes; "" for none
	Draft                           string // under which the browser keeps it until it is sent; "" for not at all
	Key                             string // the single key that goes there
	Refused                         bool   // Value is what was sent and not taken: the browser keeps it on
	Restored                        bool   // Value was taken back after it was sent: it stands before what was begun since
}

func (Composer) part() string { return "composer" }
func (Editor) part() string   { return "editor" }
func (Only) part() string     { return "only" }
