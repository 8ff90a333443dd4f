package ui

// Wake lets the reader have this browser woken by Web Push. It posts what the browser says to Action.
type Wake struct {
	Key    string // that the browser is to know us by: base64url
	Action string
}

// Worker is the address of the script that the browser runs when it is woken: "" if it cannot be.
func (w Wake) Worker() string {
	if w.Key == "" {
		return ""
	}
	return assetURL("push.js")
}

func (Wake) part() string { return "wake" }
