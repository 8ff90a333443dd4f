-- +goose Up

-- Who edits a team or a role is told when somebody else did so meanwhile.
ALTER TABLE teams ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE roles ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

-- +goose Down
SELECT 1;
