// Package reach connects to addresses that people name, and only to those that the operator lets Muster reach.
package reach

import (
	"net/netip"
	"strings"
)

// Where says which addresses may be connected to.
type Where func(netip.Addr) bool

// Named returns what an operator calls public, internal or any: false for another word.
func Named(name string) (Where, bool) {
	switch name {
	case "public":
		return Public, true
	case "internal":
		return Internal, true
	case "any":
		return func(netip.Addr) bool { return true }, true
	}
	return nil, false
}

// Public reports whether an address is one of the Internet at large. Others
// are refused unless the operator allows them: who may name an address is not
// thereby one who may look around in the network that Muster runs in.
func Public(a netip.Addr) bool { return Internal(a) && !a.Unmap().IsPrivate() && !within(a, shared) }

// Internal also allows private networks, for an operator whose other servers
// are in one; but never this machine itself, nor the addresses at which clouds
// tell their secrets, nor those in which such an address may be wrapped.
func Internal(a netip.Addr) bool {
	a = a.Unmap()
	return a.IsGlobalUnicast() && !a.IsLoopback() && !a.IsLinkLocalUnicast() && !within(a, never)
}

const (
	shared = "100.64.0.0/10 198.18.0.0/15"
	never  = "0.0.0.0/8 169.254.0.0/16 192.0.0.0/24 240.0.0.0/4 fd00:ec2::254/128 64:ff9b::/96 64:ff9b:1::/48 2002::/16 2001::/32"
)

func within(a netip.Addr, list string) bool {
	for p := range strings.FieldsSeq(list) {
		if netip.MustParsePrefix(p).Contains(a.Unmap()) {
			return true
		}
	}
	return false
}
