-- +goose Up

-- Sequences that count up within a workspace: ticket numbers.
CREATE TABLE counters (
    workspace_id TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    value        BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, name)
);

-- Kept counts. A count is the sum over its lanes.
CREATE TABLE tallies (
    workspace_id TEXT   NOT NULL,
    family       TEXT   NOT NULL,
    key          TEXT   NOT NULL,
    lane         BIGINT NOT NULL,
    n            BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, family, key, lane)
);

-- What happened. Only redaction ever updates a row.
CREATE TABLE events (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    version      BIGINT NOT NULL,
    subject      TEXT   NOT NULL, -- the kind of record it is about: "ticket"
    subject_id   TEXT   NOT NULL,
    actor_kind   TEXT   NOT NULL,
    actor_id     TEXT   NOT NULL,
    actor_name   TEXT   NOT NULL,
    at           BIGINT NOT NULL, -- microseconds since 1970, UTC
    body         TEXT   NOT NULL, -- JSON
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX events_subject ON events (workspace_id, subject, subject_id, id);

-- Work that waits for its instant. A lease moves run_at to the lease's end.
CREATE TABLE jobs (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    task         TEXT   NOT NULL,
    unique_key   TEXT,
    args         TEXT   NOT NULL, -- JSON
    run_at       BIGINT NOT NULL,
    again_at     BIGINT,          -- asked for once more while it ran
    attempts     BIGINT NOT NULL,
    holder       TEXT   NOT NULL, -- who has the lease; empty: nobody
    reason       TEXT   NOT NULL, -- why the last attempt did not succeed
    created_at   BIGINT NOT NULL,
    dead_at      BIGINT,          -- given up
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX jobs_key ON jobs (workspace_id, task, unique_key);
CREATE INDEX jobs_due ON jobs (task, run_at, id);
CREATE INDEX jobs_dead ON jobs (workspace_id, dead_at) WHERE dead_at IS NOT NULL;

-- +goose Down
SELECT 1;
