-- +goose Up

-- An address that mail comes to and goes out from.
CREATE TABLE inboxes (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    address      TEXT   NOT NULL,
    folded       TEXT   NOT NULL, -- the address as it is compared
    active       BIGINT NOT NULL,
    settings     TEXT   NOT NULL, -- JSON; passwords and keys in it are sealed
    created_at   BIGINT NOT NULL,
    version      BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, folded)
);
CREATE INDEX inboxes_folded ON inboxes (folded);

-- Every mail that was accepted, with the one thing that became of it.
CREATE TABLE mail_ledger (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    inbox_id     TEXT   NOT NULL,
    source       TEXT   NOT NULL, -- smtp, imap
    origin_key   TEXT   NOT NULL, -- where it was met: what is met there again is the same message
    origin       TEXT   NOT NULL, -- JSON: transaction or UID, envelope, remote, verdict
    size         BIGINT NOT NULL,
    blob         TEXT   NOT NULL, -- key of the raw bytes, which is their SHA-256
    received_at  BIGINT NOT NULL,
    outcome      TEXT   NOT NULL, -- pending, ticket, reply, quarantined, duplicate-of, bounce-of, dropped-by-rule, failed
    reason       TEXT   NOT NULL, -- a sentence
    ticket_id    TEXT   NOT NULL,
    entry_id     TEXT   NOT NULL,
    other_id     TEXT   NOT NULL, -- the message or the entry that a duplicate or a bounce is of
    trusted      BIGINT NOT NULL, -- somebody released it from quarantine
    attempts     BIGINT NOT NULL,
    message_id   TEXT   NOT NULL,
    sender       TEXT   NOT NULL, -- folded
    subject      TEXT   NOT NULL,
    content      TEXT   NOT NULL, -- SHA-256 of what it says, without the marks of its way here
    words        TEXT   NOT NULL, -- sender and subject, folded, to be found by
    settled_at   BIGINT,          -- when it got the outcome that it has
    steps        TEXT   NOT NULL, -- JSON: what was decided, and when
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX mail_ledger_origin ON mail_ledger (workspace_id, origin_key);
CREATE INDEX mail_ledger_outcome ON mail_ledger (workspace_id, outcome, id);
CREATE INDEX mail_ledger_blob ON mail_ledger (workspace_id, blob, id);
CREATE INDEX mail_ledger_message ON mail_ledger (workspace_id, message_id, id) WHERE message_id <> '';
CREATE INDEX mail_ledger_ticket ON mail_ledger (workspace_id, ticket_id, id) WHERE ticket_id <> '';

-- How much has come from one sender, or to one ticket, within a while.
CREATE TABLE mail_caps (
    workspace_id TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    began_at     BIGINT NOT NULL,
    n            BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, name)
);
CREATE INDEX mail_caps_began ON mail_caps (workspace_id, began_at);

-- How far a folder on a mail server has been taken in.
CREATE TABLE mail_cursors (
    workspace_id TEXT   NOT NULL,
    inbox_id     TEXT   NOT NULL,
    folder       TEXT   NOT NULL,
    validity     BIGINT NOT NULL, -- UIDVALIDITY
    uid          BIGINT NOT NULL, -- the last that is in the ledger
    checked_at   BIGINT NOT NULL,
    trouble      TEXT   NOT NULL, -- why the last visit did not succeed; empty: it did
    PRIMARY KEY (workspace_id, inbox_id, folder),
    FOREIGN KEY (workspace_id, inbox_id) REFERENCES inboxes (workspace_id, id)
);

-- What became of an entry that is sent, for each of its recipients.
CREATE TABLE mail_deliveries (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    entry_id     TEXT   NOT NULL,
    copy         BIGINT NOT NULL, -- named under Cc, not To
    name         TEXT   NOT NULL,
    address      TEXT   NOT NULL,
    folded       TEXT   NOT NULL,
    state        TEXT   NOT NULL, -- queued, sent, deferred, bounced, complained, failed, withdrawn
    attempts     BIGINT NOT NULL,
    code         BIGINT NOT NULL, -- of the last answer
    response     TEXT   NOT NULL, -- the last answer, or what it waits for
    queued_at    BIGINT NOT NULL,
    tried_at     BIGINT,
    next_at      BIGINT,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX mail_deliveries_entry ON mail_deliveries (workspace_id, entry_id, id);
CREATE INDEX mail_deliveries_to ON mail_deliveries (workspace_id, folded, id);
CREATE INDEX mail_deliveries_state ON mail_deliveries (workspace_id, state, id);

-- +goose Down
SELECT 1;
