package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"muster/internal/mailbox/smtpd"
)

// drain is how long what is under way on a node that was told to stop may still take.
const drain = 7 * time.Second

type serveCommand struct{}

// Run serves until it is told to stop, then ends what it does, within ten seconds.
func (serveCommand) Run(ctx context.Context, c *Config, out io.Writer) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(200) // a desk keeps little: it may rather have more than be tidied up all the time
	}
	return within(ctx, c, func(_ context.Context, h *house) error { return h.serve(ctx, out) })
}

// nodeName tells one node from another, and a node from itself after a restart.
func nodeName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "node"
	}
	return fmt.Sprintf("%s/%d/%s", host, os.Getpid(), rand.Text()[:6])
}

// service is something that runs until its context ends.
type service struct {
	name string
	run  func(ctx context.Context) error
}

func (h *house) serve(ctx context.Context, out io.Writer) error {
	if err := h.office.Inboxes.First(ctx, h.workspace.ID, h.config.Inbox); err != nil {
		return fmt.Errorf("make the first inbox: %w", err)
	}
	pages, err := listen("MUSTER_LISTEN", h.config.Listen, "choose another address or port")
	if err != nil {
		return err
	}
	services := []service{
		{"pages", h.servePages(pages)},
		{"jobs", h.bus.Work},
		{"live updates", h.hub.Run},
	}
	smtp, err := h.smtp()
	if err != nil {
		return errors.Join(err, pages.Close())
	}
	if smtp != nil {
		services = append(services, service{"mail listener", smtp})
	}
	go func() { <-ctx.Done(); close(h.stopping) }()
	fmt.Fprintf(out, "Muster serves %s\n", h.config.URL)
	return runAll(ctx, services)
}

// runAll runs services until ctx ends or one of them gives up, and then ends the others.
func runAll(ctx context.Context, services []service) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	errs := make(chan error, len(services))
	for _, s := range services {
		wg.Go(func() {
			defer cancel()
			if err := s.run(ctx); err != nil {
				errs <- fmt.Errorf("%s: %w", s.name, err)
			}
		})
	}
	wg.Wait()
	close(errs)
	var all []error
	for err := range errs {
		all = append(all, err)
	}
	return errors.Join(all...)
}

// servePages serves HTTP until ctx ends, then lets what is under way come to its end.
func (h *house) servePages(l net.Listener) func(context.Context) error {
	return func(ctx context.Context) error {
		handler, err := h.handler(ctx)
		if err != nil {
			return errors.Join(err, l.Close())
		}
		server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
			ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug)}
		stopped := make(chan error, 1)
		go func() {
			<-ctx.Done()
			end, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
			defer cancel()
			stopped <- server.Shutdown(end)
		}()
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		err = <-stopped
		if errors.Is(err, context.DeadlineExceeded) {
			slog.Warn("requests that did not come to their end were cut off", "after", drain)
			return server.Close()
		}
		return err
	}
}

// smtp returns the mail listener, or nothing if it is turned off.
func (h *house) smtp() (func(context.Context) error, error) {
	if h.config.SMTPListen == "" {
		return nil, nil
	}
	l, err := listen("MUSTER_SMTP_LISTEN", h.config.SMTPListen, "choose another address or port, or set it empty to take in no mail by SMTP")
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error { return smtpd.Serve(ctx, l, h.smtpConfig()) }, nil
}
