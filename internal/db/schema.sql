-- What the migrations add up to, on both engines; the tables of package search, which differ, are left out.
-- Written by the test: go test ./internal/db -run SchemaDump -update

CREATE TABLE counters (
    workspace_id TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    value        BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, name)
);

CREATE TABLE tallies (
    workspace_id TEXT   NOT NULL,
    family       TEXT   NOT NULL,
    key          TEXT   NOT NULL,
    lane         BIGINT NOT NULL,
    n            BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, family, key, lane)
);

CREATE TABLE events (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    version      BIGINT NOT NULL,
    subject      TEXT   NOT NULL, -- the kind of record it is about: "ticket"
    subject_id   TEXT   NOT NULL,
    actor_kind   TEXT   NOT NULL,
    actor_id     TEXT   NOT NULL,
    actor_name   TEXT   NOT NULL,
    at           BIGINT NOT NULL, -- microseconds since 1970, UTC
    body         TEXT   NOT NULL, -- JSON
    PRIMARY KEY (workspace_id, id)
);

CREATE INDEX events_subject ON events (workspace_id, subject, subject_id, id);

CREATE TABLE jobs (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    task         TEXT   NOT NULL,
    unique_key   TEXT,
    args         TEXT   NOT NULL, -- JSON
    run_at       BIGINT NOT NULL,
    again_at     BIGINT,          -- asked for once more while it ran
    attempts     BIGINT NOT NULL,
    holder       TEXT   NOT NULL, -- who has the lease; empty: nobody
    reason       TEXT   NOT NULL, -- why the last attempt did not succeed
    created_at   BIGINT NOT NULL,
    dead_at      BIGINT,          -- given up
    PRIMARY KEY (workspace_id, id)
);

CREATE UNIQUE INDEX jobs_key ON jobs (workspace_id, task, unique_key);

CREATE INDEX jobs_due ON jobs (task, run_at, id);

CREATE INDEX jobs_dead ON jobs (workspace_id, dead_at) WHERE dead_at IS NOT NULL;

CREATE TABLE workspaces (
    workspace_id TEXT   NOT NULL PRIMARY KEY,
    slug         TEXT   NOT NULL UNIQUE,
    name         TEXT   NOT NULL,
    host         TEXT   NOT NULL UNIQUE, -- the host name that chooses it; empty: any other
    settings     TEXT   NOT NULL,        -- JSON
    created_at   BIGINT NOT NULL,
    version      BIGINT NOT NULL
);

CREATE TABLE roles (
    workspace_id TEXT NOT NULL,
    id           TEXT NOT NULL, -- as on the command line: customer-support
    name         TEXT NOT NULL,
    rights       TEXT NOT NULL, -- JSON
    reach        TEXT NOT NULL, -- all, or teams: those of the agent
    kinds        TEXT NOT NULL, version BIGINT NOT NULL DEFAULT 1, -- JSON: the kinds of tickets it may see; null: all
    PRIMARY KEY (workspace_id, id)
);

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
    name_folded  TEXT NOT NULL, version BIGINT NOT NULL DEFAULT 1,
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

CREATE TABLE workflows (
    workspace_id TEXT NOT NULL,
    kind         TEXT NOT NULL,
    definition   TEXT NOT NULL, -- JSON
    PRIMARY KEY (workspace_id, kind)
);

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
    version         BIGINT NOT NULL, due_at BIGINT NOT NULL DEFAULT 9223372036854775807, -- counts changes of what can be set; messages do not count
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, number)
);

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

CREATE TABLE complaints (
    workspace_id TEXT NOT NULL,
    ticket_id    TEXT NOT NULL,
    outcome      TEXT NOT NULL, -- upheld, partly, not-upheld; empty: not decided
    lesson       TEXT NOT NULL,
    about_id     TEXT NOT NULL, -- the user it is about
    PRIMARY KEY (workspace_id, ticket_id),
    FOREIGN KEY (workspace_id, ticket_id) REFERENCES tickets (workspace_id, id)
);

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

CREATE TABLE mail_caps (
    workspace_id TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    began_at     BIGINT NOT NULL,
    n            BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, name)
);

