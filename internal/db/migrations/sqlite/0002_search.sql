-- +goose Up

-- What can be found, and its words as package search keeps them.
CREATE TABLE search_docs (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT, -- in the order in which docs were first put
    workspace_id TEXT   NOT NULL,
    subject      TEXT   NOT NULL, -- the kind of record: "ticket"
    id           TEXT   NOT NULL, -- the record
    part         TEXT   NOT NULL, -- the entry of the record; empty: the record itself
    at           BIGINT NOT NULL, -- microseconds since 1970, UTC
    bin          BIGINT NOT NULL,
    title        TEXT   NOT NULL,
    words        TEXT   NOT NULL
);
CREATE UNIQUE INDEX search_docs_key ON search_docs (workspace_id, subject, id, part);

-- Stretches of docs that were put one after the other. The index keeps each
-- bin's words apart, so that looking into one costs no more than its size.
CREATE TABLE search_bins (
    bin          INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id TEXT   NOT NULL,
    subject      TEXT   NOT NULL,
    live         BIGINT NOT NULL -- 1: of docs put when they were new; 0: of the past, such as imported ones
);
CREATE INDEX search_bins_key ON search_bins (workspace_id, subject, live, bin);

-- The words of the docs up to search_mark, each with its bin before it: "7.printer".
-- Those of later docs are few, and are looked through one by one.
CREATE VIRTUAL TABLE search_words USING fts5 (words, content='', columnsize=0, detail=none, tokenize="ascii tokenchars '.'");
INSERT INTO search_words (search_words, rank) VALUES ('automerge', 8); -- twice the usual: less to write

CREATE TABLE search_mark (seq BIGINT NOT NULL);
INSERT INTO search_mark (seq) VALUES (0);

-- +goose Down
SELECT 1;
