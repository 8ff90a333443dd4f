package smtpd

import (
	"log/slog"
	"strings"

	"github.com/emersion/go-smtp"

	"muster/internal/fault"
)

// reply turns an error into what a sender is told. What is no fault is ours:
// the sender keeps the message and tries again, and we log why.
func reply(err error, what, which string) *smtp.SMTPError {
	text := strings.Join(strings.Fields(fault.Message(err)), " ")
	switch fault.KindOf(err) {
	case fault.NotFound:
		return say(550, 5, 1, 1, text)
	case fault.Denied:
		return say(550, 5, 7, 1, text)
	case fault.Invalid:
		return say(554, 5, 6, 0, text)
	case fault.TooLarge:
		return say(552, 5, 3, 4, text)
	case fault.TooMany:
		return say(451, 4, 7, 1, text)
	}
	slog.Error("take in mail", what, which, "err", err)
	return say(451, 4, 3, 0, "We cannot take this just now. Please try again later.")
}
