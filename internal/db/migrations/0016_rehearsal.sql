-- +goose Up

-- What a change would have made of the past, for some days.
CREATE TABLE rehearsals (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    kind         TEXT   NOT NULL, -- rule, policy, calendar, routing
    name         TEXT   NOT NULL,
    days         BIGINT NOT NULL,
    draft        TEXT   NOT NULL, -- JSON
    state        TEXT   NOT NULL, -- running, done, stopped
    seen         BIGINT NOT NULL, -- tickets
    total        BIGINT NOT NULL, -- as far as is known
    result       TEXT   NOT NULL, -- JSON
    user_id      TEXT   NOT NULL,
    user_name    TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    done_at      BIGINT,
    PRIMARY KEY (workspace_id, id)
);

-- +goose Down
SELECT 1;
