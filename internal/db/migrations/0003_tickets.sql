-- +goose Up

-- A workspace's own workflow of a kind; without a row the kind's default holds.
CREATE TABLE workflows (
    workspace_id TEXT NOT NULL,
    kind         TEXT NOT NULL,
    definition   TEXT NOT NULL, -- JSON
    PRIMARY KEY (workspace_id, kind)
);

-- The record that all work shares. An empty text stands for nobody, no team, and so on.
CREATE TABLE tickets (
    workspace_id    TEXT   NOT NULL,
    id              TEXT   NOT NULL,
    number          BIGINT NOT NULL,
    kind            TEXT   NOT NULL,
    title           TEXT   NOT NULL,
    state           TEXT   NOT NULL,
    category        TEXT   NOT NULL, -- of the state: new, open, waiting, review, done, cancelled
    bucket          TEXT   NOT NULL, -- the list it stands in: open, waiting, done, spam, trash, merged
    priority        BIGINT NOT NULL, -- 1 is the most urgent, 4 the least
    impact          TEXT   NOT NULL,
    urgency         TEXT   NOT NULL,
    overridden      BIGINT NOT NULL, -- the priority was set by hand, not by the matrix
    assignee_id     TEXT   NOT NULL,
    team_id         TEXT   NOT NULL,
    requester_id    TEXT   NOT NULL,
    organisation_id TEXT   NOT NULL,
    item_id         TEXT   NOT NULL,
    parent_id       TEXT   NOT NULL,
    required        BIGINT NOT NULL, -- while open, it keeps its parent from being closed
    merged_into     BIGINT NOT NULL, -- a number; 0: not merged
    channel         TEXT   NOT NULL, -- how it came: mail, desk, api
    inbox_id        TEXT   NOT NULL,
    tags            TEXT   NOT NULL, -- JSON
    fields          TEXT   NOT NULL, -- JSON
    snippet         TEXT   NOT NULL, -- the beginning of the last message
    last_author     TEXT   NOT NULL, -- human, customer, bot or auto: who wrote it
    entries         BIGINT NOT NULL,
    replies         BIGINT NOT NULL, -- public ones by agents
    files           BIGINT NOT NULL, -- attachments
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL,
    customer_at     BIGINT,          -- the customer wrote last
    replied_at      BIGINT,          -- an agent replied last
    resolved_at     BIGINT,
    closed_at       BIGINT,
    version         BIGINT NOT NULL, -- counts changes of what can be set; messages do not count
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, number)
);
-- The queues, in the orders that they can be shown in.
CREATE INDEX tickets_recent ON tickets (workspace_id, bucket, updated_at, id);
CREATE INDEX tickets_created ON tickets (workspace_id, bucket, created_at, id);
CREATE INDEX tickets_urgent ON tickets (workspace_id, bucket, priority, id);
CREATE INDEX tickets_team ON tickets (workspace_id, team_id, bucket, updated_at, id);
CREATE INDEX tickets_assignee ON tickets (workspace_id, assignee_id, bucket, updated_at, id);
CREATE INDEX tickets_requester ON tickets (workspace_id, requester_id, updated_at, id);
CREATE INDEX tickets_organisation ON tickets (workspace_id, organisation_id, bucket, updated_at, id) WHERE organisation_id <> '';
CREATE INDEX tickets_parent ON tickets (workspace_id, parent_id, number) WHERE parent_id <> '';
CREATE INDEX tickets_merged ON tickets (workspace_id, merged_into) WHERE merged_into <> 0;
CREATE INDEX tickets_review ON tickets (workspace_id, resolved_at, number) WHERE category = 'review';

