// Package mail offers the mail that comes in to other programs: the inboxes, and the custody of each message.
package mail

import (
	"github.com/danielgtaylor/huma/v2"

	"muster/internal/api/rest"
	"muster/internal/db"
	"muster/internal/mailbox"
)

// API is what the endpoints about mail work with.
type API struct {
	DB     *db.DB
	Office *mailbox.Office
}

// Routes adds the endpoints.
func (a *API) Routes(h huma.API) {
	huma.Register(h, rest.Op("GET", "/inboxes", "inboxes", "Mail", "List inboxes", 200), a.inboxes)
	huma.Register(h, rest.Op("POST", "/inboxes", "addInbox", "Mail", "Add an inbox", 201), a.addInbox)
	huma.Register(h, rest.Op("GET", "/inboxes/{id}", "inbox", "Mail", "Read an inbox, and how its mail is fetched", 200), a.inbox)
	huma.Register(h, rest.Op("PATCH", "/inboxes/{id}", "changeInbox", "Mail", "Change an inbox, or have it take no more mail", 200), a.changeInbox)
	huma.Register(h, rest.Op("GET", "/mail/summary", "mailSummary", "Mail", "Read whether every message is accounted for", 200), a.mailSummary)
	huma.Register(h, rest.Op("GET", "/mail/ledger", "mailLedger", "Mail", "List the messages in custody", 200), a.mailLedger)
	huma.Register(h, rest.Op("GET", "/mail/ledger/{id}", "mail", "Mail", "Read what is known of a message", 200), a.mail)
	raw := rest.Op("GET", "/mail/ledger/{id}/raw", "rawMail", "Mail", "Read a message's raw bytes", 200)
	raw.Responses = map[string]*huma.Response{"200": {Description: "As it came.", Content: map[string]*huma.MediaType{"message/rfc822": {}}}}
	huma.Register(h, raw, a.rawMail)
	huma.Register(h, rest.Op("POST", "/mail/ledger/{id}/release", "releaseMail", "Mail", "Trust a message in quarantine", 204), a.releaseMail)
	huma.Register(h, rest.Op("POST", "/mail/ledger/{id}/replay", "replayMail", "Mail", "Read a message again from its raw bytes", 204), a.replayMail)
}
