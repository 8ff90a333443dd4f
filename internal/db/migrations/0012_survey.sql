-- +goose Up

-- A question that customers are asked once their ticket is resolved.
CREATE TABLE surveys (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    active       BIGINT NOT NULL,
    settings     TEXT   NOT NULL, -- JSON: what is measured, who is asked and when, what follows a bad rating
    created_at   BIGINT NOT NULL,
    version      BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

-- Each time that somebody was asked, and the last answer that came. Where the ticket stood then is kept: a figure of the past does not
-- change because a ticket changes hands.
CREATE TABLE survey_invitations (
    workspace_id    TEXT   NOT NULL,
    id              TEXT   NOT NULL,
    survey_id       TEXT   NOT NULL,
    measure         TEXT   NOT NULL, -- csat, nps, ces
    ticket_id       TEXT   NOT NULL,
    entry_id        TEXT   NOT NULL, -- the mail that asked
    contact_id      TEXT   NOT NULL,
    kind            TEXT   NOT NULL,
    team_id         TEXT   NOT NULL,
    assignee_id     TEXT   NOT NULL,
    organisation_id TEXT   NOT NULL,
    item_id         TEXT   NOT NULL,
    asked_at        BIGINT NOT NULL,
    until           BIGINT NOT NULL, -- when the answer can be changed no more
    answered_at     BIGINT,          -- NULL: not yet; else when the answer was last changed
    rating          BIGINT NOT NULL,
    comment         TEXT   NOT NULL,
    answers         BIGINT NOT NULL, -- how often an answer came
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, ticket_id) REFERENCES tickets (workspace_id, id)
);
CREATE INDEX survey_invitations_ticket ON survey_invitations (workspace_id, ticket_id, id);
CREATE INDEX survey_invitations_asked ON survey_invitations (workspace_id, measure, asked_at);
CREATE INDEX survey_invitations_answered ON survey_invitations (workspace_id, measure, answered_at, id) WHERE answered_at IS NOT NULL;
CREATE INDEX survey_invitations_contact ON survey_invitations (workspace_id, contact_id);

-- When a person was last asked for a measure: nobody is asked twice within a while.
CREATE TABLE survey_windows (
    workspace_id TEXT   NOT NULL,
    contact_id   TEXT   NOT NULL,
    measure      TEXT   NOT NULL,
    asked_at     BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, contact_id, measure)
);

-- +goose Down
SELECT 1;
