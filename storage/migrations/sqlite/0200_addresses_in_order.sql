-- The addresses of a conversation lie beside those of its neighbours, by its number: by its id, which
-- is a hash, every address changed a page of its own. Nothing else about them changes.
CREATE TABLE addresses_in_order (
    conversation    INTEGER NOT NULL,
    kind            TEXT    NOT NULL,
    address         TEXT    NOT NULL,
    conversation_id BLOB    NOT NULL,
    tenant          TEXT    NOT NULL,
    person          TEXT    NOT NULL,
    channel         TEXT    NOT NULL,
    is_proved       INTEGER NOT NULL,
    is_joined       INTEGER NOT NULL DEFAULT 0,
    at              INTEGER NOT NULL,
    PRIMARY KEY (conversation, kind, address)
) WITHOUT ROWID;
INSERT INTO addresses_in_order
    (conversation, kind, address, conversation_id, tenant, person, channel, is_proved, is_joined, at)
SELECT c.number, a.kind, a.address, a.conversation_id, a.tenant, a.person, a.channel, a.is_proved, a.is_joined, a.at
FROM conversations c JOIN addresses a ON a.conversation_id = c.id
ORDER BY c.number, a.kind, a.address;
DROP TABLE addresses;
ALTER TABLE addresses_in_order RENAME TO addresses;
CREATE INDEX addresses_by_person ON addresses (tenant, person);
CREATE INDEX addresses_by_address ON addresses (tenant, address, kind);
CREATE INDEX addresses_on_channel ON addresses (tenant, channel, address) WHERE is_proved;
CREATE INDEX addresses_to_join ON addresses (at) WHERE is_proved AND NOT is_joined;
