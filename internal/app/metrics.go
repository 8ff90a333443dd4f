package app

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"muster/internal/access"
	"muster/internal/db"
	"muster/internal/event"
	"muster/internal/mailbox"
	"muster/internal/ticket"
	"muster/internal/workspace"
)

// metrics are what Prometheus is told. They are read from kept counts when it asks.
func (h *house) metrics() *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), &gauges{h})
	return r
}

type gauges struct{ house *house }

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("muster_"+name, help, labels, nil)
}

// Describe says nothing: which gauges there are depends on the workspaces.
func (g *gauges) Describe(chan<- *prometheus.Desc) {}

// Collect reads the numbers of all workspaces.
func (g *gauges) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	d := g.house.db
	out <- prometheus.MustNewConstMetric(describe("retries_total", "Units of work that were tried again."), prometheus.CounterValue, float64(d.Retries()))
	all, err := workspace.All(ctx, d)
	if err != nil {
		out <- prometheus.NewInvalidMetric(describe("up", "Whether the database answers."), err)
		return
	}
	for _, w := range all {
		err := d.View(access.With(ctx, access.System(w.ID)), func(tx *db.Tx) error { return collect(tx, w.Slug, out) })
		if err != nil {
			out <- prometheus.NewInvalidMetric(describe("up", "Whether the database answers."), err)
		}
	}
	if err := d.View(ctx, func(tx *db.Tx) error { return collectJobs(tx, out) }); err != nil {
		out <- prometheus.NewInvalidMetric(describe("up", "Whether the database answers."), err)
	}
}

func gauge(out chan<- prometheus.Metric, d *prometheus.Desc, n int64, labels ...string) {
	out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(n), labels...)
}

func collect(tx *db.Tx, slug string, out chan<- prometheus.Metric) error {
	counts, err := ticket.Count(tx)
	if err != nil {
		return err
	}
	tickets := describe("tickets", "Tickets by the list they stand in.", "workspace", "list")
	for list, n := range map[string]int64{"open": counts.Open, "unassigned": counts.Unassigned, "waiting": counts.Waiting, "done": counts.Done} {
		gauge(out, tickets, n, slug, list)
	}
	mail, err := mailbox.Summary(tx)
	if err != nil {
		return err
	}
	messages := describe("mail", "Messages in custody by outcome.", "workspace", "outcome")
	for outcome, n := range mail.Outcomes {
		gauge(out, messages, n, slug, string(outcome))
	}
	gauge(out, messages, mail.Pending, slug, "pending")
	gauge(out, describe("mail_unaccounted", "Messages without an outcome that are not pending: zero, or something is wrong.", "workspace"), mail.Unaccounted, slug)
	return nil
}

func collectJobs(tx *db.Tx, out chan<- prometheus.Metric) error {
	due, dead, err := event.Waiting(tx)
	gauge(out, describe("jobs_due", "Jobs that could run now."), due)
	gauge(out, describe("jobs_dead", "Jobs that were given up."), dead)
	return err
}
