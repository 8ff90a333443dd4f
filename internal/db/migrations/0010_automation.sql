-- +goose Up

-- What is done by itself when something happens to a ticket.
CREATE TABLE rules (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    place        BIGINT NOT NULL, -- they are asked in this order
    active       BIGINT NOT NULL,
    definition   TEXT   NOT NULL, -- JSON: triggers, condition, actions
    version      BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

-- Actions that an agent does at once, by a name.
CREATE TABLE macros (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    folded       TEXT   NOT NULL,
    definition   TEXT   NOT NULL, -- JSON: actions, and whose it is
    version      BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

-- Texts kept ready, in one language or several.
CREATE TABLE templates (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    folded       TEXT   NOT NULL,
    definition   TEXT   NOT NULL, -- JSON: texts by language, and to whom it is offered
    version      BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

-- Each time that a rule matched. Old ones are swept.
CREATE TABLE rule_runs (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    rule_id      TEXT   NOT NULL,
    name         TEXT   NOT NULL, -- of the rule, as it was
    ticket_id    TEXT   NOT NULL,
    event_id     TEXT   NOT NULL, -- what it reacted to
    what         TEXT   NOT NULL, -- the trigger
    caused_by    TEXT   NOT NULL, -- the run that made that happen, or empty
    depth        BIGINT NOT NULL,
    result       TEXT   NOT NULL, -- ran, looped, halted
    at           BIGINT NOT NULL,
    why          TEXT   NOT NULL, -- JSON: which condition held, with which values
    steps        TEXT   NOT NULL, -- JSON: what was done, or why not
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX rule_runs_rule ON rule_runs (workspace_id, rule_id, id);
CREATE INDEX rule_runs_ticket ON rule_runs (workspace_id, ticket_id, id);
CREATE INDEX rule_runs_at ON rule_runs (workspace_id, at);

-- +goose Down
SELECT 1;
