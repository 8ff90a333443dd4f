package db

import (
	"cmp"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
)

// unheard is how long a server may leave unheard what was sent to it. A machine
// that lost its power says nothing: without a bound, who asks it would wait for
// a quarter of an hour, also when another has long taken its place.
const unheard = 10 * time.Second

// patience is what the server is asked for: a node that lost its power, or stands still, must not keep for hours the rows from the others
// that it was about to change. A backup pauses for longer than any other work.
var patience = map[string]string{
	"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "2", "tcp_keepalives_count": "5", "tcp_user_timeout": "10000",
	"idle_in_transaction_session_timeout": "10min",
}

// impatient has connections end when nothing is heard from the other side.
func impatient(c *pgx.ConnConfig) {
	for name, value := range patience {
		c.RuntimeParams[name] = cmp.Or(c.RuntimeParams[name], value)
	}
	d := net.Dialer{Timeout: unheard, Control: endUnheard,
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: unheard, Interval: unheard / 5, Count: 5}}
	c.DialFunc = d.DialContext
}
