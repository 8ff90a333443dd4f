-- +goose Up

-- Of several surveys that fit a ticket the first in this order asks; so far that was the oldest.
ALTER TABLE surveys ADD COLUMN place BIGINT NOT NULL DEFAULT 0;

UPDATE surveys SET place = (SELECT COUNT(*) FROM surveys o WHERE o.workspace_id = surveys.workspace_id AND o.id <= surveys.id);

-- +goose Down
SELECT 1;
