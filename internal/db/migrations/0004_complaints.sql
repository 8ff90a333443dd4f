-- +goose Up

-- What only a complaint has.
CREATE TABLE complaints (
    workspace_id TEXT NOT NULL,
    ticket_id    TEXT NOT NULL,
    outcome      TEXT NOT NULL, -- upheld, partly, not-upheld; empty: not decided
    lesson       TEXT NOT NULL,
    about_id     TEXT NOT NULL, -- the user it is about
    PRIMARY KEY (workspace_id, ticket_id),
    FOREIGN KEY (workspace_id, ticket_id) REFERENCES tickets (workspace_id, id)
);

-- +goose Down
SELECT 1;
