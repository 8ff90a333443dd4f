package app

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// fromProxies has requests that come through the operator's proxies bear the
// address of who sent them, since attempts and requests are counted by it.
func fromProxies(proxies []netip.Prefix, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if from := clientAddress(proxies, r.RemoteAddr, r.Header.Values("X-Forwarded-For")); from != r.RemoteAddr {
			c := *r
			c.RemoteAddr = from
			r = &c
		}
		next.ServeHTTP(w, r)
	})
}

// clientAddress goes back over the hops of a request, the last first, to the one that is no proxy of the operator's.
// What stands before it anybody may have written.
func clientAddress(proxies []netip.Prefix, remote string, forwarded []string) string {
	hops := strings.Split(strings.Join(forwarded, ","), ",")
	for _, hop := range slices.Backward(hops) {
		at, err := netip.ParseAddrPort(remote)
		if err != nil || !slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(at.Addr().Unmap()) }) {
			break
		}
		addr, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		remote = netip.AddrPortFrom(addr, 0).String()
	}
	return remote
}

// proxies reads addresses and networks, separated by commas.
func proxies(list string) (all []netip.Prefix, err error) {
	for one := range strings.SplitSeq(list, ",") {
		if one = strings.TrimSpace(one); one == "" {
			continue
		}
		if addr, err := netip.ParseAddr(one); err == nil {
			all = append(all, netip.PrefixFrom(addr, addr.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(one)
		if err != nil {
			return nil, refuse("MUSTER_PROXIES", "%q is neither an address nor a network such as 10.0.0.0/8", one)
		}
		all = append(all, p)
	}
	return all, nil
}
