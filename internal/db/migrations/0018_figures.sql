-- +goose Up

-- Whether a promise was broken before it ended without what was promised: figures ask for it, and read no reckoning.
ALTER TABLE clocks ADD COLUMN broken BIGINT NOT NULL DEFAULT 0;

UPDATE clocks SET broken = 1 WHERE reckoning LIKE '%"breached_at":"%';

-- All that figures ask of promises to customers.
CREATE INDEX clocks_figures ON clocks (workspace_id, counted_at, ticket_id, policy_id, target, state, broken, excused_by) WHERE counted_at IS NOT NULL AND kind = 'sla';

-- Boards as they were reckoned last: on a large desk that takes a moment, and nobody is to wait for it.
CREATE TABLE boards (
    workspace_id TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    figures      TEXT   NOT NULL, -- JSON
    reckoned_at  BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, name)
);