-- What people wrote on a ticket.
CREATE TABLE entries (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    ticket_id    TEXT   NOT NULL,
    kind         TEXT   NOT NULL, -- customer, reply, note, auto
    author_kind  TEXT   NOT NULL,
    author_id    TEXT   NOT NULL,
    author_name  TEXT   NOT NULL,
    author_address TEXT NOT NULL,
    channel      TEXT   NOT NULL,
    remote       BIGINT NOT NULL, -- remote images that are not loaded until asked
    recipients   TEXT   NOT NULL, -- JSON: to and cc
    message_id   TEXT   NOT NULL, -- of the mail it came as, or goes out as
    verdict      TEXT   NOT NULL, -- JSON: what is known about where the mail came from
    created_at   BIGINT NOT NULL,
    send_at      BIGINT,          -- a public reply can be taken back until then
    withdrawn_at BIGINT,
    -- What is long comes last, so that the rest is read without it.
    source       TEXT   NOT NULL, -- Markdown, as an agent wrote it; empty for mail
    body         TEXT   NOT NULL, -- plain text, without the quoted history
    html         TEXT   NOT NULL, -- cleaned HTML, without the quoted history
    quoted       TEXT   NOT NULL, -- cleaned HTML of the quoted history
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, ticket_id) REFERENCES tickets (workspace_id, id)
);
CREATE INDEX entries_ticket ON entries (workspace_id, ticket_id, id);

-- Files: uploaded first, without an entry, then attached to one.
CREATE TABLE attachments (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    ticket_id    TEXT   NOT NULL,
    entry_id     TEXT   NOT NULL, -- empty: uploaded, not yet attached
    name         TEXT   NOT NULL,
    type         TEXT   NOT NULL,
    size         BIGINT NOT NULL,
    blob         TEXT   NOT NULL, -- key in the blob store
    content_id   TEXT   NOT NULL,
    inline       BIGINT NOT NULL,
    uploaded_by  TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX attachments_entry ON attachments (workspace_id, entry_id, id);
CREATE INDEX attachments_ticket ON attachments (workspace_id, ticket_id, id);
CREATE INDEX attachments_blob ON attachments (workspace_id, blob);

-- Who gets copies of what is sent to the requester.
CREATE TABLE participants (
    workspace_id TEXT NOT NULL,
    ticket_id    TEXT NOT NULL,
    address      TEXT NOT NULL, -- folded
    written      TEXT NOT NULL,
    name         TEXT NOT NULL,
    contact_id   TEXT NOT NULL,
    PRIMARY KEY (workspace_id, ticket_id, address),
    FOREIGN KEY (workspace_id, ticket_id) REFERENCES tickets (workspace_id, id)
);

CREATE TABLE watchers (
    workspace_id TEXT NOT NULL,
    ticket_id    TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    PRIMARY KEY (workspace_id, ticket_id, user_id),
    FOREIGN KEY (workspace_id, ticket_id) REFERENCES tickets (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id)
);
CREATE INDEX watchers_user ON watchers (workspace_id, user_id, ticket_id);

CREATE TABLE ticket_tags (
    workspace_id TEXT NOT NULL,
    tag          TEXT NOT NULL, -- folded
    ticket_id    TEXT NOT NULL,
    PRIMARY KEY (workspace_id, tag, ticket_id),
    FOREIGN KEY (workspace_id, ticket_id) REFERENCES tickets (workspace_id, id)
);
CREATE INDEX ticket_tags_ticket ON ticket_tags (workspace_id, ticket_id);

-- Typed links, each stored once: "from causes to" is also "to caused by from".
CREATE TABLE links (
    workspace_id TEXT   NOT NULL,
    from_id      TEXT   NOT NULL,
    type         TEXT   NOT NULL,
    to_id        TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, from_id, type, to_id),
    FOREIGN KEY (workspace_id, from_id) REFERENCES tickets (workspace_id, id),
    FOREIGN KEY (workspace_id, to_id) REFERENCES tickets (workspace_id, id)
);
CREATE INDEX links_to ON links (workspace_id, to_id, type, from_id);

-- +goose Down
SELECT 1;
