-- +goose Up

-- What few tickets are can be found among many: of a kind and state, with files, about an item.
CREATE INDEX tickets_stage ON tickets (workspace_id, bucket, kind, state, id);

CREATE INDEX tickets_files ON tickets (workspace_id, bucket, id) WHERE files > 0;

CREATE INDEX tickets_item ON tickets (workspace_id, item_id, id) WHERE item_id <> '';
