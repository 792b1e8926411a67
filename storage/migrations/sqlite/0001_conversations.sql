-- Ids are 16-byte UUIDs, times are milliseconds since the Unix epoch (UTC), codes are the stable
-- names of frontdesk-core.

-- One row a conversation: the head that every commit checks by its version. Written by
-- Store::commit alone. The number is the order of creation; the rows of a conversation refer to it
-- and not to the id, which is a hash: what is alive at the same time then lies side by side, and a
-- commit changes few pages. Every changed page is written whole.
CREATE TABLE conversations (
    number     INTEGER PRIMARY KEY,
    id         BLOB    NOT NULL UNIQUE,
    tenant     TEXT    NOT NULL,
    channel    TEXT    NOT NULL,
    address    TEXT    NOT NULL,
    owner      TEXT,
    shard      INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    last_seq   INTEGER NOT NULL,
    status     TEXT    NOT NULL,
    snapshot   TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE INDEX conversations_by_age ON conversations (created_at, id);
CREATE INDEX conversations_by_tenant ON conversations (tenant, created_at, id);
-- Few rows are in these states, so a turn that stays out of them does not touch the index.
CREATE INDEX conversations_with_people ON conversations (status, created_at, id)
    WHERE status IN ('needs_person', 'with_person');

-- One row a turn: what was received and decided. Appended by Store::commit.
CREATE TABLE turns (
    conversation INTEGER NOT NULL,
    version      INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    record       TEXT    NOT NULL
);
CREATE UNIQUE INDEX turns_by_conversation ON turns (conversation, version);

-- One row a message. Appended by Store::commit; status, reason and external_id are moved on by
-- Store::commit, Store::settle and Store::abandon_claims. rank is DeliveryStatus::rank of status.
-- content holds everything but the words as JSON, null when there are only words.
CREATE TABLE messages (
    conversation INTEGER NOT NULL,
    seq          INTEGER NOT NULL,
    id           BLOB    NOT NULL,
    author       TEXT    NOT NULL,
    text         TEXT    NOT NULL,
    content      TEXT,
    at           INTEGER NOT NULL,
    status       TEXT    NOT NULL,
    rank         INTEGER NOT NULL,
    reason       TEXT,
    external_id  TEXT
);
CREATE UNIQUE INDEX messages_by_conversation ON messages (conversation, seq);

-- One row an inbound event, whatever became of it. Written by Store::commit ('processed', which
-- replaces 'parked' when a parked event is tried again), Store::park ('parked') and Store::refuse
-- ('refused'). The conversation of an event follows from the event, so its identity needs to be
-- unique there only; 0 stands for a conversation that did not exist yet.
CREATE TABLE receipts (
    conversation    INTEGER NOT NULL,
    dedupe          BLOB    NOT NULL,
    event_id        BLOB    NOT NULL,
    tenant          TEXT    NOT NULL,
    channel         TEXT    NOT NULL,
    conversation_id BLOB    NOT NULL,
    kind            TEXT    NOT NULL,
    received_at     INTEGER NOT NULL,
    outcome         TEXT    NOT NULL,
    seq             INTEGER NOT NULL,
    reason          TEXT
);
CREATE UNIQUE INDEX receipts_by_dedupe ON receipts (conversation, dedupe);

-- Events that failed for good, until a person has looked. Written by Store::park; resolved_at is
-- set by the Store::commit of the turn that dealt with the event after all.
CREATE TABLE dead_letters (
    id              BLOB    NOT NULL PRIMARY KEY,
    tenant          TEXT    NOT NULL,
    channel         TEXT    NOT NULL,
    conversation_id BLOB    NOT NULL,
    kind            TEXT    NOT NULL,
    event           TEXT    NOT NULL,
    error           TEXT    NOT NULL,
    attempts        INTEGER NOT NULL,
    parked_at       INTEGER NOT NULL,
    resolved_at     INTEGER
);
CREATE INDEX dead_letters_by_age ON dead_letters (parked_at, id);
CREATE INDEX dead_letters_by_tenant ON dead_letters (tenant, parked_at, id);
