-- +goose Up

-- What somebody was told, in the order in which it happened.
CREATE TABLE notices (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    topic        TEXT   NOT NULL,
    urgent       BIGINT NOT NULL,
    shown        BIGINT NOT NULL, -- stands in the person's inbox
    ticket_id    TEXT   NOT NULL, -- empty: it is about none
    number       BIGINT NOT NULL, -- of the ticket
    path         TEXT   NOT NULL, -- the page that it is about
    title        TEXT   NOT NULL,
    words        TEXT   NOT NULL, -- what happened
    actor        TEXT   NOT NULL, -- the name of who did it
    once         TEXT   NOT NULL, -- what is the same is told once
    created_at   BIGINT NOT NULL,
    read_at      BIGINT,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id)
);
CREATE UNIQUE INDEX notices_once ON notices (workspace_id, user_id, once);
CREATE INDEX notices_inbox ON notices (workspace_id, user_id, shown, id);
CREATE INDEX notices_user ON notices (workspace_id, user_id, id);
CREATE INDEX notices_read ON notices (workspace_id, user_id, read_at);

-- What became of a notice, on each way that it was to take.
CREATE TABLE notice_ways (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    notice_id    TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    channel      TEXT   NOT NULL, -- app, mail, push
    state        TEXT   NOT NULL, -- queued, digest, quiet, delivered, read-first, hidden, no-browser, refused
    reason       TEXT   NOT NULL, -- a sentence
    due_at       BIGINT,          -- when it is to go; null: it is done
    settled_at   BIGINT,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, notice_id) REFERENCES notices (workspace_id, id)
);
CREATE INDEX notice_ways_notice ON notice_ways (workspace_id, notice_id);
CREATE INDEX notice_ways_due ON notice_ways (workspace_id, user_id, channel, due_at);
CREATE INDEX notice_ways_state ON notice_ways (workspace_id, state, id);

-- Each person's own rules. Who has none has those that a workspace begins with.
CREATE TABLE notice_rules (
    workspace_id TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    rules        TEXT   NOT NULL, -- JSON
    version      BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, user_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id)
);

-- Browsers that somebody lets us wake.
CREATE TABLE push_browsers (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    endpoint     TEXT   NOT NULL,
    print        TEXT   NOT NULL, -- SHA-256 of the endpoint
    public_key   TEXT   NOT NULL, -- the browser's
    auth         TEXT   NOT NULL,
    name         TEXT   NOT NULL, -- such as Firefox on Linux
    created_at   BIGINT NOT NULL,
    used_at      BIGINT,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, print),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id)
);
CREATE INDEX push_browsers_user ON push_browsers (workspace_id, user_id);

-- Mails to colleagues, which are on no ticket. How far each has come stands among the deliveries.
CREATE TABLE mail_memos (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    subject      TEXT   NOT NULL,
    body         TEXT   NOT NULL,
    page         TEXT   NOT NULL, -- HTML
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

-- +goose Down
SELECT 1;
