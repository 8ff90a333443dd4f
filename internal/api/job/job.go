// Package job offers the work that was given up to other programs: to see it, and to have it done after all.
package job

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"muster/internal/api/rest"
	"muster/internal/db"
	"muster/internal/event"
)

// API is what the endpoints about given-up work work with.
type API struct {
	DB  *db.DB
	Bus *event.Bus
}

// Routes adds the endpoints.
func (a *API) Routes(h huma.API) {
	huma.Register(h, rest.Op("GET", "/jobs/dead", "deadJobs", "Operations", "List work that was given up", 200), a.deadJobs)
	huma.Register(h, rest.Op("POST", "/jobs/dead/{id}/retry", "retryJob", "Operations", "Do work that was given up after all", 204), a.retryJob)
}

// DeadJob is work that was given up.
type DeadJob struct {
	ID        string    `json:"id"`
	Task      string    `json:"task"`
	Reason    string    `json:"reason"`
	Attempts  int       `json:"attempts"`
	CreatedAt time.Time `json:"created_at"`
	DeadAt    time.Time `json:"dead_at"`
}

func deadJob(d event.Dead) DeadJob {
	return DeadJob{d.ID, d.Task, d.Reason, d.Attempts, d.CreatedAt, d.DeadAt}
}

func (a *API) deadJobs(ctx context.Context, _ *struct{}) (*rest.Page[DeadJob], error) {
	return rest.View(ctx, a.DB, func(tx *db.Tx) (*rest.Page[DeadJob], error) {
		dead, err := event.DeadLetters(tx, 200)
		return rest.ListAs(dead, "", deadJob), err
	})
}

func (a *API) retryJob(ctx context.Context, in *rest.Identified) (*rest.Nothing, error) {
	out, err := rest.Do(ctx, a.DB, func(tx *db.Tx) error { return event.Retry(tx, in.ID) })
	if err == nil {
		a.Bus.Wake()
	}
	return out, err
}
