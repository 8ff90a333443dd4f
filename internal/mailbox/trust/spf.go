package trust

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"

	"blitiri.com.ar/go/spf"
)

type spfFinding struct {
	Result Result
	Domain string // whose word it is
	Unseen bool   // a relay of ours stands between: nobody can tell
	Note   string
}

// identity is the domain whose SPF counts: of MAIL FROM, or of HELO for bounces.
func identity(m Message) string {
	if i := strings.LastIndexByte(m.MailFrom, '@'); i >= 0 {
		return ascii(m.MailFrom[i+1:])
	}
	return ascii(m.Helo)
}

// checkSPF asks the sender's domain whether it sends from that address.
func checkSPF(ctx context.Context, dns Resolver, m Message) spfFinding {
	f := spfFinding{Result: None, Domain: identity(m)}
	switch {
	case !m.Remote.IsValid():
		f.Unseen, f.Note = true, "nobody noted who delivered it"
		return f
	case inside(m.Remote):
		f.Unseen, f.Note = true, fmt.Sprintf("it was handed over inside the network, by %s", m.Remote)
		return f
	case f.Domain == "":
		f.Note = "it names no sender"
		return f
	}
	sender := m.MailFrom
	if sender == "" {
		sender = "postmaster@" + m.Helo
	}
	r, err := spf.CheckHostWithSender(net.IP(m.Remote.AsSlice()), m.Helo, sender, spf.WithContext(ctx), spf.WithResolver(library{dns}))
	f.Result = Result(r)
	f.Note = fmt.Sprintf("%s sending for %s", m.Remote, f.Domain)
	if err != nil {
		f.Note += fmt.Sprintf(" (%s)", err)
	}
	return f
}

// inside reports whether an address is one that mail from elsewhere cannot come from.
func inside(a netip.Addr) bool {
	a = a.Unmap()
	return a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast()
}
