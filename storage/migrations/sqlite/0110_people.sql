-- One person over several channels. A contact that turned out to be the same person as another one
-- points at it; written by People::merge, People::unmerge and People::join_proved.
ALTER TABLE contacts ADD COLUMN merged_into BLOB;
CREATE INDEX contacts_by_id ON contacts (id);
CREATE INDEX contacts_merged ON contacts (merged_into) WHERE merged_into IS NOT NULL;

-- Which conversation told which address of which person. Written by Store::commit; is_joined by
-- People::join_proved, which has looked for others who proved the same address.
CREATE TABLE addresses (
    tenant          TEXT    NOT NULL,
    person          TEXT    NOT NULL,
    conversation_id BLOB    NOT NULL,
    channel         TEXT    NOT NULL,
    kind            TEXT    NOT NULL,
    address         TEXT    NOT NULL,
    is_proved       INTEGER NOT NULL,
    is_joined       INTEGER NOT NULL DEFAULT 0,
    at              INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, kind, address)
) WITHOUT ROWID;
CREATE INDEX addresses_by_person ON addresses (tenant, person);
CREATE INDEX addresses_by_address ON addresses (tenant, address, kind);
CREATE INDEX addresses_to_join ON addresses (at) WHERE is_proved AND NOT is_joined;

-- What was brought together and told apart again: by whom, when, why. Written by People.
CREATE TABLE merges (
    id        BLOB    NOT NULL PRIMARY KEY,
    tenant    TEXT    NOT NULL,
    kept      BLOB    NOT NULL,
    merged    BLOB    NOT NULL,
    reason    TEXT    NOT NULL,
    by_whom   TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    undone_at INTEGER,
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
) WITHOUT ROWID;

-- The proof that a person was erased: nothing of the person. Written by People::erase, swept_at by
-- People::swept.
CREATE TABLE erasures (
    id         BLOB    NOT NULL PRIMARY KEY,
    tenant     TEXT    NOT NULL,
    contact_id BLOB    NOT NULL,
    by_whom    TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    counts     TEXT    NOT NULL,
    swept_at   INTEGER
);
CREATE INDEX erasures_by_age ON erasures (at, id);
CREATE INDEX erasures_by_tenant ON erasures (tenant, at, id);

-- What an erasure or an export is about; within its transaction everything, until the erasure is
-- swept the ids of its conversations alone. Written by People.
CREATE TABLE erasure_scope (
    erasure         BLOB NOT NULL,
    tenant          TEXT NOT NULL,
    conversation_id BLOB,
    person          TEXT,
    address         TEXT,
    row_id          BLOB
);
CREATE INDEX erasure_scope_by_erasure ON erasure_scope (erasure);

-- Addresses that had opted out when their conversation was erased, under a keyed hash. Written by
-- People::erase.
CREATE TABLE sealed (
    tenant TEXT    NOT NULL,
    hash   BLOB    NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (tenant, hash)
) WITHOUT ROWID;

-- Of the conversations there are already.
INSERT INTO addresses (tenant, person, conversation_id, channel, kind, address, is_proved, at)
SELECT tenant, snapshot ->> 'person', id, channel,
       iif(channel IN ('sms', 'whatsapp', 'voice') AND address LIKE '+%', 'phone', channel), address,
       channel NOT IN ('web_chat', 'form', 'voice'), created_at
FROM conversations WHERE snapshot ->> 'person' IS NOT NULL;
INSERT INTO addresses (tenant, person, conversation_id, channel, kind, address, is_proved, at)
SELECT tenant, snapshot ->> 'person', id, channel, 'phone', snapshot ->> '$.answers.phone', 0, created_at
FROM conversations WHERE snapshot ->> 'person' IS NOT NULL AND snapshot ->> '$.answers.phone' IS NOT NULL
ON CONFLICT DO NOTHING;
INSERT INTO addresses (tenant, person, conversation_id, channel, kind, address, is_proved, at)
SELECT tenant, snapshot ->> 'person', id, channel, 'email', lower(snapshot ->> '$.answers.email'), 0, created_at
FROM conversations WHERE snapshot ->> 'person' IS NOT NULL AND snapshot ->> '$.answers.email' IS NOT NULL
ON CONFLICT DO NOTHING;
