-- What the business keeps. All of it is written by Store::commit, from the records of a turn.

-- One row a person and tenant.
CREATE TABLE contacts (
    id              UUID    NOT NULL,
    tenant          TEXT    NOT NULL,
    person          TEXT    NOT NULL,
    name            TEXT,
    phone           TEXT,
    phone_extension TEXT,
    email           TEXT,
    language        TEXT,
    conversation_id UUID    NOT NULL,
    created_at      BIGINT  NOT NULL,
    updated_at      BIGINT  NOT NULL,
    UNIQUE (tenant, person)
);
CREATE INDEX contacts_by_age ON contacts (created_at, id);
CREATE INDEX contacts_by_tenant ON contacts (tenant, created_at, id);

-- One row a person and tenant; source and channel are those of the first mention.
CREATE TABLE leads (
    id              UUID    NOT NULL PRIMARY KEY,
    tenant          TEXT    NOT NULL,
    person          TEXT    NOT NULL,
    source          TEXT    NOT NULL,
    status          TEXT    NOT NULL,
    name            TEXT,
    phone           TEXT,
    email           TEXT,
    context         JSONB   NOT NULL,
    channel         TEXT    NOT NULL,
    conversation_id UUID    NOT NULL,
    created_at      BIGINT  NOT NULL,
    updated_at      BIGINT  NOT NULL,
    UNIQUE (tenant, person)
);
CREATE INDEX leads_by_age ON leads (created_at, id);
CREATE INDEX leads_by_tenant ON leads (tenant, created_at, id);

-- One row an email address and tenant; ended ones stay, with the time of their end.
CREATE TABLE newsletter (
    id              UUID    NOT NULL,
    tenant          TEXT    NOT NULL,
    email           TEXT    NOT NULL,
    name            TEXT,
    phone           TEXT,
    source          TEXT    NOT NULL,
    email_consent   BOOLEAN NOT NULL,
    sms_consent     BOOLEAN NOT NULL,
    subscribed_at   BIGINT  NOT NULL,
    unsubscribed_at BIGINT,
    UNIQUE (tenant, email)
);
CREATE INDEX newsletter_by_age ON newsletter (subscribed_at, id);
CREATE INDEX newsletter_by_tenant ON newsletter (tenant, subscribed_at, id);

-- Evidence of consent and refusal: rows are only ever added.
CREATE TABLE consents (
    id              UUID    NOT NULL,
    tenant          TEXT    NOT NULL,
    channel         TEXT    NOT NULL,
    conversation_id UUID    NOT NULL,
    subject         TEXT    NOT NULL,
    purpose         TEXT    NOT NULL,
    is_granted      BOOLEAN NOT NULL,
    words_shown     TEXT    NOT NULL,
    words_said      TEXT    NOT NULL,
    at              BIGINT  NOT NULL
);

-- One row a call for a person.
CREATE TABLE tickets (
    id              UUID    NOT NULL PRIMARY KEY,
    tenant          TEXT    NOT NULL,
    channel         TEXT    NOT NULL,
    conversation_id UUID    NOT NULL,
    reason          TEXT    NOT NULL,
    context         JSONB   NOT NULL,
    opened_at       BIGINT  NOT NULL,
    closed_at       BIGINT
);
