-- +goose Up

CREATE TABLE workspaces (
    workspace_id TEXT   NOT NULL PRIMARY KEY,
    slug         TEXT   NOT NULL UNIQUE,
    name         TEXT   NOT NULL,
    host         TEXT   NOT NULL UNIQUE, -- the host name that chooses it; empty: any other
    settings     TEXT   NOT NULL,        -- JSON
    created_at   BIGINT NOT NULL,
    version      BIGINT NOT NULL
);

-- A role is a named set of rights.
CREATE TABLE roles (
    workspace_id TEXT NOT NULL,
    id           TEXT NOT NULL, -- as on the command line: customer-support
    name         TEXT NOT NULL,
    rights       TEXT NOT NULL, -- JSON
    reach        TEXT NOT NULL, -- all, or teams: those of the agent
    kinds        TEXT NOT NULL, -- JSON: the kinds of tickets it may see; null: all
    PRIMARY KEY (workspace_id, id)
);

-- Agents. A text that must match alike on both engines has a folded twin.
CREATE TABLE users (
    workspace_id  TEXT   NOT NULL,
    id            TEXT   NOT NULL,
    email         TEXT   NOT NULL,
    email_folded  TEXT   NOT NULL,
    name          TEXT   NOT NULL,
    role_id       TEXT   NOT NULL,
    password_hash TEXT   NOT NULL, -- argon2id; empty: cannot sign in by password
    organisations TEXT   NOT NULL, -- JSON: whose tickets the agent may see; null: everyone's
    locale        TEXT   NOT NULL,
    zone          TEXT   NOT NULL,
    theme         TEXT   NOT NULL,
    active        BIGINT NOT NULL,
    epoch         BIGINT NOT NULL, -- a session of another epoch has ended
    created_at    BIGINT NOT NULL,
    version       BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, email_folded),
    FOREIGN KEY (workspace_id, role_id) REFERENCES roles (workspace_id, id)
);

CREATE TABLE teams (
    workspace_id TEXT NOT NULL,
    id           TEXT NOT NULL,
    name         TEXT NOT NULL,
    name_folded  TEXT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, name_folded)
);

CREATE TABLE team_members (
    workspace_id TEXT NOT NULL,
    team_id      TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    PRIMARY KEY (workspace_id, team_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id)
);
CREATE INDEX team_members_user ON team_members (workspace_id, user_id);

CREATE TABLE organisations (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    name_folded  TEXT   NOT NULL,
    tier         TEXT   NOT NULL, -- gold, silver, bronze, or empty
    created_at   BIGINT NOT NULL,
    version      BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, name_folded)
);

-- A mail domain belongs to one organisation.
CREATE TABLE organisation_domains (
    workspace_id    TEXT NOT NULL,
    domain          TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, domain),
    FOREIGN KEY (workspace_id, organisation_id) REFERENCES organisations (workspace_id, id)
);
CREATE INDEX organisation_domains_of ON organisation_domains (workspace_id, organisation_id);

CREATE TABLE contacts (
    workspace_id    TEXT   NOT NULL,
    id              TEXT   NOT NULL,
    name            TEXT   NOT NULL,
    name_folded     TEXT   NOT NULL,
    organisation_id TEXT,
    locale          TEXT   NOT NULL,
    merged_into     TEXT,            -- the contact that took its place
    created_at      BIGINT NOT NULL,
    version         BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, organisation_id) REFERENCES organisations (workspace_id, id)
);
CREATE INDEX contacts_organisation ON contacts (workspace_id, organisation_id, name_folded, id);
CREATE INDEX contacts_name ON contacts (workspace_id, name_folded, id);

-- An address belongs to one contact; the first of a contact is the one to write to.
CREATE TABLE contact_addresses (
    workspace_id TEXT   NOT NULL,
    address      TEXT   NOT NULL, -- folded
    contact_id   TEXT   NOT NULL,
    written      TEXT   NOT NULL, -- as the contact writes it
    place        BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, address),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES contacts (workspace_id, id)
);
CREATE INDEX contact_addresses_of ON contact_addresses (workspace_id, contact_id, place);

CREATE TABLE sessions (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL, -- SHA-256 of the cookie's token
    user_id      TEXT   NOT NULL,
    epoch        BIGINT NOT NULL, -- of the user when the session began
    data         TEXT   NOT NULL, -- JSON
    expires_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX sessions_user ON sessions (workspace_id, user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE tokens (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    hash         TEXT   NOT NULL, -- SHA-256 of the secret: it is random, so a fast hash keeps it
    role_id      TEXT   NOT NULL,
    scopes       TEXT   NOT NULL, -- JSON: the rights of the role that it has; null: all of them
    created_by   TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT,
    revoked_at   BIGINT,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, role_id) REFERENCES roles (workspace_id, id)
);

-- Products, services, applications and infrastructure items that work is about.
CREATE TABLE catalogue_items (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    kind         TEXT   NOT NULL, -- product, service, application, infrastructure
    name         TEXT   NOT NULL,
    name_folded  TEXT   NOT NULL,
    description  TEXT   NOT NULL,
    team_id      TEXT,            -- who owns it
    retired      BIGINT NOT NULL,
    version      BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, name_folded),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id)
);

-- +goose Down
SELECT 1;
