-- One row a timer that is set. Written by Store::commit.
CREATE TABLE timers (
    conversation    INTEGER NOT NULL,
    name            TEXT    NOT NULL,
    conversation_id BLOB    NOT NULL,
    due_at          INTEGER NOT NULL,
    shard           INTEGER NOT NULL,
    PRIMARY KEY (conversation, name)
) WITHOUT ROWID;
CREATE INDEX timers_by_due ON timers (due_at, conversation_id, name);

-- One row an effect that leaves. Added by Store::commit as 'pending'; Store::claim makes it
-- 'sending', Store::settle 'sent', 'pending' again, 'unknown' or 'dead', Store::abandon_claims
-- 'unknown'. seq is the message it carries, if it carries one.
CREATE TABLE outbox (
    id              BLOB    NOT NULL UNIQUE,
    conversation_id BLOB    NOT NULL,
    tenant          TEXT    NOT NULL,
    channel         TEXT    NOT NULL,
    address         TEXT    NOT NULL,
    shard           INTEGER NOT NULL,
    lane            TEXT    NOT NULL,
    ordinal         INTEGER NOT NULL,
    cargo           TEXT    NOT NULL,
    seq             INTEGER,
    state           TEXT    NOT NULL,
    not_before      INTEGER NOT NULL,
    attempts        INTEGER NOT NULL,
    epoch           INTEGER NOT NULL,
    reason          TEXT,
    external_id     TEXT,
    settled_at      INTEGER
);
CREATE INDEX outbox_due ON outbox (not_before, ordinal, id) WHERE state = 'pending';
CREATE INDEX outbox_line ON outbox (conversation_id, lane, ordinal) WHERE state IN ('pending', 'sending');
CREATE INDEX outbox_claimed ON outbox (epoch) WHERE state = 'sending';
