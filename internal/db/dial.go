package db

import (
	"net"
	"time"

	"github.com/jackc/pgx/v5"
)

// unheard is how long a server may leave unheard what was sent to it. A machine
// that lost its power says nothing: without a bound, who asks it would wait for
// a quarter of an hour, also when another has long taken its place.
const unheard = 10 * time.Second

// impatient has connections end when nothing is heard from the other side.
func impatient(c *pgx.ConnConfig) {
	d := net.Dialer{Timeout: unheard, Control: endUnheard,
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: unheard, Interval: unheard / 5, Count: 5}}
	c.DialFunc = d.DialContext
}
