package smtpd

import (
	"crypto/tls"
	"net"
	"net/netip"
	"sync"
	"time"
)

// door is the listener: it counts who is inside, and shows people out.
type door struct {
	net.Listener
	limit, perNetwork int

	mu      sync.Mutex
	inside  map[*conn]bool
	network map[netip.Prefix]int
	closing bool
}

func newDoor(l net.Listener, c Config) *door {
	return &door{Listener: l, limit: c.MaxConns, perNetwork: c.MaxPerIP, inside: map[*conn]bool{}, network: map[netip.Prefix]int{}}
}

// Accept returns the next connection for which there is room.
func (d *door) Accept() (net.Conn, error) {
	for {
		c, err := d.Listener.Accept()
		if err != nil {
			return nil, err
		}
		in := &conn{Conn: c, door: d, remote: remote(c)}
		refusal := d.enter(in)
		if refusal == "" {
			return in, nil
		}
		go func() {
			c.SetDeadline(time.Now().Add(5 * time.Second))
			c.Write([]byte(refusal))
			c.Close()
		}()
	}
}

// enter lets a connection in, or says why not.
func (d *door) enter(c *conn) (refusal string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := c.network()
	switch {
	case len(d.inside) >= d.limit:
		return "421 4.3.2 Too many connections just now. Please try again later.\r\n"
	case d.network[n] >= d.perNetwork:
		return "421 4.7.0 Too many connections from your address at once. Please try again later.\r\n"
	}
	d.inside[c] = true
	d.network[n]++
	return ""
}

func (d *door) leave(c *conn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.inside[c] {
		return
	}
	delete(d.inside, c)
	n := c.network()
	if d.network[n]--; d.network[n] == 0 {
		delete(d.network, n)
	}
}

// drain ends every connection on which no message is arriving, and the others after theirs.
func (d *door) drain() {
	for _, c := range d.all() {
		c.retire(0)
	}
}

// all returns who is inside, and has it known that the door is closing.
func (d *door) all() []*conn {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closing = true
	var all []*conn
	for c := range d.inside {
		all = append(all, c)
	}
	return all
}

// slam breaks off the connections that are left.
func (d *door) slam() {
	for _, c := range d.all() {
		c.Close()
	}
}

func (d *door) isClosing() bool { d.mu.Lock(); defer d.mu.Unlock(); return d.closing }

// conn is a connection that can be told to end.
type conn struct {
	net.Conn
	door   *door
	remote netip.AddrPort

	mu      sync.Mutex
	busy    int       // messages that are arriving
	retired time.Time // when it ends at the latest unless a message is arriving; zero: nobody asked for that
}

func remote(c net.Conn) netip.AddrPort {
	if a, ok := c.RemoteAddr().(*net.TCPAddr); ok {
		return netip.AddrPortFrom(a.AddrPort().Addr().Unmap(), uint16(a.Port))
	}
	return netip.AddrPort{}
}

// wire returns the connection under a session, encrypted or not.
func wire(c net.Conn) *conn {
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	return c.(*conn)
}

// network is what connections are counted by: an IPv6 sender has 64 bits of addresses to itself.
func (c *conn) network() netip.Prefix {
	bits := 32
	if c.remote.Addr().Is6() {
		bits = 64
	}
	p, _ := c.remote.Addr().Prefix(bits)
	return p
}

// retire ends the connection in a while, and not in the middle of a message.
func (c *conn) retire(in time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.retired = time.Now().Add(in)
	if c.busy == 0 {
		c.Conn.SetReadDeadline(c.retired)
	}
}

func (c *conn) work(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy += n
}

// SetReadDeadline keeps a connection that is to end from being given more time.
func (c *conn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.busy == 0 && !c.retired.IsZero() && (t.IsZero() || c.retired.Before(t)) {
		t = c.retired
	}
	return c.Conn.SetReadDeadline(t)
}

// Close ends the connection and makes room for another.
func (c *conn) Close() error {
	c.door.leave(c)
	return c.Conn.Close()
}
