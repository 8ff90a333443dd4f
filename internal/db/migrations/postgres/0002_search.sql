-- +goose Up

-- What can be found, and its words as package search keeps them.
CREATE TABLE search_docs (
    seq          BIGINT GENERATED ALWAYS AS IDENTITY, -- in the order in which docs were first put
    workspace_id TEXT   NOT NULL,
    subject      TEXT   NOT NULL, -- the kind of record: "ticket"
    id           TEXT   NOT NULL, -- the record
    part         TEXT   NOT NULL, -- the entry of the record; empty: the record itself
    at           BIGINT NOT NULL, -- microseconds since 1970, UTC
    bin          BIGINT NOT NULL,
    title        TEXT   NOT NULL,
    words        TEXT   NOT NULL,
    PRIMARY KEY (workspace_id, subject, id, part)
);

-- Stretches of docs that were put one after the other. The index keeps each
-- bin's words apart, so that looking into one costs no more than its size.
CREATE TABLE search_bins (
    bin          BIGINT GENERATED ALWAYS AS IDENTITY,
    workspace_id TEXT   NOT NULL,
    subject      TEXT   NOT NULL,
    live         BIGINT NOT NULL, -- 1: of docs put when they were new; 0: of the past, such as imported ones
    PRIMARY KEY (workspace_id, bin)
);
CREATE INDEX search_bins_key ON search_bins (workspace_id, subject, live, bin);

-- The words, each with its bin before it: "7.printer". The list of entries that
-- are not sorted in yet is kept short, since every search reads it; without
-- one, a doc would cost three times as much.
CREATE INDEX search_words ON search_docs USING gin (array_to_tsvector(string_to_array(
    bin::text || '.' || replace(title || ' ' || words, ' ', ' ' || bin::text || '.'), ' '))) WITH (gin_pending_list_limit = 256);

-- +goose Down
SELECT 1;
