package people

import (
	"net/netip"
	"sync"
	"time"
)

// Network returns whom to count an address for: itself, or with IPv6 the network that one customer has.
func Network(remote string) string {
	addr, err := netip.ParseAddr(remote)
	if err != nil {
		port, err := netip.ParseAddrPort(remote)
		if err != nil {
			return clip(remote)
		}
		addr = port.Addr()
	}
	addr = addr.Unmap()
	if addr.Is6() {
		return netip.PrefixFrom(addr.WithZone(""), 64).Masked().String()
	}
	return addr.String()
}

// Limiter counts attempts by key. Each node counts its own, in memory.
type Limiter struct {
	burst  int
	refill time.Duration

	mu   sync.Mutex
	full map[string]time.Time // when a key will have all its attempts again
}

// NewLimiter returns a limiter that nobody has met yet: a key has so many attempts, and gets one back each time that refill has passed.
func NewLimiter(burst int, refill time.Duration) *Limiter {
	return &Limiter{burst: burst, refill: refill, full: map[string]time.Time{}}
}

// Take uses an attempt up. If there is none left it returns how long to wait for one.
func (l *Limiter) Take(key string) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.makeRoom(now)
	full := l.full[key]
	if full.Before(now) {
		full = now
	}
	full = full.Add(l.refill)
	if wait := full.Sub(now) - time.Duration(l.burst)*l.refill; wait > 0 {
		return wait
	}
	l.full[key] = full
	return 0
}

// makeRoom drops the keys that have all their attempts, and any others if that is not enough.
func (l *Limiter) makeRoom(now time.Time) {
	if len(l.full) < counted {
		return
	}
	for key, full := range l.full {
		if full.Before(now) {
			delete(l.full, key)
		}
	}
	for key := range l.full {
		if len(l.full) < counted {
			return
		}
		delete(l.full, key)
	}
}

// giveBack returns an attempt that succeeded.
func (l *Limiter) giveBack(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if full, ok := l.full[key]; ok {
		l.full[key] = full.Add(-l.refill)
	}
}

func (l *Limiter) forget(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.full, key)
}
