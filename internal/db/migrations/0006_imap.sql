-- +goose Up

-- How far a folder of a mail server has been read. A UID means something only with its UIDVALIDITY.
CREATE TABLE imap_cursors (
    workspace_id  TEXT   NOT NULL,
    inbox_id      TEXT   NOT NULL,
    folder        TEXT   NOT NULL,
    validity      BIGINT NOT NULL, -- UIDVALIDITY
    first_uid     BIGINT NOT NULL, -- messages below were there before us, and are not ours
    last_uid      BIGINT NOT NULL, -- all up to here are in custody
    careful_until BIGINT NOT NULL, -- up to this UID one at a time: a connection broke on the way there
    tries         BIGINT NOT NULL, -- connections that broke at the message after last_uid
    since         BIGINT,          -- messages from before are not ours, if the folder begins anew; null: all are
    reconciled_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, inbox_id, folder)
);

-- Whether the mail of an inbox can be fetched.
CREATE TABLE imap_states (
    workspace_id TEXT   NOT NULL,
    inbox_id     TEXT   NOT NULL,
    status       TEXT   NOT NULL, -- watching, refused, unreachable, no-folder, stuck
    detail       TEXT   NOT NULL, -- a sentence for the administrator
    since        BIGINT NOT NULL,
    failures     BIGINT NOT NULL, -- attempts in a row
    fetched_at   BIGINT,          -- when all was fetched last
    PRIMARY KEY (workspace_id, inbox_id)
);

-- +goose Down
SELECT 1;
