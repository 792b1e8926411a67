-- One row a timer that is set. Written by Store::commit.
CREATE TABLE timers (
    conversation_id UUID    NOT NULL,
    name            TEXT COLLATE "C" NOT NULL,
    due_at          BIGINT  NOT NULL,
    shard           SMALLINT NOT NULL,
    PRIMARY KEY (conversation_id, name)
);
CREATE INDEX timers_by_due ON timers (due_at, conversation_id, name);

-- One row an effect that leaves. Added by Store::commit as 'pending'; Store::claim makes it
-- 'sending', Store::settle 'sent', 'pending' again, 'unknown' or 'dead', Store::abandon_claims
-- 'unknown'. seq is the message it carries, if it carries one.
CREATE TABLE outbox (
    id              UUID    NOT NULL PRIMARY KEY,
    conversation_id UUID    NOT NULL,
    tenant          TEXT    NOT NULL,
    channel         TEXT    NOT NULL,
    address         TEXT    NOT NULL,
    shard           SMALLINT NOT NULL,
    lane            TEXT    NOT NULL,
    ordinal         BIGINT  NOT NULL,
    cargo           TEXT    NOT NULL,
    seq             BIGINT,
    state           TEXT    NOT NULL,
    not_before      BIGINT  NOT NULL,
    attempts        BIGINT  NOT NULL,
    epoch           BIGINT  NOT NULL,
    reason          TEXT,
    external_id     TEXT,
    settled_at      BIGINT
);
CREATE INDEX outbox_due ON outbox (not_before, ordinal, id) WHERE state = 'pending';
CREATE INDEX outbox_line ON outbox (conversation_id, lane, ordinal) WHERE state IN ('pending', 'sending');
CREATE INDEX outbox_claimed ON outbox (epoch) WHERE state = 'sending';
