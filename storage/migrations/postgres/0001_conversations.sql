-- Times are milliseconds since the Unix epoch (UTC), codes are the stable
-- names of frontdesk-core.

-- One row a conversation: the head that every commit checks by its version.
-- Written by Store::commit alone. Room is left in each page, so that a new snapshot finds its place
-- there and no index is touched.
CREATE TABLE conversations (
    id         UUID    NOT NULL PRIMARY KEY,
    tenant     TEXT    NOT NULL,
    channel    TEXT    NOT NULL,
    address    TEXT    NOT NULL,
    owner      TEXT,
    shard      SMALLINT NOT NULL,
    version    BIGINT  NOT NULL,
    last_seq   BIGINT  NOT NULL,
    status     TEXT    NOT NULL,
    snapshot   TEXT    NOT NULL,
    created_at BIGINT  NOT NULL,
    updated_at BIGINT  NOT NULL
) WITH (fillfactor = 60);
CREATE INDEX conversations_by_age ON conversations (created_at, id);
CREATE INDEX conversations_by_tenant ON conversations (tenant, created_at, id);
-- Few rows are in these states, so a turn that stays out of them does not touch the index.
CREATE INDEX conversations_with_people ON conversations (status, created_at, id)
    WHERE status IN ('needs_person', 'with_person');

-- One row a turn: what was received and decided. Appended by Store::commit.
CREATE TABLE turns (
    conversation_id UUID    NOT NULL,
    version         BIGINT  NOT NULL,
    at              BIGINT  NOT NULL,
    record          TEXT    NOT NULL
);
CREATE UNIQUE INDEX turns_by_conversation ON turns (conversation_id, version);

-- One row a message. Added by Store::commit; status, reason and external_id are moved on by
-- Store::commit, Store::settle and Store::abandon_claims. rank is DeliveryStatus::rank of status.
-- content holds everything but the words as JSON, null when there are only words.
CREATE TABLE messages (
    conversation_id UUID    NOT NULL,
    seq             BIGINT  NOT NULL,
    id              UUID    NOT NULL,
    author          TEXT    NOT NULL,
    text            TEXT    NOT NULL,
    content         TEXT,
    at              BIGINT  NOT NULL,
    status          TEXT    NOT NULL,
    rank            SMALLINT NOT NULL,
    reason          TEXT,
    external_id     TEXT,
    PRIMARY KEY (conversation_id, seq)
);

-- One row an inbound event, whatever became of it. Written by Store::commit ('processed', which
-- replaces 'parked' when a parked event is tried again), Store::park ('parked') and Store::refuse
-- ('refused').
CREATE TABLE receipts (
    dedupe          UUID    NOT NULL PRIMARY KEY,
    event_id        UUID    NOT NULL,
    tenant          TEXT    NOT NULL,
    channel         TEXT    NOT NULL,
    conversation_id UUID    NOT NULL,
    kind            TEXT    NOT NULL,
    received_at     BIGINT  NOT NULL,
    outcome         TEXT    NOT NULL,
    seq             BIGINT  NOT NULL,
    reason          TEXT
);

-- Events that failed for good, until a person has looked. Written by Store::park; resolved_at is
-- set by the Store::commit of the turn that dealt with the event after all.
CREATE TABLE dead_letters (
    id              UUID    NOT NULL PRIMARY KEY,
    tenant          TEXT    NOT NULL,
    channel         TEXT    NOT NULL,
    conversation_id UUID    NOT NULL,
    kind            TEXT    NOT NULL,
    event           TEXT    NOT NULL,
    error           TEXT    NOT NULL,
    attempts        BIGINT  NOT NULL,
    parked_at       BIGINT  NOT NULL,
    resolved_at     BIGINT
);
CREATE INDEX dead_letters_by_age ON dead_letters (parked_at, id);
CREATE INDEX dead_letters_by_tenant ON dead_letters (tenant, parked_at, id);
