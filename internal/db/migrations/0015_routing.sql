-- +goose Up

-- How the tickets of a team find somebody; the row without a team holds for teams that have none.
CREATE TABLE routing_policies (
    workspace_id TEXT   NOT NULL,
    team_id      TEXT   NOT NULL,
    definition   TEXT   NOT NULL, -- JSON
    version      BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, team_id)
);

-- Whose turn it was last in a team.
CREATE TABLE routing_turns (
    workspace_id TEXT NOT NULL,
    team_id      TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    PRIMARY KEY (workspace_id, team_id)
);

CREATE TABLE routing_skills (
    workspace_id TEXT NOT NULL,
    id           TEXT NOT NULL,
    name         TEXT NOT NULL,
    name_folded  TEXT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, name_folded)
);

-- What an agent knows and carries.
CREATE TABLE routing_agents (
    workspace_id TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    capacity     BIGINT NOT NULL, -- points; 0: as the policy says
    skills       TEXT   NOT NULL, -- JSON: levels from 1 to 4 by skill
    PRIMARY KEY (workspace_id, user_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id)
);

-- When which agents work, week by week.
CREATE TABLE routing_shifts (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    zone         TEXT   NOT NULL,
    week         TEXT   NOT NULL, -- JSON
    members      TEXT   NOT NULL, -- JSON: ids of users
    version      BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

-- Who is here.
CREATE TABLE presences (
    workspace_id TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    state        TEXT   NOT NULL, -- available, busy, away, offline
    by_hand      BIGINT NOT NULL, -- the person said so
    since        BIGINT NOT NULL,
    seen_at      BIGINT NOT NULL, -- the last sign of life
    PRIMARY KEY (workspace_id, user_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id)
);

-- Tickets that nobody can take now, in the order in which they will be given.
CREATE TABLE routing_waits (
    workspace_id TEXT   NOT NULL,
    ticket_id    TEXT   NOT NULL,
    team_id      TEXT   NOT NULL,
    priority     BIGINT NOT NULL,
    since        BIGINT NOT NULL,
    told         TEXT   NOT NULL, -- what was said about it last, so that it is not said again
    PRIMARY KEY (workspace_id, ticket_id),
    FOREIGN KEY (workspace_id, ticket_id) REFERENCES tickets (workspace_id, id)
);
CREATE INDEX routing_waits_team ON routing_waits (workspace_id, team_id, priority, since, ticket_id);

-- +goose Down
SELECT 1;