CREATE INDEX mail_caps_began ON mail_caps (workspace_id, began_at);

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

CREATE TABLE api_answers (
    workspace_id TEXT   NOT NULL,
    token_id     TEXT   NOT NULL,
    key          TEXT   NOT NULL,
    print        TEXT   NOT NULL, -- SHA-256 of the request
    answer       TEXT   NOT NULL, -- JSON
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, token_id, key)
);

CREATE INDEX api_answers_age ON api_answers (created_at);

CREATE TABLE calendars (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    definition   TEXT   NOT NULL, -- JSON: all versions
    version      BIGINT NOT NULL, -- counts changes
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE policies (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    kind         TEXT   NOT NULL, -- sla, ola, supplier
    position     BIGINT NOT NULL,
    active       BIGINT NOT NULL, -- it is chosen for tickets
    definition   TEXT   NOT NULL, -- JSON
    version      BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE promises (
    workspace_id TEXT   NOT NULL,
    ticket_id    TEXT   NOT NULL,
    kind         TEXT   NOT NULL,
    policy_id    TEXT   NOT NULL,
    since        BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, ticket_id, kind)
);

CREATE TABLE clocks (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    ticket_id    TEXT   NOT NULL,
    policy_id    TEXT   NOT NULL,
    kind         TEXT   NOT NULL,
    target       TEXT   NOT NULL,
    state        TEXT   NOT NULL, -- running, paused, breached, met, late, none, cancelled
    reckoning    TEXT   NOT NULL, -- JSON
    due_at       BIGINT,          -- when it is broken, or was; null: it stands still
    counted_at   BIGINT,          -- when it was kept or broken, whichever came first
    excused_by   BIGINT NOT NULL, -- the number of the ticket that was the cause; 0: none
    started_at   BIGINT NOT NULL, broken BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (workspace_id, id)
);

CREATE INDEX clocks_ticket ON clocks (workspace_id, ticket_id, id);

CREATE INDEX clocks_counted ON clocks (workspace_id, counted_at, id) WHERE counted_at IS NOT NULL;

CREATE INDEX clocks_due ON clocks (workspace_id, due_at, id) WHERE due_at IS NOT NULL;

CREATE INDEX tickets_due ON tickets (workspace_id, bucket, due_at, id);

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

CREATE TABLE macros (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    folded       TEXT   NOT NULL,
    definition   TEXT   NOT NULL, -- JSON: actions, and whose it is
    version      BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE templates (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    folded       TEXT   NOT NULL,
    definition   TEXT   NOT NULL, -- JSON: texts by language, and to whom it is offered
    version      BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

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

CREATE TABLE surveys (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    active       BIGINT NOT NULL,
    settings     TEXT   NOT NULL, -- JSON: what is measured, who is asked and when, what follows a bad rating
    created_at   BIGINT NOT NULL,
    version      BIGINT NOT NULL, place BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (workspace_id, id)
);

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

CREATE TABLE survey_windows (
    workspace_id TEXT   NOT NULL,
    contact_id   TEXT   NOT NULL,
    measure      TEXT   NOT NULL,
    asked_at     BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, contact_id, measure)
);

CREATE TABLE webhook_endpoints (
    workspace_id  TEXT   NOT NULL,
    id            TEXT   NOT NULL,
    name          TEXT   NOT NULL,
    url           TEXT   NOT NULL,
    events        TEXT   NOT NULL, -- JSON: names of events; null: all
    scope         TEXT   NOT NULL, -- JSON: teams, organisations and kinds of the tickets that it may hear of
    notes         BIGINT NOT NULL, -- whether it hears of internal notes
    active        BIGINT NOT NULL,
    off           TEXT   NOT NULL, -- why it was switched off; empty: it was not, or by hand
    secret        TEXT   NOT NULL, -- sealed
    old_secret    TEXT   NOT NULL, -- sealed: signs too until old_until
    old_until     BIGINT,
    failing_since BIGINT,          -- the first attempt that did not get through since the last that did
    created_by    TEXT   NOT NULL, -- a user, or empty
    created_at    BIGINT NOT NULL,
    version       BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE webhook_deliveries (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    endpoint_id  TEXT   NOT NULL,
    type         TEXT   NOT NULL, -- the event's name
    ticket_id    TEXT   NOT NULL, -- that it shows; empty: none
    payload      TEXT   NOT NULL, -- JSON, the same in each attempt
    state        TEXT   NOT NULL, -- waiting, delivered, given-up, withheld
    reason       TEXT   NOT NULL, -- a sentence
    attempts     BIGINT NOT NULL,
    status       BIGINT NOT NULL, -- of the last answer; 0: there was none
    created_at   BIGINT NOT NULL,
    began_at     BIGINT NOT NULL, -- from when the three days count: later than created_at if it was sent again
    next_at      BIGINT,
    settled_at   BIGINT,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, endpoint_id) REFERENCES webhook_endpoints (workspace_id, id)
);

CREATE INDEX webhook_deliveries_endpoint ON webhook_deliveries (workspace_id, endpoint_id, id);

CREATE INDEX webhook_deliveries_state ON webhook_deliveries (workspace_id, endpoint_id, state, id);

CREATE INDEX webhook_deliveries_settled ON webhook_deliveries (workspace_id, settled_at);

CREATE TABLE webhook_attempts (
    workspace_id TEXT   NOT NULL,
    delivery_id  TEXT   NOT NULL,
    number       BIGINT NOT NULL,
    at           BIGINT NOT NULL,
    took         BIGINT NOT NULL, -- microseconds
    status       BIGINT NOT NULL, -- 0: no answer
    response     TEXT   NOT NULL, -- its first bytes
    problem      TEXT   NOT NULL, -- why it does not count as delivered; empty: it does
    PRIMARY KEY (workspace_id, delivery_id, number),
    FOREIGN KEY (workspace_id, delivery_id) REFERENCES webhook_deliveries (workspace_id, id)
);

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

CREATE TABLE notice_rules (
    workspace_id TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    rules        TEXT   NOT NULL, -- JSON
    version      BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, user_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id)
);

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

CREATE TABLE mail_memos (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    subject      TEXT   NOT NULL,
    body         TEXT   NOT NULL,
    page         TEXT   NOT NULL, -- HTML
    created_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE routing_policies (
    workspace_id TEXT   NOT NULL,
    team_id      TEXT   NOT NULL,
    definition   TEXT   NOT NULL, -- JSON
    version      BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, team_id)
);

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

CREATE TABLE routing_agents (
    workspace_id TEXT   NOT NULL,
    user_id      TEXT   NOT NULL,
    capacity     BIGINT NOT NULL, -- points; 0: as the policy says
    skills       TEXT   NOT NULL, -- JSON: levels from 1 to 4 by skill
    PRIMARY KEY (workspace_id, user_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id)
);

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

CREATE TABLE rehearsals (
    workspace_id TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    kind         TEXT   NOT NULL, -- rule, policy, calendar, routing
    name         TEXT   NOT NULL,
    days         BIGINT NOT NULL,
    draft        TEXT   NOT NULL, -- JSON
    state        TEXT   NOT NULL, -- running, done, stopped
    seen         BIGINT NOT NULL, -- tickets
    total        BIGINT NOT NULL, -- as far as is known
    result       TEXT   NOT NULL, -- JSON
    user_id      TEXT   NOT NULL,
    user_name    TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    done_at      BIGINT,
    PRIMARY KEY (workspace_id, id)
);

CREATE INDEX clocks_figures ON clocks (workspace_id, counted_at, ticket_id, policy_id, target, state, broken, excused_by) WHERE counted_at IS NOT NULL AND kind = 'sla';

CREATE TABLE boards (
    workspace_id TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    figures      TEXT   NOT NULL, -- JSON
    reckoned_at  BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, name)
);

CREATE INDEX tickets_stage ON tickets (workspace_id, bucket, kind, state, id);

CREATE INDEX tickets_files ON tickets (workspace_id, bucket, id) WHERE files > 0;

CREATE INDEX tickets_item ON tickets (workspace_id, item_id, id) WHERE item_id <> '';

CREATE INDEX participants_contact ON participants (workspace_id, contact_id, ticket_id);
