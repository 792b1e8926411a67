-- One person over several channels. A contact that turned out to be the same person as another one
-- points at it; written by People::merge, People::unmerge and People::join_proved.
ALTER TABLE contacts ADD COLUMN merged_into UUID;
CREATE INDEX contacts_by_id ON contacts (id);
CREATE INDEX contacts_merged ON contacts (merged_into) WHERE merged_into IS NOT NULL;

-- Which conversation told which address of which person. Written by Store::commit; is_joined by
-- People::join_proved, which has looked for others who proved the same address.
CREATE TABLE addresses (
    tenant          TEXT    NOT NULL,
    person          TEXT    NOT NULL,
    conversation_id UUID    NOT NULL,
    channel         TEXT    NOT NULL,
    kind            TEXT    NOT NULL,
    address         TEXT    NOT NULL,
    is_proved       BOOLEAN NOT NULL,
    is_joined       BOOLEAN NOT NULL DEFAULT false,
    at              BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, kind, address)
);
CREATE INDEX addresses_by_person ON addresses (tenant, person);
CREATE INDEX addresses_by_address ON addresses (tenant, address, kind);
CREATE INDEX addresses_to_join ON addresses (at) WHERE is_proved AND NOT is_joined;

-- What was brought together and told apart again: by whom, when, why. Written by People.
CREATE TABLE merges (
    id        UUID    NOT NULL PRIMARY KEY,
    tenant    TEXT    NOT NULL,
    kept      UUID    NOT NULL,
    merged    UUID    NOT NULL,
    reason    TEXT    NOT NULL,
    by_whom   TEXT    NOT NULL,
    at        BIGINT NOT NULL,
    undone_at BIGINT,
    undone_by TEXT
);
CREATE INDEX merges_by_kept ON merges (kept);
CREATE INDEX merges_by_merged ON merges (merged);

-- The ids under which a channel knows one person, and the one of them that their conversation goes
-- by. Written by People::settle_alias.
CREATE TABLE aliases (
    tenant  TEXT NOT NULL,
    channel TEXT NOT NULL,
    alias   TEXT NOT NULL,
    address TEXT NOT NULL,
    PRIMARY KEY (tenant, channel, alias)
);

-- The proof that a person was erased: nothing of the person. Written by People::erase, swept_at by
-- People::swept.
CREATE TABLE erasures (
    id         UUID    NOT NULL PRIMARY KEY,
    tenant     TEXT    NOT NULL,
    contact_id UUID    NOT NULL,
    by_whom    TEXT    NOT NULL,
    at         BIGINT NOT NULL,
    counts     TEXT    NOT NULL,
    swept_at   BIGINT
);
CREATE INDEX erasures_by_age ON erasures (at, id);
CREATE INDEX erasures_by_tenant ON erasures (tenant, at, id);

-- What an erasure or an export is about; within its transaction everything, until the erasure is
-- swept the ids of its conversations alone. Written by People.
CREATE TABLE erasure_scope (
    erasure         UUID NOT NULL,
    tenant          TEXT NOT NULL,
    conversation_id UUID,
    person          TEXT,
    address         TEXT,
    row_id          UUID
);
CREATE INDEX erasure_scope_by_erasure ON erasure_scope (erasure);

-- Addresses that had opted out when their conversation was erased, under a keyed hash. Written by
-- People::erase.
CREATE TABLE sealed (
    tenant TEXT    NOT NULL,
    hash   BYTEA    NOT NULL,
    at     BIGINT NOT NULL,
    PRIMARY KEY (tenant, hash)
);

-- Of the conversations there are already.
INSERT INTO addresses (tenant, person, conversation_id, channel, kind, address, is_proved, at)
SELECT tenant, snapshot::jsonb ->> 'person', id, channel,
       CASE WHEN channel IN ('sms', 'whatsapp', 'voice') AND address LIKE '+%' THEN 'phone' ELSE channel END, address,
       channel NOT IN ('web_chat', 'form', 'voice'), created_at
FROM conversations WHERE snapshot::jsonb ->> 'person' IS NOT NULL;
INSERT INTO addresses (tenant, person, conversation_id, channel, kind, address, is_proved, at)
SELECT tenant, snapshot::jsonb ->> 'person', id, channel, 'phone', snapshot::jsonb #>> '{answers,phone}', false, created_at
FROM conversations WHERE snapshot::jsonb ->> 'person' IS NOT NULL AND snapshot::jsonb #>> '{answers,phone}' IS NOT NULL
ON CONFLICT DO NOTHING;
INSERT INTO addresses (tenant, person, conversation_id, channel, kind, address, is_proved, at)
SELECT tenant, snapshot::jsonb ->> 'person', id, channel, 'email', lower(snapshot::jsonb #>> '{answers,email}'), false,
       created_at
FROM conversations WHERE snapshot::jsonb ->> 'person' IS NOT NULL AND snapshot::jsonb #>> '{answers,email}' IS NOT NULL
ON CONFLICT DO NOTHING;
