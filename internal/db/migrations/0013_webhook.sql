-- +goose Up

-- Addresses of other programs that are told what happens.
CREATE TABLE webhook_endpoints (
    workspace_id  TEXT   NOT NULL,
    id            TEXT   NOT NULL,
    name          TEXT   NOT NULL,
    url           TEXT   NOT NULL,
    events        TEXT   NOT NULL, -- JSON: names of events; null: all
    scope         TEXT   NOT NULL, -- JSON: teams, organisations and kinds of the tickets that it may hear of
    notes         BIGINT NOT NULL, -- whether it hears of internal notes
    active        BIGINT NOT NULL,
    off           TEXT   NOT NULL, -- why it was switched off; empty: it was not, or by hand
    secret        TEXT   NOT NULL, -- sealed
    old_secret    TEXT   NOT NULL, -- sealed: signs too until old_until
    old_until     BIGINT,
    failing_since BIGINT,          -- the first attempt that did not get through since the last that did
    created_by    TEXT   NOT NULL, -- a user, or empty
    created_at    BIGINT NOT NULL,
    version       BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

-- Every message to an endpoint, with what became of it.
CREATE TABLE webhook_deliveries (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    endpoint_id  TEXT   NOT NULL,
    type         TEXT   NOT NULL, -- the event's name
    ticket_id    TEXT   NOT NULL, -- that it shows; empty: none
    payload      TEXT   NOT NULL, -- JSON, the same in each attempt
    state        TEXT   NOT NULL, -- waiting, delivered, given-up, withheld
    reason       TEXT   NOT NULL, -- a sentence
    attempts     BIGINT NOT NULL,
    status       BIGINT NOT NULL, -- of the last answer; 0: there was none
    created_at   BIGINT NOT NULL,
    began_at     BIGINT NOT NULL, -- from when the three days count: later than created_at if it was sent again
    next_at      BIGINT,
    settled_at   BIGINT,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, endpoint_id) REFERENCES webhook_endpoints (workspace_id, id)
);
CREATE INDEX webhook_deliveries_endpoint ON webhook_deliveries (workspace_id, endpoint_id, id);
CREATE INDEX webhook_deliveries_state ON webhook_deliveries (workspace_id, endpoint_id, state, id);
CREATE INDEX webhook_deliveries_settled ON webhook_deliveries (workspace_id, settled_at);

CREATE TABLE webhook_attempts (
    workspace_id TEXT   NOT NULL,
    delivery_id  TEXT   NOT NULL,
    number       BIGINT NOT NULL,
    at           BIGINT NOT NULL,
    took         BIGINT NOT NULL, -- microseconds
    status       BIGINT NOT NULL, -- 0: no answer
    response     TEXT   NOT NULL, -- its first bytes
    problem      TEXT   NOT NULL, -- why it does not count as delivered; empty: it does
    PRIMARY KEY (workspace_id, delivery_id, number),
    FOREIGN KEY (workspace_id, delivery_id) REFERENCES webhook_deliveries (workspace_id, id)
);

-- +goose Down
SELECT 1;
