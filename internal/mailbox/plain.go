package mailbox

import (
	"muster/internal/mailbox/compose"
	"muster/internal/ticket"
)

func writable(address string) bool { return compose.Writable(address) }

func oneLine(s string) string { return compose.OneLine(s) }

func fold(address string) string { return ticket.FoldAddress(address) }
