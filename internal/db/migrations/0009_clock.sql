-- +goose Up

-- When the desk works. An edit adds a version to the definition; none in force is changed.
CREATE TABLE calendars (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    definition   TEXT   NOT NULL, -- JSON: all versions
    version      BIGINT NOT NULL, -- counts changes
    PRIMARY KEY (workspace_id, id)
);

-- What is promised: of a kind, the first that fits a ticket holds.
CREATE TABLE policies (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    kind         TEXT   NOT NULL, -- sla, ola, supplier
    position     BIGINT NOT NULL,
    active       BIGINT NOT NULL, -- it is chosen for tickets
    definition   TEXT   NOT NULL, -- JSON
    version      BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

-- Under which policies a ticket stands.
CREATE TABLE promises (
    workspace_id TEXT   NOT NULL,
    ticket_id    TEXT   NOT NULL,
    kind         TEXT   NOT NULL,
    policy_id    TEXT   NOT NULL,
    since        BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, ticket_id, kind)
);

-- One promise about one ticket. The reckoning tells what it has used; the other columns are kept from it, to be found by.
CREATE TABLE clocks (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    ticket_id    TEXT   NOT NULL,
    policy_id    TEXT   NOT NULL,
    kind         TEXT   NOT NULL,
    target       TEXT   NOT NULL,
    state        TEXT   NOT NULL, -- running, paused, breached, met, late, none, cancelled
    reckoning    TEXT   NOT NULL, -- JSON
    due_at       BIGINT,          -- when it is broken, or was; null: it stands still
    counted_at   BIGINT,          -- when it was kept or broken, whichever came first
    excused_by   BIGINT NOT NULL, -- the number of the ticket that was the cause; 0: none
    started_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX clocks_ticket ON clocks (workspace_id, ticket_id, id);
CREATE INDEX clocks_counted ON clocks (workspace_id, counted_at, id) WHERE counted_at IS NOT NULL;
CREATE INDEX clocks_due ON clocks (workspace_id, due_at, id) WHERE due_at IS NOT NULL;

-- When the next promise about a ticket is due; the last of all instants: none runs.
ALTER TABLE tickets ADD COLUMN due_at BIGINT NOT NULL DEFAULT 9223372036854775807;
CREATE INDEX tickets_due ON tickets (workspace_id, bucket, due_at, id);

-- +goose Down
SELECT 1;
