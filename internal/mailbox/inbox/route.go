package inbox

import (
	"context"
	"time"

	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/mailbox/mark"
	"muster/internal/memory"
	"muster/internal/ticket"
)

// route is where mail to an address goes.
type route struct{ workspace, inbox string }

// Senders ask for the address of each mail, twice: what is remembered for a moment is only where it is.
const (
	routesLast = time.Second
	mostRoutes = 1000
)

func routes(bus *event.Bus) *memory.Of[string, route] {
	known := memory.New[string, route](routesLast, mostRoutes)
	bus.Watch(func(e event.Happening) {
		if e.Subject == subject {
			known.Forget()
		}
	})
	return known
}

// Route tells which inbox of all workspaces an address leads to: its own address, or
// that with anything after a plus. Where several have it, the oldest gets the mail.
func (b *Book) Route(ctx context.Context, address string) (workspace, inbox string, ok bool, err error) {
	r, err := b.routes.Get(address, func() (r route, found bool, err error) {
		err = b.DB.View(ctx, func(tx *db.Tx) error {
			in, err := anywhere(tx, ticket.FoldAddress(address), ticket.FoldAddress(mark.Inbox(address)))
			if db.Missing(err) {
				return nil
			}
			r = route{in.Workspace, in.ID}
			return err
		})
		return r, r.inbox != "", err
	})
	return r.workspace, r.inbox, r.inbox != "", err
}
