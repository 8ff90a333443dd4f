package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"time"
)

func quantile(times []float64, q float64) float64 {
	if len(times) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(times))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

// measure fills a desk, serves it and measures it.
func (t *table) measure(ctx context.Context, s setup) error {
	s, done, err := s.place()
	if err != nil {
		return err
	}
	defer done()
	address, drop, err := s.database(ctx)
	if err != nil {
		return err
	}
	defer drop()
	c := column{setup: s}
	if c.loading, err = s.filled(ctx, address); err != nil || s.fill {
		return err
	}
	d, err := s.serve(ctx, address)
	if err != nil {
		return err
	}
	defer d.stop()
	if c.figures, err = d.figures(ctx, s); err != nil {
		return err
	}
	t.columns = append(t.columns, c)
	return nil
}

// figures takes every figure of a served desk.
func (d *served) figures(ctx context.Context, s setup) ([]figure, error) {
	rounds, span := 300, 10*time.Second
	if s.quick {
		rounds, span = 30, 2*time.Second
	}
	out := []figure{{name: "start to ready", value: float64(d.ready.Milliseconds()), unit: "ms", target: 500}, {name: "memory, idle", value: d.memory(), unit: "MB", target: 60}}
	if err := d.signIn(); err != nil {
		return nil, err
	}
	first, err := d.firstPage()
	if err != nil {
		return nil, fmt.Errorf("first page: %w", err)
	}
	out = append(out, figure{name: "first page, compressed", value: first, unit: "kB", target: 150})
	for _, p := range []struct {
		name, path string
		q, target  float64
	}{
		{"queue page, p99", "/queues/open", 0.99, 25}, {"my queue, p99", "/queues/mine", 0.99, 25}, {"done queue, p99", "/queues/done", 0.99, 25},
		{"ticket of 50 entries, p99", "/tickets/1", 0.99, 25}, {"search, a rare word, p95", "/search?q=" + url.QueryEscape("zazavisnd"), 0.95, 50},
		{"search, common words, p95", "/search?q=" + url.QueryEscape("babacen babacer"), 0.95, 50}, {"search with filters, p95", "/search?q=" + url.QueryEscape(`is:open team:"Team 1" babacen`), 0.95, 50},
	} {
		before := d.spent()
		times, err := d.times(rounds, p.path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.name, err)
		}
		out = append(out, figure{name: p.name, value: quantile(times, p.q), unit: "ms", target: p.target, spent: d.spent().since(before)})
	}
	counts, err := d.apiTimes(rounds, "/api/v1/queues")
	if err != nil {
		return nil, err
	}
	out = append(out, figure{name: "counts, p99", value: quantile(counts, 0.99), unit: "ms"})
	for _, w := range []struct {
		name   string
		target float64
		do     func(context.Context, time.Duration) (float64, error)
	}{
		{"create by API, 8 clients", 2000, d.creates},
		{"reply by API, 8 clients", 1500, d.replies},
		{"mail intake with custody, 8 clients", 500, d.intake},
	} {
		before := d.spent()
		rate, err := w.do(ctx, span)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", w.name, err)
		}
		out = append(out, figure{name: w.name, value: rate, unit: "/s", target: w.target, least: true, spent: d.spent().since(before)})
	}
	arrivals, err := d.arrivals(min(rounds, 100))
	if err != nil {
		return nil, err
	}
	out = append(out, figure{name: "reply to SMTP arrival, p99", value: quantile(arrivals, 0.99), unit: "ms", target: 100})
	return append(out, figure{name: "memory, after all that", value: d.memory(), unit: "MB"}), nil
}
