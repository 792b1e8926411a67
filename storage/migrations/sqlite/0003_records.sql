-- What the business keeps. All of it is written by Store::commit, from the records of a turn.

-- One row a person and tenant.
CREATE TABLE contacts (
    id              BLOB    NOT NULL,
    tenant          TEXT    NOT NULL,
    person          TEXT    NOT NULL,
    name            TEXT,
    phone           TEXT,
    phone_extension TEXT,
    email           TEXT,
    language        TEXT,
    conversation_id BLOB    NOT NULL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    UNIQUE (tenant, person)
);
CREATE INDEX contacts_by_age ON contacts (created_at, id);
CREATE INDEX contacts_by_tenant ON contacts (tenant, created_at, id);

-- One row a person and tenant; source and channel are those of the first mention.
CREATE TABLE leads (
    id              BLOB    NOT NULL PRIMARY KEY,
    tenant          TEXT    NOT NULL,
    person          TEXT    NOT NULL,
    source          TEXT    NOT NULL,
    status          TEXT    NOT NULL,
    name            TEXT,
    phone           TEXT,
    email           TEXT,
    context         TEXT    NOT NULL,
    channel         TEXT    NOT NULL,
    conversation_id BLOB    NOT NULL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    UNIQUE (tenant, person)
);
CREATE INDEX leads_by_age ON leads (created_at, id);
CREATE INDEX leads_by_tenant ON leads (tenant, created_at, id);

-- One row an email address and tenant; ended ones stay, with the time of their end.
CREATE TABLE newsletter (
    id              BLOB    NOT NULL,
    tenant          TEXT    NOT NULL,
    email           TEXT    NOT NULL,
    name            TEXT,
    phone           TEXT,
    source          TEXT    NOT NULL,
    email_consent   INTEGER NOT NULL,
    sms_consent     INTEGER NOT NULL,
    subscribed_at   INTEGER NOT NULL,
    unsubscribed_at INTEGER,
    UNIQUE (tenant, email)
);
CREATE INDEX newsletter_by_age ON newsletter (subscribed_at, id);
CREATE INDEX newsletter_by_tenant ON newsletter (tenant, subscribed_at, id);

-- Evidence of consent and refusal: rows are only ever added.
CREATE TABLE consents (
    id              BLOB    NOT NULL,
    tenant          TEXT    NOT NULL,
    channel         TEXT    NOT NULL,
    conversation_id BLOB    NOT NULL,
    subject         TEXT    NOT NULL,
    purpose         TEXT    NOT NULL,
    is_granted      INTEGER NOT NULL,
    words_shown     TEXT    NOT NULL,
    words_said      TEXT    NOT NULL,
    at              INTEGER NOT NULL
);

-- One row a call for a person.
CREATE TABLE tickets (
    id              BLOB    NOT NULL PRIMARY KEY,
    tenant          TEXT    NOT NULL,
    channel         TEXT    NOT NULL,
    conversation_id BLOB    NOT NULL,
    reason          TEXT    NOT NULL,
    context         TEXT    NOT NULL,
    opened_at       INTEGER NOT NULL,
    closed_at       INTEGER
);
