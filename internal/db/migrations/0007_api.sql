-- +goose Up

-- Answers to requests with an Idempotency-Key.
CREATE TABLE api_answers (
    workspace_id TEXT   NOT NULL,
    token_id     TEXT   NOT NULL,
    key          TEXT   NOT NULL,
    print        TEXT   NOT NULL, -- SHA-256 of the request
    answer       TEXT   NOT NULL, -- JSON
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, token_id, key)
);
CREATE INDEX api_answers_age ON api_answers (created_at);

-- +goose Down
SELECT 1;
